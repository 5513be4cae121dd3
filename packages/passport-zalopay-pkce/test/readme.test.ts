import request from 'supertest'
import { openDocument } from '../../passport-code-flow/test/readme/document.js'
import { startZaloPay } from '../../passport-provider-simulators/src/index'
import { closeAll, keep } from '../../../test/keep'
import { variablesOf } from '../../../test/variables'

afterEach(closeAll)
afterEach(() => jest.restoreAllMocks())

it("the README's application answers every end of a login in the visitor's language", async () => {
  const callbackURL = 'https://shop.example/auth/zalopay/callback'
  const simulator = await keep(startZaloPay({ callbackURL }))
  Object.assign(process.env, variablesOf({ zalopay: simulator }), { SESSION_SECRET: 'test' })
  const log = jest.spyOn(console, 'error').mockReturnValue()
  const app = openDocument('packages/passport-zalopay-pkce/README.md').load('app.js')
  const browser = request.agent(app as Parameters<typeof request.agent>[0])
  const start = async () => {
    const { headers } = await browser.post('/auth/zalopay').expect(302)
    const { pathname, search, searchParams } = new URL(headers['location'] ?? '', simulator.url)
    await browser.get(pathname + search).expect(200, /getOauthV1Code/)
    const codeChallenge = searchParams.get('codeChallenge') ?? ''
    return { code: simulator.issueCode({ codeChallenge }), login: searchParams.get('login') }
  }
  const english = { 'accept-language': 'en', origin: 'https://shop.example' }
  const post = (fields: object) =>
    browser.post('/auth/zalopay/callback').type('form').set(english).send(fields)
  const home = await browser.get('/').expect(200, /<button>ZaloPay/)
  expect(home.headers['referrer-policy']).toBe('same-origin')
  const { login } = await start()
  await post({ error: '030501', login }).expect(401, 'The login was cancelled.')
  const unasked = browser.get('/auth/zalopay/callback?code=abc')
  await unasked.set('accept-language', 'vi').expect(403, /Chưa|chưa/)
  simulator.misbehave('status-505')
  await post(await start()).expect(502, 'The login did not work. Please try again.')
  expect(log).toHaveBeenCalledWith(expect.objectContaining({ code: 'provider_error' }))
  simulator.misbehave(undefined)
  await post(await start()).expect(303)
  await browser.get('/').expect('Logged in: Nguyễn Thị Hồng')
})
