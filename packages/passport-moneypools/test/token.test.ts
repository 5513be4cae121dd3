import { gzipSync } from 'node:zlib'
import {
  type Fault,
  type RecordedRequest,
  startSngine,
} from '../../passport-provider-simulators/src/index'
import { findFreePort } from '../../passport-code-flow/test/support/programs'
import { withPlanted } from '../../passport-code-flow/test/support/planted'
import { Strategy } from '../src/index'
import { CALLBACK, closeScenes, ended, openScene, profileOf, rightBut, told } from './support/scene'

afterEach(closeScenes)

const inQuery = ({ query }: RecordedRequest) => Object.keys(query)
const inBody = ({ body }: RecordedRequest) => [...new URLSearchParams(body).keys()]
const PARAMETERS = ['app_id', 'app_secret', 'auth_key']

it('F1 a login is two calls: /api/authorize, then /api/get_user_info', async () => {
  const scene = await openScene()
  expect(profileOf(await scene.browser().logIn()).id).toBe('1')
  expect(scene.sim.requests.map(({ path }) => path)).toEqual([
    '/api/authorize',
    '/api/get_user_info',
  ])
})

it.each([
  ['3.13', 'GET'],
  ['4.4', 'POST'],
] as const)('F2 T1a Sngine %s is asked by %s, when told so', async (version, tokenMethod) => {
  const scene = await openScene({ version }, { tokenMethod })
  expect(ended(await scene.browser().logIn())).toBe('success')
  expect(scene.calls()).toEqual([`${tokenMethod} token`, 'GET profile'])
})

it.each([
  ['3.13', 'POST'],
  ['4.4', 'GET'],
] as const)(
  'F3 T1a Sngine %s asked by %s sees no parameters: told otherwise, it is not asked again',
  async (version, tokenMethod) => {
    const scene = await openScene({ version }, { tokenMethod })
    const result = await scene.browser().logIn()
    expect(ended(result)).toBe('error config 500')
    expect(told(result).provider).toEqual({ status: 200, message: 'Bad Request, invalid app_id' })
    expect(scene.calls()).toEqual([`${tokenMethod} token`])
  },
)

it('F3 T1b auto: 4.4 is asked by POST alone, and the secret is in no URL', async () => {
  const scene = await openScene({ version: '4.4' })
  expect(ended(await scene.browser().logIn())).toBe('success')
  expect(scene.calls()).toEqual(['POST token', 'GET profile'])
  expect(scene.sim.requests[0]?.query).toEqual({})
})

it('F3 T1b auto: 3.13 is asked again by GET with the key that POST has not used, once', async () => {
  const scene = await openScene({ version: '3.13' })
  expect(ended(await scene.browser().logIn())).toBe('success')
  expect(scene.calls()).toEqual(['POST token', 'GET token', 'GET profile'])
  const [posted, got] = scene.sim.requests
  expect(got?.query['auth_key']).toBe(posted?.form?.['auth_key'])
})

it('F3 T1b auto: the method that worked is remembered, until the site is upgraded', async () => {
  const scene = await openScene({ version: '3.13' })
  const browser = scene.browser()
  await browser.logIn()
  scene.sim.requests.length = 0
  expect(ended(await browser.logIn())).toBe('success')
  expect(scene.calls()).toEqual(['GET token', 'GET profile'])

  const { port, clientID, clientSecret } = scene.sim
  await scene.sim.close()
  await using upgraded = await startSngine({ version: '4.4', port, clientID, clientSecret })
  for (const _ of [1, 2])
    expect(ended(await browser.logIn(upgraded.issueKey(upgraded.users[0])))).toBe('success')
  expect(upgraded.requests.map(({ method, endpoint }) => `${method} ${endpoint}`)).toEqual([
    'GET token',
    'POST token',
    'GET profile',
    'POST token',
    'GET profile',
  ])
})

it.each(['3.13', '4.4'] as const)(
  'T1c Sngine %s gets the parameters in the query or in the form, never in both',
  async (version) => {
    const scene = await openScene({ version })
    await scene.browser().logIn()
    for (const asked of scene.sim.requests.filter(({ endpoint }) => endpoint === 'token')) {
      const [none, all] = asked.method === 'POST' ? [inQuery, inBody] : [inBody, inQuery]
      expect(none(asked)).toEqual([])
      expect(all(asked)).toEqual(PARAMETERS)
    }
  },
)

