import { readCallback } from '../../src/login/callback.js'
import { type LoginRequest, SentRequest } from '../../src/login/request.js'
import type { CallbackRules, Provider } from '../../src/provider.js'

const LOGIN = 'abcdefghijklmnopqrstuv'

const asked = (req: Partial<LoginRequest>) =>
  new SentRequest({ headers: {}, ...req }, 'https://app.test')

/** What a GET with this query, or a POST with it and this body, is read as. */
function read(rules: CallbackRules, query: string, body?: object): unknown {
  const posted = body && { method: 'POST', body }
  try {
    return readCallback(asked({ url: `/callback?${query}`, ...posted }), {
      callback: rules,
    } as Provider)
  } catch (failure) {
    const { code, detail } = failure as { code: string; detail: { reason: string } }
    return `${code}: ${detail.reason}`
  }
}

const PLAIN: CallbackRules = { code: 'code' }
const NAMED: CallbackRules = { code: 'code', login: 'state' }

it('refuses a callback that does not name its login, unless the provider makes the name optional', () => {
  expect(read(NAMED, 'code=a')).toBe('bad_callback: state is missing')
  expect(read(NAMED, `code=a&state=${LOGIN}`)).toEqual({ code: 'a', login: LOGIN })
  const optional: CallbackRules = { ...NAMED, read: () => ({ loginOptional: true }) }
  expect(read(optional, 'code=a')).toMatchObject({ code: 'a' })
})

it('reads a login name of another form as an empty one', () => {
  for (const name of ['short', `${LOGIN}w`, `-${LOGIN}`])
    expect(read(NAMED, `code=a&state=${name}`)).toEqual({ code: 'a', login: '' })
})

it.each([
  ['access_denied', 'access_denied'],
  ['server_error', 'provider_error'],
  ['temporarily_unavailable', 'provider_error'],
  ['invalid_request', 'config'],
  ['invalid_scope', 'config'],
  ['unauthorized_client', 'config'],
  ['unsupported_response_type', 'config'],
  ['consent_required', 'bad_callback'],
  ['constructor', 'bad_callback'],
  ['e'.repeat(256), 'bad_callback'],
])('sorts the error %s as RFC 6749 section 4.1.2.1 means it: %s', (word, error) => {
  expect(read(PLAIN, `error=${word}`)).toMatchObject({ error, word })
})

it.each(['e'.repeat(257), '%1b%5b31m', '\u0111'])('refuses the error %j', (word) => {
  expect(read(PLAIN, `error=${word}`)).toBe('bad_callback: error is not 1 to 256 ASCII characters')
})

it('reads an empty error, and null in JSON, as no error', () => {
  expect(read(PLAIN, 'error=&code=a')).toMatchObject({ code: 'a' })
  expect(read(PLAIN, '', { error: null, code: 'a' })).toMatchObject({ code: 'a' })
})

it('lets a provider sort its own errors, and see all parameters', () => {
  const rules: CallbackRules = {
    code: 'code',
    read: (sent) => (sent.get('denied') ? { error: 'access_denied' } : { error: 'sdk_failed' }),
  }
  expect(read(rules, 'denied=1')).toMatchObject({ error: 'access_denied' })
  expect(read(rules, 'error=7')).toMatchObject({ error: 'sdk_failed', word: '7' })
})

it('reads a callback with the login name alone as access_denied', () => {
  expect(read(NAMED, `state=${LOGIN}`)).toEqual({ error: 'access_denied', login: LOGIN })
  // a POST brings it back in a body that nobody may have read
  expect(read(NAMED, `state=${LOGIN}`, {})).toBeUndefined()
  expect(read(NAMED, 'state=short')).toBeUndefined()
  expect(read(PLAIN, `state=${LOGIN}`)).toBeUndefined()
})

it('refuses a callback with both a code and an error', () => {
  expect(read(PLAIN, 'code=a&error=x')).toBe('bad_callback: Both error and code are there')
})

