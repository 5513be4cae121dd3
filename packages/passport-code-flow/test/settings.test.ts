import http from 'node:http'
import https from 'node:https'
import { baseURL, endpoint, oneOf, strategyFor } from '../src/index.js'
import { acmeStrategy, BY_PROVIDER, describeAcme, letIn, SECRET } from './support/acme.js'
import { matching } from './support/bare.js'
import { printed } from './support/oracle.js'
import { withPlanted } from './support/planted.js'

const acme = { url: 'https://acme.test' }
const CLIENT = { clientSecret: SECRET, callbackURL: 'https://app.test/callback' }
let warn: jest.SpyInstance

beforeEach(() => void (warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})))
afterEach(() => warn.mockRestore())

/** What the constructor throws, as text. */
function refusal(options: object, verify: unknown = letIn): string {
  let thrown: unknown
  try {
    acmeStrategy(acme, { ...options, verify })
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(TypeError)
  expect(printed(thrown)).not.toContain('marker')
  return String(thrown)
}

it.each([
  ['clientID', undefined, 'is missing'],
  ['clientID', '', 'text'],
  ['clientID', 7, 'text'],
  ['clientSecret', undefined, 'is missing'],
  ['clientSecret', ' ', 'text'],
  ['clientSecret', ['marker'], 'text'],
  ['callbackURL', undefined, 'is missing'],
  ['callbackURL', '/marker', 'absolute URL'],
  ['callbackURL', 'marker://app/callback', 'absolute URL'],
  ['callbackURL', 'https://marker@app.test/', 'a user name or a password'],
  ['callbackURL', 'https:', 'absolute URL'],
  ['callbackURL', 'https://[marker', 'absolute URL'],
  ['callbackURL', 'marker:https://app.test/', 'absolute URL'],
  ['name', '', 'text'],
  ['name', null, 'text'],
  ['timeout', 0, 'number'],
  ['timeout', -1, 'number'],
  ['timeout', '100', 'number'],
  ['timeout', Number.NaN, 'number'],
  ['timeout', 2 ** 31, 'number'],
  ['maxResponseBytes', 0, 'number'],
  ['codeTTL', Infinity, 'number'],
  ['pendingTTL', null, 'number'],
  ['maxPending', 0, 'number'],
  ['passReqToCallback', 'false', 'true or false'],
  ['skipUserProfile', 1, 'true or false'],
  ['allowInsecure', 'false', 'true or false'],
  ['agent', {}, 'Agent'],
  ['dispatcher', null, 'with functions request and dispatch'],
  ['dispatcher', 'marker', 'with functions request and dispatch'],
  ['dispatcher', { request: fetch }, 'with functions request and dispatch'],
  ['dispatcher', { dispatch: fetch, request: 'marker' }, 'with functions request and dispatch'],
  ['headers', 'marker', 'object'],
  ['headers', { 'a b': 'marker' }, 'header names'],
  ['headers', { a: 'marker\r\nb: c' }, 'header names'],
  ['headers', { a: 7 }, 'header names'],
  ['headers', { 'Accept-Encoding': 'marker' }, 'must not set accept-encoding'],
  ['headers', { Host: 'marker' }, 'must not set host'],
  ['headers', { connection: 'marker' }, 'must not set connection'],
  ['headers', { 'content-length': '1' }, 'must not set content-length'],
  ['headers', { 'transfer-encoding': 'marker' }, 'must not set transfer-encoding'],
  ['once', {}, 'claim'],
  ['once', null, 'claim'],
])('refuses the option %s: %p, by its name and without its value', (name, value, must) => {
  const message = refusal({ [name]: value })
  expect(message).toContain(`TypeError: acme: option ${name} `)
  expect(message).toContain(must)
})

it.each(['marker\r', 'marker\n', ' marker', '\uFEFFmarker', 'marker\u00A0'])(
  'FR151 refuses a text with white space around it, as a file or an environment may have it: %j',
  (text) => {
    for (const name of ['clientID', 'clientSecret', 'name'])
      expect(refusal({ [name]: text })).toContain(`acme: option ${name} must not begin or end with`)
    const url = text.replace('marker', 'https://marker.test/')
    for (const name of ['callbackURL', 'tokenURL'])
      expect(() => endpoint(name, url, {})).toThrow(`option ${name} must not begin or end with`)
    expect(() => baseURL('baseURL', url, {})).toThrow('option baseURL must not begin or end with')
  },
)

it('takes any number that a timer can wait for', () => {
  expect(acmeStrategy(acme, { timeout: 2 ** 31 - 1, maxPending: 0.5 }).name).toBe('acme')
})

it('refuses a verify that is none, and options that are none', () => {
  expect(refusal({}, null)).toContain('verify')
  const make = (options: unknown) =>
    new (strategyFor(describeAcme(acme.url)))(options as never, letIn)
  for (const options of [undefined, null, 'x', []]) expect(() => make(options)).toThrow(/options/)
})

it('A74 refuses http beyond this machine, unless it is told to', () => {
  const strategy = (url: string, more = {}) => acmeStrategy({ url }, more)
  expect(() => strategy('http://acme.test')).toThrow(/https/)
  expect(() => strategy('http://127.0.0.1.acme.test')).toThrow(/https/)
  for (const host of ['localhost.acme.test', 'notlocalhost', '10.0.0.1', '[::2]', '0x7f.1.evil'])
    expect(() => strategy(`http://${host}`)).toThrow(/https/)
  for (const host of ['127.0.0.1', '127.1.2.3', '[::1]', 'localhost', 'acme.localhost'])
    expect(strategy(`http://${host}:1`).name).toBe('acme')
  expect(strategy('http://acme.test', { allowInsecure: true }).name).toBe('acme')
})

it.each([
  ['https://a.example', 'https://a.example'],
  ['https://a.example/', 'https://a.example'],
  ['https://a.example/sub/site///', 'https://a.example/sub/site'],
  ['https://a.example:8443/x', 'https://a.example:8443/x'],
])('reads the base URL %s as %s', (given, base) => expect(baseURL('baseURL', given, {})).toBe(base))

it.each([
  ['https://u:p@a.example', 'a user name or a password'],
  ['https://a.example?x=1', 'query'],
  ['https://a.example?', 'query'],
  ['https://a.example#x', 'fragment'],
  ['https://a.example#', 'query'],
  ['//a.example', 'absolute URL'],
  ['ftp://a.example', 'absolute URL'],
  ['https:///a.example', 'absolute URL'],
  ['https:a.example', 'absolute URL'],
  ['https:/a.example', 'absolute URL'],
  ['a.example', 'absolute URL'],
])('A75 refuses the base URL %s: %s', (given, must) =>
  expect(() => baseURL('baseURL', given, {})).toThrow(
    expect.objectContaining({ name: 'TypeError', message: matching(RegExp(must)) }),
  ),
)

it('lets an endpoint have a query, but no fragment', () => {
  expect(endpoint('tokenURL', 'https://a.example/t?x=1', {})).toBe('https://a.example/t?x=1')
  expect(() => endpoint('tokenURL', 'https://a.example/t#x', {})).toThrow(/tokenURL .* fragment/)
})

it('names the endpoint of a provider that is wrong, and calls no function to find out', () => {
  const tokenRequest = jest.fn()
  acmeStrategy(acme, { describe: { tokenRequest } })
  expect(tokenRequest).not.toHaveBeenCalled()
  const far = 'http://acme.test/'
  expect(refusal({ describe: { tokenURL: far } })).toContain('option tokenURL ')
  expect(refusal({ describe: { userInfoURL: far } })).toContain('option userInfoURL ')
  expect(refusal({ describe: { origins: [far] } })).toContain('option origins ')
})

it('takes no secret where the provider has public clients, and no secret that is blank', () => {
  const describe = { publicClient: true }
  const options = { clientSecret: undefined, describe }
  expect(acmeStrategy(acme, options as never).name).toBe('acme')
  expect(refusal({ clientSecret: ' ', describe })).toContain('option clientSecret must be a text')
})

it('takes a number as clientID where the strategy says so, and begins messages with its name', () => {
  const build = (described: object, options: object) =>
    new (strategyFor(describeAcme(acme.url) as never, described))(options as never, letIn)
  const options = { clientID: 7, ...CLIENT }
  expect(build({ numericClientID: true }, options).clientID).toBe('7')
  const must = 'own: option clientID must be a text'
  for (const clientID of [7, 1.5])
    expect(() => build({ package: 'own' }, { ...options, clientID })).toThrow(must)
  const describe = (provider: unknown) => () => new (strategyFor(provider as never))(options, letIn)
  expect(describe(() => 0)).toThrow('strategy: ')
  expect(describe(function own() {})).toThrow('own: ')
})

it('refuses allowCrossSiteStart where the provider starts each login, and what is no flag', () => {
  const allowCrossSiteStart = false
  const must = 'option allowCrossSiteStart has no effect here: the provider starts each login'
  expect(refusal({ allowCrossSiteStart, describe: BY_PROVIDER })).toContain(must)
  expect(refusal({ allowCrossSiteStart: 1 })).toContain('option allowCrossSiteStart must be true')
})

it('chooses the first of several words where none is given, and refuses any other', () => {
  const choose = (value: unknown) => oneOf('mode', value as string, ['a', 'b', 'c'])
  expect([undefined, 'a', 'c'].map(choose)).toEqual(['a', 'a', 'c'])
  for (const value of ['A', null, ''])
    expect(() => choose(value)).toThrow('option mode must be a, b or c')
})

it('warns of no option that it has', () => {
  const numbers = { timeout: 1, maxResponseBytes: 1, codeTTL: 1, pendingTTL: 1, maxPending: 1 }
  const flags = { passReqToCallback: true, skipUserProfile: true, allowInsecure: true }
  const once = { claim: () => Promise.resolve(true) }
  const others = { name: 'acme', headers: {}, once, agent: new https.Agent() }
  const options = { ...CLIENT, ...numbers, ...flags, ...others, allowCrossSiteStart: true }
  expect(acmeStrategy(acme, options).name).toBe('acme')
  expect(warn).not.toHaveBeenCalled()
})

it.each([
  ['clientId', 'clientID'],
  ['clientsecret', 'clientSecret'],
  ['callbackUrl', 'callbackURL'],
  ['nam', 'name'],
  ['timout', 'timeout'],
  ['maxPendings', 'maxPending'],
  ['allowInsecur', 'allowInsecure'],
  ['onec', 'once'],
  ['Dispatcher', 'dispatcher'],
])('a misspelled option %s is told that it means %s', (wrong, right) => {
  const must = `option ${wrong} is unknown: did you mean ${right}?`
  expect(refusal({ [wrong]: 'marker' })).toContain(must)
})

const OF_OAUTH2 = [
  ['scope', 'state', 'store', 'pkce', 'proxy', 'sessionKey', 'customHeaders', 'scopeSeparator'],
  ['Scope', 'PKCE', 'sessionkey'],
].flat()

it.each(OF_OAUTH2)('an option %s of passport-oauth2 is told what to do instead', (name) => {
  expect(refusal({ [name]: 'marker' })).toMatch(new RegExp(`option ${name} (does not|is called)`))
})

it('a skipUserProfile that is a function is refused', () => {
  const must = 'option skipUserProfile must be true or false, not a function'
  expect(refusal({ skipUserProfile: () => true })).toContain(must)
})

it('warns once of a name that nobody reads, and takes undefined for absent', () => {
  acmeStrategy(acme, { wallpaper: () => 'marker', shade: undefined } as object)
  const kind = { type: 'Warning', code: 'PASSPORT_CODE_FLOW_UNKNOWN_OPTION' }
  expect(warn.mock.calls).toEqual([['acme: option wallpaper is unknown and has no effect', kind]])
  acmeStrategy(acme, { timeout: undefined })
  expect(warn).toHaveBeenCalledTimes(1)
})

it('takes options of a class of the application, its getters and its methods too', () => {
  class Base {
    get clientID() {
      return 'app'
    }
    log() {}
  }
  class Options extends Base {
    clientSecret = SECRET
    callbackURL = CLIENT.callbackURL
  }
  const Strategy = strategyFor(describeAcme(acme.url))
  expect(new Strategy(new Options(), letIn).name).toBe('acme')
  expect(warn).not.toHaveBeenCalled()
})

it('takes agents of the right scheme, and those that serve both', () => {
  class Both extends http.Agent {
    get protocol() {
      return 'https:'
    }
    set protocol(_value: string) {}
  }
  for (const agent of [new https.Agent(), new Both()])
    expect(acmeStrategy(acme, { agent }).name).toBe('acme')
})

it('refuses an agent that serves the other scheme, or that of one endpoint only', () => {
  expect(refusal({ agent: new http.Agent() })).toContain('option agent must fit the scheme')
  const options = { agent: new https.Agent(), describe: { userInfoURL: 'http://localhost/me' } }
  expect(refusal(options)).toContain('option agent must fit the scheme')
})

it('refuses a dispatcher beside an agent, and functions that Object.prototype has', async () => {
  const dispatcher = { request: fetch, dispatch: fetch }
  const both = { agent: new https.Agent(), dispatcher } as object
  const must = 'option dispatcher must be a Dispatcher of undici'
  expect(refusal({ dispatcher: new https.Agent() })).toContain(must)
  expect(refusal(both)).toContain('option dispatcher cannot be used together with agent')
  expect(acmeStrategy(acme, { dispatcher, agent: undefined } as object).name).toBe('acme')
  await withPlanted(dispatcher, () => expect(refusal({ dispatcher: {} })).toContain(must))
})

it('A82 shows no secret however it is printed', () => {
  const strategy = acmeStrategy(acme)
  expect(printed(strategy)).not.toContain(SECRET)
  expect(printed(Object.create(strategy))).not.toContain(SECRET)
})

it('has the name of its provider, or the one it is given', () => {
  expect(acmeStrategy(acme).name).toBe('acme')
  expect(acmeStrategy(acme, { name: 'acme-staging' }).name).toBe('acme-staging')
})
