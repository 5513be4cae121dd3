import { strategyFor } from '../src/index.js'
import { acmeStrategy, BY_PROVIDER, letIn, openLogin, useAcme } from './support/acme.js'
import { attempt, matching } from './support/bare.js'

const acme = useAcme()
const callback = { code: 'code', login: 'state' }
const OPTIONS = { clientID: 'app', clientSecret: 'secret', callbackURL: 'https://app.test' }
/** Makes a strategy for the provider that something describes. */
const make = (provider: unknown) => () => new (strategyFor(provider as never))(OPTIONS, letIn)

// what people write who describe a provider in plain JavaScript
const WRONG: Record<string, [must: string, ...values: unknown[]]> = {
  name: ['a text', undefined, '', 7],
  initiatedBy: ['site or provider', undefined, 'Site'],
  callback: ['an object', undefined, 'code', null],
  pkce: [
    'raw, hex, a function that is not async, or a list of these',
    true,
    'S256',
    'plain',
    [],
    ['raw', null],
  ],
  publicClient: ['true or false', 'no'],
  startOptions: ['a list of texts', 'scope', [null]],
  origins: ['a list of texts', 7, [new URL('https://acme.test')]],
  successStatuses: ['a list of numbers', '200', ['200']],
  hints: ['an object', 'open the app'],
  start: ['a function', 'https://acme.test/authorize'],
  tokenRequest: ['a function', undefined],
  readTokens: ['a function', undefined],
  readRefusal: ['a function', undefined, null],
  readUser: ['a function', undefined],
  refreshRequest: ['a function', {}],
  exchange: ['a function', 'token'],
  fetchUser: ['a function', {}],
}
const WRONG_RULES: typeof WRONG = {
  'callback.code': ['the name of a parameter', undefined, '', 7],
  'callback.login': ['the name of a parameter', 7],
  'callback.read': ['a function', 'code'],
  'callback.fetchMetadata': ['document, strict or off', 'of'],
}
const inRules = (name: string, value: unknown) => ({
  callback: { ...callback, [name.slice('callback.'.length)]: value },
})

it.each([
  ...Object.entries(WRONG).flatMap(([name, [must, ...values]]) =>
    values.map((value) => [name, value, must, { [name]: value }] as const),
  ),
  ...Object.entries(WRONG_RULES).flatMap(([name, [must, ...values]]) =>
    values.map((value) => [name, value, must, inRules(name, value)] as const),
  ),
])('A23 a provider whose %s is %p makes no strategy', (name, value, must, describe) => {
  const problem = value === undefined ? 'is missing: it must' : 'must'
  const message = matching(RegExp(`^acme: the provider's ${name} ${problem} be ${must}`))
  expect(() => acmeStrategy(acme, { describe })).toThrow(
    expect.objectContaining({ name: 'TypeError', message }),
  )
})

const later = async () => Promise.resolve(undefined)

const CALLED = [
  ['start', 'tokenRequest', 'refreshRequest', 'userInfoRequest', 'readBody'],
  ['readRefusal', 'readTokens', 'readUser', 'callback.read'],
].flat()

it.each(CALLED)('B21 a provider whose %s is async makes no strategy', (name) => {
  const describe = name === 'callback.read' ? inRules(name, later) : { [name]: later }
  expect(() => acmeStrategy(acme, { describe })).toThrow(
    `acme: the provider's ${name} must be a function that is not async`,
  )
})

it('FR132 a provider whose pkce is async makes no strategy, also in a list', () => {
  for (const pkce of [later, ['raw', later]])
    expect(() => acmeStrategy(acme, { describe: { pkce } as object })).toThrow(
      "acme: the provider's pkce must be raw, hex, a function that is not async, or a list of these",
    )
})

it.each<[string, object]>([
  ["provider's tokenUrl is unknown: did you mean tokenURL?", { tokenUrl: 'https://acme.test' }],
  ["provider's userInfoUrl is unknown: did you mean userInfoURL?", { userInfoUrl: '/me' }],
  ["provider's names is unknown: did you mean name?", { names: 'acme' }],
  ["provider's pcke is unknown: did you mean pkce?", { pcke: 'raw' }],
  [
    "provider's callback has an unknown state, not one of code, login,",
    { callback: { code: 'code', state: 'x' } },
  ],
  ["provider's userInfoURL has no effect", { userInfoRequest: undefined }],
])(
  'B27 a member of a provider that would have no effect makes no strategy: %s',
  (text, describe) => {
    expect(() => acmeStrategy(acme, { describe })).toThrow(`acme: the ${text}`)
  },
)

it.each<[string, object]>([
  ['start', { start: () => 'https://acme.test/authorize' }],
  ['startOptions', { startOptions: ['scope'] }],
  ['pkce', { pkce: 'raw' }],
  ['callback.login', { callback }],
])('FR213 a provider that starts logins and has %s makes no strategy', (name, more) => {
  expect(() => acmeStrategy(acme, { describe: { ...BY_PROVIDER, ...more } })).toThrow(
    `acme: the provider's ${name} has no effect where the provider starts logins`,
  )
})

it.each([
  { publicClient: true },
  { publicClient: false },
  inRules('callback.fetchMetadata', 'document'),
  inRules('callback.fetchMetadata', 'strict'),
  inRules('callback.fetchMetadata', 'off'),
  { tokenRequest: undefined, exchange: later },
  { readUser: undefined, fetchUser: later },
  { nickname: 'a member that nobody reads' },
] as object[])('a provider with %j makes a strategy', (describe) => {
  expect(acmeStrategy(acme, { describe }).name).toBe('acme')
})

it.each([undefined, null, {}, 'acme'])('%p is no provider', (provider) =>
  expect(make(provider)).toThrow('strategyFor must be given a function that describes a provider'),
)

it.each([undefined, null, 7, [], Promise.resolve({})])(
  'a function that returns %p describes no provider',
  (given) =>
    expect(make(() => given)).toThrow('a provider must be a function that returns an object'),
)

const METHOD = /a request of tokenRequest must be a GET or a POST/

it.each<[string, () => unknown, RegExp?]>([
  ['undefined', () => undefined],
  ['a promise', () => Promise.resolve({}), /the provider's tokenRequest gave a promise/],
  ['no method', () => ({ form: {} }), METHOD],
  ['another method', () => ({ method: 'PUT' }), METHOD],
  ['a header that is undefined', () => ({ method: 'POST', headers: { 'x-key': undefined } })],
])('a tokenRequest that gives %s ends the login with an error for the operator', async (...row) => {
  const [, give, words = /./] = row
  const describe = { tokenRequest: give as never }
  const { strategy, callback: arrive } = await openLogin(acme, { describe })
  const error = { code: 'config', step: 'token', cause: { message: matching(words) } }
  expect(await attempt(strategy, arrive())).toMatchObject({ action: 'error', error })
})
