import { readFileSync } from 'node:fs'
import path from 'node:path'
import request from 'supertest'
import { startMonPay } from '../../passport-provider-simulators/src/index.js'
import { closeAll, keep } from './support.js'

afterEach(closeAll)
afterEach(() => jest.restoreAllMocks())

const readme = readFileSync(path.join(__dirname, '../README.md'), 'utf8')
const files = new Map<string, string>()
for (const [, name = '', source = ''] of readme.matchAll(/```js\n\/\/ (\S+)\n(.*?)```/gs))
  files.set(name, source)

/** Runs the README's files as Node would; `loaded` is its module cache. */
function load(name: string, loaded = new Map<string, { exports: unknown }>()): unknown {
  const found = loaded.get(name)
  if (found) return found.exports
  const source = files.get(name)
  if (source === undefined) throw new Error(`the README has no file ${name}`)
  const module = { exports: {} as unknown }
  loaded.set(name, module)
  const requireFrom = (wanted: string): unknown =>
    wanted.startsWith('./') ? load(`${wanted.slice(2)}.js`, loaded) : require(wanted)
  // oxlint-disable-next-line typescript/no-implied-eval -- the README's own code
  new Function('require', 'module', source)(requireFrom, module)
  return module.exports
}

// the README's own test, as it stands
load('app.test.js')

it("the README's routes answer in the visitor's language and never switch accounts silently", async () => {
  const monpay = keep(await startMonPay({ callbackURL: 'https://shop.example/auth/monpay' }))
  Object.assign(process.env, {
    MONPAY_CLIENT_ID: monpay.clientID,
    MONPAY_CLIENT_SECRET: monpay.clientSecret,
    MONPAY_CALLBACK_URL: monpay.callbackURL,
    MONPAY_BASE_URL: monpay.url,
    SESSION_SECRET: 'test',
  })
  const log = jest.spyOn(console, 'error').mockReturnValue()
  const browser = request.agent(load('app.js') as Parameters<typeof request.agent>[0])
  const open = (code: string) =>
    browser.get(`/auth/monpay?code=${code}`).set('accept-language', 'en')
  await browser
    .get('/auth/monpay')
    .set('accept-language', 'mn')
    .expect(400, /аппаасаа/)
  await browser.get('/').expect('Open this from the MonPay app.')
  await open(monpay.issueCode()).expect(303).expect('referrer-policy', 'no-referrer')
  await open(monpay.issueCode(monpay.users[1])).expect(409)
  await browser.get('/').expect('Signed in: Дорж Батбаяр')
  monpay.misbehave('status-505')
  await open(monpay.issueCode()).expect(502, 'Signing in did not work. Please try again.')
  expect(log).toHaveBeenCalledWith(expect.objectContaining({ code: 'provider_error' }))
})
