import http from 'node:http'
import { Agent } from 'undici'
import { attempt, type Result } from '../support/bare.js'
import { CODE, json, openLogin, REFRESH, type Responder } from '../support/acme.js'
import { SECRET, startAcme, TOKEN, useAcme } from '../support/acme.js'
import { expectNoSecret } from '../support/oracle.js'
import type { Provider } from '../../src/index.js'

const acme = useAcme()

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

/** A verify with five parameters, and the params that it was called with. */
function takeParams() {
  const seen: Record<string, unknown>[] = []
  type Done = (error: null, user: object) => void
  const verify = (_a: 0, _r: 0, params: Record<string, unknown>, _p: object, done: Done) => {
    seen.push(params)
    done(null, {})
  }
  return { seen, verify }
}

const [NO_JSON, NO_OBJECT, NO_TOKEN] = [/not JSON/, /not a JSON object/, /no usable access token/]
const [KIND, BOTH, STATUS] = [/not a bearer token/, /a token and an error/, /status \d{3}/]

it.each([
  ['A50 null', text('null'), NO_OBJECT],
  ['A50 a list', text('[]'), NO_OBJECT],
  ['a number', text('1'), NO_OBJECT],
  ['a text', text('"x"'), NO_OBJECT],
  ['nothing', text(''), NO_JSON],
  ['an empty object', text('{}'), NO_TOKEN],
  ['A54 HTML', text('<html>', 200, 'text/html'), NO_JSON],
  ['A54 JSON behind a guard', text(`)]}'\n${JSON.stringify(good)}`), NO_JSON],
  ['A54 JSON twice', text(JSON.stringify(good).repeat(2)), NO_JSON],
  ['A54 UTF-16', bytes(Buffer.from(JSON.stringify(good), 'utf16le')), NO_JSON],
  ['A54 letters that are not UTF-8', bytes(Buffer.from('{"a":"\xe9"}', 'latin1')), NO_JSON],
  ['A55 a form', text(`access_token=${TOKEN}`, 200, 'application/x-www-form-urlencoded'), NO_JSON],
  ['A48 a token under status 201', json(good, 201), STATUS],
  ['A48 a token under status 204', json(good, 204), STATUS],
  ['A48 a token under status 206', json(good, 206), STATUS],
  ['A48 a token under status 400', json(good, 400), STATUS],
  ['A49 a token beside an error', json({ ...good, error: 'invalid_grant' }), BOTH],
  ['A49 a token beside an error that is shown as one', json({ ...good, error: 'x' }, 400), BOTH],
  ['A56 a token of another kind', json({ ...good, token_type: 'mac' }), KIND],
  ['A56 a token whose kind only begins so', json({ ...good, token_type: 'bearer2' }), KIND],
  ['A56 a token whose kind only ends so', json({ ...good, token_type: 'x-bearer' }), KIND],
  ['A56 a kind that is no text', json({ ...good, token_type: { kind: 'Bearer' } }), KIND],
  ['A56 a kind in a list', json({ ...good, token_type: ['Bearer'] }), KIND],
  ...[null, '', ' ', 'a b', 'a\r\nx: y', 'é', {}, [], 7, true, 'x'.repeat(16_385)].map(
    (token): [string, Responder, RegExp] => [
      `A51 the token ${JSON.stringify(token)?.slice(0, 20)}`,
      json({ access_token: token }),
      NO_TOKEN,
    ],
  ),
] as [string, Responder, RegExp][])(
  'ends in bad_response for the token answer: %s',
  async (_name, respond, words) => {
    acme.token = respond
    expect(await logIn()).toMatchObject({
      action: 'error',
      error: {
        name: 'LoginError',
        code: 'bad_response',
        step: 'token',
        status: 502,
        message: expect.stringMatching(words) as unknown,
        provider: { status: expect.any(Number) as unknown },
      },
    })
    expect(acme.calls).toHaveLength(1)
  },
)

