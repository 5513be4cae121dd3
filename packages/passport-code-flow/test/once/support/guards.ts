import { randomUUID } from 'node:crypto'
import type { Once } from '../../../src/index.js'

/** Milliseconds. */
export const HOUR = 3_600_000

/** How many of at least so many claims of one key at the same moment get `true`. */
export async function race(guards: Once[], claims = 50): Promise<number> {
  const key = randomUUID()
  const rounds = Array.from({ length: Math.ceil(claims / guards.length) }, () => guards).flat()
  const answers = await Promise.all(rounds.map((guard) => guard.claim(key, HOUR)))
  return answers.filter(Boolean).length
}
