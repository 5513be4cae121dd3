import { failureMessage } from 'passport-monpay'
import { askTarget, listen, type Listening, NO_PATHS } from '../../../test/server'
import { createApp } from '../src/app'
import { LOGINS, openBrowser, startProviders } from '../../simulated/src/index'

const APP = 'http://shop.test'

let providers: Awaited<ReturnType<typeof startProviders>>
let server: Listening
let url: string

beforeEach(async () => {
  providers = await startProviders(APP)
  server = await listen(createApp(providers.settings, 'a secret for tests'))
  url = server.url
})

afterEach(async () => {
  await server.close()
  await providers.close()
})

it.each(['monpay', 'zalopay', 'moneypools'] as const)('logs in with %s and out', async (name) => {
  const browser = openBrowser(url)
  expect((await browser.visit('/')).text).toContain('Log in with ZaloPay')
  expect(await LOGINS[name](browser, providers)).toMatchObject({ status: 303, location: '/' })
  expect((await browser.visit('/')).text).toContain(`(${name}:`)
  expect(await browser.visit('/logout', {})).toMatchObject({ status: 303, location: '/' })
  expect((await browser.visit('/')).text).toContain('Log in with ZaloPay')
})

it('returns to the page that asked for the login', async () => {
  const browser = openBrowser(url)
  expect((await browser.visit('/?returnTo=/cart')).text).toContain('value="/cart"')
  await browser.visit('/auth/moneypools', { returnTo: '/cart' })
  const key = new URL(providers.moneypools.redirectURL(providers.moneypools.issueKey()))
  expect((await browser.visit(key.pathname + key.search)).location).toBe('/cart')
})

it('says why a login failed, in the language of the visitor', async () => {
  const { status, text } = await openBrowser(url).visit('/auth/zalopay/callback?code=stolen')
  expect(status).toBe(403)
  expect(text).toContain(failureMessage('no_pending_login', 'en'))
  const answer = await fetch(`${url}/auth/monpay`, { headers: { 'accept-language': 'ru' } })
  expect(answer.status).toBe(400)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(await answer.text()).toContain(failureMessage('no_code', 'ru'))
})

it('does not let a MonPay code replace the user who is logged in', async () => {
  const browser = openBrowser(url)
  await LOGINS.moneypools(browser, providers)
  const { status, text } = await LOGINS.monpay(browser, providers)
  expect(status).toBe(409)
  expect(text).toContain('Please log out first')
  expect((await browser.visit('/')).text).toContain('(moneypools:')
})

it('logs in again the person who taps the icon in MonPay a second time', async () => {
  const browser = openBrowser(url)
  await LOGINS.monpay(browser, providers)
  expect(await LOGINS.monpay(browser, providers)).toMatchObject({ status: 303, location: '/' })
})

it.each([['GET', '/nothing'], ...NO_PATHS])('answers 404 to %s %s', async (method, target) => {
  expect(await askTarget(url, method, target)).toBe(404)
})

it('answers an error of the provider with its status and a page', async () => {
  const log = jest.spyOn(console, 'error').mockImplementation(() => undefined)
  providers.moneypools.misbehave('status-500')
  const page = await LOGINS.moneypools(openBrowser(url), providers)
  expect(page).toMatchObject({ status: 502, text: expect.stringContaining('try again') as string })
  expect(log).toHaveBeenCalledTimes(1)
  log.mockRestore()
})

it('lets the login form end at MoneyPools', async () => {
  const { headers } = await fetch(url)
  const csp = headers.get('content-security-policy')
  expect(csp).toContain(`form-action 'self' ${providers.moneypools.url}`)
})

it('FR09 has old browsers say where the login form comes from', async () => {
  const { headers } = await fetch(url)
  expect(headers.get('referrer-policy')).toBe('same-origin')
})

it('the server takes its settings from the environment', async () => {
  const { settings } = providers
  for (const name of ['monpay', 'zalopay', 'moneypools'] as const) {
    const { clientID, clientSecret, callbackURL, baseURL } = settings[name]
    const values = { clientID, clientSecret, callbackURL, baseURL }
    for (const [option, value] of Object.entries(values))
      process.env[`${name}_${option.replace(/[A-Z]+/, '_$&')}`.toUpperCase()] = String(value)
  }
  process.env['ZALOPAY_USER_INFO_URL'] = settings.zalopay.userInfoURL
  process.env['ZALOPAY_SDK_URL'] = settings.sdkURL
  process.env['SESSION_SECRET'] = 'a secret for tests'
  const { app } = await import('../src/server.js')
  await server.close()
  server = await listen(app)
  const browser = openBrowser(server.url)
  for (const name of ['monpay', 'zalopay', 'moneypools'] as const) {
    expect(await LOGINS[name](browser, providers)).toMatchObject({ status: 303, location: '/' })
    await browser.visit('/logout', {})
  }
})
