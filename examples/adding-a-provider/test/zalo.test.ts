import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { LoginRequest } from 'passport-code-flow'
import * as bare from '../../../packages/passport-code-flow/test/support/bare'
import { expectNoSecret } from '../../../packages/passport-code-flow/test/support/oracle'
import { Strategy, type StrategyOptions } from '../src/zalo'
import { SHOP, startZalo, WRONG_SECRET } from './zalo-server'

let zalo: Awaited<ReturnType<typeof startZalo>>

beforeEach(async () => {
  zalo = await startZalo()
})

afterEach(() => zalo.close())

function createStrategy(own: Partial<StrategyOptions> = {}) {
  const { app_id: clientID, secret_key: clientSecret, redirect_uri: callbackURL } = SHOP
  const hosts = { baseURL: zalo.url, graphURL: zalo.url }
  return new Strategy(
    { clientID, clientSecret, callbackURL, ...hosts, ...own },
    (_accessToken, refreshToken, params, profile, done) =>
      done(null, { profile, refreshToken, expires: params.expires_at }),
  )
}

/** Starts a login and lets the provider send the browser back. */
async function start(
  strategy: Strategy,
  returnTo = '/cart',
  session = bare.createSession(),
): Promise<LoginRequest> {
  const first = bare.request('/auth/zalo', { session })
  const begun = await bare.attempt(strategy, first, { returnTo })
  if (begun.action !== 'redirect') throw new Error(`no redirect: ${begun.action}`)
  const { headers } = await fetch(begun.url, { redirect: 'manual' })
  const back = new URL(headers.get('location') ?? '')
  return bare.request(back.pathname + back.search, { session })
}

/** A whole login that succeeds. */
const logIn = async (strategy = createStrategy()) => bare.succeed(strategy, await start(strategy))

/** What a whole login ends in. */
const ending = async (strategy = createStrategy()) => bare.ending(strategy, await start(strategy))

it('logs in through state, PKCE, a secret in a header of its own and a token in another', async () => {
  const { user, info } = await logIn()
  const profile = { provider: 'zalo', id: '3574285018352941', displayName: 'Nguyễn Thị Hồng' }
  expect(user).toMatchObject({ profile, refreshToken: expect.any(String) as unknown })
  expect(info).toMatchObject({ returnTo: '/cart', initiatedBy: 'site' })
})

it('ends the login that the callback names, where one browser has started two logins', async () => {
  const strategy = createStrategy()
  const session = bare.createSession()
  const first = await start(strategy, '/cart', session)
  const second = await start(strategy, '/wishes', session)
  expect((await bare.succeed(strategy, first)).info).toMatchObject({ returnTo: '/cart' })
  expect((await bare.succeed(strategy, second)).info).toMatchObject({ returnTo: '/wishes' })
})

it('reads a lifetime that is seconds in a string', async () => {
  const now = jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2030, 0, 1))
  const { user } = await logIn().finally(() => now.mockRestore())
  expect(user).toMatchObject({ expires: new Date(Date.UTC(2030, 0, 1, 1)) })
})

it('takes a picture that is a web address, and no other', async () => {
  const value = 'https://avatar.example/1.jpg'
  zalo.user.picture = { data: { url: value } }
  expect((await logIn()).user).toMatchObject({ profile: { photos: [{ value }] } })
  zalo.user.picture = { data: { url: 'javascript:alert(1)' } }
  expect((await logIn()).user).not.toHaveProperty('profile.photos')
})

it("tells a stale code from the operator's mistake, both under HTTP 200", async () => {
  const strategy = createStrategy()
  const { url = '', session } = await start(strategy)
  const stale = bare.request(url.replace(/code=[^&]+/, 'code=stale'), { session })
  expect(await bare.ending(strategy, stale)).toBe('fail invalid_code 401')
  const wrong = createStrategy({ clientSecret: 'another', configErrors: [WRONG_SECRET] })
  expect(await ending(wrong)).toBe('error config 500')
})

it('ends in profile_failed when the token is refused', async () => {
  zalo.tokensWork = false
  expect(await ending()).toBe('error profile_failed 502')
})

it('ends in no_subject without a user id', async () => {
  zalo.user.id = ''
  expect(await ending()).toBe('error no_subject 502')
})

it('shows no secret, code or token when the strategy and an error are printed', async () => {
  zalo.tokensWork = false
  const strategy = createStrategy()
  const callback = await start(strategy)
  const code = new URL(callback.url ?? '', 'http://shop.test').searchParams.get('code') ?? ''
  const result = await bare.attempt(strategy, callback)
  const [token = ''] = zalo.tokens
  expect(token).not.toBe('')
  expectNoSecret([SHOP.secret_key, code, token], strategy, result)
})

it('is one file of at most 60 lines of code, and the page about adding a provider shows it', () => {
  const source = readFileSync(path.join(__dirname, '../src/zalo.ts'), 'utf8')
  const page = readFileSync(path.join(__dirname, '../../../docs/adding-a-provider.md'), 'utf8')
  const code = source.split('\n').filter((line) => !/^\s*(\/\/.*|\/\*\*.*\*\/)?$/.test(line))
  expect(code.length).toBeLessThanOrEqual(60)
  expect(page).toContain('```ts\n' + source + '```')
})
