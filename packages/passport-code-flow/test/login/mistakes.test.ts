import { attempt } from '../support/bare.js'
import { CODE, json, openLogin, SECRET, TOKEN, useAcme } from '../support/acme.js'
import { expectNoSecret } from '../support/oracle.js'
import type { Provider } from '../../src/index.js'

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
  ['a promise', Promise.resolve({ code: 'a-code' })],
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
    'a request of the provider has an unknown body, not one of method, url, headers, query, form, json',
    { body: {} },
  ],
  [
    'a request of the provider has an unknown forms, not one of method, url',
    { forms: { code: CODE } },
  ],
  ['the form of a request must be an object of texts', { form: new URLSearchParams({ a: 'b' }) }],
  ['the form of a request must be an object of texts', { form: 'a=b' }],
  ['the form of a request must be an object of texts', { form: ['a'] }],
  [
    'the form of a request must be an object of texts: scope is not a text',
    { form: { scope: [] } },
  ],
  [
    'the form of a request must be an object of texts: id is not a text',
    { form: { id: undefined } },
  ],
  ['the query of a request must be an object of texts: page is not a text', { query: { page: 1 } }],
  ['the headers of a request must be an object of texts', { headers: new Headers({ a: 'b' }) }],
  ['a request of the provider may have form or json, not both', { form: { a: 'b' }, json: {} }],
  [
    'a request of the provider may have form or json, not both',
    { method: 'GET', form: { a: 'b' } },
  ],
  ['a request of the provider may have form or json, not both', { method: 'GET', json: {} }],
])('FR53 %s: otherwise the login ends in config', async (text, request) => {
  const tokenRequest = () => ({ method: 'POST', ...request }) as never
  expect(await end({ tokenRequest })).toContain(`config: ${text}`)
  expect(acme.calls).toEqual([])
})

const ANSWER = 'exchange must give an answer, such as the one that ask gives'
const BODY = 'readBody must give an object, or undefined'
const SENT = { access_token: TOKEN }

it.each<[string, string, unknown]>([
  [ANSWER, 'nothing', Promise.resolve()],
  [ANSWER, 'a text', Promise.resolve(TOKEN)],
  [ANSWER, 'the body', Promise.resolve(SENT)],
  [BODY, 'a text', 'access_token=x'],
  [BODY, 'a list', [SENT]],
  [BODY, 'a URLSearchParams', new URLSearchParams(SENT)],
])('FR54 %s: for %s the login ends in config', async (text, _what, given) => {
  const [name = ''] = text.split(' ')
  expect(await end({ [name]: () => given })).toBe(`config: ${text}`)
})
