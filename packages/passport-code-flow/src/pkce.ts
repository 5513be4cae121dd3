import { randomText } from './random.js'
import { sha256 } from './sha256.js'

/** `raw` is S256 of RFC 7636 section 4.2; `hex` encodes the digest's hexadecimal text instead. */
export type ChallengeEncoding = 'raw' | 'hex'

const VERIFIER = /^[\w.~-]{43,128}$/

/** A fresh verifier of 256 random bits: 43 characters (RFC 7636 section 4.1). */
export function createVerifier(): string {
  return randomText(32)
}

/** The challenge that goes out in place of the verifier. */
export function challengeOf(verifier: string, encoding: ChallengeEncoding): string {
  if (encoding === 'raw') return sha256(verifier, 'base64url')
  return Buffer.from(sha256(verifier, 'hex')).toString('base64url')
}

/** True for what RFC 7636 section 4.1 allows as a verifier. */
export function isVerifier(value: unknown): value is string {
  return typeof value === 'string' && VERIFIER.test(value)
}
