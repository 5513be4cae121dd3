import http from 'node:http'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { closeAll, keep } from '../../../../test/keep.js'
import { startProxy } from '../../../../test/server.js'
import { attempt, endOf, matching, type Result } from '../support/bare.js'
import { CODE, json, openLogin, REFRESH, type Responder } from '../support/acme.js'
import { SECRET, startAcme, TOKEN, useAcme } from '../support/acme.js'
import { expectNoSecret } from '../support/oracle.js'
import { useTransports } from '../support/transports.js'
import type { CodeFlowStrategy, Provider, Refreshes } from '../../src/index.js'

const acme = useAcme()

afterEach(() => jest.restoreAllMocks())
afterEach(closeAll)

const good = { access_token: TOKEN, token_type: 'Bearer' }

async function logIn(options = {}): Promise<Result> {
  const { strategy, callback, session } = await openLogin(acme, options)
  const verifiers = JSON.stringify(session).match(/[\w-]{43}/g) ?? []
  const result = await attempt(strategy, callback())
  if (result.action !== 'success')
    expectNoSecret([SECRET, TOKEN, REFRESH, CODE, ...verifiers], result, strategy)
  return result
}

const bytes =
  (body: string | Buffer, status = 200, headers = {}): Responder =>
  (_req, res) =>
    void res.writeHead(status, headers).end(body)

const text = (body: string, status = 200, type = 'application/json') =>
  bytes(body, status, { 'content-type': type })

type Done = (error: null, user: object) => void

/** Verifies whose user is what they are given: all but the params, or the params alone. */
const giveAll = (...[access, refresh, profile]: unknown[]) =>
  Promise.resolve({ access, refresh, profile })
const giveParams = (_a: 0, _r: 0, params: object, _p: 0, done: Done) => done(null, { params })

const [NO_JSON, NO_OBJECT, NO_TOKEN] = [/not JSON/, /not a JSON object/, /no usable access token/]
const [KIND, BOTH] = [/not a bearer token/, /a token and an error/]
const [UNSAID, NOWHERE] = [/: the provider does not say what is wrong: s/, /no token endpoint/]
const NO_SUCCESS = /: the status is not one of success: status 2/
const [BAD, BROKEN] = ['bad_response', 'provider_error']

type Row = [string, Responder, RegExp, code?: string, status?: number]

it.each<Row>([
  ['A50 null', text('null'), NO_OBJECT],
  ['A50 a list', text('[]'), NO_OBJECT],
  ['nothing', text(''), NO_JSON],
  ['an empty object', text('{}'), NO_TOKEN],
  ['A54 HTML', text('<html>', 200, 'text/html'), NO_JSON],
  ['A54 JSON behind a guard', text(`)]}'\n${JSON.stringify(good)}`), NO_JSON],
  ['A54 UTF-16', bytes(Buffer.from(JSON.stringify(good), 'utf16le')), NO_JSON],
  ['A54 letters that are not UTF-8', bytes(Buffer.from('{"a":"\xe9"}', 'latin1')), NO_JSON],
  ['A55 a form', text(`access_token=${TOKEN}`, 200, 'application/x-www-form-urlencoded'), NO_JSON],
  ...[201, 204, 206].map(
    (n): Row => [
      `A48 B18 a token under ${n}, no status of success`,
      json(good, n),
      NO_SUCCESS,
      BAD,
      n,
    ],
  ),
  ...[400, 403].map(
    (n): Row => [`A48 B18 a token under ${n} without a reason`, json(good, n), UNSAID, BAD, n],
  ),
  ['A48 a token under status 500', json(good, 500), UNSAID, BROKEN, 500],
  ['503 in HTML', text('<h1>maintenance</h1>', 503, 'text/html'), UNSAID, BROKEN, 503],
  ['A78 429 with a Retry-After', bytes('', 429, { 'retry-after': '0' }), UNSAID, BROKEN, 429],
  ['a page that is not there', text('<html>', 404), NOWHERE, 'config', 404],
  ['a method that is not allowed', json({}, 405), NOWHERE, 'config', 405],
  ['A49 a token beside an error', json({ ...good, error: 'invalid_grant' }), BOTH],
  ['A49 a token beside an error that is shown as one', json({ ...good, error: 'x' }, 400), BOTH],
  ['half a character in a token', json({ access_token: 'marker\ud800', error: 'x' }), BOTH],
  ['A56 a token of another kind', json({ ...good, token_type: 'mac' }), KIND],
  ['A56 a token whose kind only begins so', json({ ...good, token_type: 'bearer2' }), KIND],
  ['A56 a token whose kind only ends so', json({ ...good, token_type: 'x-bearer' }), KIND],
  ['A56 a kind that is no text', json({ ...good, token_type: { kind: 'Bearer' } }), KIND],
  ['A56 a kind that is an empty object', json({ ...good, token_type: {} }), KIND],
  ['A56 a kind in a list', json({ ...good, token_type: ['Bearer'] }), KIND],
  ...[null, '', ' ', 'a b', 'a\r\nx: y', 'é', {}, [], 7, true, 'x'.repeat(16_385)].map(
    (token): Row => [
      `A51 the token ${JSON.stringify(token)?.slice(0, 20)}`,
      json({ access_token: token }),
      NO_TOKEN,
    ],
  ),
])('ends after one call, in an error that says why, for the token answer: %s', async (...row) => {
  const [, respond, words, code = BAD, status = expect.any(Number) as unknown] = row
  acme.token = respond
  const said = { code, step: 'token', message: matching(words), provider: { status } }
  expect(await logIn()).toMatchObject({ action: 'error', error: { name: 'LoginError', ...said } })
  expect(acme.calls).toHaveLength(1)
})

