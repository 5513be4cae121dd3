import { checkCallback, checkStart } from '../../src/login/checks.js'
import { type LoginRequest, plainPath, SentRequest } from '../../src/login/request.js'
import type { Provider } from '../../src/provider.js'

const CALLBACK = new URL('https://app.test/auth/callback/')

const asked = (more: Partial<LoginRequest>) =>
  new SentRequest({ headers: {}, ...more }, CALLBACK.origin)

/** The code of what a check throws, or nothing. */
function refusal(check: () => void): string | undefined {
  try {
    check()
  } catch (failure) {
    return (failure as { code: string }).code
  }
  return undefined
}

/** What a start is refused by. */
const start = (more: Partial<LoginRequest>) => refusal(() => checkStart(asked(more), false))

it('reads a request without a method as a GET', () => {
  expect(start({})).toBeUndefined()
})

it('B50 reads a method in small letters, as hapi has it', () => {
  expect(start({ method: 'get' })).toBeUndefined()
  expect(start({ method: 'head' })).toBe('method_not_allowed')
  const posted = { method: 'post', body: { code: 'a-code' } }
  expect(asked(posted).get('code')).toBe('a-code')
  expect(start({ ...posted, headers: { origin: 'https://evil.test' } })).toBe('cross_site_start')
})

it.each(['url', 'originalUrl'])('B51 says so when %s is not a text, as in hapi', (name) => {
  const request = { [name]: new URL('https://app.test/auth/callback?code=1') } as object
  const message = "the request's url must be a text, as in Node: `/path?query`"
  expect(() => asked(request)).toThrow(expect.objectContaining({ code: 'config', message }))
})

it('says so when a mock of a request has no headers', () => {
  const mock = { url: '/auth/callback?code=1', headers: undefined } as unknown as LoginRequest
  expect(() => asked(mock)).toThrow(
    expect.objectContaining({ code: 'config', message: 'the request has no object headers' }),
  )
})

it.each([
  [{ originalUrl: '/auth/callback?code=1', url: '/other' }, true],
  [{ url: '/auth/callback' }, true],
  [{ url: '/callback' }, true],
  [{ url: 'http://app.test/callback' }, true],
  [{ url: '/AUTH/Callback//#x' }, true],
  [{ url: 'https://app.test/auth/callback?x' }, true],
  [{ url: '/auth/callbac%6b' }, true],
  [{ url: '//auth/callback' }, true],
  [{ url: '/auth///callback' }, true],
  [{ url: '/auth//' }, false],
  [{ url: '/%61uth/callback?x' }, true],
  [{ url: '/auth/callback;x=1' }, true],
  [{ url: '/auth/callback%' }, false],
  [{ url: '/auth%2Fcallback' }, true],
  [{ url: 'callback' }, false],
  [{ url: '/back' }, false],
  [{ url: '/auth' }, false],
  [{ url: '/x/auth/callback' }, false],
  [{ url: '/' }, false],
  [{ url: '/?https://app.test/auth/callback' }, false],
  [{ url: '/auth/callbackhttps://app.test' }, false],
  [{}, false],
])('knows the path of the callback: %j is %p', (request, expected) => {
  expect(asked(request).isOn(plainPath(CALLBACK.pathname))).toBe(expected)
})

const ODD = '/auth;v=1/callback'

it.each([
  ['/', { url: '/' }, true],
  ['/', {}, true],
  ['/', { url: '/login' }, false],
  [ODD, { url: `${ODD}?a#b` }, true],
  [ODD, { url: `${ODD}#b` }, true],
  [ODD, { url: '/auth' }, false],
])('knows a callback at the path %s: %j is %p', (path, request, expected) =>
  expect(asked(request).isOn(plainPath(path))).toBe(expected),
)

it.each([
  ['sec-purpose', 'prefetch;prerender'],
  ['purpose', 'prefetch'],
  ['x-purpose', 'preview'],
  ['x-moz', 'prefetch'],
  ['sec-purpose', 'PRERENDER'],
])('A32 knows a prefetch by the header %s: %s', (name, value) => {
  expect(start({ headers: { [name]: value } })).toBe('prefetch')
  expect(start({ headers: { [name]: ['x', value] } })).toBe('prefetch')
  expect(start({ headers: { [name]: 'x' } })).toBeUndefined()
})

it.each([
  ['GET', { 'sec-fetch-site': 'cross-site' }, 'cross_site_start'],
  ['GET', { 'sec-fetch-site': 'same-site' }, undefined],
  ['GET', { origin: 'https://evil.test' }, undefined],
  ['POST', { origin: 'https://evil.test' }, 'cross_site_start'],
  ['POST', { origin: 'null' }, 'cross_site_start'],
  ['POST', { origin: 'null', 'sec-fetch-site': 'same-origin' }, undefined],
  ['GET', { 'sec-fetch-site': 'none' }, undefined],
  ['POST', { origin: 'https://evil.test', 'sec-fetch-site': 'same-site' }, undefined],
  ['POST', { origin: 'https://app.test' }, undefined],
  ['POST', {}, undefined],
])('A15 answers a start by %s with the headers %j: %p', (method, headers, expected) => {
  expect(start({ method, headers })).toBe(expected)
})

