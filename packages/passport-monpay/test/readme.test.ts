import request from 'supertest'
import { openDocument } from '../../passport-code-flow/test/readme/document.js'
import { variablesOf } from '../../../test/variables.js'
import { closeAll, openMonPay } from './support.js'

afterEach(closeAll)
afterEach(() => jest.restoreAllMocks())

it("the README's routes answer in the visitor's language and never switch accounts silently", async () => {
  const monpay = await openMonPay({ callbackURL: 'https://shop.example/auth/monpay' })
  Object.assign(process.env, variablesOf({ monpay }), { SESSION_SECRET: 'test' })
  const log = jest.spyOn(console, 'error').mockReturnValue()
  const app = openDocument('packages/passport-monpay/README.md').load('app.js')
  const browser = request.agent(app as Parameters<typeof request.agent>[0])
  const get = (path: string, language = 'en') => browser.get(path).set('accept-language', language)
  const open = (user = monpay.users[0]) => get(`/auth/monpay?code=${monpay.issueCode(user)}`)
  await get('/auth/monpay', 'mn').expect(400, /аппаасаа/)
  await get('/').expect('Open this from the MonPay app.')
  await open().expect(303).expect('referrer-policy', 'no-referrer')
  await open(monpay.users[1]).expect(409)
  await get('/').expect('Logged in: Дорж Батбаяр')
  monpay.misbehave('status-505')
  await open().expect(502, 'The login did not work. Please try again.')
  expect(log).toHaveBeenCalledWith(expect.objectContaining({ code: 'provider_error' }))
})
