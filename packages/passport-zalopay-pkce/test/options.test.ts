import { Strategy } from '../src/index'
import { OPTIONS as OPTION_NAMES, zalopay } from '../src/provider'

const SECRET = 'the-secret-key-of-the-shop'

const OPTIONS = {
  clientID: 10001,
  clientSecret: SECRET,
  callbackURL: 'https://shop.test/auth/zalopay/callback',
  baseURL: 'https://zalopay.test/sub/',
  userInfoURL: '/user',
}

const build = (more: object) => new Strategy({ ...OPTIONS, ...more }, () => undefined)

it('digits are an app id too, and without a user info call no address is needed', () => {
  const more = { clientID: '10001', userInfoURL: undefined, skipUserProfile: true }
  expect(build(more).name).toBe('zalopay')
})

const ADDRESS = 'must be an absolute URL'
const APP = 'must be a number or digits'
const LINE = 'must be one line of ASCII characters'
const NAMES = 'must be a list of scope names'
const PAGE = 'https://beta-docs.zalopay.vn/vi/docs/specs/get-user-info shows it'

it.each<[string, unknown[], string]>([
  ['clientID', [undefined, null, '', Number.NaN, 12.5, -1, 1e21], ''],
  ['clientID', ['abc', '10001x'], APP],
  ['clientSecret', [7, Symbol('secret'), Object.create(null)], ''],
  ['clientSecret', [`${SECRET}\n${SECRET}`, 'khoá-bí-mật'], LINE],
  ['environment', ['staging', 'Sandbox', 'toString', null], ''],
  ['baseURL', ['', null], ''],
  ['tokenURL', [null], ''],
  ['userInfoURL', [undefined], `is missing: the request panel of ${PAGE}`],
  ['userInfoURL', [Symbol('user'), Object.create(null), '', 'user', '/user#x', null], ''],
  ['userInfoURL', ['//evil.test/user', 'ftp://zalopay.test/user'], ''],
  ['challengeEncoding', ['plain', null], ''],
  ['fields', ['user.phone', ['user.phone', ''], ['user.phone,user.name'], [7]], NAMES],
  ['launchURL', ['', 'javascript:alert(1)'], ''],
  ['launchURL', ['//evil.test/launch', 'launch'], `${ADDRESS}, or begin with one /`],
  ['launchURL', ['/launch#page', 'https://shop.test/launch#'], 'must not hold a fragment'],
  ['classifyError', ['config', async () => 'config'], 'must be a function that is not async'],
])('B45 the option %s is refused by its name when it is one of %p: %s', (name, values, must) => {
  for (const value of values) {
    const wrong = () => build({ [name]: value })
    expect(wrong).toThrow(TypeError)
    expect(wrong).toThrow(`option ${name} ${must}`)
    expect(wrong).not.toThrow(SECRET)
  }
})

it.each([
  ['/нэвтрэх', '/%D0%BD%D1%8D%D0%B2%D1%82%D1%80%D1%8D%D1%85'],
  ['/đăng nhập?a=ơ', '/%C4%91%C4%83ng%20nh%E1%BA%ADp?a=%C6%A1'],
  ['https://shop.test/đ', 'https://shop.test/%C4%91'],
])('B23 the launchURL %s is encoded: %s', (launchURL, encoded) => {
  const { start } = zalopay({ ...OPTIONS, launchURL })
  const url = start?.({ id: 'a', codeChallenge: 'b', codeChallenges: ['b'] }, {})
  expect(url?.startsWith(`${encoded}${encoded.includes('?') ? '&' : '?'}appId=10001&`)).toBe(true)
})

it.each(OPTION_NAMES)('a misspelt %s is refused with the right name', (name) => {
  expect(() => build({ [`${name}x`]: 'x' })).toThrow(`did you mean ${name}?`)
})

it('names skipUserProfile, not userInfoURL, when it is text', () => {
  const wrong = () => build({ userInfoURL: undefined, skipUserProfile: 'true' })
  expect(wrong).toThrow('option skipUserProfile must be true or false')
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
