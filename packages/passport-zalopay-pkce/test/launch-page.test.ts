import express from 'express'
import supertest from 'supertest'
import { launchPage, type LaunchPageOptions } from '../src/index'

const OPTIONS = {
  sdkURL: 'https://sdk.zalopay.test/v1/sdk.js?build=7&mode="x"',
  callbackURL: 'https://shop.test/auth/zalopay/callback',
}
const QUERY = `appId=10001&codeChallenge=${'c'.repeat(86)}&login=${'l'.repeat(22)}`

function get(query: string, more: Partial<LaunchPageOptions> = {}) {
  const app = express()
  // what helmet sets
  app.use((_req, res, next) => {
    res.setHeader('Referrer-Policy', 'no-referrer')
    res.setHeader('Content-Security-Policy', "default-src 'self'")
    next()
  })
  app.get('/launch', launchPage({ ...OPTIONS, ...more }))
  return supertest(app).get(`/launch?${query}`)
}

it('the page may run its own two scripts and talk to the SDK and the callback, and nothing else', async () => {
  const { headers, text, status } = await get(QUERY)
  expect(status).toBe(200)
  const [, nonce = ''] = /'nonce-([^']+)'/.exec(headers['content-security-policy'] ?? '') ?? []
  expect(headers['content-security-policy']?.split('; ')).toEqual([
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    'img-src https://sdk.zalopay.test data:',
    "connect-src 'self' https://sdk.zalopay.test",
    "form-action 'self' https://shop.test",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ])
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'content-type': 'text/html; charset=utf-8',
  })
  expect(text.match(/<script/g)).toHaveLength(2)
  expect(text).not.toMatch(/\son\w+=/)
})

it('each page has a nonce of its own', async () => {
  const policies = [await get(QUERY), await get(QUERY)].map(
    ({ headers }) => headers['content-security-policy'],
  )
  expect(policies[0]).not.toBe(policies[1])
})

it("the application's nonce is taken where it has one", async () => {
  expect((await get(QUERY, { nonce: 'of-the-app' })).text).toContain('<script nonce="of-the-app"')
  const perRequest = await get(QUERY, { nonce: (req) => `n${req.url?.length}` })
  expect(perRequest.headers['content-security-policy']).toMatch(/script-src 'nonce-n\d+'/)
})

it('the address of the SDK is escaped', async () => {
  const { text } = await get(QUERY)
  expect(text).toContain('src="https://sdk.zalopay.test/v1/sdk.js?build=7&#38;mode=%22x%22"')
})

it.each([
  ['nothing', ''],
  ['no login', 'appId=1&codeChallenge=' + 'c'.repeat(43)],
  ['a script as appId', QUERY.replace('10001', '</script><script>alert(1)</script>')],
  ['a quote in the challenge', QUERY.replace('ccc', "c'c")],
  ['a login of other letters', QUERY.replace('lll', 'l<l')],
  ['a login that is too long', `${QUERY}l`],
])('%s in the query is a page that asks to start again', async (_, query) => {
  const { status, text, headers } = await get(query)
  expect(status).toBe(400)
  expect(text).toContain('Please start again from the sign-in page.')
  expect(text).not.toContain('<script')
  expect(headers['content-security-policy']).toContain("default-src 'none'")
})

it.each([
  [{ sdkURL: undefined }, 'sdkURL'],
  [{ sdkURL: '/sdk.js' }, 'sdkURL'],
  [{ sdkURL: 'javascript:alert(1)' }, 'sdkURL'],
  [{ callbackURL: '/callback' }, 'callbackURL'],
  [{ callbackURL: undefined }, 'callbackURL'],
])('the options %j are refused by name', (wrong, name) => {
  const build = () => launchPage({ ...OPTIONS, ...wrong } as LaunchPageOptions)
  expect(build).toThrow(TypeError)
  expect(build).toThrow(name)
})
