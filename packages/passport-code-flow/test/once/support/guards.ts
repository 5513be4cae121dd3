import { randomUUID } from 'node:crypto'
import { type CodeFlowStrategy, type Once, type Provider, strategyFor } from '../../../src/index.js'

/** Milliseconds. */
export const HOUR = 3_600_000

/** How many of at least so many claims of one key at the same moment get `true`. */
export async function race(guards: Once[], claims = 50): Promise<number> {
  const key = randomUUID()
  const rounds = Array.from({ length: Math.ceil(claims / guards.length) }, () => guards).flat()
  const answers = await Promise.all(rounds.map((guard) => guard.claim(key, HOUR)))
  return answers.filter(Boolean).length
}

function unreachable(): never {
  throw new Error('the code was sent although nobody guards it')
}

/** A provider that must never be called. */
const provider = (): Provider => ({
  name: 'acme',
  initiatedBy: 'provider',
  callback: { code: 'code' },
  tokenURL: 'http://127.0.0.1:9/',
  tokenRequest: unreachable,
  readRefusal: unreachable,
  readTokens: unreachable,
  readUser: unreachable,
})

/** A strategy with this guard; its provider must never be called. */
export function guarded(guard: Once, timeout = 10_000): CodeFlowStrategy {
  const options = {
    clientID: 'id',
    clientSecret: 'a secret',
    callbackURL: 'http://app.test/callback',
    once: guard,
    timeout,
  }
  const verify = (_a: string, _r: unknown, _p: unknown, done: () => void) => done()
  return new (strategyFor(provider))(options, verify)
}
