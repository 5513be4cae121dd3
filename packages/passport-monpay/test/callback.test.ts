import type { LoginRequest } from 'passport-code-flow'
import { memoryOnce } from 'passport-code-flow'
import { attempt, request } from '../../passport-code-flow/test/support/bare.js'
import { Strategy } from '../src/index.js'
import {
  asked,
  closeAll,
  describe,
  forgetfulOnce,
  open,
  openMonPay,
  optionsFor,
} from './support.js'

afterEach(closeAll)

const post = (body: unknown, more: Partial<LoginRequest> = {}) =>
  request('/', { method: 'POST', body, ...more })

it('C1 Q1 without a code it fails with words about the MonPay app, asks nobody and never redirects', async () => {
  const { monpay, visit } = await open()
  const result = await visit(request('/'))
  expect(result).toEqual({
    action: 'fail',
    status: 400,
    info: {
      code: 'no_code',
      message: 'Please open this page from the app that you log in with.',
      reason: expect.stringContaining('MonPay opens this page with a code'),
    },
  })
  expect(monpay.requests).toEqual([])
})

it('Q1 a login can be completed without any login started and without a session', async () => {
  const { monpay, strategy } = await open()
  const result = await attempt(strategy, request(`/?code=${monpay.issueCode()}`))
  expect(describe(result)).toBe('success')
})

it('Q2 tells verify and the application that nobody here asked for this login', async () => {
  const { login } = await open()
  expect(await login()).toMatchObject({ info: { initiatedBy: 'provider', duplicate: false } })
})

it('Q2 takes no state from the URL: what comes back in info is what the route itself gave', async () => {
  const { monpay, visit } = await open()
  const url = () => `/?code=${monpay.issueCode()}&state=forged&returnTo=//evil.example`
  expect(await visit(request(url()))).toEqual({
    action: 'success',
    user: { id: '11' },
    info: { initiatedBy: 'provider', duplicate: false },
  })
  const settings = { state: { from: 'menu' }, returnTo: '/basket' }
  expect(await visit(request(url()), settings)).toMatchObject({
    info: { state: { from: 'menu' }, returnTo: '/basket' },
  })
  expect(await visit(request(url()), { returnTo: '//evil.example' })).toMatchObject({
    info: { returnTo: '/' },
  })
})

it.each([
  ['error=access_denied', 'fail access_denied 401'],
  ['error=server_error', 'fail bad_callback 400'],
  ['error=', 'fail no_code 400'],
  ['error=a&error=b', 'fail bad_callback 400'],
  ['error=%0A', 'fail bad_callback 400'],
  ['error=access_denied&code=CODE', 'fail bad_callback 400'],
  [
    'error=%3Cscript%3E&error_description=%3Cscript%3E&error_uri=javascript:1',
    'fail bad_callback 400',
  ],
])('C2 ?%s is %s and no call', async (query, end) => {
  const { monpay, visit } = await open()
  const result = await visit(request(`/?${query.replace('CODE', monpay.issueCode())}`))
  expect(describe(result)).toBe(end)
  expect(result).toMatchObject({ info: { message: expect.not.stringContaining('script') } })
  expect(monpay.requests).toEqual([])
})

it.each([
  ['repeated', { code: ['a', 'b'] }],
  ['an object', { code: { x: 'a' } }],
  ['a number', { code: 1 }],
  ['empty', { code: '' }],
  ['blank', { code: '  ' }],
  ['the word null', { code: 'null' }],
  ['the word undefined', { code: 'undefined' }],
  ['too long', { code: 'a'.repeat(2049) }],
  ['one with a line break', { code: 'a\r\nb' }],
  ['one with letters beyond ASCII', { code: 'код' }],
])(
  'C3 a code that is %s fails and no call is made, from the query or the body',
  async (_, sent) => {
    const { monpay, visit } = await open()
    expect(describe(await visit(request('/', { query: sent })))).toBe('fail bad_callback 400')
    expect(describe(await visit(post(sent)))).toBe('fail bad_callback 400')
    expect(monpay.requests).toEqual([])
  },
)

it('C4 Q16 the code comes by GET in the query or by POST in a form or JSON body', async () => {
  const { monpay, login, visit, verified } = await open()
  expect(describe(await login())).toBe('success')
  expect(describe(await visit(post({ code: monpay.issueCode() })))).toBe('success')
  expect(verified).toHaveLength(2)
})

