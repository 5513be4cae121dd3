import * as crypto from 'node:crypto'

/** The SHA-256 of text. */
export function sha256(text: string, encoding: 'hex' | 'base64url'): string {
  // Node 20.12 has it: half the time, and no object left behind to collect
  if (typeof crypto.hash === 'function') return crypto.hash('sha256', text, encoding)
  return crypto.createHash('sha256').update(text).digest(encoding)
}
