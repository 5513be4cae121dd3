import { Agent } from 'node:http'
import { strategyFor } from '../src/index.js'
import { acmeStrategy, CODE, describeAcme, letIn, started, useAcme } from './support/acme.js'
import { attempt, createSession, ending, request, succeed } from './support/bare.js'
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
    expect(() => acmeStrategy(acme, { [name]: undefined })).toThrow(
      `acme: option ${name} is missing`,
    ),
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
    const session = createSession()
    const start = () => attempt(strategy, request('/login', { session }), options)
    const planted = { returnTo: '/planted', state: 'planted', scope: 'planted', prompt: 'none' }
    const begun = await withPlanted(planted, start)
    if (begun.action !== 'redirect') throw new Error(JSON.stringify(begun))
    const state = begun.url.searchParams.get('state')
    const back = request(`/callback?code=c${_}&state=${state}`, { session })
    const end = await withPlanted(planted, () => attempt(strategy, back, options))
    expect(end).toEqual({
      action: 'success',
      user: expect.anything() as unknown,
      info: { initiatedBy: 'site', duplicate: false },
    })
  },
)

it('nothing on Object.prototype gets into the requests and answers of a login', async () => {
  const strategy = acmeStrategy(acme, {
    describe: { callback: { code: 'code', login: 'state', read: () => undefined } },
  })
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

it('an error on Object.prototype is no error of a callback', async () => {
  const strategy = acmeStrategy(acme, {
    describe: { initiatedBy: 'provider', callback: { code: 'code' } },
  })
  const open = () => ending(strategy, request('/callback?code=used'))
  expect(await open()).toBe('success')
  expect(await withPlanted({ error: 'access_denied' }, open)).toBe('fail code_already_used 403')
})

it('where the provider starts a login, nothing on Object.prototype gets into its info', async () => {
  const strategy = acmeStrategy(acme, {
    describe: { initiatedBy: 'provider', callback: { code: 'code' } },
  })
  const open = () => attempt(strategy, request('/callback?code=unasked'), {})
  expect(await withPlanted({ returnTo: '/planted', state: 'planted' }, open)).toMatchObject({
    info: expect.not.objectContaining({ state: 'planted', returnTo: '/planted' }) as unknown,
  })
})
