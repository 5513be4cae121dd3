import { hash, randomUUID } from 'node:crypto'
import { LoginStopped, refuse } from '../errors.js'
import type { Deadline } from '../net/deadline.js'

/** Single use of codes. `claim` is atomic: for each key, only the first caller gets `true`. */
export interface Once {
  /** `ttlMs`: milliseconds to remember the key, longer than a code is valid. */
  claim(key: string, ttlMs: number): Promise<boolean>
}

/** Milliseconds to keep a key that only tests a guard. */
const PROOF_MS = 60_000

/** Guards that have passed the test. `memoryOnce` adds its guards without a test. */
export const proven = new WeakSet<Once>()

/** The key that is claimed for a code: a hash, so that no store ever sees the code itself. */
export function codeKey(strategy: string, code: string): string {
  return `passport-code-flow:${hash('sha256', `${strategy}\0${code}`, 'hex')}`
}

/**
 * Claims a key. Refuses the code when the key was claimed before. Until a guard is proven, each
 * claim also tests it, by a second claim of the same key. Throws `guard` when the guard fails this
 * test or does not answer in time.
 */
export async function claim(
  once: Once,
  key: string,
  ttlMs: number,
  deadline: Deadline,
): Promise<void> {
  let isFirst: boolean
  try {
    isFirst = toBoolean(await deadline.bound(once.claim(key, ttlMs)))
    if (!proven.has(once)) await deadline.bound(prove(once, isFirst, key, ttlMs))
  } catch (cause) {
    // a browser that has gone is no fault of the guard
    if (cause instanceof LoginStopped && cause.code !== 'timeout') throw cause
    throw new LoginStopped(
      'guard',
      'the option once failed or did not answer in time: look at the cause and at its store',
      { cause },
    )
  }
  if (!isFirst) refuse('code_already_used', 'This code was exchanged before')
}

/** Tests a guard: it may not give a key twice, and may not refuse every key. */
async function prove(once: Once, wasFirst: boolean, key: string, ttlMs: number): Promise<void> {
  const fresh = codeKey('', randomUUID())
  if (!wasFirst && !toBoolean(await once.claim(fresh, PROOF_MS)))
    throw new LoginStopped(
      'guard',
      'the option once refused a code that nobody had used: claim must give true the first time',
    )
  const [proof, ms] = wasFirst ? [key, ttlMs] : [fresh, PROOF_MS]
  if (toBoolean(await once.claim(proof, ms)))
    throw new LoginStopped(
      'guard',
      'the option once would let one code log in twice: claim must give true only the first time',
    )
  proven.add(once)
}

/** A guard in plain JavaScript may answer anything. */
function toBoolean(answer: unknown): boolean {
  if (typeof answer !== 'boolean')
    throw new LoginStopped(
      'guard',
      'the option once gave neither true nor false: claim must give a promise of one of them',
    )
  return answer
}
