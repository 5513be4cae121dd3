import http from 'node:http'
import https from 'node:https'
import { baseURL, CodeFlowStrategy, endpoint } from '../src/index.js'
import { acmeStrategy, describeAcme, letIn, SECRET } from './support/acme.js'
import { printed } from './support/oracle.js'

const acme = { url: 'https://acme.test' }

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
  ['clientID', undefined, 'text'],
  ['clientID', '', 'text'],
  ['clientID', 7, 'text'],
  ['clientSecret', undefined, 'text'],
  ['clientSecret', ' ', 'text'],
  ['clientSecret', ['marker'], 'text'],
  ['callbackURL', undefined, 'text'],
  ['callbackURL', '/marker', 'absolute URL'],
  ['callbackURL', 'marker://app/callback', 'absolute URL'],
  ['callbackURL', 'https://marker@app.test/', 'user info'],
  ['callbackURL', 'https:', 'absolute URL'],
  ['callbackURL', 'https://[marker', 'absolute URL'],
  ['callbackURL', 'marker:https://app.test/', 'absolute URL'],
  ['name', '', 'text'],
  ['timeout', 0, 'number'],
  ['timeout', -1, 'number'],
  ['timeout', '100', 'number'],
  ['timeout', Number.NaN, 'number'],
  ['timeout', 2 ** 31, 'number'],
  ['maxResponseBytes', 0, 'number'],
  ['codeTTL', Infinity, 'number'],
  ['pendingTTL', null, 'number'],
  ['maxPending', 0, 'number'],
  ['agent', {}, 'Agent'],
  ['agent', new http.Agent(), 'scheme'],
  ['headers', 'marker', 'object'],
  ['headers', { 'a b': 'marker' }, 'header names'],
  ['headers', { a: 'marker\r\nb: c' }, 'header names'],
  ['headers', { a: 7 }, 'header names'],
  ['once', {}, 'claim'],
  ['once', null, 'claim'],
])('refuses the option %s: %p, by its name and without its value', (name, value, must) => {
  const message = refusal({ [name]: value })
  expect(message).toContain(`option ${name} `)
  expect(message).toContain(must)
})

it('takes any number that a timer can wait for', () => {
  expect(acmeStrategy(acme, { timeout: 2 ** 31 - 1, maxPending: 0.5 }).name).toBe('acme')
})

it('refuses a verify that is none, and options that are none', () => {
  expect(refusal({}, null)).toContain('verify')
  const make = (options: unknown) =>
    new CodeFlowStrategy(describeAcme(acme.url), options as never, letIn)
  for (const options of [undefined, null, 'x', []]) expect(() => make(options)).toThrow(/options/)
})

it('refuses http beyond this machine, unless it is told to', () => {
  const strategy = (url: string, more = {}) => acmeStrategy({ url }, more)
  expect(() => strategy('http://acme.test')).toThrow(/https/)
  expect(() => strategy('http://127.0.0.1.acme.test')).toThrow(/https/)
  expect(() => strategy('http://localhost.acme.test')).toThrow(/https/)
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
  ['https://u:p@a.example', 'user info'],
  ['https://a.example?x=1', 'query'],
  ['https://a.example?', 'query'],
  ['https://a.example#x', 'fragment'],
  ['https://a.example#', 'query'],
  ['//a.example', 'absolute URL'],
  ['ftp://a.example', 'absolute URL'],
  ['https:///a.example', 'absolute URL'],
])('refuses the base URL %s: %s', (given, must) =>
  expect(() => baseURL('baseURL', given, {})).toThrow(
    expect.objectContaining({
      name: 'TypeError',
      message: expect.stringContaining(must) as unknown,
    }),
  ),
)

it('lets an endpoint have a query, but no fragment', () => {
  expect(endpoint('tokenURL', 'https://a.example/t?x=1', {})).toBe('https://a.example/t?x=1')
  expect(() => endpoint('tokenURL', 'https://a.example/t#x', {})).toThrow(/tokenURL .* fragment/)
})

it('names the endpoint of a provider that is wrong, of which it asks once with empty texts', () => {
  const at = (url: string) => jest.fn(() => ({ method: 'GET', url }) as const)
  const [tokenRequest, profileRequest] = [at('https://acme.test/token'), at('https://acme.test/me')]
  acmeStrategy(acme, { describe: { tokenRequest, profileRequest } })
  expect(tokenRequest.mock.calls).toEqual([[{ code: '', codeVerifier: '' }]])
  expect(profileRequest.mock.calls).toEqual([['']])
  const far = at('http://acme.test/')
  expect(refusal({ describe: { tokenRequest: far } })).toContain('option tokenURL ')
  expect(refusal({ describe: { profileRequest: far } })).toContain('option userInfoURL ')
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

it('refuses an agent that serves the scheme of one endpoint only', () => {
  const profileRequest = () => ({ method: 'GET', url: 'http://localhost/me' }) as const
  const options = { agent: new https.Agent(), describe: { profileRequest } }
  expect(refusal(options)).toContain('option agent must fit the scheme')
})

it('shows no secret however it is printed', () => {
  const strategy = acmeStrategy(acme)
  expect(printed(strategy)).not.toContain(SECRET)
  expect(printed(Object.create(strategy))).not.toContain(SECRET)
})

it('has the name of its provider, or the one it is given', () => {
  expect(acmeStrategy(acme).name).toBe('acme')
  expect(acmeStrategy(acme, { name: 'acme-staging' }).name).toBe('acme-staging')
})
