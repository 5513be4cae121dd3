import type { CallbackRules } from '../../src/index.js'
import { acmeStrategy, BY_PROVIDER, CODE, openLogin } from '../support/acme.js'
import { SECRET, started, TOKEN, useAcme } from '../support/acme.js'
import { attempt, createSession, ending, endOf, matching, request } from '../support/bare.js'
import { expectNoSecret } from '../support/oracle.js'

const acme = useAcme()

/** A callback with one pending login, STATE, in its session; `more` changes the request. */
async function call(query: string, more: object = {}, callback: Partial<CallbackRules> = {}) {
  const describe = { callback: { code: 'code', login: 'state', ...callback } }
  const { strategy, session, state } = await openLogin(acme, { describe })
  const req = request(`/callback?${query.replace('STATE', state)}`, { session, ...more })
  const result = await attempt(strategy, req)
  expectNoSecret([SECRET, TOKEN], result, strategy)
  return result
}

/** The reason why a callback is refused before any call. */
async function reasonOf(...given: Parameters<typeof call>) {
  const result = await call(...given)
  expect(result).toMatchObject({ action: 'fail', status: 400, info: { code: 'bad_callback' } })
  expect(acme.calls).toEqual([])
  return (result as { info: { reason?: string } }).info.reason
}

/** The code that is exchanged after a callback. */
async function codeOf(...given: Parameters<typeof call>) {
  expect(await call(...given)).toMatchObject({ action: 'success' })
  return new URLSearchParams(acme.calls[0]?.body).get('code')
}

const posted = (body: unknown) => ({ method: 'POST', body })

const ONCE = 'code must be sent once, as text'
const WRONG = 'code is not 1 to 8192 visible ASCII characters'
const LONG = 'error is not 1 to 256 ASCII characters'

it.each<[string, string, string, object?]>([
  ['A36 a repeated code', 'code=a&code=a', ONCE],
  ['A36 a repeated code that no framework has read', 'code=a&code=b', ONCE, { query: undefined }],
  ['A36 a list', '', ONCE, { query: { code: ['a'] } }],
  ['A36 an object', '', ONCE, { query: { code: { x: '1' } } }],
  ['A36 a number', '', ONCE, posted({ code: 7 })],
  ['A36 null', '', ONCE, posted({ code: null })],
  ['A36 a posted pair', '', ONCE, posted(new URLSearchParams('code=a&code=b'))],
  ['A36 a repeated state', 'code=a&state=STATE&state=STATE', 'state must be sent once, as text'],
  ['A37 two codes', 'code=a', 'code must be the same in query and body', posted({ code: 'b' })],
  ['A38 a code and an error', 'code=a&error=x', 'The callback holds both error and code'],
  ['A39 an empty code', 'code=', WRONG],
  ['A39 a blank', 'code=a%20b', WRONG],
  ['A39 null', 'code=null', WRONG],
  ['A39 undefined', 'code=undefined', WRONG],
  ['A39 a letter that is not ASCII', 'code=%c4%91', WRONG],
  ['A40 a code of 8 193 characters', `code=${'c'.repeat(8193)}`, WRONG],
  ['no name of a login', 'code=a', 'state is missing'],
  ['A43 a long error', `error=${'e'.repeat(257)}`, LONG],
  ['A43 an error with control characters', 'error=%1b%5b31m', LONG],
  ['A43 an error that is not ASCII', 'error=\u0111', LONG],
])('refuses %s before any call', async (...row) => {
  const [, query, reason, more] = row
  expect(await reasonOf(query, more)).toBe(reason)
})

