import { printed } from '../../passport-code-flow/test/support/oracle.js'
import { withPlanted } from '../../passport-code-flow/test/support/planted.js'
import { giveAll, Visitor } from '../../../test/visitor.js'
import { Strategy } from '../src/index.js'
import { calls, closeAll, ended, openMonPay, optionsFor } from './support.js'

afterEach(closeAll)

const right = {
  clientID: 'client-id-of-shop',
  clientSecret: 'secret-of-shop',
  callbackURL: 'https://shop.example',
}

/** Makes a strategy of options that need not be right. */
const build = (options: object) => Reflect.construct(Strategy, [options, giveAll]) as Strategy

it.each([
  ['clientID', undefined, ''],
  ['clientID', 12345678, ''],
  ['environment', 'test', 'must be staging or production'],
  ['environment', 'toString', ''],
  ['environment', null, ''],
  ['baseURL', null, ''],
  ['baseURL', 'https://user:password@wallet.example', ''],
  ['tokenURL', '/token', ''],
  ['tokenURL', null, ''],
  ['userInfoURL', null, ''],
  ['userInfoURL', 'https://wallet.example/userinfo#a', ''],
  ['fetchMetadata', 'lax', 'must be document, strict or off'],
  ['fetchMetadata', true, ''],
  ['allowCrossSiteStart', true, 'has no effect here: the provider starts each login'],
  ['allowCrossSiteStart', false, 'has no effect here: the provider starts each login'],
])('Q3 option %s as %j is a TypeError that names it and not its value: %s', (name, value, must) => {
  let thrown: unknown
  try {
    build({ ...right, [name]: value })
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(TypeError)
  expect(String(thrown)).toContain(`passport-monpay: option ${name} ${must}`)
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
  const strategy = await withPlanted(planted, () => build(optionsFor(monpay)))
  const visit = (headers = {}) =>
    new Visitor(monpay, strategy).visit(`/?code=${monpay.issueCode()}`, { headers })
  expect(ended(await visit({ purpose: 'prefetch' }))).toBe('fail prefetch 403')
  expect(ended(await visit())).toBe('success')
  expect(calls(monpay)).toEqual(['POST token', 'GET profile'])
})