it.each([null, '', ' ', 0, false, {}, [], 'null', 'false'])(
  'FR96 reads the token %j in an answer with an error as absent',
  async (access_token) => {
    acme.token = json({ access_token, error: 'invalid_grant' }, 400)
    expect(await logIn()).toMatchObject({ action: 'fail', info: { code: 'invalid_code' } })
  },
)

// Spotify says so that a user is not in the list of a new application
it.each([
  ['text/plain', { message: 'User not registered [redacted]' }],
  ['Text/Plain; charset=utf-8', { message: 'User not registered [redacted]' }],
  ['text/html', {}],
  ['text/plain-ish', {}],
  ['x-text/plain', {}],
])('FR55 keeps a refusal for the log only where it is plain text: %s', async (type, words) => {
  acme.profile = text(`User not registered\n${SECRET}`, 403, type)
  expect(await logIn()).toHaveProperty('error.provider', { status: 403, ...words })
})

const CHALLENGE = 'Bearer error="invalid_token", error_description="expired"'
const challenged = bytes('', 401, { 'www-authenticate': `${CHALLENGE}, realm="${TOKEN}"` })
const nested = json({ error: { code: 190, message: `no\n${SECRET}` } }, 401)
const refuse = { kind: 'config' as const, provider: { code: undefined } }
const silently = (_answer: unknown, step: string) => (step === 'profile' ? refuse : undefined)

it.each([
  ['a challenge', challenged, { message: `${CHALLENGE}, realm="[redacted]"` }],
  ['an object in error', nested, { code: '190', message: 'no [redacted]' }],
])(
  'B18 keeps what the provider says in %s, where its own reading finds nothing',
  async (_name, respond, words) => {
    for (const readRefusal of [() => undefined, silently]) {
      acme.profile = respond
      const result = await logIn({ describe: { readRefusal } })
      expect(result).toMatchObject({ error: { code: 'profile_failed' } })
      expect(result).toHaveProperty('error.provider', { status: 401, ...words })
    }
  },
)

const EXPIRED = { message: `expired\n${SECRET}` }

it.each([
  ['token', 200, 'bad_response', EXPIRED],
  ['token', 400, 'bad_response', { error_description: EXPIRED.message }],
  ['profile', 200, 'no_subject', EXPIRED],
  ['profile', 401, 'profile_failed', { error_description: EXPIRED.message, message: 'no' }],
] as const)('FR59 keeps what a %s answer under %i says: %s', async (...row) => {
  const [part, status, code, body] = row
  acme[part] = json(body, status)
  const result = await logIn({ describe: { readRefusal: () => undefined } })
  const provider = { status, message: 'expired [redacted]' }
  expect(result).toMatchObject({ error: { code, provider } })
})

