import { attempt, request } from '../../passport-code-flow/test/support/bare.js'
import { printed } from '../../passport-code-flow/test/support/oracle.js'
import { withPlanted } from '../../passport-code-flow/test/support/planted.js'
import { Strategy } from '../src/index.js'
import { asked, closeAll, describe, openMonPay, optionsFor } from './support.js'

afterEach(closeAll)

const right = {
  clientID: 'client-id-of-shop',
  clientSecret: 'secret-of-shop',
  callbackURL: 'https://shop.example',
}

/** Makes a strategy of options that need not be right. */
const build = (options: object, verify: unknown = () => undefined) =>
  Reflect.construct(Strategy, [options, verify]) as Strategy

it.each([
  ['clientID', undefined],
  ['clientID', 12345678],
  ['environment', 'test'],
  ['environment', 'toString'],
  ['environment', null],
  ['baseURL', null],
  ['baseURL', 'https://user:password@wallet.example'],
  ['tokenURL', '/token'],
  ['tokenURL', null],
  ['userInfoURL', null],
  ['userInfoURL', 'https://wallet.example/userinfo#a'],
  ['fetchMetadata', 'lax'],
  ['fetchMetadata', true],
])('Q3 option %s as %j is a TypeError that names it and not its value', (name, value) => {
  let thrown: unknown
  try {
    build({ ...right, [name]: value })
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(TypeError)
  expect(String(thrown)).toContain(`option ${name} `)
  expect(printed(thrown)).not.toMatch(/password|secret-of-shop|client-id-of-shop/)
})

it('nothing on Object.prototype gets into the options', async () => {
  const monpay = await openMonPay()
  const planted = {
    environment: 'production',
    tokenURL: 'https://planted.example',
    userInfoURL: 'https://planted.example',
    fetchMetadata: 'off',
  }
  const strategy = await withPlanted(planted, () => build(optionsFor(monpay), () => ({})))
  const visit = (headers = {}) =>
    attempt(strategy, request(`/?code=${monpay.issueCode()}`, { headers }))
  expect(describe(await visit({ purpose: 'prefetch' }))).toBe('fail prefetch 403')
  expect(describe(await visit())).toBe('success')
  expect(asked(monpay)).toEqual(['POST /v2/oauth/token', 'GET /v2/api/oauth/userinfo'])
})

it.each([true, false])('refuses allowCrossSiteStart, also %p: no page starts its logins', (value) =>
  expect(() => build({ ...right, allowCrossSiteStart: value })).toThrow(
    'passport-monpay: option allowCrossSiteStart has no effect here: the provider starts each login',
  ),
)

it.each([
  ['environment', 'must be staging or production'],
  ['fetchMetadata', 'must be document, strict or off'],
])('says what option %s may be', (name, must) => {
  expect(() => build({ ...right, [name]: 'other' })).toThrow(`option ${name} ${must}`)
})