it.each([
  ['A48 500 with a token', json(good, 500), 500, 'provider_error'],
  ['503 in HTML', text('<h1>maintenance</h1>', 503, 'text/html'), 503, 'provider_error'],
  ['500 with nothing', text('', 500), 500, 'provider_error'],
  ['503 in another encoding', bytes(Buffer.from('\xe9', 'latin1'), 503), 503, 'provider_error'],
  ['429', json({}, 429), 429, 'provider_error'],
  ['A78 429 with a Retry-After', bytes('', 429, { 'retry-after': '0' }), 429, 'provider_error'],
  ['a page that is not there', text('<html>', 404), 404, 'config'],
  ['a method that is not allowed', json({}, 405), 405, 'config'],
] as [string, Responder, number, string][])(
  'ends after one call, and says the status: %s',
  async (_name, respond, status, code) => {
    acme.token = respond
    const words = code === 'config' ? /no token endpoint at this address/ : /./
    const message = expect.stringMatching(words) as unknown
    expect(await logIn()).toMatchObject({
      error: { code, step: 'token', message, provider: { status } },
    })
    expect(acme.calls).toHaveLength(1)
  },
)

it.each([null, '', ' ', 0, false, {}, []])(
  'reads the token %j in an answer with an error as absent',
  async (access_token) => {
    acme.token = json({ access_token, error: 'invalid_grant' }, 400)
    expect(await logIn()).toMatchObject({ action: 'fail', info: { code: 'invalid_code' } })
  },
)

it.each([400, 403, 404, 429, 500])(
  'keeps the error text of a gateway that answers with status %i',
  async (status) => {
    acme.token = json({ message: `Forbidden\n${SECRET}`, timestamp: 't' }, status)
    const provider = { status, message: 'Forbidden [redacted]' }
    expect(await logIn()).toHaveProperty('error.provider', provider)
  },
)

it('tells readRefusal which answer it reads', async () => {
  const steps: string[] = []
  const readRefusal = (_answer: object, step: string) => void steps.push(step)
  expect(await logIn({ describe: { readRefusal } })).toMatchObject({ action: 'success' })
  expect(steps).toEqual(['token', 'profile'])
})

it.each([undefined, null, '', ' ', 0, false, [], 'bearer', 'BEARER', ' Bearer\n'])(
  'A56 accepts the token type %j',
  async (kind) => {
    acme.token = json({ ...good, token_type: kind })
    expect(await logIn()).toMatchObject({ action: 'success' })
  },
)

it('accepts tokens of up to 16 384 characters', async () => {
  const [longest, longer] = ['x'.repeat(16_384), 'y'.repeat(16_385)]
  acme.token = json({ ...good, access_token: longest, refresh_token: longer })
  const verify = (...seen: unknown[]) => Promise.resolve({ seen: seen.slice(0, 2) })
  const options = { verify, maxResponseBytes: 100_000, skipUserProfile: true }
  expect(await logIn(options)).toMatchObject({ user: { seen: [longest, undefined] } })
})

it.each([null, '', 'a b', 7, {}])('reads the refresh token %p as absent', async (refresh) => {
  acme.token = json({ ...good, refresh_token: refresh })
  const seen: unknown[] = []
  const verify = (...args: unknown[]) => Promise.resolve(seen.push(...args) && { id: 1 })
  expect(await logIn({ verify })).toMatchObject({ action: 'success' })
  expect(seen[1]).toBeUndefined()
})

it('gives verify the whole token answer and the time when it expires', async () => {
  acme.token = json({ ...good, expires_in: 60, scope: 'a b' })
  const { seen, verify } = takeParams()
  const before = Date.now()
  await logIn({ verify })
  expect(seen).toMatchObject([{ ...good, expires_in: 60, scope: 'a b' }])
  expect(Number(seen[0]?.['expires_at']) - before).toBeGreaterThanOrEqual(60_000)
})

it('gives expires_at as a Date or not at all, whatever the answer has there', async () => {
  acme.token = json({ ...good, expires_at: 'soon' })
  const { seen, verify } = takeParams()
  await logIn({ verify })
  expect(seen).toEqual([good])
})

