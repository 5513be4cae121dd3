import type { LoginRequest } from 'passport-code-flow'
import { attempt, request } from '../../passport-code-flow/test/support/bare.js'
import { closeAll, describe, forgetfulOnce, open } from './support.js'

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

it('tolerates parameters that nobody has documented', async () => {
  const { monpay, visit } = await open()
  const result = await visit(request(`/?lang=mn&miniAppId=7&code=${monpay.issueCode()}&x=1&x=2`))
  expect(describe(result)).toBe('success')
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

const page = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }
const foreign = { 'sec-fetch-site': 'cross-site' }
const ownFetch = { 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' }

it.each([
  [
    'a page another site led to',
    { ...page, ...foreign },
    'success',
    'fail cross_site_callback 403',
  ],
  [
    'FR10 a fetch of a front end on a sibling subdomain',
    { ...ownFetch, 'sec-fetch-site': 'same-site' },
    'success',
    'fail cross_site_callback 403',
  ],
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
