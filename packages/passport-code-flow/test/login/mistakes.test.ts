import { attempt, createSession, request } from '../support/bare.js'
import {
  acmeStrategy,
  CODE,
  json,
  letIn,
  openLogin,
  SECRET,
  TOKEN,
  useAcme,
} from '../support/acme.js'
import { expectNoSecret } from '../support/oracle.js'
import { type Ask, type Provider, type Refreshes, strategyFor } from '../../src/index.js'

// What people write who describe a provider in plain JavaScript, noticed during a login.

const acme = useAcme()

// Jest fails a test in which a promise rejects that nobody handles: this waits for such a promise
afterEach(() => new Promise(setImmediate))

/** How a login with this description ends, and the text that tells its author why. */
async function end(describe: Partial<Provider>): Promise<string> {
  const { strategy, callback } = await openLogin(acme, { describe })
  const result = await attempt(strategy, callback())
  expectNoSecret([SECRET, TOKEN, CODE], result, strategy)
  if (result.action !== 'error') return result.action
  const { error } = result
  const { code, cause } = error as Error & { code?: string; cause?: Error }
  return `${code}: ${cause?.message}`
}

/** The error that the start, the callback or the refresh of a login ends in. */
async function problemOf(describe: object): Promise<unknown> {
  const strategy = acmeStrategy(acme, { describe })
  const session = createSession()
  const start = await attempt(strategy, request('/login', { session }))
  if (start.action !== 'redirect') return 'error' in start && start.error
  const query = `code=${CODE}&state=${start.url.searchParams.get('state')}`
  const ended = await attempt(strategy, request(`/callback?${query}`, { session }))
  if (ended.action === 'error') return ended.error
  const { refresh } = strategy as unknown as Refreshes
  return refresh('a-refresh-token').catch((error: unknown) => error)
}

it.each(
  [
    ['start', 'pkce', 'callback.read', 'tokenRequest', 'readBody', 'readTokens', 'readRefusal'],
    ['userInfoRequest', 'readUser', 'refreshRequest'],
  ].flat(),
)(
  'FR211 a %s that gives a promise is named, and its rejection does not end the process',
  async (name) => {
    // what a compiler to an old JavaScript makes of an async function
    const give = () => Promise.reject(new Error('later'))
    const rules = { code: 'code', login: 'state', read: give }
    const describe = name === 'callback.read' ? { callback: rules } : { [name]: give }
    const message = `the provider's ${name} gave a promise: only exchange and fetchUser may`
    expect(await problemOf(describe)).toMatchObject({ code: 'config', cause: { message } })
    await new Promise(setImmediate)
  },
)

it('FR211 the rejection of a promise that describes no provider does not end the process', async () => {
  const give = () => Promise.reject(new Error('later')) as never
  const options = { clientID: 'app', clientSecret: SECRET, callbackURL: 'https://app.test' }
  expect(() => new (strategyFor(give))(options, letIn)).toThrow('must be a function that returns')
  await new Promise(setImmediate)
})

it('FR50 a call that fetchUser does not wait for ends with the login, and not the process', async () => {
  acme.profile = (req, res) => (req.url === '/slow' ? undefined : json({ sub: 'u1' })(req, res, ''))
  const fetchUser: Provider['fetchUser'] = async (_tokens, ask) => {
    void ask({ method: 'GET', url: '/slow' })
    const { body } = await ask({ method: 'GET' })
    return { id: body['sub'] }
  }
  expect(await end({ fetchUser })).toBe('success')
  // Node tells of a rejection after the microtasks in which it happens
  await new Promise(setImmediate)
})

it.each<[string, unknown]>([
  ['the code alone', 'a-code'],
  ['a misspelt member', { kode: 'a-code' }],
  ['a member that it cannot give', { login: 'x' }],
])('FR52 a callback.read that gives %s ends the login in config', async (_what, given) => {
  const callback = { code: 'code', login: 'state', read: () => given as object }
  expect(await end({ callback })).toBe(
    'config: callback.read must give an object of code, error, loginOptional',
  )
})

it('FR52 a callback.read with an error that nobody knows ends the login in config', async () => {
  const callback = { code: 'c', login: 'state', read: () => ({ error: 'cancelled' as 'config' }) }
  expect(await end({ callback })).toMatch(/^config: the error of callback.read must be a failure/)
})