it('F6 S4 nothing else is sent: no redirect_uri, no state, no Authorization, no cookie', async () => {
  const scene = await openScene()
  const browser = scene.browser()
  await browser.logIn()
  await browser.logIn()
  const [token, profile] = scene.sim.requests.slice(2)
  expect(token?.headers['content-type']).toBe('application/x-www-form-urlencoded')
  expect(token?.form).toEqual({
    app_id: scene.sim.clientID,
    app_secret: scene.sim.clientSecret,
    auth_key: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
  })
  expect(Object.keys(profile?.query ?? {})).toEqual(['access_token'])
  for (const { headers } of [token, profile].filter((one) => one !== undefined)) {
    expect(headers).not.toHaveProperty('authorization')
    expect(headers).not.toHaveProperty('cookie')
  }
})

it('nothing on Object.prototype gets into the options', async () => {
  const planted = {
    tokenMethod: 'GET',
    authorizationURL: 'https://planted.test/',
    tokenURL: 'https://planted.test/',
    userInfoURL: 'https://planted.test/',
    lang: 'planted',
    allowCrossSiteStart: true,
  }
  const scene = await openScene()
  const options = { ...sameApp(scene), baseURL: scene.sim.url, callbackURL: CALLBACK }
  const strategy = await withPlanted(
    planted,
    () => new Strategy(options, (_access, _refresh, profile) => Promise.resolve(profile)),
  )
  const browser = scene.browser(strategy)
  const foreign = { headers: { 'sec-fetch-site': 'cross-site' } }
  expect(ended(await browser.start(foreign))).toBe('fail cross_site_start 403')
  expect(await browser.start()).toMatchObject({
    url: new URL(`${scene.sim.url}/api/oauth?app_id=${scene.sim.clientID}`),
  })
  expect(ended(await browser.comeBack())).toBe('success')
  expect(scene.calls()).toEqual(['POST token', 'GET profile'])
  expect(scene.sim.requests[1]?.query).not.toHaveProperty('lang')
})

it('S11 a User-Agent can be set for sites behind a firewall that wants one', async () => {
  const scene = await openScene({}, { headers: { 'User-Agent': 'shop/1.0' } })
  await scene.browser().logIn()
  expect(scene.sim.requests.map(({ headers }) => headers['user-agent'])).toEqual([
    'shop/1.0',
    'shop/1.0',
  ])
})

const refusedBy = (message: string): Fault => ({ body: { error: true, message } })
const NO_PARAMETERS = 'Bad Request, invalid app_id'

it.each<[string, Fault]>([
  ['other words', refusedBy('Bad Request, invalid app_secret')],
  ['almost these words', refusedBy(`${NO_PARAMETERS}.`)],
  ["words in the site's language", 'localized-error'],
  ['another status', { status: 400, body: { error: true, message: NO_PARAMETERS } }],
  ['a fault of its own', { status: 500, body: { error: true, message: NO_PARAMETERS } }],
  ['no error flag', { body: { message: NO_PARAMETERS } }],
  ['a token beside it', { body: { error: true, message: NO_PARAMETERS, access_token: 'planted' } }],
  ['HTML', 'html'],
  ['a redirect', 'redirect'],
  ['half an answer', 'cut'],
  ['a reset', 'reset'],
])('F3 auto: with %s the secret does not go into a URL', async (_what, fault) => {
  const scene = await openScene()
  scene.sim.misbehave(fault, 'token')
  expect(ended(await scene.browser().logIn())).toMatch(/^error /)
  expect(scene.calls()).toEqual(['POST token'])
})

it('F3 auto: a site that sees no parameters by either method is asked twice each time, by POST first', async () => {
  const scene = await openScene()
  scene.sim.misbehave(refusedBy(NO_PARAMETERS), 'token')
  for (const _ of [1, 2]) expect(ended(await scene.browser().logIn())).toBe('error config 500')
  // nothing was learnt of the first: the second keeps the secret out of the URL as long
  expect(scene.calls()).toEqual(['POST token', 'GET token', 'POST token', 'GET token'])
})

