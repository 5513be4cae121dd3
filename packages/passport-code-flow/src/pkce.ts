import { hash, randomBytes } from 'node:crypto'

/**
 * How a challenge is made of the verifier. `raw`: S256 of RFC 7636 section 4.2. `hex`: the same of the
 * digest's hexadecimal text. A function makes any other challenge.
 */
export type ChallengeEncoding = 'raw' | 'hex' | ((verifier: string) => string)

const VERIFIER = /^[\w.~-]{43,128}$/

// many starts share one call to the system's generator: it costs more than the rest of a start
const POOL_BYTES = 4096
let pool = Buffer.alloc(0)
let used = 0

/** New random bytes as base64url; no byte is used twice. */
export function randomText(bytes: number): string {
  if (used + bytes > pool.length) {
    pool = randomBytes(POOL_BYTES)
    used = 0
  }
  const start = used
  used += bytes
  const text = pool.toString('base64url', start, used)
  // used bytes do not stay in memory
  pool.fill(0, start, used)
  return text
}

/** The challenges for the provider; the verifier itself stays on the server. */
export function challengesOf(verifier: string, encodings: readonly ChallengeEncoding[]): string[] {
  const hex = hash('sha256', verifier, 'hex')
  return encodings.map((encoding) => {
    if (encoding === 'raw') return Buffer.from(hex, 'hex').toString('base64url')
    if (encoding === 'hex') return Buffer.from(hex).toString('base64url')
    const challenge: unknown = encoding(verifier)
    if (typeof challenge === 'string' && challenge !== '') return challenge
    throw new TypeError("the provider's pkce must give a text")
  })
}

/** True for what RFC 7636 section 4.1 allows as a verifier. */
export function isVerifier(value: unknown): value is string {
  return typeof value === 'string' && VERIFIER.test(value)
}
