import { Strategy, type StrategyOptions } from '../src/index'

const OPTIONS: StrategyOptions = {
  clientID: '1234567890123',
  clientSecret: 'planted-secret-0123456789abcdef',
  callbackURL: 'https://shop.example/auth/callback',
}

const create = (change: object = {}) =>
  new Strategy({ ...OPTIONS, ...change }, () => Promise.resolve(false))

it('is called moneypools unless it is given another name', () => {
  expect(create().name).toBe('moneypools')
  expect(create({ name: 'friends' }).name).toBe('friends')
})

it.each([
  ['clientID', undefined],
  ['clientID', 1234567890123],
  ['baseURL', 'https://user:planted@site.test'],
  ['tokenURL', 'http://site.test/planted'],
  ['authorizationURL', 'planted'],
  ['userInfoURL', 'ftp://site.test/planted'],
  ['tokenMethod', 'planted'],
  ['tokenMethod', null],
  ['baseURL', null],
  ['tokenURL', null],
  ['userInfoURL', null],
  ['authorizationURL', null],
  ['lang', ''],
  ['lang', 1],
])('a missing or wrong %s (%j) is a TypeError that names it and not its value', (name, value) => {
  expect(() => create({ [name]: value })).toThrow(
    expect.objectContaining({
      name: 'TypeError',
      message: expect.stringMatching(new RegExp(`^(?!.*planted).*option ${name} `)) as unknown,
    }),
  )
})

it('a wrong tokenMethod is told the right ones', () => {
  expect(() => create({ tokenMethod: 'get' })).toThrow('tokenMethod must be auto, GET or POST')
})

it.each(['?', '?state=abc', '?a=1&b=2', '#', '#f'])(
  'F7 a callbackURL that ends in "%s" is refused with what Sngine would do to it',
  (end) => {
    const callbackURL = `https://shop.example/cb${end}`
    expect(() => create({ callbackURL })).toThrow(/callbackURL .* Sngine appends its own query/)
  },
)

it.each(['&', "'"])(
  'S3 a callbackURL with %s is refused: Sngine escapes what is registered',
  (letter) => {
    const callbackURL = `https://shop.example/a${letter}b`
    expect(() => create({ callbackURL })).toThrow(/callbackURL .* Sngine escapes/)
  },
)