it.each([
  ['#1 app_id absent', NO_PARAMETERS, 'error config 500'],
  ['#2 #6 app_secret absent or wrong', 'Bad Request, invalid app_secret', 'error config 500'],
  ['#3 #7 auth_key absent or bad', 'Bad Request, invalid auth_key', 'fail invalid_code 401'],
  ['#4 module off', 'Раздел для разработчиков отключён', 'error config 500'],
  ['#5 unknown app', "The application doesn't exist", 'error config 500'],
  ['another action', 'Bad Request, invalid parameters', 'error config 500'],
  ['database failure', 'Error: Please contact the support team', 'error config 500'],
  ['the name of an object member', 'constructor', 'error config 500'],
])('F4 S4 under status 200 the text alone tells: %s', async (_what, message, expected) => {
  const scene = await openScene()
  scene.sim.misbehave(refusedBy(message), 'token')
  const result = await scene.browser().logIn()
  expect(ended(result)).toBe(expected)
  expect(told(result).provider).toEqual({ status: 200, message })
  expect(told(result).message).not.toContain(message)
})

it.each([{ error: true }, { error: true, message: {} }, { error: 'true' }, { error: 1 }])(
  'F4 an error without a text is still one: %j',
  async (body) => {
    const scene = await openScene()
    scene.sim.misbehave({ body }, 'token')
    const result = await scene.browser().logIn()
    expect(ended(result)).toBe('error config 500')
    const code = body.error === true ? undefined : String(body.error)
    expect(told(result).provider).toEqual({ status: 200, code })
  },
)

it('T2a a key that the site knows as used is a failed login, not a server error', async () => {
  const scene = await openScene()
  const key = scene.issue()
  await scene.browser().logIn(key)
  // another process, whose guard has not seen the key
  const elsewhere = await openScene({}, { ...sameApp(scene), baseURL: scene.sim.url })
  const browser = elsewhere.browser()
  const result = await browser.logIn(key)
  expect(ended(result)).toBe('fail invalid_code 401')
  expect(told(result).provider).toEqual({ status: 200, message: 'Bad Request, invalid auth_key' })
  expect(ended(await browser.comeBack(scene.issue()))).toBe('success')
})

it('T2a a key that a second start has overwritten is a failed login', async () => {
  const scene = await openScene()
  const key = scene.issue()
  scene.issue()
  expect(ended(await scene.browser().logIn(key))).toBe('fail invalid_code 401')
})

it('T2a a key of another app is a failed login', async () => {
  const other = await openScene()
  const scene = await openScene()
  expect(ended(await scene.browser().logIn(other.issue()))).toBe('fail invalid_code 401')
})

const sameApp = ({ sim }: { sim: { clientID: string; clientSecret: string } }) => ({
  clientID: sim.clientID,
  clientSecret: sim.clientSecret,
})

it('T2b a wrong secret is for the operator to fix', async () => {
  const scene = await openScene({}, { clientSecret: 'fedcba9876543210fedcba9876543210' })
  const result = await scene.browser().logIn()
  expect(ended(result)).toBe('error config 500')
  expect(told(result).provider).toMatchObject({ message: 'Bad Request, invalid app_secret' })
})

it.each(['en_us', 'ru_ru', 'vi_vn'])(
  'T2c an unknown app and a module switched off are told in %s, and mean the same',
  async (lang) => {
    const unknown = await openScene({ lang }, { clientID: '1' })
    const off = await openScene({ lang, moduleOff: true })
    for (const scene of [unknown, off])
      expect(ended(await scene.browser().logIn())).toBe('error config 500')
  },
)

/** A site whose clock moves on between its two answers. */
async function openSlowScene(passed: number) {
  let time = Date.parse('2026-01-01T10:00:00Z')
  const scene = await openScene({ now: () => time })
  const wait = (ms: number) => {
    time += ms
  }
  scene.sim.misbehave(({ json }) => {
    wait(passed)
    return { body: Object(json) as object }
  }, 'token')
  return { scene, wait }
}

it.each([
  [60_000, 'success'],
  [60_001, 'error profile_failed 502'],
])('F5 T3a a token is used %i ms after it was made: %s', async (passed, expected) => {
  const { scene } = await openSlowScene(passed)
  const result = await scene.browser().logIn()
  expect(ended(result)).toBe(expected)
})

it("F5 T3a the site's own word for an expired token is kept for the operator", async () => {
  const { scene } = await openSlowScene(61_000)
  const result = await scene.browser().logIn()
  expect(told(result).provider).toEqual({
    status: 200,
    message: 'Bad Request, expired access_token',
  })
})

