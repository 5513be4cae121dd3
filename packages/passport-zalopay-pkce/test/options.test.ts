import { Strategy } from '../src/index'
import { zalopay } from '../src/provider'

const SECRET = 'the-secret-key-of-the-shop'

const OPTIONS = {
  clientID: 10001,
  clientSecret: SECRET,
  callbackURL: 'https://shop.test/auth/zalopay/callback',
  baseURL: 'https://zalopay.test/sub/',
  userInfoURL: '/user',
}

function build(more: object): Strategy {
  return new Strategy({ ...OPTIONS, ...more }, () => undefined)
}

it('digits and a number are the same app', () => {
  expect(build({ clientID: '10001' }).name).toBe('zalopay')
  expect(build({ clientID: 10001, name: 'shop-zalopay' }).name).toBe('shop-zalopay')
})

it.each([
  ['clientID', undefined],
  ['clientID', null],
  ['clientID', ''],
  ['clientID', 'abc'],
  ['clientID', '10001x'],
  ['clientID', 12.5],
  ['clientID', -1],
  ['clientID', Number.NaN],
  ['clientID', 1e21],
  ['clientSecret', 7],
  ['clientSecret', Symbol('secret')],
  ['clientSecret', Object.create(null)],
  ['clientSecret', `${SECRET}\n`],
  ['clientSecret', 'khoá-bí-mật'],
  ['baseURL', ''],
  ['userInfoURL', undefined],
  ['userInfoURL', Symbol('user')],
  ['userInfoURL', Object.create(null)],
  ['userInfoURL', ''],
  ['userInfoURL', 'user'],
  ['userInfoURL', '/user#x'],
  ['userInfoURL', '//evil.test/user'],
  ['environment', 'staging'],
  ['environment', 'Sandbox'],
  ['environment', 'toString'],
  ['environment', null],
  ['baseURL', null],
  ['tokenURL', null],
  ['userInfoURL', null],
  ['userInfoURL', 'ftp://zalopay.test/user'],
  ['challengeEncoding', 'plain'],
  ['challengeEncoding', null],
  ['fields', 'user.phone'],
  ['fields', ['user.phone', '']],
  ['fields', ['user.phone,user.name']],
  ['fields', [7]],
  ['launchURL', ''],
  ['launchURL', '//evil.test/launch'],
  ['launchURL', 'launch'],
  ['launchURL', 'javascript:alert(1)'],
  ['launchURL', '/launch#page'],
  ['launchURL', 'https://shop.test/launch#'],
  ['classifyError', 'config'],
])('the option %s is refused by its name when it is %p', (name, value) => {
  const wrong = () => build({ [name]: value })
  expect(wrong).toThrow(TypeError)
  expect(wrong).toThrow(name)
})

it.each([
  ['clientID', 'abc', 'must be a number or digits'],
  ['clientSecret', `${SECRET}\n`, 'must be one line of ASCII characters'],
  ['fields', [7], 'must be a list of scope names'],
  ['classifyError', 'config', 'must be a function'],
  ['launchURL', '/launch#page', 'must not hold a fragment'],
  ['launchURL', '//evil.test/launch', 'must be an absolute URL'],
])('the message about the option %s with %p says that it %s', (name, value, must) => {
  expect(() => build({ [name]: value })).toThrow(`option ${name} ${must}`)
})

it.each([
  'environment',
  'baseURL',
  'tokenURL',
  'userInfoURL',
  'challengeEncoding',
  'fields',
  'launchURL',
  'classifyError',
])('a misspelt %s is refused with the right name', (name) => {
  expect(() => build({ [`${name}x`]: 'x' })).toThrow(`did you mean ${name}?`)
})

it('a refused secret is not in the message', () => {
  expect(() => build({ clientSecret: `${SECRET}\n` })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(SECRET) }),
  )
})

it('the sandbox is the default host, and both endpoints may be given', () => {
  const both = { tokenURL: 'https://a.test/token', userInfoURL: 'https://b.test/user' }
  expect(build({ baseURL: undefined, ...both }).name).toBe('zalopay')
  expect(build({ baseURL: undefined, environment: 'production' }).name).toBe('zalopay')
  expect(build({ userInfoURL: undefined, skipUserProfile: true }).name).toBe('zalopay')
})

const BY_HOST = { baseURL: undefined }

it.each([
  [BY_HOST, 'https://sb-openapi.zalopay.vn'],
  [{ ...BY_HOST, environment: 'sandbox' }, 'https://sb-openapi.zalopay.vn'],
  [{ ...BY_HOST, environment: 'production' }, 'https://openapi.zalopay.vn'],
  [{ environment: 'production', baseURL: 'https://own.test/sub//' }, 'https://own.test/sub'],
])('by %j the endpoints are below %s', (more, base) => {
  const { tokenURL, userInfoURL } = zalopay({ ...OPTIONS, ...more } as typeof OPTIONS)
  expect([tokenURL, userInfoURL]).toEqual([`${base}/oauth/v1/access_token`, `${base}/user`])
})

it('a tokenURL and an absolute userInfoURL go over the base', () => {
  const both = { tokenURL: 'https://a.test/token', userInfoURL: 'https://b.test/user' }
  expect(zalopay({ ...OPTIONS, ...both })).toMatchObject(both)
})

it('a missing userInfoURL is refused by a message that says which page shows it', () => {
  const wrong = () => build({ userInfoURL: undefined })
  expect(wrong).toThrow(/beta-docs\.zalopay\.vn\/vi\/docs\/specs\/get-user-info/)
})