it.each<[string, string, string, object?]>([
  ['as the browser sent it', 'code=%7e%21/%2B', '~!/+'],
  ['with a plus, of which parsers make a space', 'code=4/0A+b+c', '4/0A+b+c'],
  ['FR57 of 8 192 characters', `code=${'c'.repeat(8192)}`, 'c'.repeat(8192)],
  ['of a query that no framework has read', 'code=a', 'a', { query: undefined }],
  ['where the query is a function, as in restify', 'code=a', 'a', { query: () => ({}) }],
  ['where the query is a text', 'code=a', 'a', { query: 'code=b' }],
  ['where the query is a list', 'code=a', 'a', { query: [] }],
  ['where the query is null', 'code=a', 'a', { query: null }],
  ['where the query is empty', 'code=a', 'a', { query: {} }],
  ['where the query is a Map', 'code=a', 'a', { query: new Map([['code', 'b']]) }],
  ['where a router has changed the URL', 'code=a', 'a', { query: undefined, url: '/?code=b' }],
  ['of a GET with a body', 'code=a', 'a', { body: { code: 'b' } }],
  ['beside a body that is a text', 'code=a', 'a', posted('code=b')],
  ['beside a body that is a list', 'code=a', 'a', posted([])],
  ['beside a body that is null', 'code=a', 'a', posted(null)],
  ['in query and body', 'code=a', 'a', posted({ code: 'a' })],
  ['in the body', '', 'a', posted({ code: 'a' })],
  ['in a posted URLSearchParams', '', 'a', posted(new URLSearchParams('code=a'))],
  ['beside an empty error', 'error=&code=a', 'a'],
  ['beside an error that is null in JSON', '', 'a', posted({ error: null, code: 'a' })],
])('takes a code %s', async (...row) => {
  const [, query, code, more] = row
  expect(await codeOf(`${query}&state=STATE`, more)).toBe(code)
})

it('takes no code from the body of a GET', async () => {
  expect(await call('', { body: { code: 'b' } })).toMatchObject({ info: { code: 'start_loop' } })
})

it('takes the code that a provider has found elsewhere', async () => {
  const read: CallbackRules['read'] = ({ rawQuery }) => {
    const code = /\?code=(\w*)/.exec(rawQuery)?.[1]
    return code === undefined ? {} : { code }
  }
  expect(await codeOf('x=1?code=abc&state=STATE', {}, { read })).toBe('abc')
  expect(await call('x=1', {}, { read })).toMatchObject({ info: { code: 'start_loop' } })
})

it('takes a code without the name of its login where the provider says that it may be missing', async () => {
  const read = () => ({ loginOptional: true })
  for (const query of [{ code: 'a' }, new URLSearchParams('code=b')])
    expect(await call('', { query }, { read })).toMatchObject({ action: 'success' })
})

it('lets a provider refuse a callback, with a reason', async () => {
  const read: CallbackRules['read'] = (sent) =>
    sent.has('code_verifier') ? sent.refuse('it must not be there') : undefined
  for (const [query, more] of [
    ['code=a&code_verifier=', {}],
    ['', posted({ code: 'a', code_verifier: null })],
  ] as const)
    expect(await reasonOf(query, more, { read })).toBe('it must not be there')
  expect(await codeOf('code=a&state=STATE', {}, { read })).toBe('a')
})

it.each([
  ['access_denied', 'fail access_denied 401'],
  ['server_error', 'error provider_error 502'],
  ['temporarily_unavailable', 'error provider_error 502'],
  ['invalid_request', 'error config 500'],
  ['invalid_scope', 'error config 500'],
  ['unauthorized_client', 'error config 500'],
  ['unsupported_response_type', 'error config 500'],
  ['consent_required', 'fail bad_callback 400'],
  ['constructor', 'fail bad_callback 400'],
  ['e'.repeat(256), 'fail bad_callback 400'],
])('A43 sorts the error %s as RFC 6749 section 4.1.2.1 means it: %s', async (word, end) => {
  expect(endOf(await call(`error=${word}&state=STATE`))).toBe(end)
  expect(acme.calls).toEqual([])
})

it('A44 keeps the word and the description of an error for the operator', async () => {
  const description = encodeURIComponent(`no scope\n${SECRET}`)
  const provider = { code: 'invalid_scope', message: 'no scope [redacted]' }
  const sent = `error=invalid_scope&error_description=${description}&state=STATE`
  expect(await call(sent)).toMatchObject({
    error: { code: 'config', status: 500, step: 'callback', provider },
  })
})

const denied = { code: 'access_denied' }

it.each([
  ['error=access_denied&error_description=no&', 'an error', { ...denied, message: 'no' }],
  ['error=access_denied&', 'an error', denied],
  ['', 'no code', undefined],
])('?%sstate ends the login that it names, and says how', async (query, what, provider) => {
  const { strategy, session, state, finish } = await openLogin(acme)
  const said = { message: 'The login was cancelled.', reason: `The callback holds ${what}` }
  const info = { ...denied, ...said, ...(provider && { provider }) }
  const denial = request(`/callback?${query}state=${state}`, { session })
  expect(await attempt(strategy, denial)).toEqual({ action: 'fail', status: 401, info })
  expect(session.stored()).toEqual({})
  expect(await finish()).toBe('fail no_pending_login 403')
})

