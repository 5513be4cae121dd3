import { Strategy, type StrategyOptions } from '../src/index'

const OPTIONS: StrategyOptions = {
  clientID: '1234567890123',
  clientSecret: 'planted-secret-0123456789abcdef',
  callbackURL: 'https://shop.example/auth/callback',
}

const create = (change: object = {}) =>
  new Strategy({ ...OPTIONS, ...change }, () => Promise.resolve(false))

const QUERY = 'must have no query and no fragment: Sngine appends its own query'
const ESCAPED = `must have none of & ' " < >: Sngine escapes what is registered`
const URL = 'https://shop.example/planted'

it.each([
  ['a missing clientID', 'clientID', undefined, ''],
  ['a user in it', 'baseURL', 'https://user:planted@site.test', ''],
  ['http', 'tokenURL', 'http://site.test/planted', ''],
  ['no URL', 'authorizationURL', 'planted', ''],
  ['another protocol', 'userInfoURL', 'ftp://site.test/planted', ''],
  ['another word', 'tokenMethod', 'planted', 'must be auto, GET or POST'],
  ['null', 'baseURL', null, ''],
  ['null', 'authorizationURL', null, ''],
  ['a number', 'lang', 1, ''],
  ['F7 "?" at its end', 'callbackURL', `${URL}?`, QUERY],
  ['F7 a query', 'callbackURL', `${URL}?state=abc`, QUERY],
  ['F7 "#" at its end', 'callbackURL', `${URL}#`, QUERY],
  ['S3 an &', 'callbackURL', `${URL}&b`, ESCAPED],
  ['S3 a quote', 'callbackURL', `${URL}'b`, ESCAPED],
])('%s in option %s is a TypeError that names it and not its value', (_, name, value, must) => {
  const wrong = () => create({ [name]: value })
  expect(wrong).toThrow(TypeError)
  expect(wrong).toThrow(`option ${name} ${must}`)
  expect(wrong).not.toThrow('planted')
})
