import { expectNoSecret, secretsSeen } from '../../passport-code-flow/test/support/oracle'
import type { Strategy } from '../src/index'
import { open, simulator, useZaloPay, visitor } from './support/zalopay'

let strategy: Strategy
let refreshToken: string

useZaloPay()

beforeEach(async () => {
  strategy = visitor.strategy
  refreshToken = (await visitor.succeed()).refreshToken ?? ''
  simulator.requests.length = 0
})

it('R2 a refresh goes to the same endpoint with the same key, and holds refresh_token alone', async () => {
  await strategy.refresh(refreshToken)
  expect(simulator.requests).toMatchObject([
    {
      method: 'POST',
      path: '/oauth/v1/access_token',
      headers: { 'content-type': 'application/json', 'x-secret-key': simulator.clientSecret },
      json: { refresh_token: refreshToken },
    },
  ])
  expect(Object.keys(simulator.requests[0]?.json ?? {})).toEqual(['refresh_token'])
})

it('a refresh gives new tokens; the newest refresh token goes on, and an older one asks for a new login', async () => {
  const first = await strategy.refresh(refreshToken)
  expect(first.params['expires_at']).toBeInstanceOf(Date)
  expect(first.refreshToken).not.toBe(refreshToken)
  const second = await strategy.refresh(first.refreshToken)
  expect(second.accessToken).not.toBe(first.accessToken)
  const again = await strategy.refresh(refreshToken).catch((error: unknown) => error)
  expect(again).toMatchObject({
    name: 'LoginError',
    code: 'refresh_refused',
    step: 'refresh',
    status: 401,
    provider: { status: 200, details: { reason: 'REFRESH_TOKEN_INVALID' } },
  })
  expectNoSecret(secretsSeen(simulator), again, strategy)
})

it.each([
  [200, { error: 'X', code: 16 }, 'refresh_refused'],
  [401, { error: 'X', code: 16 }, 'refresh_refused'],
  [401, { error: 'X' }, 'refresh_refused'],
  [200, { error: 'X', code: 401 }, 'refresh_refused'], // FR186
  [200, { error: 'X', code: 3 }, 'refresh_refused'],
  [403, { error: 'X', code: 7 }, 'config'],
  [200, { error: 'X', code: 14 }, 'provider_error'],
  [401, undefined, 'config'],
  [404, undefined, 'config'],
  [503, undefined, 'provider_error'],
] as const)('FR18 a refresh with %i and %j rejects with %s', async (status, error, code) => {
  simulator.misbehave({ status, body: error ? { error } : '<html>' }, 'refresh')
  await expect(strategy.refresh(refreshToken)).rejects.toMatchObject({ code, step: 'refresh' })
})

it('classifyError sorts the errors of a refresh as well', async () => {
  simulator.misbehave('localized-error', 'refresh')
  const strict = open({ classifyError: () => 'provider_error' })
  await expect(strict.strategy.refresh(refreshToken)).rejects.toMatchObject({
    code: 'provider_error',
  })
})
