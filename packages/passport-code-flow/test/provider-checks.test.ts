import { strategyFor } from '../src/index.js'
import { acmeStrategy, letIn, started, useAcme } from './support/acme.js'
import { attempt, matching } from './support/bare.js'

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
  ['fetchUser', {}],
])('A23 a provider whose %s is %p makes no strategy', (name, value, more = { [name]: value }) => {
  expect(() => acmeStrategy(acme, { describe: more })).toThrow(
    expect.objectContaining({
      name: 'TypeError',
      message: matching(RegExp(`^acme: the provider's ${name} must be `)),
    }),
  )
})

const later = async () => Promise.resolve(undefined)

it.each([
  'start',
  'tokenRequest',
  'refreshRequest',
  'userInfoRequest',
  'readBody',
  'readRefusal',
  'readTokens',
  'readUser',
  'read',
])('B21 a provider whose %s is async makes no strategy', (name) => {
  const describe = name === 'read' ? { callback: { ...callback, read: later } } : { [name]: later }
  expect(() => acmeStrategy(acme, { describe: describe as never })).toThrow(
    `acme: the provider's ${name} must be a function that is not async`,
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

const post = (more: object) => () => ({ method: 'POST', ...more })

it.each<[string, unknown, string?]>([
  ['undefined', () => undefined],
  ['a promise', () => Promise.resolve({})],
  ['no method', () => ({ form: {} })],
  ['another method', () => ({ method: 'PUT' })],
  ['a header that is undefined', post({ headers: { 'x-key': undefined } })],
])(
  'a tokenRequest that gives %s ends the login with an error for the operator',
  async (...given) => {
    const strategy = acmeStrategy(acme, { describe: { tokenRequest: given[1] as never } })
    const { callback: arrive } = await started(strategy)
    const result = await attempt(strategy, arrive())
    expect(result).toMatchObject({ action: 'error', error: { code: 'config', step: 'token' } })
  },
)
