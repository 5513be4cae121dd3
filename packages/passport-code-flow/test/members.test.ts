import { Agent } from 'node:http'
import { runInNewContext } from 'node:vm'
import { strategyFor } from '../src/index.js'
import { copyMembers } from '../src/members.js'
import { acmeStrategy, BY_PROVIDER, CODE, describeAcme } from './support/acme.js'
import { letIn, started, useAcme } from './support/acme.js'
import { attempt, ending, request, succeed } from './support/bare.js'
import { withPlanted } from './support/planted.js'

const acme = useAcme()

/** What somebody could put on `Object.prototype`, and what it would do as an option. */
const OPTIONS = {
  name: 'planted',
  timeout: -1,
  headers: { 'x-planted': '1' },
  'x-planted': '1',
  agent: new Agent({ maxSockets: -1 }),
  once: { claim: () => Promise.resolve(false) },
  passReqToCallback: true,
  skipUserProfile: true,
  allowCrossSiteStart: true,
  maxPending: 'planted',
  scope: 'planted',
}

/** What it would do in the description of a provider. */
const PROVIDER = {
  publicClient: true,
  successStatuses: [500],
  origins: ['http://planted.test'],
  exchange: () => Promise.reject(new Error('planted')),
  fetchUser: () => Promise.resolve({ id: 'planted' }),
  readBody: () => ({ access_token: 'planted' }),
  hints: { no_pending_login: 'planted' },
}

it("copies the members of an application's own classes, and not their constructors", () => {
  class Base {
    inherited = 1
    get computed() {
      return 2
    }
    method() {}
  }
  class Options extends Base {
    own = 3
  }
  const names = ['computed', 'inherited', 'method', 'own']
  expect(Object.keys(copyMembers(new Options())).sort()).toEqual(names)
})

it.each<[string, object, string[]]>([
  ['a member named constructor', { constructor: 1 }, ['constructor']],
  ['a member named __proto__', JSON.parse('{"__proto__":{"a":1},"b":2}') as object, ['b']],
  ['a member that is undefined', { a: undefined, b: null }, ['b']],
  ['a member named as one of Object.prototype', { isPrototypeOf: 1, a: 2 }, ['isPrototypeOf', 'a']],
  ['an object of another realm', runInNewContext('({ a: 1 })') as object, ['a']],
])('copies of %s what an object may have', (_name, given, names) => {
  const copy = copyMembers(given)
  expect(Object.keys(copy)).toEqual(names)
  expect('toString' in copy).toBe(false)
})

it('nothing on Object.prototype gets into the options of a strategy, its headers or its provider', async () => {
  const strategy = await withPlanted({ ...OPTIONS, ...PROVIDER }, () =>
    acmeStrategy(acme, { headers: { a: 'b' } }),
  )
  expect(strategy.name).toBe('acme')
  const { callback, session } = await started(strategy)
  const foreign = { session, headers: { 'sec-fetch-site': 'cross-site' } }
  expect(await ending(strategy, request('/login', foreign))).toBe('fail cross_site_start 403')
  expect(await succeed(strategy, callback())).toMatchObject({ user: { id: 'u1' } })
  expect(acme.calls.map(({ path }) => path)).toEqual(['/token', '/me'])
  for (const { headers } of acme.calls) expect(headers).not.toHaveProperty('x-planted')
})

it.each(['clientID', 'clientSecret', 'callbackURL'])('a %s on Object.prototype is none', (name) =>
  withPlanted({ [name]: 'https://planted.test' }, () =>
    expect(() => acmeStrategy(acme, { [name]: undefined })).toThrow(`option ${name} is missing`),
  ),
)

it('nothing on Object.prototype gets into what describes a strategy', () =>
  withPlanted({ package: 'planted', numericClientID: true, options: ['wallpaper'] }, () => {
    const Strategy = strategyFor(describeAcme(acme.url), {})
    const options = { clientID: 7, clientSecret: 'secret', callbackURL: 'https://app.test' }
    expect(() => new Strategy(options as never, letIn)).toThrow(/^(?!planted).*option clientID/)
  }))

it.each([
  ['absent', undefined],
  ['empty', {}],
])(
  'nothing on Object.prototype gets into options of authenticate that are %s',
  async (_, options) => {
    const strategy = acmeStrategy(acme)
    const planted = { returnTo: '/planted', state: 'planted', scope: 'planted', prompt: 'none' }
    const end = await withPlanted(planted, async () => {
      const { callback } = await started(strategy, undefined, options)
      return attempt(strategy, callback(), options)
    })
    expect(end).toMatchObject({ action: 'success' })
    expect(end).toHaveProperty('info', { initiatedBy: 'site', duplicate: false })
  },
)

it('A09 where the provider starts a login, nothing on Object.prototype is its error or its info', async () => {
  // Acme's own reads an error that is planted
  const describe = { ...BY_PROVIDER, readRefusal: () => undefined }
  const strategy = acmeStrategy(acme, { describe })
  const planted = { error: 'access_denied', returnTo: '/planted', state: 'planted' }
  const open = () => succeed(strategy, request('/callback?code=unasked'), {})
  const { info } = await withPlanted(planted, open)
  expect(info).toStrictEqual({ initiatedBy: 'provider', duplicate: false })
})

it('A09 nothing on Object.prototype gets into the requests and answers of a login', async () => {
  const callbackRules = { code: 'code', login: 'state', read: () => undefined }
  const strategy = acmeStrategy(acme, { describe: { callback: callbackRules } })
  const { callback } = await started(strategy)
  const dispatcher = { request: () => Promise.reject(new Error('planted')), dispatch: () => true }
  const planted = {
    // where requests go
    hostname: 'planted.test',
    agent: new Agent({ maxSockets: -1 }),
    dispatcher,
    url: 'https://planted.test',
    query: { planted: '1' },
    json: { planted: '1' },
    // what callbacks and answers say
    code: 'planted',
    loginOptional: true,
    tokenType: 'mac',
    subject: 'planted',
    username: 'planted',
  }
  const { user } = await withPlanted(planted, () => succeed(strategy, callback()))
  expect(user).toMatchObject({ id: 'u1' })
  expect(Object.keys(user as object)).not.toContain('username')
  expect(acme.calls.map(({ path }) => path)).toEqual(['/token', '/me'])
  expect(acme.calls[0]?.body).toContain(`code=${CODE}`)
  expect(JSON.stringify(acme.calls)).not.toContain('planted')
})