it('Q16 a code in the body of a GET and in a body nobody has parsed does not count', async () => {
  const { monpay, visit } = await open()
  const code = monpay.issueCode()
  expect(describe(await visit(request('/', { body: { code } })))).toBe('fail no_code 400')
  expect(describe(await visit(post(`code=${code}`)))).toBe('fail no_code 400')
  expect(describe(await visit(post(undefined)))).toBe('fail no_code 400')
})

it('Q16 query and body may repeat one code and may not differ', async () => {
  const { monpay, visit } = await open()
  const code = monpay.issueCode()
  const both = (other: string) => visit(post({ code: other }, { query: { code } }))
  expect(describe(await both(monpay.issueCode()))).toBe('fail bad_callback 400')
  expect(monpay.requests).toEqual([])
  expect(describe(await both(code))).toBe('success')
})

it('Q16 a profile or a token that the browser sends is not looked at', async () => {
  const { visit } = await open()
  const sent = { access_token: 'x', profile: { id: '1' }, userId: 1 }
  expect(describe(await visit(post(sent)))).toBe('fail no_code 400')
})

it('tolerates parameters that nobody has documented', async () => {
  const { monpay, visit } = await open()
  const result = await visit(request(`/?lang=mn&miniAppId=7&code=${monpay.issueCode()}&x=1&x=2`))
  expect(describe(result)).toBe('success')
})

it('C5 Q15 a reload with the same code fails, is no server error, and does not ask again', async () => {
  const { monpay, login } = await open()
  const code = monpay.issueCode()
  await login(code)
  expect(describe(await login(code))).toBe('fail code_already_used 403')
  expect(asked(monpay)).toEqual(['POST /v2/oauth/token', 'GET /v2/api/oauth/userinfo'])
})

it("C5 Q15 where this process has forgotten the code, MonPay's own 403 fails as well", async () => {
  const { once, forget } = forgetfulOnce()
  const { monpay, login } = await open({ once })
  const code = monpay.issueCode()
  await login(code)
  forget()
  expect(await login(code)).toMatchObject({
    action: 'fail',
    status: 401,
    info: { code: 'invalid_code', provider: { status: 403, code: 'invalid_grant' } },
  })
})

it('C5 one browser that sends a code twenty times at once gets one login, told to all', async () => {
  const { monpay, visit, verified } = await open()
  const code = monpay.issueCode()
  const results = await Promise.all(
    Array.from({ length: 20 }, () => visit(request(`/?code=${code}`))),
  )
  expect(results.map(describe)).toEqual(Array(20).fill('success'))
  const marks = results.map((result) => result.action === 'success' && result.info['duplicate'])
  expect(marks).toEqual([false, ...Array(19).fill(true)])
  expect(verified).toHaveLength(1)
  expect(monpay.requests).toHaveLength(2)
})

it('C5 a second browser with the code fails even while the first is being logged in', async () => {
  const { monpay, visit } = await open()
  const path = `/?code=${monpay.issueCode()}`
  const [first, second] = await Promise.all([
    visit(request(path, { sessionID: 'one' })),
    visit(request(path, { sessionID: 'two' })),
  ])
  expect([describe(first), describe(second)]).toEqual(['success', 'fail code_already_used 403'])
})

it('C5 two instances that share a guard exchange a code once', async () => {
  const monpay = await openMonPay()
  const once = memoryOnce()
  const instance = () =>
    new Strategy({ ...optionsFor(monpay), once }, (_a, _r, profile, done) => done(null, profile))
  const path = `/?code=${monpay.issueCode()}`
  const results = await Promise.all(
    [instance(), instance()].map((one) => attempt(one, request(path))),
  )
  expect(results.map(describe).sort()).toEqual(['fail code_already_used 403', 'success'])
  expect(monpay.requests).toHaveLength(2)
})

it.each(['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'])(
  'FR39 a %s does not spend the code',
  async (method) => {
    const { monpay, visit, login } = await open()
    const code = monpay.issueCode()
    const result = await visit(request(`/?code=${code}`, { method, body: { code } }))
    expect(describe(result)).toBe('fail method_not_allowed 405')
    expect(describe(await login(code))).toBe('success')
  },
)

