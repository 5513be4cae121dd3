import {
  type Fault,
  type RecordedRequest,
  startSngine,
} from '../../passport-provider-simulators/src/index'
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

const CONFIG = 'error config 500'
const BAD = 'error bad_response 502'
const FAULT = 'error provider_error 502'
const CODE = 'fail invalid_code 401'

it.each([
  ['3.13', 'GET', 'success'],
  ['4.4', 'POST', 'success'],
  ['3.13', 'POST', CONFIG],
  ['4.4', 'GET', CONFIG],
] as const)(
  'F1 F2 F3 T1a Sngine %s is asked once, by %s, when told so: %s',
  async (version, tokenMethod, end) => {
    const { sim, browser } = await openScene({ version }, { tokenMethod })
    expect(ended(await browser.logIn())).toBe(end)
    const profile = end === 'success' ? ['GET profile'] : []
    expect(calls(sim)).toEqual([`${tokenMethod} token`, ...profile])
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

it('S6.3 nothing on Object.prototype gets into the options, such as leave to start from another site', async () => {
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

const NOWHERE = 'there is no token endpoint at this address'
const REFUSED = 'the provider refused the request'
const says = (message: string) => ({ error: true, message })

it.each<[string, string, string, number, { error: unknown; message?: unknown }]>([
  ['F4 S4 #1 app_id absent', CONFIG, REFUSED, 200, says(NO_PARAMETERS)],
  ['T2b #2 #6 app_secret', CONFIG, REFUSED, 200, says('Bad Request, invalid app_secret')],
  ['F4 #3 #7 auth_key', CODE, 'not accepted', 200, says('Bad Request, invalid auth_key')],
  ['T2c #4 module off', CONFIG, REFUSED, 200, says('Раздел для разработчиков отключён')],
  ['T2c #5 unknown app', CONFIG, REFUSED, 200, says("The application doesn't exist")],
  ['F4 an error without a text', CONFIG, REFUSED, 200, { error: true }],
  ['F4 an error whose text is none', CONFIG, REFUSED, 200, { error: true, message: {} }],
  ['F4 an error that is a number', CONFIG, REFUSED, 200, { error: 1 }],
  ['an error of another endpoint', CONFIG, NOWHERE, 404, { error: 'Not Found' }],
  ['an error of another endpoint', CONFIG, NOWHERE, 405, { error: 'Method Not Allowed' }],
  ["an error of Sngine's", CONFIG, REFUSED, 404, { error: true }],
  ["FR18 a gateway's word", CONFIG, REFUSED, 403, { error: 'Forbidden' }],
  ["FR18 a gateway's word", CONFIG, REFUSED, 200, { error: 'invalid_client', message: 'Who?' }],
  ["the site's own fault", FAULT, '', 429, says('Too much')],
  ["the site's own fault", FAULT, '', 500, says('Too much')],
])(
  '%s ends in %s (%s) under %i; only the operator is told it',
  async (_, end, text, status, body) => {
    const { browser, misbehave } = await openScene({}, { tokenMethod: 'POST' })
    misbehave({ status, body }, 'token')
    const result = await browser.logIn()
    expect(ended(result)).toBe(end)
    const code = body.error === true ? undefined : String(body.error)
    const message = typeof body.message === 'string' ? body.message : undefined
    expect(told(result).provider).toEqual({ status, code, message })
    expect(told(result).message).toContain(text)
    expect(told(result).message).not.toContain(message ?? 'no message')
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

it.each<[string, string, number]>([
  ['error profile_failed 502', 'Bad Request, expired access_token', 200],
  ['error profile_failed 502', 'Bad Request, invalid access_token', 200],
  [FAULT, 'Too much', 503],
])(
  'F5 T3a a refused token gives no login (%s), and the operator is told: %s',
  async (end, message, status) => {
    const result = await endWith({ status, body: { error: true, message } }, 'profile')
    expect(ended(result)).toBe(end)
    expect(told(result).provider).toEqual({ status, message })
  },
)

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

it.each([
  ['T4a a form under 200', 200, BAD],
  ['FR20 the challenge page of a firewall', 403, 'error profile_failed 502'],
])('%s in place of JSON: the error says so and quotes nothing', async (_, status, atProfile) => {
  const headers = { 'content-type': 'text/html' }
  for (const [place, end] of [
    ['token', BAD],
    ['profile', atProfile],
  ] as const) {
    const result = await endWith({ status, headers, body: 'access_token=planted' }, place)
    expect(ended(result)).toBe(end)
    expect(told(result).message).toContain(`status ${status}, content type text/html`)
    expect(told(result).message).not.toContain('planted')
  }
})

it('T4b S6.1 an address that is not the own one of the site: the operator is told so', async () => {
  const { sim, browser } = await openScene({ nonCanonical: true })
  const result = await browser.logIn()
  expect(ended(result)).toBe('error redirect_refused 502')
  expect(told(result).message).toContain("baseURL is not the site's own address")
  expect(calls(sim)).toEqual(['POST token'])
})

it('T4c maxResponseBytes limits what is read', async () => {
  const { browser } = await openScene({}, { maxResponseBytes: 100 })
  expect(ended(await browser.logIn())).toBe('error too_large 502')
})

it('S6.4 a profile of another user than the token answer names gives no login', async () => {
  expect(ended(await endWith(rightAnd({ user_id: '2' })))).toBe(BAD)
})

it('T8 what is traced names steps and outcomes and nothing else', async () => {
  const { browser } = await openScene({ version: '3.13' })
  await browser.logIn()
  const steps = browser.traced.map(({ step, outcome }) => `${String(step)} ${String(outcome)}`)
  expect(steps).toEqual(['start ok', 'callback ok', 'token ok', 'profile ok', 'verify ok'])
})