it.each([
  [{ origin: 'https://evil.test' }, false],
  [{ origin: ['https://app', '.test'] }, false],
  [{ 'sec-fetch-site': 'cross-site' }, false],
  [{ origin: 'https://app.test', 'sec-fetch-site': 'same-site' }, false],
  [{ origin: 'null' }, false],
  [{ origin: 'null', 'sec-fetch-site': 'none' }, false],
  [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, true],
  [{ origin: 'https://app.test', 'sec-fetch-site': 'same-origin' }, true],
  [{ origin: 'https://app.test' }, true],
  [{}, true],
])('FR08 A20 knows a page of this site by its headers %j: %p', (headers, expected) => {
  expect(asked({ headers }).isFromThisSite).toBe(expected)
})

type Mode = Provider['callback']['fetchMetadata']

/** What a callback with these headers is refused by. */
function destination(initiatedBy: Provider['initiatedBy'], mode: Mode, headers: object) {
  const callback = { code: 'code', ...(mode && { fetchMetadata: mode }) }
  const provider = { initiatedBy, callback } as Provider
  return refusal(() => checkCallback(asked({ headers: { ...headers } }), provider))
}

it.each([
  ['', '', undefined, undefined, undefined],
  ['document', 'cross-site', undefined, undefined, 'cross_site_callback'],
  ['document', 'none', undefined, undefined, undefined],
  ['empty', 'same-origin', undefined, undefined, undefined],
  ['empty', 'same-site', 'cross_site_callback', undefined, 'cross_site_callback'],
  ['empty', 'cross-site', 'cross_site_callback', 'cross_site_callback', 'cross_site_callback'],
  ['empty', 'none', 'prefetch', 'prefetch', 'prefetch'],
  ['empty', '', 'prefetch', 'prefetch', 'prefetch'],
  ['iframe', 'same-origin', undefined, 'prefetch', 'prefetch'],
  ['frame', 'same-origin', undefined, 'prefetch', 'prefetch'],
  ['iframe', 'same-site', 'prefetch', 'prefetch', 'prefetch'],
  ['iframe', 'cross-site', 'prefetch', 'prefetch', 'prefetch'],
  ['iframe', 'none', 'prefetch', 'prefetch', 'prefetch'],
  ['frame', '', 'prefetch', 'prefetch', 'prefetch'],
  ['image', 'same-origin', 'prefetch', 'prefetch', 'prefetch'],
  ['embed', 'same-origin', 'prefetch', 'prefetch', 'prefetch'],
] as const)(
  'FR10 B11 a callback into "%s" by "%s": %p where this site starts, %p where the provider does, %p strictly',
  (dest, site, bySite, byProvider, strictly) => {
    const headers = { 'sec-fetch-dest': dest, 'sec-fetch-site': site }
    expect(destination('site', undefined, headers)).toBe(bySite)
    expect(destination('provider', 'document', headers)).toBe(byProvider)
    expect(destination('provider', 'strict', headers)).toBe(strictly)
    expect(destination('provider', 'off', headers)).toBeUndefined()
  },
)

it.each([
  ['none', undefined],
  ['same-site', 'cross_site_callback'],
  ['cross-site', 'cross_site_callback'],
])('FR40 a page load by "%s" that a service worker passed on: %p strictly', (site, strictly) => {
  const passedOn = { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'navigate' }
  const headers = { ...passedOn, 'sec-fetch-site': site }
  expect(destination('site', undefined, headers)).toBeUndefined()
  expect(destination('provider', 'strict', headers)).toBe(strictly)
  const image = { ...headers, 'sec-fetch-dest': 'image' }
  expect(destination('site', undefined, image)).toBe('prefetch')
  const fetched = { ...headers, 'sec-fetch-mode': 'cors' }
  expect(destination('site', undefined, fetched)).toMatch(/^(prefetch|cross_site_callback)$/)
})

type Given = Record<string, string>

const titled = (given: Given) =>
  Object.entries(given).map(([name, value]) => [
    name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()),
    value,
  ])

/** The same headers as frameworks on Fetch and serverless adapters have them. */
const FORMS: [string, (given: Given) => object][] = [
  ['an object of the class Headers', (given) => new Headers(given)],
  ['a Map', (given) => new Map(Object.entries(given))],
  ['names in title case', (given) => Object.fromEntries(titled(given))],
  ['some names in title case', (given) => Object.fromEntries([['host', 'x'], ...titled(given)])],
]

it.each(FORMS)('checks headers in every form: %s', (_name, form) => {
  const given = (headers: Given) => ({ headers: form(headers) as never })
  const provider = { initiatedBy: 'site', callback: {} } as Provider
  const callback = (headers: Given) => refusal(() => checkCallback(asked(given(headers)), provider))
  expect(callback({ 'sec-purpose': 'prefetch' })).toBe('prefetch')
  const fetched = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'empty' }
  expect(callback(fetched)).toBe('cross_site_callback')
  const foreign = { method: 'POST', ...given({ origin: 'https://evil.test' }) }
  expect(start(foreign)).toBe('cross_site_start')
  expect(asked(foreign).isFromThisSite).toBe(false)
})