it('FR65 keeps the message of a refusal of which the provider reads the code alone', async () => {
  const readRefusal: Provider['readRefusal'] = ({ body: { error } }) =>
    error === undefined ? undefined : { kind: 'config', provider: { code: String(error) } }
  const refused = async (words: object) => {
    acme.token = json({ error: 'invalid_request', ...words }, 400)
    return logIn({ describe: { readRefusal } })
  }
  const provider = { status: 400, code: 'invalid_request' }
  const message = 'redirect_uri is wrong'
  for (const words of [{ error_description: message }, { message }])
    expect(await refused(words)).toHaveProperty('error.provider', { ...provider, message })
  expect(await refused({})).toHaveProperty('error.provider', provider)
})

it('FR69 keeps the detail or the title of a problem of RFC 9457, and no title of another object', async () => {
  const profile = async (body: object, type: string) => {
    acme.profile = text(JSON.stringify({ type: 'about:blank', ...body }), 401, type)
    return logIn({ describe: { readRefusal: () => undefined } })
  }
  const problem = 'application/problem+json'
  const said = { status: 401, message: 'Unauthorized' }
  for (const body of [{ title: 'Error', detail: 'Unauthorized' }, { title: 'Unauthorized' }])
    for (const type of [problem, `${problem}; charset=utf-8`])
      expect(await profile(body, type)).toHaveProperty('error.provider', said)
  for (const type of ['application/json', 'text/plain', `x-${problem}`]) {
    const person = await profile({ title: 'Dr.' }, type)
    expect(person).toHaveProperty('error.provider', { status: 401 })
  }
})

it.each([
  { message: `no\n${SECRET}`, timestamp: 't' },
  { error_msg: 'no' },
  { error_message: 'no' },
  { Message: 'no' },
  { message: null, Message: 'no' },
  { fault: { faultstring: 'no', detail: { errorcode: 'x' } } },
  { fault: { code: 900901, message: 'no' } },
  { statusCode: 400, message: ['no', 'nor this'] },
  { errors: [{ message: 'no' }, { message: 'nor this' }] },
  { errors: { error_id: '3', msg: 'no' } },
  { return_code: -1, return_message: 'no' },
  { errcode: 40029, errmsg: 'no' },
  { detail: 'no' },
])('FR95 keeps what the JSON of a gateway or framework says: %j', async (body) => {
  const message = JSON.stringify(body).includes(SECRET) ? 'no [redacted]' : 'no'
  for (const status of [200, 400, 403, 404, 429, 500, 503]) {
    acme.token = json(body, status)
    const result = await logIn({ describe: { readRefusal: () => undefined } })
    expect(result).toHaveProperty('error.provider', { status, message })
  }
})

it('FR59 keeps no text of a success: it may hold tokens', async () => {
  acme.token = text(`id_token=${'secret'.repeat(3)}`, 200, 'text/plain')
  const readBody = ({ text: form }: { text: string }) =>
    form.startsWith('id_token') ? Object.fromEntries(new URLSearchParams(form)) : undefined
  const result = await logIn({ describe: { readBody } })
  expect(result).toHaveProperty('error.provider', { status: 200 })
})

it.each<[string, Pick<Provider, 'exchange'>]>([
  ['tokenRequest', {}],
  ['exchange', { exchange: (_grant, ask) => ask({ method: 'GET' }) }],
])('tells a provider with %s for which step it reads a refusal', async (_name, how) => {
  const readRefusal = jest.fn()
  const { strategy, finish } = await openLogin(acme, { describe: { readRefusal, ...how } })
  expect(await finish()).toBe('success')
  await (strategy as CodeFlowStrategy & Refreshes).refresh(REFRESH)
  const steps = readRefusal.mock.calls.map(([, step]: unknown[]) => step)
  expect(steps).toEqual(['token', 'profile', 'refresh'])
})

it('FR161 names the proxy that wants a password, which no provider does', async () => {
  const proxy = await keep(startProxy(407))
  const readRefusal = jest.fn()
  const describe = { readRefusal }
  const message = expect.stringContaining('the outgoing proxy wants a user name and a password')
  const refused = { code: 'config', message: message as unknown }
  const agent = new HttpsProxyAgent(proxy.url)
  const { strategy, callback } = await openLogin(acme, { describe, agent })
  expect(await attempt(strategy, callback())).toMatchObject({ error: refused })
  const refreshing = (strategy as CodeFlowStrategy & Refreshes).refresh(REFRESH)
  await expect(refreshing).rejects.toMatchObject({ ...refused, step: 'refresh' })
  expect([proxy.asked.length, acme.calls, readRefusal.mock.calls]).toEqual([2, [], []])
  acme.profile = json({ error: 'proxy_auth' }, 407)
  expect(await logIn({ describe })).toMatchObject({ error: { ...refused, step: 'profile' } })
})

