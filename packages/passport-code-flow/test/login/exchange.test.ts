import http from 'node:http'

import { attempt, matching, type Result } from '../support/bare.js'
import { CODE, json, openLogin, REFRESH, type Responder } from '../support/acme.js'
import { SECRET, startAcme, TOKEN, useAcme } from '../support/acme.js'
import { expectNoSecret } from '../support/oracle.js'
import { useTransports } from '../support/transports.js'
import type { CodeFlowStrategy, Provider, Refreshes } from '../../src/index.js'

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

  ['nothing', text(''), NO_JSON],
  ['an empty object', text('{}'), NO_TOKEN],
  ['A54 HTML', text('<html>', 200, 'text/html'), NO_JSON],
  ['A54 JSON behind a guard', text(`)]}'\n${JSON.stringify(good)}`), NO_JSON],

  ['A54 UTF-16', bytes(Buffer.from(JSON.stringify(good), 'utf16le')), NO_JSON],
  ['A54 letters that are not UTF-8', bytes(Buffer.from('{"a":"\xe9"}', 'latin1')), NO_JSON],
  ['A55 a form', text(`access_token=${TOKEN}`, 200, 'application/x-www-form-urlencoded'), NO_JSON],
  ...[201, 204, 206, 400].map((n) => [`A48 a token under status ${n}`, json(good, n), STATUS]),
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
        message: matching(words),
        provider: { status: expect.any(Number) as unknown },
      },
    })
    expect(acme.calls).toHaveLength(1)
  },
)

