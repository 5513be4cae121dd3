import request from 'supertest'
import { openDocument } from '../../passport-code-flow/test/readme/document.js'
import { startMonPay } from '../../passport-provider-simulators/src/index.js'
import { closeAll, keep } from './support.js'

afterEach(closeAll)
afterEach(() => jest.restoreAllMocks())

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
  const browser = request.agent(
    openDocument('packages/passport-monpay/README.md').load('app.js') as Parameters<
      typeof request.agent
    >[0],
  )
  const open = (code: string) =>
    browser.get(`/auth/monpay?code=${code}`).set('accept-language', 'en')
  await browser
    .get('/auth/monpay')
    .set('accept-language', 'mn')
    .expect(400, /аппаасаа/)
  await browser.get('/').expect('Open this from the MonPay app.')
  await open(monpay.issueCode()).expect(303).expect('referrer-policy', 'no-referrer')
  await open(monpay.issueCode(monpay.users[1])).expect(409)
  await browser.get('/').expect('Logged in: Дорж Батбаяр')
  monpay.misbehave('status-505')
  await open(monpay.issueCode()).expect(502, 'The login did not work. Please try again.')
  expect(log).toHaveBeenCalledWith(expect.objectContaining({ code: 'provider_error' }))
})