it('T3a a token that was replaced, or never was, gives no login', async () => {
  const scene = await openScene()
  scene.sim.misbehave({ body: { access_token: 'f'.repeat(32) } }, 'token')
  const result = await scene.browser().logIn()
  expect(ended(result)).toBe('error profile_failed 502')
  expect(told(result).provider).toMatchObject({ message: 'Bad Request, invalid access_token' })
})

it('T3b within 60 s the same token comes back with its old age, and serves while it lives', async () => {
  const { scene, wait } = await openSlowScene(0)
  const browser = scene.browser()
  await browser.logIn()
  wait(59_000)
  expect(ended(await browser.logIn())).toBe('success')
  wait(2_000)
  expect(ended(await browser.logIn())).toBe('success')
  const tokens = scene.sim.requests
    .filter(({ endpoint }) => endpoint === 'profile')
    .map(({ query }) => query['access_token'])
  expect(tokens[1]).toBe(tokens[0])
  expect(tokens[2]).not.toBe(tokens[0])
})

it('F5 F6 the app is promised nothing about the token: no refresh token, no expiry', async () => {
  const seen: unknown[] = []
  const scene = await openScene({}, {}, (accessToken, refreshToken, params, profile, done) => {
    seen.push(typeof accessToken, refreshToken, Object.keys(params))
    done(null, profile)
  })
  await scene.browser().logIn()
  expect(seen).toEqual(['string', undefined, ['access_token']])
})

it('an expiry or a user id that a modified site adds reaches the app as it is', async () => {
  const seen: unknown[] = []
  const scene = await openScene({}, {}, (_token, _refresh, params, profile, done) => {
    seen.push(params['expires_in'], params['expires_at'])
    done(null, profile)
  })
  scene.sim.misbehave(rightBut({ add: { expires_in: 3600, user_id: 1 } }), 'token')
  expect(ended(await scene.browser().logIn())).toBe('success')
  expect(seen).toEqual([3600, undefined])
})

it('S6.4 a profile of another user than the token answer names gives no login', async () => {
  const scene = await openScene()
  scene.sim.misbehave(rightBut({ add: { user_id: '2' } }), 'token')
  expect(ended(await scene.browser().logIn())).toBe('error bad_response 502')
})

const GZIP = { headers: { 'content-encoding': 'gzip' }, body: gzipSync('{"access_token":"a"}') }

it.each<[string, Fault, string]>([
  ['HTML under 200', 'html', 'bad_response'],
  ['a form', { body: 'access_token=planted' }, 'bad_response'],
  ['JSON that nobody asked to be compressed', GZIP, 'bad_response'],
])('T4a %s in place of JSON: the error says so and quotes nothing', async (_what, fault, code) => {
  for (const place of ['token', 'profile'] as const) {
    const scene = await openScene()
    scene.sim.misbehave(fault, place)
    const result = await scene.browser().logIn()
    expect(ended(result)).toBe(`error ${code} 502`)
    expect(told(result).message).toMatch(
      /: the (answer is not JSON|provider does not say what is wrong): status \d+, content type/,
    )
  }
})

it.each(['token', 'profile'] as const)(
  'FR20 the challenge page of a firewall, in place of the %s answer, is told with its status and quoted nowhere',
  async (place) => {
    const scene = await openScene()
    const body = '<!doctype html><title>Just a moment...</title><script>challenge()</script>'
    scene.sim.misbehave({ status: 403, headers: { 'content-type': 'text/html' }, body }, place)
    const result = await scene.browser().logIn()
    expect(result).toMatchObject({
      error: {
        code: place === 'token' ? 'bad_response' : 'profile_failed',
        step: place,
        provider: { status: 403 },
        message: expect.stringContaining('status 403, content type text/html') as unknown,
      },
    })
    expect(told(result).message).not.toContain('moment')
    for (const { headers } of scene.sim.requests) expect(headers['user-agent']).toBeTruthy()
  },
)

it('T4a S6.1 a site that is offline answers HTML on every path, under 200', async () => {
  const scene = await openScene({ offline: true })
  expect(ended(await scene.browser().logIn())).toBe('error bad_response 502')
})