const tokens = { accessToken: TOKEN, params: {} }
const PARAMS = 'the params that readTokens gives must be an object'
const EXPIRY = 'the expiresAt that readTokens gives must be a Date'
const KINDS = 'the kind that readRefusal gives must be one of invalid_code, '

it.each<[string, string, unknown]>([
  [PARAMS, 'readTokens', undefined],
  [PARAMS, 'readTokens', { accessToken: TOKEN }],
  [PARAMS, 'readTokens', { ...tokens, params: [] }],
  [EXPIRY, 'readTokens', { ...tokens, expiresAt: 3600 }],
  [KINDS, 'readRefusal', { kind: 'access_denied' }],
  [KINDS, 'readRefusal', {}],
  [KINDS, 'readRefusal', true],
])('B19 ends in config, and says that %s, where %s gives %p', async (must, name, given) => {
  const cause = { message: matching(RegExp(`^${must}`)) }
  expect(await logIn({ describe: { [name]: () => given } })).toMatchObject({
    error: { code: 'config', status: 500, step: 'token', cause },
  })
})

it.each([
  ['invalid_code', 'fail invalid_code 401'],
  ['config', 'error config 500'],
  ['provider_error', 'error provider_error 502'],
  ['bad_response', 'error bad_response 502'],
] as const)('takes the kind %s of a refusal from a provider', async (kind, end) => {
  acme.token = json({})
  expect(endOf(await logIn({ describe: { readRefusal: () => ({ kind }) } }))).toBe(end)
})

const TYPES = [undefined, null, '', ' ', 0, false, [], 'bearer', 'BEARER', ' Bearer\n']

it.each(TYPES)('A54 A56 accepts the token type %j, under any content type', async (kind) => {
  acme.token = text(JSON.stringify({ ...good, token_type: kind }), 200, 'text/html')
  expect(await logIn()).toMatchObject({ action: 'success' })
})

it('accepts tokens of up to 16 384 characters, also one that begins like the word for none', async () => {
  const [longest, longer] = [`null-undefined${'x'.repeat(16_370)}`, 'y'.repeat(16_385)]
  acme.token = json({ ...good, access_token: longest, refresh_token: longer })
  const options = { verify: giveAll, maxResponseBytes: 100_000, skipUserProfile: true }
  expect(await logIn(options)).toMatchObject({ user: { access: longest, refresh: undefined } })
})

it.each([null, '', 'a b', 7, {}])('reads the refresh token %p as absent', async (refresh) => {
  acme.token = json({ ...good, refresh_token: refresh })
  const user = { access: TOKEN, refresh: undefined }
  expect(await logIn({ verify: giveAll })).toMatchObject({ user })
})

it('gives verify the whole token answer and the time when it expires', async () => {
  jest.spyOn(Date, 'now').mockReturnValue(0)
  acme.token = json({ ...good, expires_in: 60, scope: 'a b' })
  const params = { ...good, expires_in: 60, scope: 'a b', expires_at: new Date(60_000) }
  expect(await logIn({ verify: giveParams })).toHaveProperty('user', { params })
})

it('gives expires_at as a Date or not at all, whatever the answer has there', async () => {
  acme.token = json({ ...good, expires_at: 'soon' })
  const result = await logIn({ verify: giveParams })
  expect(result).toHaveProperty('user.params', good)
  expect(result).not.toHaveProperty('user.params.expires_at')
})

it('FR58 A57 gives no expires_at where the provider makes a Date of what is no time', async () => {
  const readTokens: Provider['readTokens'] = ({ body }) => {
    const { access_token: accessToken, expires_on: moment } = body
    return { accessToken, expiresAt: new Date(String(moment)), params: body }
  }
  for (const moment of [undefined, 'soon']) {
    acme.token = json({ ...good, expires_on: moment })
    const result = await logIn({ verify: giveParams, describe: { readTokens } })
    expect(result).toMatchObject({ action: 'success' })
    expect(result).not.toHaveProperty('user.params.expires_at')
  }
})

