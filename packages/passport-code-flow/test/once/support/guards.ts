import { randomUUID } from 'node:crypto'
import type { Once } from '../../../src/index.js'
import { type Acme, openLogin } from '../../support/acme.js'
import type { Service } from '../../support/services.js'

/** Milliseconds. */
export const HOUR = 3_600_000

/** How many of at least so many claims of one key at the same moment get `true`. */
export async function race(guards: Once[], claims = 50): Promise<number> {
  const key = randomUUID()
  const rounds = Array.from({ length: Math.ceil(claims / guards.length) }, () => guards).flat()
  const answers = await Promise.all(rounds.map((guard) => guard.claim(key, HOUR)))
  return answers.filter(Boolean).length
}

/** Kills the store of a guard: a login ends in guard and sends no code, until the store is back. */
export async function expectGuardWhileDead(acme: Acme, store: Service, once: Once): Promise<void> {
  const { finish } = await openLogin(acme, { once })
  await store.kill()
  expect(await finish()).toBe('error guard 503')
  expect(acme.calls).toEqual([])
  await store.start()
  let end: string
  // until the client has noticed
  do end = await finish()
  while (end === 'error guard 503')
  expect(end).toBe('success')
}