it('takes a description that is null in JSON for none', async () => {
  const denial = posted({ error: 'access_denied', error_description: null })
  expect(await call('state=STATE', denial)).toMatchObject({ info: denied })
})

it('lets a provider sort its own errors, and see all parameters', async () => {
  const read: CallbackRules['read'] = (sent) => ({
    error: sent.get('denied') ? 'access_denied' : 'sdk_failed',
  })
  expect(await call('denied=1&state=STATE', {}, { read })).toMatchObject({ info: denied })
  expect(await call('error=7&state=STATE', {}, { read })).toMatchObject({
    info: { code: 'sdk_failed', provider: { code: '7' } },
  })
  for (const error of ['config', 'provider_error'] as const)
    expect(await call('error=7&state=STATE', {}, { read: () => ({ error }) })).toMatchObject({
      error: {
        code: error,
        message: 'acme: the provider ended the login: The callback holds an error',
      },
    })
})

it('A08 an error that names no login of this browser is only a failure, and ends no login', async () => {
  const { strategy, session, state, finish } = await openLogin(acme)
  const end = (query: string, more = {}) =>
    ending(strategy, request(`/callback?${query}`, { session, ...more }))
  const names = ['', '&state=', `&state=${'a'.repeat(22)}`, `&state=${state}w`, '&state=short']
  for (const error of ['server_error', 'access_denied'])
    for (const name of names)
      expect(await end(`error=${error}${name}`)).toBe('fail no_pending_login 403')
  // what cannot be a name, alone, is no cancel
  for (const name of ['short', `${state}w`, `-${state}`])
    expect(await end(`state=${name}`)).toBe('fail start_loop 403')
  // a POST brings the name back in a body that nobody may have read
  expect(await end(`state=${state}`, posted({}))).toBe('fail start_loop 403')
  expect(await finish()).toBe('success')
})

it('ends no login for an error where the provider cannot name a login', async () => {
  const strategy = acmeStrategy(acme, { describe: { callback: { code: 'code' } } })
  const { session, callback } = await started(strategy)
  const end = (query: string, given = session) =>
    ending(strategy, request(`/callback?${query}`, { session: given }))
  expect(await end('error=access_denied', createSession())).toBe('fail no_pending_login 403')
  // anybody can send it: its description is not kept
  const denial = request('/callback?error=access_denied&error_description=no', { session })
  const result = await attempt(strategy, denial)
  expect(endOf(result)).toBe('fail access_denied 401')
  expect(result).toHaveProperty('info.provider', denied)
  expect(await end('error=server_error')).toBe('fail bad_callback 400')
  expect(await end(`state=${'a'.repeat(22)}`)).toBe('fail start_loop 403')
  expect(await ending(strategy, callback())).toBe('success')
})

it('reads no parameter as the name of a login where the provider has none', async () => {
  const { strategy, session } = await openLogin(acme, { describe: { callback: { code: 'code' } } })
  const req = request(`/callback?code=${CODE}&undefined=x`, { session })
  expect(await ending(strategy, req)).toBe('success')
})

it('an error is only a failure where the provider starts, with or without a session', async () => {
  const strategy = acmeStrategy(acme, { describe: BY_PROVIDER })
  const query = `error=server_error&error_description=x&state=${'a'.repeat(22)}`
  for (const session of [undefined, createSession()])
    expect(await attempt(strategy, request(`/any?${query}`, { session }))).toMatchObject({
      action: 'fail',
      info: { code: 'bad_callback', provider: { code: 'server_error' } },
    })
})

it('names the step start when the options of authenticate cannot be read', async () => {
  const options = {
    get state() {
      throw new Error('no')
    },
  }
  expect(await attempt(acmeStrategy(acme), request('/login'), options)).toMatchObject({
    error: { code: 'config', step: 'start', cause: { message: 'no' } },
  })
})

const OTHER = 'The method is neither GET nor POST'
const EARLY = 'The header sec-purpose says that nobody has opened this page yet'
const FETCH = 'Sec-Fetch-Site of a fetch is cross-site'
const BLIND = 'Sec-Fetch-Dest is empty and Sec-Fetch-Site does not name this site'
const FRAME = 'Sec-Fetch-Dest is iframe: a frame that another page has made'

const fetched = (dest: string, site = '') => ({
  headers: { 'sec-fetch-dest': dest, 'sec-fetch-site': site },
})

