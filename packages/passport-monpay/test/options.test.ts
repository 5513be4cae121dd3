import { attempt, request } from '../../passport-code-flow/test/support/bare.js'
import { printed } from '../../passport-code-flow/test/support/oracle.js'
import { withPlanted } from '../../passport-code-flow/test/support/planted.js'
import { memoryOnce } from 'passport-code-flow'
import { Strategy } from '../src/index.js'
import { asked, closeAll, describe, open, openMonPay, optionsFor } from './support.js'

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
  ['clientID', ''],
  ['clientID', 12345678],
  ['clientSecret', undefined],
  ['clientSecret', ' '],
  ['callbackURL', undefined],
  ['callbackURL', '/auth/monpay'],
  ['callbackURL', 'shop.example'],
  ['callbackURL', 'https://user:password@shop.example'],
  ['environment', 'test'],
  ['environment', 'toString'],
  ['environment', null],
  ['baseURL', null],
  ['baseURL', 'http://wallet.example'],
  ['baseURL', 'https://user:password@wallet.example'],
  ['baseURL', 'https://wallet.example/?a=1'],
  ['baseURL', 'https://wallet.example/#a'],
  ['baseURL', 'ftp://wallet.example'],
  ['tokenURL', 'http://wallet.example/token'],
  ['tokenURL', '/token'],
  ['tokenURL', null],
  ['userInfoURL', null],
  ['userInfoURL', 'http://wallet.example/userinfo'],
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

it('is a TypeError without options and without verify', () => {
  expect(() => build({})).toThrow(new TypeError('passport-monpay: option clientID is missing'))
  expect(() => Reflect.construct(Strategy, [])).toThrow(
    new TypeError('passport-monpay: options must be an object'),
  )
  expect(() => build(right, 'verify')).toThrow(
    new TypeError('passport-monpay: verify must be a function'),
  )
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

it('http is for this machine, and elsewhere only by allowInsecure', () => {
  for (const baseURL of ['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1'])
    expect(() => build({ ...right, baseURL })).not.toThrow()
  expect(() =>
    build({ ...right, baseURL: 'http://wallet.example', allowInsecure: true }),
  ).not.toThrow()
})

it('is called monpay, or as the option says', () => {
  expect(build(right).name).toBe('monpay')
  expect(build({ ...right, name: 'monpay-test' }).name).toBe('monpay-test')
})

it('a strategy can be printed: its secret is not in it', () => {
  expect(printed(build(right))).not.toContain('secret-of-shop')
})

it('the name of an error and of a guarded code is that of the strategy', async () => {
  const keys: string[] = []
  const guard = memoryOnce()
  const claim = (key: string, ttl: number) => {
    keys.push(`${key} ${ttl}`)
    return guard.claim(key, ttl)
  }
  const { monpay, visit } = await open({ name: 'wallet', once: { claim }, codeTTL: 60_000 })
  monpay.misbehave('status-500')
  expect(await visit(request('/?code=some-code-1234'))).toMatchObject({
    error: { strategy: 'wallet', message: expect.stringMatching(/^wallet: /) },
  })
  expect(new Set(keys).size).toBe(1)
  expect(keys[0]).toMatch(/^passport-code-flow:[0-9a-f]{64} 60000$/)
})

it.each([
  ['environment', 'must be staging or production'],
  ['fetchMetadata', 'must be document, strict or off'],
])('says what option %s may be', (name, must) => {
  expect(() => build({ ...right, [name]: 'other' })).toThrow(`option ${name} ${must}`)
})