it.each([
  ['A48 500 with a token', json(good, 500), 500, 'provider_error'],
  ['503 in HTML', text('<h1>maintenance</h1>', 503, 'text/html'), 503, 'provider_error'],

  ['A78 429 with a Retry-After', bytes('', 429, { 'retry-after': '0' }), 429, 'provider_error'],
  ['a page that is not there', text('<html>', 404), 404, 'config'],
  ['a method that is not allowed', json({}, 405), 405, 'config'],
] as [string, Responder, number, string][])(
  'ends after one call, and says the status: %s',
  async (_name, respond, status, code) => {
    acme.token = respond
    const words = code === 'config' ? /no token endpoint at this address/ : /./
    expect(await logIn()).toMatchObject({
      error: { code, step: 'token', message: matching(words), provider: { status } },
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

it('B18 says that a status is not one of success, not that the provider says nothing', async () => {
  for (const [status, problem] of [
    [201, 'the status is not one of success'],
    [403, 'the provider does not say what is wrong'],
  ] as const) {
    acme.token = json(good, status)
    const message = matching(RegExp(`^acme: ${problem}: status ${status}, `))
    expect(await logIn()).toMatchObject({ error: { code: 'bad_response', message } })
  }
})

it('tells a provider for which step it reads a refusal', async () => {
  const readRefusal = jest.fn()
  const { strategy, finish } = await openLogin(acme, { describe: { readRefusal } })
  expect(await finish()).toBe('success')
  await (strategy as CodeFlowStrategy & Refreshes).refresh(REFRESH)
  expect(readRefusal.mock.calls.map(([, step]: unknown[]) => step)).toEqual([
    'token',
    'profile',
    'refresh',
  ])
})

it('says that a request of a provider must be a GET or a POST', async () => {
  const describe = { userInfoRequest: () => ({ method: 'PUT' }) as never }
  const cause = { message: 'a request of the provider must be a GET or a POST' }
  expect(await logIn({ describe })).toMatchObject({ error: { code: 'config', cause } })
})

const tokens = { accessToken: TOKEN, params: {} }

it.each([
  ['nothing', undefined, 'params'],
  ['no params', { accessToken: TOKEN }, 'params'],
  ['a list as params', { ...tokens, params: [] }, 'params'],
  ['seconds as expiresAt', { ...tokens, expiresAt: 3600 }, 'expiresAt'],
])('B19 ends in config, and names the member, where readTokens gives %s', async (...row) => {
  const describe = { readTokens: () => row[1] as never }
  const message = matching(RegExp(`^the ${row[2]} that readTokens gives must be `))
  expect(await logIn({ describe })).toMatchObject({
    action: 'error',
    error: { code: 'config', step: 'token', cause: { message } },
  })
})

it.each([{ kind: 'access_denied' }, {}, true, Promise.resolve()])(
  'B19 ends in config, and names the kinds, where readRefusal gives %p',
  async (given) => {
    const describe = { readRefusal: () => given as never }
    const message = matching(/^the kind that readRefusal gives must be one of invalid_code, /)
    expect(await logIn({ describe })).toMatchObject({
      action: 'error',
      error: { code: 'config', status: 500, cause: { message } },
    })
  },
)

it.each([undefined, null, '', ' ', 0, false, [], 'bearer', 'BEARER', ' Bearer\n'])(
  'A56 accepts the token type %j',
  async (kind) => {
    acme.token = json({ ...good, token_type: kind })
    expect(await logIn()).toMatchObject({ action: 'success' })
  },
)

it('accepts tokens of up to 16 384 characters, also one that begins like the word for none', async () => {
  const [longest, longer] = [`null-undefined${'x'.repeat(16_370)}`, 'y'.repeat(16_385)]
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
  expect(seen[0]).not.toHaveProperty('expires_at')
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

it('shows the client id and the callback URL that a provider repeats, as given and as sent', async () => {
  const client = { clientID: 'application-1', callbackURL: 'https://APP.test/callback' }
  const repeated = `application-1 https://APP.test/callback https://app.test/callback`
  acme.token = json({ error: 'invalid_client', error_description: repeated }, 401)
  const tokenRequest = () => ({
    method: 'POST' as const,
    form: {
      client_id: 'application-1',
      given: client.callbackURL,
      sent: 'https://app.test/callback',
    },
  })
  expect(await logIn({ ...client, describe: { tokenRequest } })).toMatchObject({
    error: { code: 'config', provider: { message: repeated } },
  })
})

it('logs in only the user whom the token answer names, by an id', async () => {
  for (const sub of [2 ** 53, { a: 1 }, true]) {
    acme.token = json({ ...good, sub })
    const wrong = { code: 'bad_response', step: 'token', message: matching(/without a usable id$/) }
    expect(await logIn()).toMatchObject({ error: wrong })
  }
  acme.token = json({ ...good, sub: 'u2' })
  const other = { code: 'bad_response', step: 'profile', message: matching(/not that of the user/) }
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

it('B29 asks for the user at the URL of the request where the provider has no userInfoURL', async () => {
  const asking = (url?: string) => ({
    userInfoURL: undefined,
    userInfoRequest: () => ({ method: 'GET' as const, ...(url && { url }) }),
  })
  expect(await logIn({ describe: asking('/me') })).toMatchObject({ user: { id: 'u1' } })
  // never the token endpoint
  expect(await logIn({ describe: asking() })).toMatchObject({
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

it('ends in config when a function of the provider throws', async () => {
  const cause = { name: 'TypeError', message: 'no [redacted]' }
  const readTokens = () => {
    throw new TypeError(`no ${SECRET}`)
  }
  expect(await logIn({ describe: { readTokens } })).toMatchObject({
    error: { code: 'config', message: matching(/see the cause/), step: 'token', cause },
  })
})

it('A54 reads a body whatever its content type says', async () => {
  acme.token = text(JSON.stringify(good), 200, 'text/html')
  expect(await logIn()).toMatchObject({ action: 'success' })
})

describe.each(useTransports())('over %s', (_transport, own) => {
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
    ['a rounded number', text('{"sub":9007199254740993}'), 'no_subject', /no usable user id/],
    ['a redirect', bytes('', 302, { location: '/x' }), 'redirect_refused', /redirect/],
  ] as [string, Responder, string, RegExp][])(
    'A65 logs nobody in when the profile answer is %s',
    async (_name, respond, code, words) => {
      acme.profile = respond
      const verify = jest.fn()
      expect(await logIn({ ...own, verify })).toMatchObject({
        action: 'error',
        error: {
          code,
          step: 'profile',
          message: matching(words),
          provider: { status: expect.any(Number) as unknown },
        },
      })
      expect(verify).not.toHaveBeenCalled()
    },
  )

  it('FR15 asks in each call for JSON that is not compressed, with the option headers', async () => {
    const plain = { accept: 'application/json', 'accept-encoding': 'identity' }
    const extra = { 'user-agent': 'shop/1', 'x-trace': 'a' }
    await logIn({ ...own, headers: { 'User-Agent': 'shop/1', 'X-Trace': 'a' } })
    await logIn(own)
    const usual = { ...plain, 'user-agent': 'passport-code-flow' }
    const expected = [{ ...plain, ...extra }, { ...plain, ...extra }, usual, usual]
    expect(acme.calls.map(({ headers }) => headers)).toMatchObject(expected)
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
