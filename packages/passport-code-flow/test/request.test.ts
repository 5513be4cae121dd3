import {
  checkCallbackOrigin,
  checkMethod,
  checkPrefetch,
  checkStartOrigin,
  isCallbackPath,
  isLoopback,
  type LoginRequest,
  rawQuery,
} from '../src/request.js'

const CALLBACK = new URL('https://app.test/auth/callback/')

const asked = (more: Partial<LoginRequest>): LoginRequest => ({ headers: {}, ...more })

/** The code of what a check throws, or nothing. */
function refusal(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (failure) {
    return (failure as { code: string }).code
  }
}

it('takes a request without a method for a GET', () => {
  expect(refusal(() => checkMethod(asked({})))).toBeUndefined()
  expect(refusal(() => checkMethod(asked({ method: 'get' })))).toBe('method_not_allowed')
})

it.each([
  [{ originalUrl: '/auth/callback?code=1', url: '/other' }, true],
  [{ url: '/auth/callback' }, true],
  [{ url: '/callback' }, true],
  [{ url: '/AUTH/Callback//#x' }, true],
  [{ url: 'https://app.test/auth/callback?x' }, true],
  [{ url: '/back' }, false],
  [{ url: '/auth' }, false],
  [{ url: '/x/auth/callback' }, false],
  [{ url: '/' }, false],
  [{ url: '/?https://app.test/auth/callback' }, false],
  [{ url: '/auth/callbackhttps://app.test' }, false],
  [{}, false],
])('knows the path of the callback: %j is %p', (request, expected) => {
  expect(isCallbackPath(asked(request), CALLBACK)).toBe(expected)
})

it('knows a callback at the root of a site', () => {
  const root = new URL('https://app.test')
  expect(isCallbackPath(asked({ url: '/' }), root)).toBe(true)
  expect(isCallbackPath(asked({}), root)).toBe(true)
  expect(isCallbackPath(asked({ url: '/login' }), root)).toBe(false)
})

it.each([
  [{ originalUrl: '/a?b=1?c=2', url: '/?d' }, 'b=1?c=2'],
  [{ url: '/?d=1' }, 'd=1'],
  [{ url: '?d=1' }, 'd=1'],
  [{ url: '/a' }, ''],
  [{}, ''],
])('has the query as it was sent: %j', (request, expected) => {
  expect(rawQuery(asked(request))).toBe(expected)
})

it.each([
  ['sec-purpose', 'prefetch;prerender'],
  ['purpose', 'prefetch'],
  ['x-purpose', 'preview'],
  ['x-moz', 'prefetch'],
  ['sec-purpose', 'PRERENDER'],
])('sees what a browser loads ahead: %s: %s', (name, value) => {
  expect(refusal(() => checkPrefetch(asked({ headers: { [name]: value } })))).toBe('prefetch')
  expect(refusal(() => checkPrefetch(asked({ headers: { [name]: ['x', value] } })))).toBe(
    'prefetch',
  )
  expect(refusal(() => checkPrefetch(asked({ headers: { [name]: 'x' } })))).toBeUndefined()
})

it.each([
  ['GET', { 'sec-fetch-site': 'cross-site' }, 'cross_site_start'],
  ['GET', { 'sec-fetch-site': 'same-site' }, undefined],
  ['GET', { origin: 'https://evil.test' }, undefined],
  ['POST', { origin: 'https://evil.test' }, 'cross_site_start'],
  ['POST', { origin: 'https://evil.test', 'sec-fetch-site': 'same-site' }, undefined],
  ['POST', { origin: 'https://app.test' }, undefined],
  ['POST', {}, undefined],
])('lets %s with %j start a login: %p', (method, headers, expected) => {
  expect(refusal(() => checkStartOrigin(asked({ method, headers }), CALLBACK))).toBe(expected)
})

const sameOrigin = { code: 'code', sameOriginPost: true }
const strict = { code: 'code', fetchMetadata: 'strict' } as const

it.each([
  [sameOrigin, 'GET', { origin: 'https://evil.test' }, undefined],
  [sameOrigin, 'POST', { origin: 'https://evil.test' }, 'bad_callback'],
  [sameOrigin, 'POST', { origin: ['https://app', '.test'] }, 'bad_callback'],
  [sameOrigin, 'POST', { 'sec-fetch-site': 'cross-site' }, 'bad_callback'],
  [sameOrigin, 'POST', { origin: 'https://app.test', 'sec-fetch-site': 'same-site' }, undefined],
  [{ code: 'code' }, 'POST', { origin: 'https://evil.test' }, undefined],
  [{ code: 'code' }, 'GET', { 'sec-fetch-dest': 'image' }, 'prefetch'],
  [{ code: 'code' }, 'GET', { 'sec-fetch-dest': 'empty' }, 'prefetch'],
  [
    { code: 'code' },
    'GET',
    { 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' },
    undefined,
  ],
  [
    { code: 'code' },
    'GET',
    { 'sec-fetch-dest': 'image', 'sec-fetch-site': 'same-origin' },
    'prefetch',
  ],
  [{ code: 'code' }, 'GET', { 'sec-fetch-site': 'cross-site' }, undefined],
  [
    { code: 'code' },
    'GET',
    { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-origin' },
    'prefetch',
  ],
  [strict, 'GET', { 'sec-fetch-site': 'cross-site' }, 'cross_site_callback'],
  [strict, 'GET', { 'sec-fetch-site': 'none' }, undefined],
  [strict, 'GET', {}, undefined],
])('by %j, a %s callback with %j: %p', (rules, method, headers, expected) => {
  const check = () => checkCallbackOrigin(asked({ method, headers }), rules, CALLBACK)
  expect(refusal(check)).toBe(expected)
})

it.each([
  ['iframe', 'same-origin', undefined],
  ['frame', 'same-origin', undefined],
  ['empty', 'same-origin', undefined],
  ['iframe', 'same-site', 'prefetch'],
  ['iframe', 'cross-site', 'prefetch'],
  ['iframe', 'none', 'prefetch'],
  ['frame', '', 'prefetch'],
  ['image', 'same-origin', 'prefetch'],
  ['embed', 'same-origin', 'prefetch'],
])(
  'where logins start on this site, a callback into %s by %s ends in: %p',
  (destination, site, expected) => {
    const headers = { 'sec-fetch-dest': destination, 'sec-fetch-site': site }
    const check = () => checkCallbackOrigin(asked({ headers }), sameOrigin, CALLBACK, 'site')
    expect(refusal(check)).toBe(expected)
  },
)

it.each([
  ['localhost', true],
  ['app.localhost', true],
  ['127.0.0.1', true],
  ['127.255.1.2', true],
  ['[::1]', true],
  ['localhost.evil.test', false],
  ['127.evil.test', false],
  ['10.0.0.1', false],
  ['notlocalhost', false],
])('%s stays on this machine: %p', (name, expected) => {
  expect(isLoopback(name)).toBe(expected)
})
