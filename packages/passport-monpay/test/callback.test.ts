import { attempt, request } from '../../passport-code-flow/test/support/bare.js'
import { calls, closeAll, ended, loginElsewhere, open } from './support.js'

afterEach(closeAll)

/** Posts a code with these headers. */
const post = (body: unknown, headers = {}) => ({ method: 'POST', body, headers })

it('C1 Q1 without a code it fails with words about the MonPay app, asks nobody and never redirects; with one it needs no start and no session', async () => {
  const { monpay, strategy, visit } = await open()
  const message = 'Please open this page from the app that you log in with.'
  const reason = expect.stringContaining('MonPay opens this page with a code') as unknown
  const info = { code: 'no_code', message, reason }
  expect(await visit('/')).toEqual({ action: 'fail', status: 400, info })
  expect(monpay.requests).toEqual([])
  // no login has been started, and there is no session
  const result = await attempt(strategy, request(`/?code=${monpay.issueCode()}`))
  expect(ended(result)).toBe('success')
})

it('Q2 the application hears that nobody here asked, and info has what the route gave and nothing of the URL', async () => {
  const { monpay, visit, visitor } = await open()
  const url = () => `/?code=${monpay.issueCode()}&state=forged&returnTo=//evil.example&x=1&x=2`
  const info = { initiatedBy: 'provider', duplicate: false }
  expect(await visit(url())).toHaveProperty('info', info)
  const given = { state: { from: 'menu' }, returnTo: '/basket' }
  expect(await visit(url(), {}, given)).toHaveProperty('info', { ...info, ...given })
  const forged = await visit(url(), {}, { returnTo: '//evil.example' })
  expect(forged).toHaveProperty('info', { ...info, returnTo: '/' })
  expect(visitor.session.stored()).toEqual({})
})

const BAD = 'fail bad_callback 400'

it.each([
  ['C2 error=access_denied', 'fail access_denied 401'],
  ['C2 error=%3Cscript%3E&error_uri=javascript:1', BAD],
  ['C2 error=access_denied&code=CODE', BAD],
  ['C3 code=CODE&code=b', BAD],
  ['C3 code=', BAD],
])('%s in the query is %s and no call', async (title, end) => {
  const { monpay, visit } = await open()
  const result = await visit(`/?${title.slice('C2 '.length).replace('CODE', monpay.issueCode())}`)
  expect(ended(result)).toBe(end)
  expect(result).toMatchObject({ info: { message: expect.not.stringContaining('script') } })
  expect(monpay.requests).toEqual([])
})

it('C4 Q16 the code comes by GET in the query or by POST in a body that was parsed', async () => {
  const { monpay, login, visit } = await open()
  const code = monpay.issueCode()
  for (const sent of [{ body: { code } }, post(`code=${code}`), post(undefined)])
    expect(ended(await visit('/', sent))).toBe('fail no_code 400')
  expect(ended(await visit('/', post({ code })))).toBe('success')
  expect(ended(await login())).toBe('success')
})

it("C5 Q15 where another process gets the used code, MonPay's own 403 fails as well", async () => {
  const { monpay, login } = await open()
  const code = monpay.issueCode()
  await login(code)
  const again = await loginElsewhere(monpay, code)
  expect(ended(again)).toBe('fail invalid_code 401')
  expect(again).toMatchObject({ info: { provider: { status: 403, code: 'invalid_grant' } } })
})

const page = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }
const foreign = { 'sec-fetch-site': 'cross-site' }
const sibling = { 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-site' }
const ownFetch = { 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' }
const ownFrame = { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-origin' }
const evil = { origin: 'https://evil.example' }
const www = { origin: 'https://www.shop.example' }

const CROSS = 'fail cross_site_callback 403'
const PREFETCH = 'fail prefetch 403'
const OK = 'success'

// why Origin is not compared: docs/decisions/008-monpay-foreign-posts.md
it.each<[string, Record<string, string>, document: string, strict: string]>([
  ['a link of a page another site led to', { ...page, ...foreign }, OK, CROSS],
  ['FR10 a link of a fetch of a front end on a sibling subdomain', sibling, OK, CROSS],
  ['FR39 a link of a Safari preview', { 'x-purpose': 'preview' }, PREFETCH, PREFETCH],
  ['FR133 a link of a frame of this site', { ...page, ...ownFrame }, PREFETCH, PREFETCH],
  ['a form of an older browser, from another site', evil, OK, OK],
  ['a form of a newer browser, from another site', { ...page, ...foreign, ...evil }, OK, CROSS],
  ['a form of a fetch of another site', { ...ownFetch, ...foreign, ...evil }, CROSS, CROSS],
  ['a form of this site, on a host that is not registered', { ...ownFetch, ...www }, OK, OK],
])('Fetch Metadata of %s, in every mode', async (title, headers, byDefault, strictly) => {
  for (const [fetchMetadata, end] of [
    [undefined, byDefault],
    ['document', byDefault],
    ['strict', strictly],
    ['off', OK],
  ] as const) {
    const { monpay, visit } = await open({ fetchMetadata })
    const code = monpay.issueCode()
    const result = title.startsWith('a form')
      ? await visit('/', post({ code }, headers))
      : await visit(`/?code=${code}`, { headers })
    expect([fetchMetadata, ended(result)]).toEqual([fetchMetadata, end])
    expect(calls(monpay)).toHaveLength(end === OK ? 2 : 0)
  }
})
