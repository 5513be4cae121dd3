import { printed } from '../../passport-code-flow/test/support/oracle.js'
import { giveAll } from '../../../test/visitor.js'
import { Strategy, type StrategyOptions } from '../src/index.js'
import { monpay as describeMonPay } from '../src/provider.js'

const right: StrategyOptions = {
  clientID: 'client-id-of-shop',
  clientSecret: 'secret-of-shop',
  callbackURL: 'https://shop.example',
}

it.each([
  ['clientID', undefined, ''],
  ['clientID', 12345678, ''],
  ['environment', 'test', 'must be staging or production'],
  ['environment', null, ''],
  ['baseURL', null, ''],
  ['baseURL', 'https://user:hunter-2@wallet.example', ''],
  ['tokenURL', null, ''],
  ['userInfoURL', 'https://wallet.example/userinfo#a', ''],
  ['fetchMetadata', 'lax', 'must be document, strict or off'],
  ['allowCrossSiteStart', false, 'has no effect here: the provider starts each login'],
])('Q3 option %s as %j is a TypeError that names it and not its value: %s', async (...row) => {
  const [name, value, must] = row
  const build = async () => new Strategy({ ...right, [name]: value }, giveAll)
  const thrown: unknown = await build().catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(TypeError)
  expect(String(thrown)).toContain(`passport-monpay: option ${name} ${must}`)
  expect(printed(thrown)).not.toMatch(/hunter-2|secret-of-shop|client-id-of-shop/)
})

const STAGING = 'https://z-wallet.monpay.mn'
const OWN = { environment: 'production', baseURL: 'https://own.example/gateway//' } as const
const ENDPOINTS = { tokenURL: 'https://a.example/token', userInfoURL: 'https://b.example/user' }

it.each<[Partial<StrategyOptions>, string]>([
  [{}, STAGING],
  [{ environment: 'staging' }, STAGING],
  [{ environment: 'production' }, 'https://wallet.monpay.mn'],
  [OWN, 'https://own.example/gateway'],
])('Q4 with %j the endpoints are below %s, unless each is given by itself', (place, base) => {
  expect(describeMonPay({ ...right, ...place })).toMatchObject({
    tokenURL: `${base}/v2/oauth/token`,
    userInfoURL: `${base}/v2/api/oauth/userinfo`,
  })
  expect(describeMonPay({ ...right, ...place, ...ENDPOINTS })).toMatchObject(ENDPOINTS)
})