it('keeps the error text of the provider for the log, on one line, short and without secrets', async () => {
  const message = `\u001b[31mwrong\n${SECRET} ${CODE}\u202e ${'x'.repeat(500)}`
  acme.token = json({ error: 'invalid_client', error_description: message }, 401)
  const said = expect.stringMatching(/^\[31mwrong \[redacted\] \[redacted\]  x{167}$/) as unknown
  expect(await logIn()).toMatchObject({
    error: {
      code: 'config',
      message: 'acme: the provider refused the request',
      provider: { status: 401, code: 'invalid_client', message: said },
    },
  })
})

const inHTML = (value: string, quote: string) =>
  value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", quote)
const secret = 'marker/with "quotes"&more<less>more (and!) \'all\' the*rest~'
const inURL = encodeURIComponent(secret)
const inForm = new URLSearchParams({ x: secret }).toString().slice(2)
const inLowerCase = (value: string) => value.replace(/%../g, (code) => code.toLowerCase())

it.each([
  ['as it is', secret],
  ['in a URL', inURL],
  ['in a URL, in lower case', inLowerCase(inURL)],
  ['in a form', inForm],
  ['in a form, in lower case', inLowerCase(inForm)],
  ['in HTML', inHTML(secret, '&#039;')],
  ['in HTML with other quotes', inHTML(secret, '&#39;')],
  ['in XML', inHTML(secret, '&apos;')],
  ['in HTML with single quotes as they are', inHTML(secret, "'")],
  ['in JSON', JSON.stringify(secret).slice(1, -1)],
])('B16 hides a secret that the answer repeats %s', async (_name, spelled) => {
  acme.token = json({ error: 'invalid_client', error_description: `for ${spelled}.` })
  expect(await logIn({ clientSecret: secret })).toMatchObject({
    error: { provider: { message: 'for [redacted].' } },
  })
})

it('hides a token in an answer with an error, and the whole of one that begins with another', async () => {
  const access_token = `${SECRET}-and-more`
  acme.token = json({ access_token, error: 'x', error_description: `for ${access_token}` })
  expect(await logIn()).toMatchObject({ error: { provider: { message: 'for [redacted]' } } })
})

it('hides a secret with half a character at its end', async () => {
  acme.token = json({ access_token: 'marker\ud800', error: 'x' })
  expect(await logIn()).toMatchObject({ error: { code: 'bad_response' } })
})

/** What a provider is described with whose tokens cannot be read. */
const breaking = (problem: Error) => ({
  readTokens: () => {
    throw problem
  },
})

it('reads a list as an object where the provider says how', async () => {
  const readBody = (answer: { json: unknown }) =>
    Array.isArray(answer.json) ? { list: answer.json } : undefined
  const describe = { readBody }
  acme.profile = json([], 500)
  expect(await logIn({ describe })).toMatchObject({ error: { code: 'provider_error' } })
  acme.profile = json([])
  expect(await logIn({ describe })).toMatchObject({ error: { code: 'no_subject' } })
})

it('says provider_error where the profile endpoint reports its own fault under 200', async () => {
  const describe = {
    readRefusal: (_answer: object, step: string) =>
      step === 'profile' ? ({ kind: 'provider_error' } as const) : undefined,
  }
  expect(await logIn({ describe })).toMatchObject({
    error: { code: 'provider_error', step: 'profile', provider: { status: 200 } },
  })
})

it('says invalid_code for a refused code, without the words of the provider', async () => {
  const script = '<script>alert(1)</script>'
  acme.token = json({ error: 'invalid_grant', error_description: script }, 400)
  const message = 'The login was not accepted. Please start again.'
  const provider = { status: 400, code: 'invalid_grant', message: script }
  const info = { code: 'invalid_code', message, provider }
  expect(await logIn()).toEqual({ action: 'fail', status: 401, info })
})

it('logs in only the user whom the token answer names', async () => {
  acme.token = json({ ...good, sub: 'u2' })
  const message = expect.stringMatching(/not that of the user/) as unknown
  expect(await logIn()).toMatchObject({ error: { code: 'bad_response', step: 'profile', message } })
  acme.token = json({ ...good, sub: 'u1' })
  expect(await logIn()).toMatchObject({ action: 'success' })
})

it('turns a numeric id into text', async () => {
  acme.profile = json({ sub: 42 })
  expect(await logIn()).toMatchObject({ user: { id: '42' } })
})

it('calls the provider over the connections of the option agent', async () => {
  const agent = new http.Agent()
  const opened = jest.spyOn(agent, 'createConnection')
  expect(await logIn({ agent })).toMatchObject({ action: 'success' })
  expect(opened).toHaveBeenCalledTimes(acme.calls.length)
  agent.destroy()
})

it('makes no profile call with skipUserProfile', async () => {
  const seen: unknown[] = []
  const verify = (...args: unknown[]) => Promise.resolve(seen.push(...args) && { id: 1 })
  expect(await logIn({ skipUserProfile: true, verify })).toMatchObject({ action: 'success' })
  expect(seen.slice(0, 3)).toEqual([TOKEN, REFRESH, undefined])
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
    expect(await logIn({ describe: { fetchUser } })).toMatchObject({
      error: { code: 'bad_response', step: 'profile' },
    })
    expect(acme.calls).toHaveLength(1)
  },
)

it('reads a token answer that is a form, and another status of success', async () => {
  const form = `access_token=${TOKEN}&token_type=bearer&__proto__=x`
  acme.token = text(form, 201, 'application/x-www-form-urlencoded')
  const { seen, verify } = takeParams()
  const describe = {
    successStatuses: [200, 201],
    readBody: (answer: { text: string; json: unknown }) =>
      answer.json === undefined ? Object.fromEntries(new URLSearchParams(answer.text)) : undefined,
  }
  expect(await logIn({ describe, verify })).toMatchObject({ action: 'success' })
  // what a form says has no place in the prototype of params
  expect(Object.hasOwn(seen[0] ?? {}, '__proto__')).toBe(false)
})

it('hides a value that a provider makes from the secret, with and without its scheme', async () => {
  const derived = Buffer.from(`app:${SECRET}`).toString('base64')
  const describe = {
    tokenRequest: () => ({
      method: 'POST' as const,
      headers: { authorization: `Basic ${derived}` },
      form: { grant_type: 'authorization_code', client_assertion: 'signed-assertion' },
      json: undefined,
    }),
  }
  const words = `authorization_code app ${derived} Basic ${derived} signed-assertion`
  acme.token = json({ error: 'x', error_description: words })
  expect(await logIn({ describe })).toMatchObject({
    error: { provider: { message: 'authorization_code app [redacted] [redacted] [redacted]' } },
  })
})

it('makes the profile from raw values: texts are cleaned, a wrong address is left out', async () => {
  const readUser = () => ({
    id: 'u1',
    displayName: ['A\u0000da', ' Lovelace\n'],
    givenName: ' Ada ',
    familyName: '',
    username: null,
    email: 'a@b.example\r\nbcc: c@d.example',
    phone: 0,
    picture: 'javascript:alert(1)',
    profileUrl: ' https://a.example/đ ',
    gender: [],
    birthday: '1815-12-10',
  })
  const result = await logIn({ describe: { readUser } })
  const { _raw, _json, ...profile } = (result as { user: Record<string, unknown> }).user
  expect(profile).toStrictEqual({
    provider: 'acme',
    id: 'u1',
    displayName: 'Ada Lovelace',
    name: { givenName: 'Ada' },
    profileUrl: 'https://a.example/%C4%91',
    birthday: '1815-12-10',
  })
  expect(_json).toEqual({ sub: 'u1', name: 'Ada' })
})

it.each([0, false, null, '', []])('makes no text, address or number of %j', async (nothing) => {
  const names = ['displayName', 'givenName', 'familyName', 'username', 'email', 'phone', 'gender']
  const readUser = () => ({ id: 'u1', ...Object.fromEntries(names.map((one) => [one, nothing])) })
  const { user } = (await logIn({ describe: { readUser } })) as { user: object }
  expect(Object.keys(user).sort()).toEqual(['_json', '_raw', 'id', 'provider'])
})

it.each(['0', 'null', 'N/A', 'none'])('the email %j is none', async (email) => {
  const readUser = () => ({ id: 'u1', email })
  const { user } = (await logIn({ describe: { readUser } })) as { user: object }
  expect(user).not.toHaveProperty('emails')
})

it('ends in config when a function of the provider throws', async () => {
  const cause = { name: 'TypeError', message: 'no [redacted]' }
  const message = expect.stringMatching(/see the cause/) as unknown
  expect(await logIn({ describe: breaking(new TypeError(`no ${SECRET}`)) })).toMatchObject({
    error: { code: 'config', message, step: 'token', cause },
  })
})

it('A54 reads a body whatever its content type says', async () => {
  acme.token = text(JSON.stringify(good), 200, 'text/html')
  expect(await logIn()).toMatchObject({ action: 'success' })
})

it('hides what a request carried in its URL, and the headers that the operator has set', async () => {
  const fetchUser: Provider['fetchUser'] = async (_tokens, ask) => ({
    id: (await ask({ method: 'GET', url: '/me?proof=derived-from-secret' })).body['sub'],
  })
  const words = 'derived-from-secret gateway-key'
  acme.profile = json({ error: 'x', error_description: words }, 401)
  const options = { describe: { fetchUser }, headers: { 'x-gateway': 'Basic gateway-key' } }
  expect(await logIn(options)).toMatchObject({
    error: { provider: { message: '[redacted] [redacted]' } },
  })
})

it.each([2 ** 53, { a: 1 }, true])(
  'refuses a token answer that names its user by %p',
  async (sub) => {
    acme.token = json({ ...good, sub })
    expect(await logIn()).toMatchObject({ error: { code: 'bad_response', step: 'token' } })
  },
)

const undici = new Agent()

afterAll(() => undici.destroy())

describe.each([
  ['node:http', {}],
  ['undici', { dispatcher: undici }],
])('over %s', (_transport, own) => {
  it.each([
    ['a refusal', json({ error: 'invalid_token' }, 401), 'profile_failed', /refused the token/],
    [
      'a refusal under 200',
      json({ error: 'invalid_token' }),
      'profile_failed',
      /refused the token/,
    ],
    ['another status', json({ sub: 'u1' }, 403), 'profile_failed', /status 403/],
    ['a page that is not there', text('<html>', 404), 'config', /no user info endpoint at this/],
    ['its own fault', json({}, 500), 'provider_error', /./],
    ['HTML', text('<html>'), 'bad_response', NO_JSON],
    ['a list', json([]), 'bad_response', NO_OBJECT],
    ['null', json(null), 'bad_response', NO_OBJECT],
    ['nobody', json({}), 'no_subject', /no usable user id/],
    ['nobody by name', json({ sub: '' }), 'no_subject', /no usable user id/],
    ['the number 0', json({ sub: 0, name: 'Ada' }), 'no_subject', /no usable user id/],
    ['the text 0', json({ sub: '0', name: 'Ada' }), 'no_subject', /no usable user id/],
    ['an object for an id', json({ sub: { $gt: '' } }), 'no_subject', /no usable user id/],
    ['a rounded number', text('{"sub":9007199254740993}'), 'no_subject', /no usable user id/],
    ['true', json({ sub: true }), 'no_subject', /no usable user id/],
    ['a redirect', bytes('', 302, { location: '/x' }), 'redirect_refused', /redirect/],
  ] as [string, Responder, string, RegExp][])(
    'A65 logs nobody in when the profile answer is %s',
    async (_name, respond, code, words) => {
      acme.profile = respond
      const verify = jest.fn()
      const message = expect.stringMatching(words) as unknown
      expect(await logIn({ ...own, verify })).toMatchObject({
        action: 'error',
        error: {
          code,
          step: 'profile',
          message,
          provider: { status: expect.any(Number) as unknown },
        },
      })
      expect(verify).not.toHaveBeenCalled()
    },
  )

  it('sends the option headers with every call, together with its own', async () => {
    await logIn({ ...own, headers: { 'User-Agent': 'shop/1', 'X-Trace': 'a' } })
    expect(acme.calls.map(({ headers }) => [headers['user-agent'], headers['x-trace']])).toEqual([
      ['shop/1', 'a'],
      ['shop/1', 'a'],
    ])
    acme.calls.length = 0
    await logIn(own)
    expect(acme.calls.map(({ headers }) => headers['user-agent'])).toEqual([
      'passport-code-flow',
      'passport-code-flow',
    ])
  })

  it('has one deadline for both calls', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout')
    acme.profile = json({}, 500)
    await logIn({ ...own, timeout: 12_345 })
    // a start and a login; what comes after the login's failure has its own
    expect(timers.mock.calls.filter(([, ms]) => ms === 12_345)).toHaveLength(3)
    timers.mockRestore()
  })

  it('exchanges a code in as many calls as the provider needs', async () => {
    const methods: string[] = []
    acme.token = (req, res) => {
      methods.push(req.method ?? '')
      json(req.method === 'GET' ? good : { error: 'other' })(req, res, '')
    }
    const exchange: Provider['exchange'] = async ({ code }, ask) => {
      const answer = await ask({ method: 'POST', form: { code } })
      return answer.body['error'] === 'other' ? ask({ method: 'GET', query: { code } }) : answer
    }
    expect(await logIn({ ...own, describe: { exchange } })).toMatchObject({ action: 'success' })
    expect(methods).toEqual(['POST', 'GET'])
    acme.token = json({ error: 'other' })
    expect(await logIn({ ...own, describe: { exchange } })).toMatchObject({
      error: { code: 'config' },
    })
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

  it('FR17 says the status, type and coding of an answer that is no JSON', async () => {
    acme.token = bytes('x', 200, { 'content-type': 'text/html', 'content-encoding': 'br' })
    const message = 'acme: the answer is not JSON: status 200, content type text/html, coding br'
    expect(await logIn(own)).toMatchObject({ error: { message } })
    // also where the status alone says what is wrong
    const readRefusal = () => ({ kind: 'config' as const })
    for (const [status, describe] of [
      [404, {}],
      [403, { readRefusal }],
    ] as const) {
      acme.token = bytes('x', status, { 'content-type': 'text/html', 'content-encoding': 'br' })
      const about = `status ${status}, content type text/html, coding br`
      expect(await logIn({ ...own, describe })).toMatchObject({
        error: { code: 'config', message: expect.stringContaining(about) as unknown },
      })
    }
  })

  it('FR15 asks for JSON that is not compressed', async () => {
    await logIn(own)
    const plain = { accept: 'application/json', 'accept-encoding': 'identity' }
    for (const { headers } of acme.calls) expect(headers).toMatchObject(plain)
  })

  it('adds the hint of the provider to a message', async () => {
    acme.token = bytes('{}', 302, { location: '/' })
    const hints = { redirect_refused: 'look at the base URL', no_pending_login: 'Here.' }
    expect(await logIn({ ...own, describe: { hints } })).toMatchObject({
      error: {
        message: 'acme: the provider answered with a redirect: look at the base URL',
        provider: { status: 302 },
      },
    })
  })
})

it('takes a token that only begins like the word for none', async () => {
  acme.token = json({ ...good, access_token: 'nullable-undefined' })
  expect(await logIn()).toMatchObject({ action: 'success' })
})

it('leaves expires_at out of params where the provider gives no lifetime', async () => {
  const { seen, verify } = takeParams()
  acme.token = json({ ...good, expires_at: 'never' })
  await logIn({ verify })
  expect(seen).toEqual([good])
})

it.each<[string, Partial<Provider>, RegExp]>([
  [
    'asks another site',
    { userInfoRequest: () => ({ method: 'GET', url: 'https://evil.test/' }) },
    /stopped: origins does not list that site$/,
  ],
  [
    'names the user by an object',
    {
      readTokens: ({ body }) => ({
        accessToken: body['access_token'],
        subject: { a: 1 },
        params: {},
      }),
    },
    /names a user without a usable id$/,
  ],
])('ends in bad_response when a provider %s', async (_name, describe, message) =>
  expect(await logIn({ describe })).toMatchObject({
    error: { code: 'bad_response', message: expect.stringMatching(message) },
  }),
)

it('says what a provider may ask by', async () => {
  const describe = { tokenRequest: () => ({ method: 'DELETE' }) } as never
  expect(await logIn({ describe })).toMatchObject({
    error: { code: 'config', cause: { message: expect.stringContaining('a GET or a POST') } },
  })
})

it('says which type and coding an answer has, also when it has none', async () => {
  acme.token = bytes('no JSON')
  const none = /status 200, content type none, coding none$/
  expect(await logIn()).toMatchObject({ error: { message: expect.stringMatching(none) } })
  acme.token = bytes('x', 200, { 'content-type': 'a/b', 'content-encoding': 'br' })
  const some = /status 200, content type a\/b, coding br$/
  expect(await logIn()).toMatchObject({ error: { message: expect.stringMatching(some) } })
})
