import { strategyFor } from '../src/index.js'
import { acmeStrategy, letIn, started, useAcme } from './support/acme.js'
import { attempt, createSession, request, type Result } from './support/bare.js'

const acme = useAcme()
const OPTIONS = {
  clientID: 'app',
  clientSecret: 'secret',
  callbackURL: 'https://app.test/callback',
}

// what people write who describe a provider in plain JavaScript
const callback = { code: 'code', login: 'state' }

it.each<[string, unknown, object?]>([
  ['initiatedBy', undefined],
  ['initiatedBy', 'Site'],
  ['callback', undefined],
  ['callback', 'code'],
  ['code', undefined, { callback: { login: 'state' } }],
  ['login', 7, { callback: { ...callback, login: 7 } }],
  ['read', 'code', { callback: { ...callback, read: 'code' } }],
  ['fetchMetadata', 'of', { callback: { ...callback, fetchMetadata: 'of' } }],
  ['pkce', true],
  ['pkce', 'S256'],
  ['pkce', 'plain'],
  ['pkce', []],
  ['pkce', ['raw', null]],
  ['publicClient', 'no'],
  ['startOptions', 'scope'],
  ['origins', 7],
  ['successStatuses', '200'],
  ['hints', 'open the app'],
  ['start', 'https://acme.test/authorize'],
  ['tokenRequest', undefined],
  ['readTokens', undefined],
  ['readRefusal', null],
  ['readUser', undefined],
  ['refreshRequest', {}],
  ['exchange', 'token'],
])('a provider whose %s is %p makes no strategy', (name, value, more = { [name]: value }) => {
  expect(() => acmeStrategy(acme, { describe: more })).toThrow(
    expect.objectContaining({
      name: 'TypeError',
      message: expect.stringMatching(
        new RegExp(`^acme: the provider's ${name} must be `),
      ) as unknown,
    }),
  )
})

it.each([undefined, null, {}, 'acme'])('%p is no provider', (provider) =>
  expect(() => new (strategyFor(provider as never))(OPTIONS as never, letIn)).toThrow(
    'strategyFor must be given a function that describes a provider',
  ),
)

it.each([undefined, null, 7, [], Promise.resolve({})])(
  'a function that returns %p describes no provider',
  (given) =>
    expect(() => new (strategyFor((() => given) as never))(OPTIONS as never, letIn)).toThrow(
      'a provider must be a function that returns an object',
    ),
)

const late = () => Promise.reject(new Error('too late'))
const post = (more: object) => () => ({ method: 'POST', ...more })

/** What an operator is told about a function that gives something wrong. */
function expectNamed(result: Result, name: string, step: string): void {
  if (result.action !== 'error') throw new Error(`no error but ${result.action}`)
  const { error } = result
  expect(error).toMatchObject({ code: 'config', step })
  expect(String(error.cause)).toContain(`the provider's ${name} must return `)
}

it.each([
  ['start', 'undefined', () => undefined],
  ['start', 'a promise', late],
  ['pkce', 'undefined', () => undefined],
  ['pkce', 'a promise', late],
])('%s that gives %s ends the start with an error for the operator', async (name, _what, run) => {
  const strategy = acmeStrategy(acme, { describe: { [name]: run } })
  expectNamed(
    await attempt(strategy, request('/login', { session: createSession() })),
    name,
    'start',
  )
})

it.each<[string, string, unknown, (string | undefined)?]>([
  ['tokenRequest', 'undefined', () => undefined],
  ['tokenRequest', 'a promise', late],
  ['tokenRequest', 'no method', () => ({ form: {} })],
  ['tokenRequest', 'a method in small letters', () => ({ method: 'post' })],
  ['tokenRequest', 'a form that is text', post({ form: 'code=x' })],
  ['tokenRequest', 'a header that is undefined', post({ headers: { 'x-key': undefined } })],
  ['tokenRequest', 'an address that is a number', post({ url: 7 })],
  ['exchange', 'undefined', () => undefined],
  ['readBody', 'a text', () => 'body'],
  ['readTokens', 'no params', () => ({ accessToken: 'x' })],
  ['readTokens', 'a promise', late],
  [
    'readTokens',
    'a Date that is none',
    () => ({ accessToken: 'x', params: {}, expiresAt: new Date('x') }),
  ],
  ['readRefusal', 'a promise', late],
  ['readRefusal', 'true', () => true],
  ['readRefusal', 'an unknown kind', () => ({ kind: 'invalid_grant' })],
  ['readRefusal', 'a code that no provider decides', () => ({ kind: 'no_pending_login' })],
  ['userInfoRequest', 'undefined', () => undefined, 'profile'],
  ['readUser', 'a promise', late, 'profile'],
  ['readUser', 'a text', () => 'u1', 'profile'],
  ['fetchUser', 'a text', () => Promise.resolve('u1'), 'profile'],
])('%s that gives %s ends the login with an error for the operator', async (...given) => {
  const [name, , run, step = 'token'] = given
  const strategy = acmeStrategy(acme, { describe: { [name]: run } })
  const { callback: arrive } = await started(strategy)
  expectNamed(await attempt(strategy, arrive()), name, step)
})

it.each([
  ['a promise', late],
  ['a code that is a number', () => ({ code: 7 })],
  ['an error that nobody knows', () => ({ error: 'cancelled' })],
])(
  'callback.read that gives %s ends the callback with an error for the operator',
  async (...given) => {
    const strategy = acmeStrategy(acme, {
      describe: { callback: { ...callback, read: given[1] as never } },
    })
    const { callback: arrive } = await started(strategy)
    expectNamed(await attempt(strategy, arrive()), 'read', 'callback')
  },
)

it('a wrong request given to ask ends the login with an error for the operator', async () => {
  const exchange = (_grant: unknown, ask: (request: unknown) => Promise<unknown>) => ask({})
  const strategy = acmeStrategy(acme, { describe: { exchange: exchange as never } })
  const { callback: arrive } = await started(strategy)
  expectNamed(await attempt(strategy, arrive()), 'request', 'token')
})