it('reads a list as an object where the provider says how', async () => {
  const readBody = ({ json: list }: { json: unknown }) =>
    Array.isArray(list) ? { list } : undefined
  const describe = { readBody }
  acme.profile = json([], 500)
  expect(await logIn({ describe })).toMatchObject({ error: { code: 'provider_error' } })
  acme.profile = json([])
  expect(await logIn({ describe })).toMatchObject({ error: { code: 'no_subject' } })
})

it('says provider_error where the profile endpoint reports its own fault under 200', async () => {
  const readRefusal = (_answer: object, step: string) =>
    step === 'profile' ? ({ kind: 'provider_error' } as const) : undefined
  const error = { code: 'provider_error', step: 'profile', provider: { status: 200 } }
  expect(await logIn({ describe: { readRefusal } })).toMatchObject({ error })
})

it('says invalid_code for a refused code, without the words of the provider', async () => {
  const script = '<script>alert(1)</script>'
  acme.token = json({ error: 'invalid_grant', error_description: script }, 400)
  const message = 'The login was not accepted. Please start again.'
  const provider = { status: 400, code: 'invalid_grant', message: script }
  const info = { code: 'invalid_code', message, provider }
  expect(await logIn()).toEqual({ action: 'fail', status: 401, info })
})

it('shows the client id and the callback URL that a provider repeats, as given and as sent', async () => {
  const client = { clientID: 'application-1', callbackURL: 'https://APP.test/callback' }
  const form = { ...client, sent: 'https://app.test/callback' }
  const message = Object.values(form).join(' ')
  acme.token = json({ error: 'invalid_client', error_description: message }, 401)
  const tokenRequest = () => ({ method: 'POST' as const, form })
  expect(await logIn({ ...client, describe: { tokenRequest } })).toMatchObject({
    error: { code: 'config', provider: { message } },
  })
})

it('logs in only the user whom the token answer names, by an id', async () => {
  for (const sub of [2 ** 53, { a: 1 }, true]) {
    acme.token = json({ ...good, sub })
    const wrong = { code: 'bad_response', step: 'token', message: matching(/without a usable id$/) }
    expect(await logIn()).toMatchObject({ error: wrong })
  }
  acme.token = json({ ...good, sub: 'u2' })
  const other = {
    code: 'bad_response',
    step: 'profile',
    message: matching(/user id of the profile is not that of the token answer/),
  }
  expect(await logIn()).toMatchObject({ error: other })
  acme.token = json({ ...good, sub: 'u1' })
  expect(await logIn()).toMatchObject({ action: 'success' })
})

it('calls the provider over the connections of the option agent', async () => {
  const agent = new http.Agent()
  const opened = jest.spyOn(agent, 'createConnection')
  expect(await logIn({ agent })).toMatchObject({ action: 'success' })
  expect(opened).toHaveBeenCalledTimes(acme.calls.length)
  agent.destroy()
})

it('makes no profile call with skipUserProfile', async () => {
  const user = { access: TOKEN, refresh: REFRESH, profile: undefined }
  expect(await logIn({ skipUserProfile: true, verify: giveAll })).toHaveProperty('user', user)
  expect(acme.calls).toHaveLength(1)
})

it('reads the user of the token answer, where the provider has no user info', async () => {
  acme.token = json({ ...good, sub: 'u7', name: 'Ada' })
  const describe = { userInfoURL: undefined, userInfoRequest: undefined }
  expect(await logIn({ describe })).toMatchObject({
    user: { id: 'u7', displayName: 'Ada', _json: { sub: 'u7' } },
  })
  expect(acme.calls).toHaveLength(1)
})

it('B29 asks for the user at the URL of the request where the provider has no userInfoURL', async () => {
  const logInBy = (request: object) =>
    logIn({ describe: { userInfoURL: undefined, userInfoRequest: () => request } })
  expect(await logInBy({ method: 'GET', url: '/me' })).toMatchObject({ user: { id: 'u1' } })
  // never the token endpoint
  expect(await logInBy({ method: 'GET' })).toMatchObject({
    error: { code: 'config', step: 'profile', cause: { message: expect.stringContaining('url') } },
  })
})