const page = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }
const foreign = { 'sec-fetch-site': 'cross-site' }
const ownFetch = { 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' }

it.each([
  ['no Fetch Metadata', {}, 'success', 'success'],
  ['a page opened by an app', { ...page, 'sec-fetch-site': 'none' }, 'success', 'success'],
  [
    'a page another site led to',
    { ...page, ...foreign },
    'success',
    'fail cross_site_callback 403',
  ],
  ['a fetch of this site', ownFetch, 'success', 'success'],
  [
    'a fetch of another site',
    { ...ownFetch, ...foreign },
    'fail cross_site_callback 403',
    'fail cross_site_callback 403',
  ],
  [
    'FR10 a fetch of a front end on a sibling subdomain',
    { ...ownFetch, 'sec-fetch-site': 'same-site' },
    'success',
    'fail cross_site_callback 403',
  ],
  ['an image', { 'sec-fetch-dest': 'image', ...foreign }, 'fail prefetch 403', 'fail prefetch 403'],
  ['a frame', { 'sec-fetch-dest': 'iframe' }, 'fail prefetch 403', 'fail prefetch 403'],
  [
    'a frame that a page of this site has made',
    { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-origin' },
    'fail prefetch 403',
    'fail prefetch 403',
  ],
  [
    'FR39 a prefetch',
    { ...page, 'sec-purpose': 'prefetch;prerender' },
    'fail prefetch 403',
    'fail prefetch 403',
  ],
  ['FR39 an old prefetch', { purpose: 'prefetch' }, 'fail prefetch 403', 'fail prefetch 403'],
  ['FR39 a Firefox prefetch', { 'x-moz': 'prefetch' }, 'fail prefetch 403', 'fail prefetch 403'],
  ['FR39 a Safari preview', { 'x-purpose': 'preview' }, 'fail prefetch 403', 'fail prefetch 403'],
])('Fetch Metadata of %s: document, strict and off', async (_, headers, byDefault, strictly) => {
  const modes = [
    [{}, byDefault],
    [{ fetchMetadata: 'document' }, byDefault],
    [{ fetchMetadata: 'strict' }, strictly],
    [{ fetchMetadata: 'off' }, 'success'],
  ] as const
  for (const [options, end] of modes) {
    const { monpay, visit } = await open(options)
    const result = await visit(request(`/?code=${monpay.issueCode()}`, { headers }))
    expect([options, describe(result)]).toEqual([options, end])
    expect(monpay.requests).toHaveLength(end === 'success' ? 2 : 0)
  }
})

// why Origin is not compared: docs/decisions/008-monpay-foreign-posts.md
it.each([
  ['an older browser, from another site', { origin: 'https://evil.example' }, 'success', 'success'],
  [
    'a newer browser, from another site',
    { ...page, ...foreign, origin: 'https://evil.example' },
    'success',
    'fail cross_site_callback 403',
  ],
  [
    'a fetch of another site',
    { ...ownFetch, ...foreign, origin: 'https://evil.example' },
    'fail cross_site_callback 403',
    'fail cross_site_callback 403',
  ],
  [
    'a page of this site, on a host that the registered URL does not name',
    { ...ownFetch, origin: 'https://www.shop.example' },
    'success',
    'success',
  ],
])('a posted code of %s ends as a link with it would', async (_, headers, byDefault, strictly) => {
  for (const [fetchMetadata, end] of [
    ['document', byDefault],
    ['strict', strictly],
  ] as const) {
    const { monpay, visit } = await open({ fetchMetadata })
    const result = await visit(post({ code: monpay.issueCode() }, { headers }))
    expect([fetchMetadata, describe(result)]).toEqual([fetchMetadata, end])
    expect(monpay.requests).toHaveLength(end === 'success' ? 2 : 0)
  }
})

it('says in plain words why a strict filter refused', async () => {
  const { visit } = await open({ fetchMetadata: 'strict' })
  const result = await visit(request('/?code=12345678', { headers: { ...page, ...foreign } }))
  expect(result).toMatchObject({
    info: {
      message: 'Another site opened this page. Please open it from the app.',
      reason: 'Sec-Fetch-Site is cross-site and fetchMetadata is strict',
    },
  })
})
