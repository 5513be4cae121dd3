import { createHash } from 'node:crypto'
import { randomText } from './random.js'

/** `raw` is S256 of RFC 7636 section 4.2; `hex` encodes the digest's hexadecimal text instead. */
export type ChallengeEncoding = 'raw' | 'hex'

const VERIFIER = /^[\w.~-]{43,128}$/

/** A fresh verifier of 256 random bits: 43 characters (RFC 7636 section 4.1). */
export function createVerifier(): string {
  return randomText(32)
}

/** The challenge that goes out in place of the verifier. */
export function challengeOf(verifier: string, encoding: ChallengeEncoding): string {
  const digest = createHash('sha256').update(verifier)
  if (encoding === 'raw') return digest.digest('base64url')
  return Buffer.from(digest.digest('hex')).toString('base64url')
}

/** True for what RFC 7636 section 4.1 allows as a verifier. */
export function isVerifier(value: unknown): value is string {
  return typeof value === 'string' && VERIFIER.test(value)
}