it.each([
  ['HEAD', 'method_not_allowed', OTHER, { method: 'HEAD' }],
  ['OPTIONS', 'method_not_allowed', OTHER, { method: 'OPTIONS' }],
  ['PUT', 'method_not_allowed', OTHER, { method: 'PUT' }],
  ['a prerender', 'prefetch', EARLY, { headers: { 'sec-purpose': 'prefetch;prerender' } }],
  ['an image', 'prefetch', 'Sec-Fetch-Dest is not document', fetched('image')],
  ['a fetch without Sec-Fetch-Site', 'prefetch', BLIND, fetched('empty')],
  ['a frame', 'prefetch', FRAME, fetched('iframe')],
  ['a foreign fetch', 'cross_site_callback', FETCH, fetched('empty', 'cross-site')],
])('A31 A32 uses up no code for %s: %s', async (_what, code, reason, more) => {
  const status = code === 'method_not_allowed' ? 405 : 403
  const failure = { action: 'fail', status, info: { code, reason } }
  expect(await call(`code=${CODE}&state=STATE`, more)).toMatchObject(failure)
  expect(acme.calls).toEqual([])
})

it('says that a strict provider refuses a page of another site', async () => {
  const headers = { 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' }
  const reason = 'Sec-Fetch-Site is cross-site and fetchMetadata is strict'
  expect(await call('code=a&state=STATE', { headers }, { fetchMetadata: 'strict' })).toMatchObject({
    info: { code: 'cross_site_callback', reason },
  })
})

const FORM = {
  origin: 'https://app.test',
  'content-type': 'application/x-www-form-urlencoded',
  'content-length': '6',
}
const [CONFIG, LOOP] = ['error config 500', 'fail start_loop 403']

it.each<[string, string, object?, object?]>([
  ['that no parser has read', CONFIG],
  ['that express.raw has read', CONFIG, {}, { body: Buffer.from('code=x') }],
  ['that express.text has read', CONFIG, {}, { body: 'code=x' }],
  ['that a parser of another type has left', CONFIG, {}, { body: {} }],
  ['of a FormData', CONFIG, { 'content-type': 'multipart/form-data; boundary=x' }],
  ['of a text', CONFIG, { 'content-type': 'text/plain;charset=UTF-8' }],
  ['of the same origin', CONFIG, { origin: undefined, 'sec-fetch-site': 'same-origin' }],
  // nobody else may cause errors for the operator
  ['of another site', LOOP, { origin: 'https://evil.test' }],
  ['of an unknown site', LOOP, { origin: undefined }],
  ['of a site that its headers do not agree on', LOOP, { 'sec-fetch-site': 'cross-site' }],
  ['of no type', LOOP, { 'content-type': undefined }],
  ['that is empty', LOOP, { 'content-length': '0' }],
  ['of a GET', LOOP, {}, { method: 'GET' }],
  ['that a parser has read', LOOP, {}, { body: { other: '1' } }],
])('FR22 a callback without a code and with a body %s: %s', async (...row) => {
  const [, end, headers, more] = row
  const { strategy, session } = await openLogin(acme)
  const post = { method: 'POST', session, body: undefined, headers: { ...FORM, ...headers } }
  const result = await attempt(strategy, request('/callback', { ...post, ...more }))
  expect(result).toMatchObject(
    end === CONFIG
      ? { error: { code: 'config', message: matching(/no body parser has read the posted/) } }
      : { status: 403, info: { code: 'start_loop' } },
  )
})

it('accepts a code without a session where the provider starts, and says initiatedBy: provider', async () => {
  const options = { returnTo: '/basket', state: { a: 1 } }
  const strategy = acmeStrategy(acme, { describe: BY_PROVIDER })
  const info = { ...options, initiatedBy: 'provider', duplicate: false }
  const result = await attempt(strategy, request('/any?code=c1'), options)
  expect(result).toEqual({ action: 'success', user: expect.anything() as unknown, info })
})

it("refuses a request without a code where the provider starts, and adds the provider's hint", async () => {
  const hints = { no_code: 'That app is Acme.' }
  const strategy = acmeStrategy(acme, { describe: { ...BY_PROVIDER, hints } })
  const message = 'Please open this page from the app that you log in with.'
  const reason = 'There is no parameter code. That app is Acme.'
  const info = { code: 'no_code', message, reason }
  expect(await attempt(strategy, request('/any'))).toEqual({ action: 'fail', status: 400, info })
  const prefetch = request('/any', { headers: { purpose: 'prefetch' } })
  expect(await ending(strategy, prefetch)).toBe('fail prefetch 403')
  expect(acme.calls).toEqual([])
})
