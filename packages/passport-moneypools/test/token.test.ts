import { gzipSync } from 'node:zlib'
import {
  type Fault,
  type RecordedRequest,
  startSngine,
} from '../../passport-provider-simulators/src/index'
import { findFreePort } from '../../passport-code-flow/test/support/programs'
import { withPlanted } from '../../passport-code-flow/test/support/planted'
import { giveAll } from '../../../test/visitor'
import { Strategy } from '../src/index'
import {
  Browser,
  calls,
  closeAll,
  ended,
  endWith,
  given,
  keep,
  openScene,
  optionsFor,
  rightAnd,
  told,
} from './support'

afterEach(closeAll)

const inQuery = ({ query }: RecordedRequest) => Object.keys(query)
const inBody = ({ body }: RecordedRequest) => [...new URLSearchParams(body).keys()]

it.each([
  ['3.13', 'GET'],
  ['4.4', 'POST'],
] as const)('F1 F2 T1a Sngine %s is asked by %s, when told so', async (version, tokenMethod) => {
  const { sim, browser } = await openScene({ version }, { tokenMethod })
  expect(ended(await browser.logIn())).toBe('success')
  expect(calls(sim)).toEqual([`${tokenMethod} token`, 'GET profile'])
  expect(sim.requests.map(({ path }) => path)).toEqual(['/api/authorize', '/api/get_user_info'])
})

it.each([
  ['3.13', 'POST'],
  ['4.4', 'GET'],
] as const)(
  'F3 T1a Sngine %s asked by %s sees no parameters: told otherwise, it is not asked again',
  async (version, tokenMethod) => {
    const { sim, browser } = await openScene({ version }, { tokenMethod })
    const result = await browser.logIn()
    expect(ended(result)).toBe('error config 500')
    expect(told(result).provider).toEqual({ status: 200, message: 'Bad Request, invalid app_id' })
    expect(calls(sim)).toEqual([`${tokenMethod} token`])
  },
)

it.each([
  ['4.4', 'by POST alone', ['POST token', 'GET profile']],
  ['3.13', 'again by GET', ['POST token', 'GET token', 'GET profile']],
] as const)(
  'F3 T1b T1c auto: %s is asked %s with the same key, in the query or in the form and never in both',
  async (version, _, asked) => {
    const { sim, browser } = await openScene({ version })
    const key = browser.issue()
    expect(ended(await browser.logIn(key))).toBe('success')
    expect(calls(sim)).toEqual(asked)
    for (const call of sim.requests.filter(({ endpoint }) => endpoint === 'token')) {
      const [none, all] = call.method === 'POST' ? [inQuery, inBody] : [inBody, inQuery]
      expect(none(call)).toEqual([])
      expect(all(call)).toEqual(['app_id', 'app_secret', 'auth_key'])
      expect({ ...call.query, ...call.form }).toHaveProperty('auth_key', key)
    }
  },
)

it('F3 T1b auto: the method that worked is remembered, until the site is upgraded', async () => {
  const { sim, browser } = await openScene({ version: '3.13' })
  await browser.logIn()
  sim.requests.length = 0
  expect(ended(await browser.logIn())).toBe('success')
  expect(calls(sim)).toEqual(['GET token', 'GET profile'])

  const { port, clientID, clientSecret } = sim
  await sim.close()
  const upgraded = await keep(startSngine({ version: '4.4', port, clientID, clientSecret }))
  for (const _ of [1, 2])
    expect(ended(await browser.logIn(upgraded.issueKey(upgraded.users[0])))).toBe('success')
  const login = ['POST token', 'GET profile']
  expect(calls(upgraded)).toEqual(['GET token', ...login, ...login])
})

