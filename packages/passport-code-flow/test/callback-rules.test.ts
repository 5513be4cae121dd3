import { bringsCode, readCallback } from '../src/callback.js'
import type { CallbackRules } from '../src/provider.js'
import type { LoginRequest } from '../src/request.js'

const LOGIN = 'abcdefghijklmnopqrstuv'

/** What a GET with this query, or a POST with it and this body, is read as. */
function read(rules: CallbackRules, query: string, body?: object): unknown {
  const req: LoginRequest = { url: `/callback?${query}`, headers: {} }
  if (body) Object.assign(req, { method: 'POST', body })
  try {
    return readCallback(req, rules)
  } catch (failure) {
    return (failure as { code: string }).code
  }
}

it('refuses what no browser has any business to send, whatever its value', () => {
  const rules = { code: 'code', forbidden: ['code_verifier'] }
  expect(read(rules, 'code=a')).toEqual({ code: 'a' })
  expect(read(rules, 'code=a&code_verifier=')).toBe('bad_callback')
  expect(read(rules, 'code=a', { code_verifier: null })).toBe('bad_callback')
})

it('refuses what must be empty and is not', () => {
  const rules = { code: 'code', empty: ['state'] }
  expect(read(rules, 'code=a&state=')).toEqual({ code: 'a' })
  expect(read(rules, 'code=a')).toEqual({ code: 'a' })
  expect(read(rules, 'code=a&state=x')).toBe('bad_callback')
})

it('wants a login named in a POST alone where the provider says so, and else always', () => {
  const posted = { code: 'code', login: 'login', loginRequired: 'posted' } as const
  expect(read(posted, 'code=a')).toEqual({ code: 'a' })
  expect(read(posted, '', { code: 'a' })).toBe('bad_callback')
  expect(read(posted, '', { code: 'a', login: LOGIN })).toEqual({ code: 'a', login: LOGIN })
  const always = { code: 'code', login: 'login' }
  expect(read(always, 'code=a')).toBe('bad_callback')
  expect(read(always, `code=a&login=${LOGIN}`)).toEqual({ code: 'a', login: LOGIN })
  expect(read({ ...always, loginRequired: 'always' }, 'code=a')).toBe('bad_callback')
})

it('keeps a name that cannot be ours as one that is unknown', () => {
  const rules = { code: 'code', login: 'login' }
  expect(read(rules, 'code=a&login=short')).toEqual({ code: 'a', login: '' })
  expect(read(rules, `code=a&login=${LOGIN}w`)).toEqual({ code: 'a', login: '' })
  expect(read(rules, `code=a&login=-${LOGIN}`)).toEqual({ code: 'a', login: '' })
})

it('has errors mean what the provider says', () => {
  const readError = (word: string) => (word === '7' ? 'access_denied' : 'sdk_failed')
  expect(read({ code: 'code', readError }, 'error=7')).toEqual({
    error: 'access_denied',
    word: '7',
  })
  expect(read({ code: 'code', readError }, 'error=8')).toMatchObject({ error: 'sdk_failed' })
  expect(read({ code: 'code' }, 'error=access_denied')).toMatchObject({ error: 'access_denied' })
  expect(read({ code: 'code' }, 'error=other')).toEqual({ error: 'bad_callback', word: 'other' })
})

it.each([
  ['', 'bad_callback'],
  ['e'.repeat(256), { error: 'bad_callback', word: 'e'.repeat(256) }],
  ['e'.repeat(257), 'bad_callback'],
  ['%1b%5b31m', 'bad_callback'],
])('takes an error of 1 to 256 printable characters: %p', (word, expected) => {
  expect(read({ code: 'code' }, `error=${word}`)).toEqual(expected)
})

it('names the login of an error only where one may be named', () => {
  expect(read({ code: 'code' }, `error=x&login=${LOGIN}`)).not.toHaveProperty('login')
  expect(read({ code: 'code', login: 'login' }, `error=x&login=${LOGIN}`)).toMatchObject({
    login: LOGIN,
  })
})

it('takes codes of the shape the provider gives, up to 2 048 visible characters by default', () => {
  const hex = { code: 'key', codePattern: /^[0-9a-f]{4}$/ }
  expect(read(hex, 'key=00ff')).toEqual({ code: '00ff' })
  expect(read(hex, 'key=00fg')).toBe('bad_callback')
  expect(read({ code: 'code' }, `code=${'c'.repeat(2048)}`)).toEqual({ code: 'c'.repeat(2048) })
  expect(read({ code: 'code' }, `code=${'c'.repeat(2049)}`)).toBe('bad_callback')
  expect(read({ code: 'code' }, 'code=%7e%21')).toEqual({ code: '~!' })
  expect(read({ code: 'code' }, 'code=a%20b')).toBe('bad_callback')
})

it('looks for a code in a query put together wrongly, where there is no other', () => {
  const recoverCode = (query: string) => /\?key=(\w*)/.exec(query)?.[1]
  const rules = { code: 'key', recoverCode }
  expect(read(rules, 'x=1?key=abc')).toEqual({ code: 'abc' })
  expect(read(rules, 'key=def&x=1?key=abc')).toEqual({ code: 'def' })
  expect(read(rules, 'x=1')).toBeUndefined()
  expect(read({ code: 'key' }, 'x=1?key=abc')).toBeUndefined()
})

it('sees a code wherever it arrives, and however it looks', () => {
  const recoverCode = (query: string) => /\?key=(\w*)/.exec(query)?.[1]
  const sees = (url: string, more: Partial<LoginRequest> = {}) =>
    bringsCode({ url, headers: {}, ...more }, { code: 'key', recoverCode })
  expect(sees('/a?key=')).toBe(true)
  expect(sees('/a?x=1?key=abc')).toBe(true)
  expect(sees('/a', { method: 'POST', body: { key: undefined } })).toBe(true)
  expect(sees('/a?x=1')).toBe(false)
})

it('reads a body of a POST alone, and takes the same value twice for one', () => {
  const rules = { code: 'code' }
  expect(read(rules, 'code=a', { code: 'a' })).toEqual({ code: 'a' })
  expect(read(rules, 'code=a', { code: 'b' })).toBe('bad_callback')
  expect(read(rules, '', { code: 'b' })).toEqual({ code: 'b' })
  expect(read(rules, '', { code: undefined })).toBe('bad_callback')
  expect(readCallback({ method: 'GET', headers: {}, body: { code: 'b' } }, rules)).toBeUndefined()
})
