import { hash, randomUUID } from 'node:crypto'
import { LoginStopped } from '../errors.js'

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
 * claim of the same key. Throws `guard` for a guard that is none.
 */
export async function claim(once: Once, key: string, ttlMs: number): Promise<boolean> {
  const isFirst = await ask(once, key, ttlMs)
  if (!proven.has(once)) await (isFirst ? proveRefusal(once, key, ttlMs) : proveFreshKey(once))
  return isFirst
}

/** The key was given: without this check, a store that keeps no keys lets every code in. */
async function proveRefusal(once: Once, key: string, ttlMs: number): Promise<void> {
  if (await ask(once, key, ttlMs))
    throw new LoginStopped('guard', 'once gives one key to two claims')
  proven.add(once)
}

/** The key was refused: without this check, a guard that refuses everything looks like used codes. */
async function proveFreshKey(once: Once): Promise<void> {
  const fresh = codeKey('', randomUUID())
  if (!(await ask(once, fresh, PROOF_MS)))
    throw new LoginStopped('guard', 'once refuses a key that nobody has claimed')
  await proveRefusal(once, fresh, PROOF_MS)
}

/** A guard in plain JavaScript may answer anything. */
async function ask(once: Once, key: string, ttlMs: number): Promise<boolean> {
  const answer: unknown = await once.claim(key, ttlMs)
  if (typeof answer !== 'boolean')
    throw new LoginStopped('guard', 'once answers neither true nor false')
  return answer
}