it.each<[string, object]>([
  [
    'a request of tokenRequest has an unknown body, not one of method, url, headers, query, form, json',
    { body: {} },
  ],
  [
    'a request of tokenRequest has an unknown forms, not one of method, url',
    { forms: { code: CODE } },
  ],
  [
    'the form of a request of tokenRequest must be an object of texts',
    { form: new URLSearchParams({ a: 'b' }) },
  ],
  ['the form of a request of tokenRequest must be an object of texts', { form: 'a=b' }],
  ['the form of a request of tokenRequest must be an object of texts', { form: ['a'] }],
  [
    'the form of a request of tokenRequest must be an object of texts: scope is not a text',
    { form: { scope: [] } },
  ],
  [
    'the form of a request of tokenRequest must be an object of texts: id is not a text',
    { form: { id: undefined } },
  ],
  [
    'the query of a request of tokenRequest must be an object of texts: page is not a text',
    { query: { page: 1 } },
  ],
  [
    'the headers of a request of tokenRequest must be an object of texts',
    { headers: new Headers({ a: 'b' }) },
  ],
  ['a request of tokenRequest may have form or json, not both', { form: { a: 'b' }, json: {} }],
  [
    'a request of tokenRequest may have form or json, not both',
    { method: 'GET', form: { a: 'b' } },
  ],
  ['a request of tokenRequest may have form or json, not both', { method: 'GET', json: {} }],
])('FR53 %s: otherwise the login ends in config', async (text, part) => {
  const tokenRequest = () => ({ method: 'POST', ...part }) as never
  expect(await end({ tokenRequest })).toContain(`config: ${text}`)
  expect(acme.calls).toEqual([])
})

it.each(['tokenRequest', 'exchange', 'userInfoRequest', 'fetchUser', 'refreshRequest'])(
  'FR212 the error of a wrong request names %s, which made it',
  async (name) => {
    const wrong = { method: 'PUT' } as never
    const asks = (_given: unknown, ask: Ask) => ask(wrong)
    const make = name === 'exchange' || name === 'fetchUser' ? asks : () => wrong
    const cause = { message: `a request of ${name} must be a GET or a POST` }
    expect(await problemOf({ [name]: make })).toMatchObject({ code: 'config', cause })
  },
)

it('FR214 the url of a request is a text: errors would show a secret in a URL object', async () => {
  const url = new URL(`${acme.url}/token?key=derived-key`)
  const tokenRequest = () => ({ method: 'POST', url }) as never
  expect(await end({ tokenRequest })).toBe(
    'config: the url of a request of tokenRequest must be a text',
  )
})

it.each([7, ['a-code'], {}])('FR215 %j that callback.read gives is no code', async (code) => {
  const callback = { code: 'code', login: 'state', read: () => ({ code }) as never }
  const { finish } = await openLogin(acme, { describe: { callback } })
  expect(await finish()).toBe('fail bad_callback 400')
})

it('FR216 a refusal whose details are null is this refusal', async () => {
  const provider = { code: 'used', details: null as never }
  const readRefusal = () => ({ kind: 'invalid_code' as const, provider })
  acme.token = json({}, 400)
  expect(await end({ readRefusal })).toBe('fail')
})

const ANSWER = 'exchange must give an answer, such as the one that ask gives'
const BODY = 'readBody must give an object, or undefined'
const SENT = { access_token: TOKEN }

it.each<[string, string, unknown]>([
  [ANSWER, 'nothing', Promise.resolve()],
  [ANSWER, 'a text', Promise.resolve(TOKEN)],
  [ANSWER, 'the body', Promise.resolve(SENT)],
  [ANSWER, 'an object with the body', Promise.resolve({ body: SENT })],
  [BODY, 'a text', 'access_token=x'],
  [BODY, 'a list', [SENT]],
  [BODY, 'a URLSearchParams', new URLSearchParams(SENT)],
])('FR54 %s: for %s the login ends in config', async (text, _what, given) => {
  const [name = ''] = text.split(' ')
  expect(await end({ [name]: () => given })).toBe(`config: ${text}`)
})
