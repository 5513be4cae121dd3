import { type Fault, startSngine } from '../../passport-provider-simulators/src/index'
import { calls, closeAll, ended, endWith, given, keep, openScene, rightAnd, told } from './support'

afterEach(closeAll)

const CONFIG = 'error config 500'
const BAD = 'error bad_response 502'
const FAULT = 'error provider_error 502'
const CODE = 'fail invalid_code 401'

it.each([
  ['3.13', 'GET', 'success', ['GET token', 'GET profile']],
  ['4.4', 'POST', 'success', ['POST token', 'GET profile']],
  ['3.13', 'POST', CONFIG, ['POST token']],
  ['4.4', 'GET', CONFIG, ['GET token']],
] as const)('F1 F2 F3 T1a Sngine %s is asked once, by %s if told so: %s', async (...row) => {
  const [version, tokenMethod, end, asked] = row
  const { sim, browser } = await openScene({ version }, { tokenMethod })
  expect(ended(await browser.logIn())).toBe(end)
  expect(calls(sim)).toEqual(asked)
})

it.each([
  ['4.4', ['POST']],
  ['3.13', ['POST', 'GET']],
] as const)('F3 T1b T1c auto: %s is asked by %j, with the key in one place', async (...row) => {
  const [version, methods] = row
  const { sim, browser } = await openScene({ version })
  const key = browser.issue()
  expect(ended(await browser.logIn(key))).toBe('success')
  expect(calls(sim)).toEqual([...methods.map((method) => `${method} token`), 'GET profile'])
  const sent = { app_id: sim.clientID, app_secret: sim.clientSecret, auth_key: key }
  for (const { method, query, body } of sim.requests.slice(0, -1)) {
    const places = [query, Object.fromEntries(new URLSearchParams(body))]
    expect(places).toEqual(method === 'POST' ? [{}, sent] : [sent, {}])
  }
})

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
  expect(Object.keys(token?.form ?? {})).toEqual(['app_id', 'app_secret', 'auth_key'])
  expect(Object.keys(profile?.query ?? {})).toEqual(['access_token'])
  for (const { headers } of sim.requests) {
    expect(headers).not.toHaveProperty('authorization')
    expect(headers).not.toHaveProperty('cookie')
    expect(headers['user-agent']).toBe('shop/1.0')
  }
})

const NO_PARAMETERS = 'Bad Request, invalid app_id'
const says = (message: string) => ({ error: true, message })
const refusal = (message: string, more = {}): Fault => ({ body: { ...says(message), ...more } })

it.each<[string, Fault]>([
  ['other words', refusal('Bad Request, invalid app_secret')],
  ['almost these words', refusal(`${NO_PARAMETERS}.`)],
  ["words in the site's language", 'localized-error'],
  ['another status', { status: 400, body: says(NO_PARAMETERS) }],
  ['a fault of its own', { status: 500, body: says(NO_PARAMETERS) }],
  ['no error flag', { body: { message: NO_PARAMETERS } }],
  ['a token beside it', refusal(NO_PARAMETERS, { access_token: 'planted' })],
])('F3 auto: with %s the secret does not go into a URL', async (_what, fault) => {
  expect(ended(await endWith(fault))).toMatch(/^error /)
})

it('F3 auto: a site that sees no parameters by either method is asked twice each time, by POST first', async () => {
  const { sim, browser } = await openScene()
  sim.misbehave(refusal(NO_PARAMETERS), 'token')
  for (const _ of [1, 2]) expect(ended(await browser.logIn())).toBe('error config 500')
  // nothing was learnt of the first: the second keeps the secret out of the URL as long
  expect(calls(sim)).toEqual(['POST token', 'GET token', 'POST token', 'GET token'])
})

it('F3 auto: the other method is tried where an old site sends an empty token beside its error', async () => {
  const { sim, browser } = await openScene({ version: '3.13' })
  sim.misbehave(({ json }) => {
    const { error } = json as { error?: true }
    return { body: { ...Object(json), ...(error && { access_token: '' }) } }
  }, 'token')
  expect(ended(await browser.logIn())).toBe('success')
  expect(calls(sim)).toEqual(['POST token', 'GET token', 'GET profile'])
})

const NOWHERE = 'there is no token endpoint at this address'
const REFUSED = 'the provider refused the request'

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
])('%s ends in %s (%s) under %i, told to the operator alone', async (...row) => {
  const [, end, text, status, body] = row
  const result = await endWith({ status, body }, 'token', { tokenMethod: 'POST' })
  expect(ended(result)).toBe(end)
  const code = body.error === true ? undefined : String(body.error)
  const message = typeof body.message === 'string' ? body.message : undefined
  expect(told(result).provider).toEqual({ status, code, message })
  expect(told(result).message).toContain(text)
  expect(told(result).message).not.toContain(message ?? 'no message')
})

it.each([false, null, '', 0, [], {}])('an error flag that is %j is none', async (error) => {
  for (const place of ['token', 'profile'] as const)
    expect(ended(await endWith(rightAnd({ error }), place))).toBe('success')
})

it.each<[string, string, number]>([
  ['error profile_failed 502', 'Bad Request, expired access_token', 200],
  ['error profile_failed 502', 'Bad Request, invalid access_token', 200],
  [FAULT, 'Too much', 503],
])('F5 T3a a refused token ends in %s, and the operator is told: %s', async (...row) => {
  const [end, message, status] = row
  const result = await endWith({ status, body: { error: true, message } }, 'profile')
  expect(ended(result)).toBe(end)
  expect(told(result).provider).toEqual({ status, message })
})

it('F5 F6 the app is promised nothing about the token, and what a modified site adds reaches it as it is', async () => {
  const { accessToken, refreshToken, params } = given(await (await openScene()).browser.logIn())
  expect([refreshToken, params]).toEqual([undefined, { access_token: accessToken }])
  const added = { expires_in: 3600, user_id: 1 }
  const { params: more } = given(await endWith(rightAnd(added)))
  expect(more).toEqual({ access_token: expect.any(String), ...added })
})

it.each([
  ['T4a a form under 200', 200, BAD],
  ['FR20 the challenge page of a firewall', 403, 'error profile_failed 502'],
])('%s in place of JSON: the error says so and quotes nothing', async (_, status, atProfile) => {
  const fault = { status, headers: { 'content-type': 'text/html' }, body: 'access_token=planted' }
  const ends = { token: BAD, profile: atProfile }
  for (const place of ['token', 'profile'] as const) {
    const result = await endWith(fault, place)
    expect(ended(result)).toBe(ends[place])
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

it('T8 what is traced names steps and outcomes and nothing else', async () => {
  const { browser } = await openScene({ version: '3.13' })
  await browser.logIn()
  const steps = browser.traced.map(({ step, outcome }) => `${String(step)} ${String(outcome)}`)
  expect(steps).toEqual(['start ok', 'callback ok', 'token ok', 'profile ok', 'verify ok'])
})