it('fetches a user in two calls, the second with what the first and the tokens gave', async () => {
  acme.token = json({ ...good, uid: 'u1' })
  acme.profile = (req, res) =>
    json(req.url?.startsWith('/me/email') ? { email: 'a@b.example' } : { sub: 'u1' })(req, res, '')
  const fetchUser: Provider['fetchUser'] = async ({ params, accessToken }, ask) => {
    const headers = { authorization: `Bearer ${accessToken}` }
    const user = await ask({ method: 'GET', headers, query: { id: String(params['uid']) } })
    const { body } = await ask({ method: 'GET', url: '/me/email', headers })
    return { id: user.body['sub'], email: body['email'] }
  }
  expect(await logIn({ describe: { fetchUser } })).toMatchObject({
    user: { id: 'u1', emails: [{ value: 'a@b.example' }], _json: { sub: 'u1' } },
  })
  expect(acme.calls.map(({ path }) => path)).toEqual(['/token', '/me?id=u1', '/me/email'])
})

it.each(['exchange', 'fetchUser'])(
  'ends in timeout when %s of the provider never ends',
  async (name) => {
    const describe = { [name]: () => new Promise(() => {}) }
    expect(await logIn({ describe, timeout: 100 })).toMatchObject({ error: { code: 'timeout' } })
  },
)

it.each([
  ['timeout', json({ sub: 'u1' })],
  ['provider_error', json({}, 503)],
])('closes the connection of each running call when a login ends in %s', async (code, other) => {
  let isAsked = () => {}
  const asked = new Promise<void>((resolve) => (isAsked = resolve))
  const closed = new Promise<void>((resolve) => {
    acme.profile = (req, res, body) => {
      if (req.url !== '/silent') return void asked.then(() => other(req, res, body))
      res.on('close', resolve)
      isAsked()
    }
  })
  const fetchUser: Provider['fetchUser'] = async (_tokens, ask) => {
    const urls = ['/silent', '/me']
    const [user] = await Promise.all(urls.map((url) => ask({ method: 'GET', url })))
    return { id: user?.body['sub'] }
  }
  const timeout = code === 'timeout' ? 200 : 10_000
  expect(await logIn({ describe: { fetchUser }, timeout })).toMatchObject({
    error: { code, step: 'profile' },
  })
  await closed
})

it.each(['https://evil.example/me', '//evil.example/me', 'http://[', 'data:x', 'blob:'])(
  'sends no token to %s, whatever an answer says',
  async (where) => {
    const url = where === 'blob:' ? `blob:${acme.url}/me` : where
    const fetchUser: Provider['fetchUser'] = async (_tokens, ask) => ({
      id: (await ask({ method: 'GET', url })).status,
    })
    const message = matching(/stopped: origins does not list that site$/)
    expect(await logIn({ describe: { fetchUser } })).toMatchObject({
      error: { code: 'bad_response', step: 'profile', message },
    })
    expect(acme.calls).toHaveLength(1)
  },
)

it('reads a token answer that is a form, and another status of success', async () => {
  const form = `access_token=${TOKEN}&token_type=bearer&__proto__=x`
  acme.token = text(form, 201, 'application/x-www-form-urlencoded')
  const describe = {
    successStatuses: [200, 201],
    readBody: (answer: { text: string; json: unknown }) =>
      answer.json === undefined ? Object.fromEntries(new URLSearchParams(answer.text)) : undefined,
  }
  const { user } = (await logIn({ describe, verify: giveParams })) as { user: { params: object } }
  // what a form says has no place in the prototype of params
  expect(Object.keys(user.params)).toEqual(['access_token', 'token_type'])
})

it('ends in config when a function of the provider throws', async () => {
  const cause = { name: 'TypeError', message: 'no [redacted]' }
  const readTokens = () => {
    throw new TypeError(`no ${SECRET}`)
  }
  expect(await logIn({ describe: { readTokens } })).toMatchObject({
    error: { code: 'config', message: matching(/see the cause/), step: 'token', cause },
  })
})