it('takes codes of up to 2 048 visible characters as the browser sent them', () => {
  expect(read(PLAIN, `code=${'c'.repeat(2048)}`)).toMatchObject({ code: 'c'.repeat(2048) })
  expect(read(PLAIN, 'code=%7e%21/%2B')).toMatchObject({ code: '~!/+' })
  // parsers make a space of a plus
  expect(read(PLAIN, 'code=4/0A+b+c')).toMatchObject({ code: '4/0A+b+c' })
  const refused = 'bad_callback: code is not 1 to 2048 visible ASCII characters'
  for (const bad of ['c'.repeat(2049), 'a%20b', '', 'null', 'undefined', '%c4%91'])
    expect(read(PLAIN, `code=${bad}`)).toBe(refused)
})

it('takes the code that a provider has found elsewhere', () => {
  const rules: CallbackRules = {
    code: 'key',
    read: ({ rawQuery }) => {
      const code = /\?key=(\w*)/.exec(rawQuery)?.[1]
      return code === undefined ? {} : { code }
    },
  }
  expect(read(rules, 'x=1?key=abc')).toMatchObject({ code: 'abc' })
  expect(read(rules, 'key=def')).toMatchObject({ code: 'def' })
  expect(read(rules, 'x=1')).toBeUndefined()
})

it('lets a provider refuse a callback, with a reason', () => {
  const rules: CallbackRules = {
    code: 'code',
    read: (sent) => (sent.has('code_verifier') ? sent.refuse('it must not be there') : undefined),
  }
  expect(read(rules, 'code=a&code_verifier=')).toBe('bad_callback: it must not be there')
  expect(read(rules, '', { code: 'a', code_verifier: null })).toBe(
    'bad_callback: it must not be there',
  )
  expect(read(rules, 'code=a')).toMatchObject({ code: 'a' })
})

it('finds a code in the query and in the body, on any path', () => {
  const sees = (url: string, more: Partial<LoginRequest> = {}) =>
    asked({ url, ...more }).brings('key')
  expect(sees('/a?key=')).toBe(true)
  expect(sees('/a?x=1?key=abc')).toBe(true)
  expect(sees('/a', { method: 'POST', body: { key: undefined } })).toBe(true)
  expect(sees('/a?x=1')).toBe(false)
})

it.each([
  ['a function, as in restify', () => ({})],
  ['a text', 'code=b'],
  ['a list', []],
  ['null', null],
  ['a URLSearchParams', new URLSearchParams('code=a')],
])('reads the query where the framework gives %s', (_what, query) => {
  const provider = { callback: PLAIN } as Provider
  expect(readCallback(asked({ url: '/callback?code=a', query }), provider)).toMatchObject({
    code: 'a',
  })
})

it('reads a posted URLSearchParams, and refuses a parameter that is in it twice', () => {
  expect(read(PLAIN, '', new URLSearchParams('code=a'))).toMatchObject({ code: 'a' })
  expect(read(PLAIN, '', new URLSearchParams('code=a&code=b'))).toMatch(/^bad_callback/)
})

it('reads the body of a POST only, and accepts the same value in query and body', () => {
  expect(read(PLAIN, 'code=a', { code: 'a' })).toMatchObject({ code: 'a' })
  expect(read(PLAIN, 'code=a', { code: 'b' })).toBe(
    'bad_callback: code must be the same in query and body',
  )
  expect(read(PLAIN, 'code=a&code=a')).toBe('bad_callback: code must be sent once, as text')
  expect(read(PLAIN, '', { code: 'b' })).toMatchObject({ code: 'b' })
  expect(read(PLAIN, '', { code: 7 })).toBe('bad_callback: code must be sent once, as text')
  const got = asked({ method: 'GET', body: { code: 'b' } })
  expect(readCallback(got, { callback: PLAIN } as Provider)).toBeUndefined()
})