it('T4b S6.1 a base URL that is not the canonical one is a redirect with JSON: refused, with a hint', async () => {
  const scene = await openScene({ nonCanonical: true })
  const result = await scene.browser().logIn()
  expect(ended(result)).toBe('error redirect_refused 502')
  expect(told(result).message).toMatch(/baseURL is not the site's own address/)
  expect(scene.calls()).toEqual(['POST token'])
})

it('T4c maxResponseBytes bounds what is read', async () => {
  const scene = await openScene({}, { maxResponseBytes: 100 })
  const result = await scene.browser().logIn()
  expect(ended(result)).toBe('error too_large 502')
  expect(scene.calls()).toEqual(['POST token', 'GET profile'])
})

it('T4c a site that nobody listens for is unreachable', async () => {
  const scene = await openScene({}, { baseURL: `http://127.0.0.1:${await findFreePort()}` })
  expect(ended(await scene.browser().logIn())).toBe('error network 502')
})

it.each([
  [404, 'Not Found', /there is no token endpoint at this address/],
  [405, 'Method Not Allowed', /there is no token endpoint at this address/],
  [404, true, /the provider refused the request/],
])("status %i with the error %p is the operator's to fix", async (status, error, message) => {
  const scene = await openScene()
  scene.sim.misbehave({ status, body: { error } }, 'token')
  const result = await scene.browser().logIn()
  expect(ended(result)).toBe('error config 500')
  expect(told(result).message).toMatch(message)
})

it.each([429, 500, 503])("an error under status %i is the provider's own", async (status) => {
  for (const place of ['token', 'profile'] as const) {
    const scene = await openScene()
    const body = { error: true, message: 'Too much' }
    scene.sim.misbehave({ status, body }, place)
    const result = await scene.browser().logIn()
    expect(ended(result)).toBe('error provider_error 502')
    expect(told(result).provider).toEqual({ status, message: 'Too much' })
  }
})

it("FR18 a gateway's word is the operator's, and the error keeps it", async () => {
  const scene = await openScene()
  scene.sim.misbehave({ status: 403, body: { error: 'Forbidden', path: '/api' } }, 'token')
  const result = await scene.browser().logIn()
  expect(ended(result)).toBe('error config 500')
  expect(told(result).provider).toEqual({ status: 403, code: 'Forbidden' })
  scene.sim.misbehave({ body: { error: 'invalid_client', message: 'Who?' } }, 'token')
  const other = told(await scene.browser().logIn())
  expect(other.provider).toEqual({ status: 200, code: 'invalid_client', message: 'Who?' })
})

it.each([false, null, '', 0, [], {}])('an error flag that is %j is none', async (error) => {
  const scene = await openScene()
  scene.sim.misbehave(rightBut({ add: { error } }))
  expect(ended(await scene.browser().logIn())).toBe('success')
})

it('the other method is tried where an old site sends an empty token beside its error', async () => {
  const scene = await openScene({ version: '3.13' })
  const body = { error: true, message: 'Bad Request, invalid app_id', access_token: '' }
  scene.sim.misbehave(({ status, json }) =>
    (json as { error?: true }).error ? { status, body } : { status, body: json as object },
  )
  expect(ended(await scene.browser().logIn())).toBe('success')
  expect(scene.calls()).toEqual(['POST token', 'GET token', 'GET profile'])
})

it('T8 a provider that echoes secret, key and token is quoted without them', async () => {
  const scene = await openScene()
  const key = scene.issue()
  const message = `${scene.sim.clientSecret} ${key}\n\u001b[31m${'x'.repeat(500)}`
  scene.sim.misbehave({ body: { error: true, message } }, 'token')
  const result = await scene.browser().logIn(key)
  expect(told(result).provider).toEqual({
    status: 200,
    message: expect.stringMatching(/^\[redacted\] \[redacted\] \[31mx{1,200}$/) as unknown,
  })
  scene.sim.misbehave(undefined, 'token')
  const lastToken = () => String(scene.sim.requests.at(-1)?.query['access_token'])
  scene.sim.misbehave(() => ({ body: { error: true, message: `your ${lastToken()}` } }), 'profile')
  const second = await scene.browser().logIn()
  expect(told(second).provider).toEqual({ status: 200, message: 'your [redacted]' })
})

it('T8 what is traced names steps and outcomes and nothing else', async () => {
  const scene = await openScene({ version: '3.13' })
  await scene.browser().logIn()
  const steps = scene.trace.events.map(({ step, outcome }) => `${String(step)} ${String(outcome)}`)
  expect(steps).toEqual(['start ok', 'callback ok', 'token ok', 'profile ok', 'verify ok'])
})
