import { hash, randomUUID } from 'node:crypto'
import { LoginStopped } from '../errors.js'
import type { Deadline } from '../net/deadline.js'

/** Single use of codes. `claim` is atomic: for each key the first caller alone gets `true`. */
export interface Once {
  /** `ttlMs`: milliseconds to remember the key, longer than a code can live. */
  claim(key: string, ttlMs: number): Promise<boolean>
}

/** Milliseconds for which a key is kept that belongs to no code. */
const PROOF_MS = 60_000

/** Guards that have given one key once in this process. A guard in memory has nothing to prove. */
export const proven = new WeakSet<Once>()

/** What is claimed for a code: no store ever sees the code itself. */
export function codeKey(strategy: string, code: string): string {
  return `passport-code-flow:${hash('sha256', `${strategy}\0${code}`, 'hex')}`
}

/**
 * True for the first claim of a key. Until a guard is proven, each claim also proves it, by a second
 * claim of the same key. Throws `guard` for a guard that is none or does not answer in time.
 */
export async function claim(
  once: Once,
  key: string,
  ttlMs: number,
  deadline: Deadline,
): Promise<boolean> {
  try {
    const isFirst = toBoolean(await deadline.bound(once.claim(key, ttlMs)))
    if (!proven.has(once)) await deadline.bound(prove(once, isFirst, key, ttlMs))
    return isFirst
  } catch (cause) {
    if (cause instanceof LoginStopped && cause.code === 'guard') throw cause
    throw new LoginStopped('guard', 'the single-use guard for codes does not answer', { cause })
  }
}

/** A guard that keeps no keys lets every code in; one that refuses all keys lets nobody in. */
async function prove(once: Once, wasFirst: boolean, key: string, ttlMs: number): Promise<void> {
  const fresh = codeKey('', randomUUID())
  if (!wasFirst && !toBoolean(await once.claim(fresh, PROOF_MS)))
    throw new LoginStopped('guard', 'once refuses a key that nobody has claimed')
  const [proof, ms] = wasFirst ? [key, ttlMs] : [fresh, PROOF_MS]
  if (toBoolean(await once.claim(proof, ms)))
    throw new LoginStopped('guard', 'once gives one key to two claims')
  proven.add(once)
}

/** A guard in plain JavaScript may answer anything. */
function toBoolean(answer: unknown): boolean {
  if (typeof answer !== 'boolean')
    throw new LoginStopped('guard', 'once answers neither true nor false')
  return answer
}
