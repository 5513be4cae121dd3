import { printed } from '../../passport-code-flow/test/support/oracle.js'
import { withPlanted } from '../../passport-code-flow/test/support/planted.js'
import { giveAll, Visitor } from '../../../test/visitor.js'
import { Strategy, type StrategyOptions } from '../src/index.js'
import { monpay as describeMonPay } from '../src/provider.js'
import { calls, closeAll, ended, openMonPay, optionsFor } from './support.js'

afterEach(closeAll)

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
  ['baseURL', 'https://user:password@wallet.example', ''],
  ['tokenURL', null, ''],
  ['userInfoURL', 'https://wallet.example/userinfo#a', ''],
  ['fetchMetadata', 'lax', 'must be document, strict or off'],
  ['allowCrossSiteStart', false, 'has no effect here: the provider starts each login'],
])('Q3 option %s as %j is a TypeError that names it and not its value: %s', (name, value, must) => {
  let thrown: unknown
  try {
    Reflect.construct(Strategy, [{ ...right, [name]: value }, giveAll])
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(TypeError)
  expect(String(thrown)).toContain(`passport-monpay: option ${name} ${must}`)
  expect(printed(thrown)).not.toMatch(/password|secret-of-shop|client-id-of-shop/)
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

it('nothing on Object.prototype gets into the options', async () => {
  const monpay = await openMonPay()
  const planted = {
    environment: 'production',
    tokenURL: 'https://planted.example',
    userInfoURL: 'https://planted.example',
    fetchMetadata: 'off',
  }
  const create = () => new Strategy(optionsFor(monpay), giveAll)
  const visitor = new Visitor(monpay, await withPlanted(planted, create))
  const visit = (headers = {}) => visitor.visit(`/?code=${monpay.issueCode()}`, { headers })
  expect(ended(await visit({ purpose: 'prefetch' }))).toBe('fail prefetch 403')
  expect(ended(await visit())).toBe('success')
  expect(calls(monpay)).toEqual(['POST token', 'GET profile'])
})