it('F6 S4 S11 nothing else is sent: no redirect_uri, no state, no Authorization, no cookie; a User-Agent if there is one', async () => {
  const { sim, browser } = await openScene({}, { headers: { 'User-Agent': 'shop/1.0' } })
  await browser.logIn()
  await browser.logIn()
  const [token, profile] = sim.requests.slice(2)
  expect(token?.headers['content-type']).toBe('application/x-www-form-urlencoded')
  expect(token?.form).toEqual({
    app_id: sim.clientID,
    app_secret: sim.clientSecret,
    auth_key: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
  })
  expect(Object.keys(profile?.query ?? {})).toEqual(['access_token'])
  for (const { headers } of sim.requests) {
    expect(headers).not.toHaveProperty('authorization')
    expect(headers).not.toHaveProperty('cookie')
    expect(headers['user-agent']).toBe('shop/1.0')
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
  const { sim } = await openScene()
  const strategy = await withPlanted(planted, () => new Strategy(optionsFor(sim), giveAll))
  const browser = new Browser(sim, strategy)
  const foreign = { headers: { 'sec-fetch-site': 'cross-site' } }
  expect(ended(await browser.start(foreign))).toBe('fail cross_site_start 403')
  expect(await browser.start()).toMatchObject({
    url: new URL(`${sim.url}/api/oauth?app_id=${sim.clientID}`),
  })
  expect(ended(await browser.comeBack())).toBe('success')
  expect(calls(sim)).toEqual(['POST token', 'GET profile'])
  expect(sim.requests[1]?.query).not.toHaveProperty('lang')
})

const refusal = (message: string, more: object = {}): Fault => ({
  body: { error: true, message, ...more },
})
const NO_PARAMETERS = 'Bad Request, invalid app_id'

it.each<[string, Fault]>([
  ['other words', refusal('Bad Request, invalid app_secret')],
  ['almost these words', refusal(`${NO_PARAMETERS}.`)],
  ["words in the site's language", 'localized-error'],
  ['another status', { status: 400, body: { error: true, message: NO_PARAMETERS } }],
  ['a fault of its own', { status: 500, body: { error: true, message: NO_PARAMETERS } }],
  ['no error flag', { body: { message: NO_PARAMETERS } }],
  ['a token beside it', refusal(NO_PARAMETERS, { access_token: 'planted' })],
  ['HTML', 'html'],
  ['a redirect', 'redirect'],
  ['half an answer', 'cut'],
  ['a reset', 'reset'],
])('F3 auto: with %s the secret does not go into a URL', async (_what, fault) => {
  expect(ended(await endWith(fault))).toMatch(/^error /)
})

it('F3 auto: a site that sees no parameters by either method is asked twice each time, by POST first', async () => {
  const { sim, browser, misbehave } = await openScene()
  misbehave(refusal(NO_PARAMETERS), 'token')
  for (const _ of [1, 2]) expect(ended(await browser.logIn())).toBe('error config 500')
  // nothing was learnt of the first: the second keeps the secret out of the URL as long
  expect(calls(sim)).toEqual(['POST token', 'GET token', 'POST token', 'GET token'])
})

it('F3 auto: the other method is tried where an old site sends an empty token beside its error', async () => {
  const { sim, browser, misbehave } = await openScene({ version: '3.13' })
  misbehave(({ json }) => {
    const { error } = json as { error?: true }
    return { body: { ...Object(json), ...(error && { access_token: '' }) } }
  }, 'token')
  expect(ended(await browser.logIn())).toBe('success')
  expect(calls(sim)).toEqual(['POST token', 'GET token', 'GET profile'])
})

const CONFIG = 'error config 500'
const BAD = 'error bad_response 502'
const FAULT = 'error provider_error 502'
const CODE = 'fail invalid_code 401'

it.each([
  ['#1 app_id absent', NO_PARAMETERS, CONFIG],
  ['#2 #6 app_secret absent or wrong', 'Bad Request, invalid app_secret', CONFIG],
  ['#3 #7 auth_key absent or bad', 'Bad Request, invalid auth_key', CODE],
  ['#4 module off', 'Раздел для разработчиков отключён', CONFIG],
  ['#5 unknown app', "The application doesn't exist", CONFIG],
  ['another action', 'Bad Request, invalid parameters', CONFIG],
  ['database failure', 'Error: Please contact the support team', CONFIG],
  ['the name of an object member', 'constructor', CONFIG],
])('F4 S4 under status 200 the text alone tells: %s', async (_what, message, expected) => {
  const { browser, misbehave } = await openScene({}, { tokenMethod: 'POST' })
  misbehave(refusal(message), 'token')
  const result = await browser.logIn()
  expect(ended(result)).toBe(expected)
  expect(told(result).provider).toEqual({ status: 200, message })
  expect(told(result).message).not.toContain(message)
})

const NOWHERE = 'there is no token endpoint at this address'
const REFUSED = 'the provider refused the request'

it.each<[string, string, string, number, { error: unknown; message?: unknown }]>([
  ['F4 an error without a text', CONFIG, REFUSED, 200, { error: true }],
  ['F4 an error whose text is none', CONFIG, REFUSED, 200, { error: true, message: {} }],
  ['F4 an error that is a text', CONFIG, REFUSED, 200, { error: 'true' }],
  ['F4 an error that is a number', CONFIG, REFUSED, 200, { error: 1 }],
  ['an error of another endpoint', CONFIG, NOWHERE, 404, { error: 'Not Found' }],
  ['an error of another endpoint', CONFIG, NOWHERE, 405, { error: 'Method Not Allowed' }],
  ["an error of Sngine's", CONFIG, REFUSED, 404, { error: true }],
  ["FR18 a gateway's word", CONFIG, REFUSED, 403, { error: 'Forbidden' }],
  ["FR18 a gateway's word", CONFIG, REFUSED, 200, { error: 'invalid_client', message: 'Who?' }],
  ["the site's own fault", FAULT, '', 429, { error: true, message: 'Too much' }],
  ["the site's own fault", FAULT, '', 500, { error: true, message: 'Too much' }],
  ["the site's own fault", FAULT, '', 503, { error: true, message: 'Too much' }],
])(
  '%s ends in %s (%s) under %i, and the operator is told it',
  async (_, end, says, status, body) => {
    for (const place of says === '' ? (['token', 'profile'] as const) : (['token'] as const)) {
      const result = await endWith({ status, body }, place)
      expect(ended(result)).toBe(end)
      expect(told(result).message).toContain(says)
      const code = body.error === true ? undefined : String(body.error)
      const message = typeof body.message === 'string' ? body.message : undefined
      expect(told(result).provider).toEqual({ status, code, message })
    }
  },
)

it.each([false, null, '', 0, [], {}])('an error flag that is %j is none', async (error) => {
  const { browser, misbehave } = await openScene()
  misbehave(rightAnd({ error }))
  expect(ended(await browser.logIn())).toBe('success')
})

it('T2a a key that the site knows as used is a failed login, not a server error', async () => {
  const { sim, browser } = await openScene()
  const key = browser.issue()
  await browser.logIn(key)
  // another process, whose guard has not seen the key
  const elsewhere = new Browser(sim, new Strategy(optionsFor(sim), giveAll))
  const result = await elsewhere.logIn(key)
  expect(ended(result)).toBe(CODE)
  expect(told(result).provider).toEqual({ status: 200, message: 'Bad Request, invalid auth_key' })
  expect(ended(await elsewhere.comeBack())).toBe('success')
})

it('T2a a key that a second start has overwritten, and one of another app, is a failed login', async () => {
  const { browser } = await openScene()
  const key = browser.issue()
  browser.issue()
  const other = (await openScene()).browser
  for (const bad of [key, other.issue()]) expect(ended(await browser.logIn(bad))).toBe(CODE)
})

it('T2b a wrong secret is for the operator to fix', async () => {
  const { browser } = await openScene({}, { clientSecret: 'fedcba9876543210fedcba9876543210' })
  const result = await browser.logIn()
  expect(ended(result)).toBe(CONFIG)
  expect(told(result).provider).toMatchObject({ message: 'Bad Request, invalid app_secret' })
})

it.each(['en_us', 'ru_ru', 'vi_vn'])(
  'T2c an unknown app and a module switched off are told in %s, and mean the same',
  async (lang) => {
    const unknown = await openScene({ lang }, { clientID: '1' })
    const off = await openScene({ lang, moduleOff: true })
    for (const { browser } of [unknown, off]) expect(ended(await browser.logIn())).toBe(CONFIG)
  },
)

/** A site whose clock moves on between its two answers, and when the test says so. */
async function openSlowScene(passed: number) {
  let time = Date.parse('2026-01-01T10:00:00Z')
  const scene = await openScene({ now: () => time })
  const wait = (ms: number) => {
    time += ms
  }
  scene.misbehave(({ json }) => {
    wait(passed)
    return { body: Object(json) as object }
  }, 'token')
  return { ...scene, wait }
}

it("F5 T3a a token is used up to 60 s after it was made; then the site's own word is kept for the operator", async () => {
  expect(ended(await (await openSlowScene(60_000)).browser.logIn())).toBe('success')
  const late = await (await openSlowScene(60_001)).browser.logIn()
  expect(ended(late)).toBe('error profile_failed 502')
  expect(told(late).provider).toEqual({ status: 200, message: 'Bad Request, expired access_token' })
})

it('T3a a token that was replaced, or never was, gives no login', async () => {
  const result = await endWith({ body: { access_token: 'f'.repeat(32) } })
  expect(ended(result)).toBe('error profile_failed 502')
  expect(told(result).provider).toMatchObject({ message: 'Bad Request, invalid access_token' })
})

it('T3b within 60 s the same token comes back with its old age, and serves while it lives', async () => {
  const { browser, wait } = await openSlowScene(0)
  const tokens: string[] = []
  for (const passed of [0, 59_000, 2_000]) {
    wait(passed)
    tokens.push(given(await browser.logIn()).accessToken)
  }
  expect(tokens[1]).toBe(tokens[0])
  expect(tokens[2]).not.toBe(tokens[0])
})

it('F5 F6 the app is promised nothing about the token, and what a modified site adds reaches it as it is', async () => {
  const { browser, misbehave } = await openScene()
  const { accessToken, refreshToken, params } = given(await browser.logIn())
  expect([refreshToken, params]).toEqual([undefined, { access_token: accessToken }])
  const added = { expires_in: 3600, user_id: 1 }
  misbehave(rightAnd(added), 'token')
  expect(given(await browser.logIn()).params).toEqual({
    access_token: expect.any(String),
    ...added,
  })
})

const GZIP = { headers: { 'content-encoding': 'gzip' }, body: gzipSync('{"access_token":"a"}') }
const PAGE = '<!doctype html><title>Just a moment...</title><script>challenge()</script>'
const FIREWALL = { status: 403, headers: { 'content-type': 'text/html' }, body: PAGE }

it.each<[string, Fault, RegExp]>([
  ['T4a HTML under 200', 'html', /status 200, content type text\/html/],
  ['T4a a form', { body: 'access_token=planted' }, /status 200, content type/],
  ['T4a JSON that nobody asked to be compressed', GZIP, /status 200, content type/],
  ['FR20 the challenge page of a firewall', FIREWALL, /status 403, content type text\/html/],
])('%s in place of JSON: the error says so and quotes nothing', async (title, fault, says) => {
  for (const place of ['token', 'profile'] as const) {
    const result = await endWith(fault, place)
    const isRefused = title.startsWith('FR20') && place === 'profile'
    expect(ended(result)).toBe(isRefused ? 'error profile_failed 502' : BAD)
    expect(told(result).message).toMatch(says)
    expect(told(result).message).not.toMatch(/moment|planted|access_token/)
    expect(result).toMatchObject({ error: { step: place } })
  }
})

it.each<[string, string, Parameters<typeof openScene>]>([
  ['T4a S6.1 a site that is offline and answers HTML under 200', BAD, [{ offline: true }]],
  [
    'T4b S6.1 an address that is not its own',
    'error redirect_refused 502',
    [{ nonCanonical: true }],
  ],
])('%s ends in %s', async (_, end, how) => {
  const { sim, browser } = await openScene(...how)
  const result = await browser.logIn()
  expect(ended(result)).toBe(end)
  const hint = /baseURL is not the site's own address/.test(told(result).message)
  expect([hint, calls(sim)]).toEqual([end !== BAD, ['POST token']])
})

it('T4c maxResponseBytes bounds what is read, and a site that nobody listens for is unreachable', async () => {
  const { browser } = await openScene({}, { maxResponseBytes: 100 })
  expect(ended(await browser.logIn())).toBe('error too_large 502')
  const gone = await openScene({}, { baseURL: `http://127.0.0.1:${await findFreePort()}` })
  expect(ended(await gone.browser.logIn())).toBe('error network 502')
})

it('S6.4 a profile of another user than the token answer names gives no login', async () => {
  expect(ended(await endWith(rightAnd({ user_id: '2' })))).toBe(BAD)
})

it('T8 a provider that echoes secret, key and token is quoted without them', async () => {
  const { sim, browser, misbehave } = await openScene()
  const key = browser.issue()
  const message = `${sim.clientSecret} ${key}\n\u001b[31m${'x'.repeat(500)}`
  misbehave({ body: { error: true, message } }, 'token')
  expect(told(await browser.logIn(key)).provider).toEqual({
    status: 200,
    message: expect.stringMatching(/^\[redacted\] \[redacted\] \[31mx{1,200}$/) as unknown,
  })
  misbehave(undefined, 'token')
  const lastToken = () => String(sim.requests.at(-1)?.query['access_token'])
  misbehave(() => ({ body: { error: true, message: `your ${lastToken()}` } }), 'profile')
  const { provider } = told(await browser.logIn())
  expect(provider).toEqual({ status: 200, message: 'your [redacted]' })
})

it('T8 what is traced names steps and outcomes and nothing else', async () => {
  const { browser } = await openScene({ version: '3.13' })
  await browser.logIn()
  const steps = browser.traced.map(({ step, outcome }) => `${String(step)} ${String(outcome)}`)
  expect(steps).toEqual(['start ok', 'callback ok', 'token ok', 'profile ok', 'verify ok'])
})
