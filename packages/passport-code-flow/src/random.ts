import { randomBytes } from 'node:crypto'

// one call to the system's generator for many starts: it costs more than all the rest of a start
const POOL_BYTES = 4096
let pool = Buffer.alloc(0)
let used = 0

/** Fresh random bytes as base64url; no byte is given out twice. */
export function randomText(bytes: number): string {
  if (used + bytes > pool.length) {
    pool = randomBytes(POOL_BYTES)
    used = 0
  }
  const start = used
  used += bytes
  const text = pool.toString('base64url', start, used)
  // what has been given out is not kept
  pool.fill(0, start, used)
  return text
}