describe.each(useTransports())('over %s', (_transport, own) => {
  it.each<[string, Responder, string, RegExp]>([
    ['a refusal', json({ error: 'invalid_token' }, 401), 'profile_failed', /refused the token/],
    ['a refusal under 200', json({ error: 'no' }), 'profile_failed', /refused the token/],
    ['another status', json({ sub: 'u1' }, 403), 'profile_failed', /status 403/],
    ['a page that is not there', text('<html>', 404), 'config', /no user info endpoint at this/],
    ['its own fault', json({}, 500), 'provider_error', /./],
    ['HTML', text('<html>'), 'bad_response', NO_JSON],
    ['a list', json([]), 'bad_response', NO_OBJECT],
    ['null', json(null), 'bad_response', NO_OBJECT],
    ['nobody', json({}), 'no_subject', /no usable user id/],
    ['a rounded number', text('{"sub":9007199254740993}'), 'no_subject', /no usable user id/],
    ['a redirect', bytes('', 302, { location: '/x' }), 'redirect_refused', /redirect/],
  ])('A65 logs nobody in when the profile answer is %s', async (_name, respond, code, words) => {
    acme.profile = respond
    const verify = jest.fn()
    const provider = { status: expect.any(Number) as unknown }
    expect(await logIn({ ...own, verify })).toMatchObject({
      action: 'error',
      error: { code, step: 'profile', message: matching(words), provider },
    })
    expect(verify).not.toHaveBeenCalled()
  })

  it('FR15 B43 A70 asks in each call for JSON that is not compressed, with a User-Agent and the option headers', async () => {
    await logIn({ ...own, headers: { 'User-Agent': 'shop/1', 'X-Trace': 'a' } })
    await logIn(own)
    const plain = { accept: 'application/json', 'accept-encoding': 'identity' }
    const extra = { ...plain, 'user-agent': 'shop/1', 'x-trace': 'a' }
    const usual = { ...plain, 'user-agent': 'passport-code-flow' }
    expect(acme.calls.map(({ headers }) => headers)).toMatchObject([extra, extra, usual, usual])
  })

  it('FR17 says the status, type and coding of an answer that is no JSON, whatever is wrong', async () => {
    const coded = { 'content-type': 'text/html', 'content-encoding': 'br' }
    const refusing = { readRefusal: () => ({ kind: 'config' as const }) }
    for (const [status, headers, describe, about] of [
      [200, coded, {}, 'type text/html, coding br'],
      [404, coded, {}, 'type text/html, coding br'],
      [403, coded, refusing, 'type text/html, coding br'],
      [200, {}, {}, 'type none, coding none'],
    ] as const) {
      acme.token = bytes('x', status, headers)
      const message = matching(RegExp(`: status ${status}, content ${about}$`))
      expect(await logIn({ ...own, describe })).toMatchObject({ error: { message } })
    }
    acme.token = json({}, 403)
    const message = 'acme: the provider refused the request'
    expect(await logIn({ ...own, describe: refusing })).toMatchObject({ error: { message } })
  })

  it('has one deadline for both calls', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout')
    acme.profile = json({}, 500)
    await logIn({ ...own, timeout: 12_345 })
    // a start and a login; what comes after the login's failure has its own
    expect(timers.mock.calls.filter(([, ms]) => ms === 12_345)).toHaveLength(3)
  })

  it('exchanges a code in as many calls as the provider needs', async () => {
    acme.token = (req, res) => json(req.method === 'GET' ? good : { error: 'other' })(req, res, '')
    const exchange: Provider['exchange'] = async ({ code }, ask) => {
      const answer = await ask({ method: 'POST', form: { code } })
      return answer.body['error'] === 'other' ? ask({ method: 'GET', query: { code } }) : answer
    }
    expect(await logIn({ ...own, describe: { exchange } })).toMatchObject({ action: 'success' })
    expect(acme.calls.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET'])
    acme.token = json({ error: 'other' })
    const error = { code: 'config' }
    expect(await logIn({ ...own, describe: { exchange } })).toMatchObject({ error })
  })

  it('calls another origin that the provider has named', async () => {
    const other = await startAcme()
    const fetchUser: Provider['fetchUser'] = async (_tokens, ask) => ({
      id: (await ask({ method: 'GET', url: `${other.url}/user` })).body['sub'],
    })
    const describe = { fetchUser, origins: [other.url] }
    expect(await logIn({ ...own, describe })).toMatchObject({ user: { id: 'u1' } })
    expect(other.calls).toHaveLength(1)
    await other.close()
  })

  it('adds the hint of the provider to a message', async () => {
    acme.token = bytes('{}', 302, { location: '/' })
    const hints = { redirect_refused: 'look at the base URL', no_pending_login: 'Here.' }
    const message = 'acme: the provider answered with a redirect: look at the base URL'
    expect(await logIn({ ...own, describe: { hints } })).toMatchObject({
      error: { message, provider: { status: 302 } },
    })
  })
})
