import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { failureMessage } from 'passport-code-flow'
import { checkLogin, LOGINS, openBrowser, startProviders } from '../../simulated/src/index'
import { createApp } from '../src/app'

let providers: Awaited<ReturnType<typeof startProviders>>
let server: Server
let url: string

beforeEach(async () => {
  providers = await startProviders('http://shop.test')
  const app = createApp(providers.settings, 'a secret of the shop')
  app.silent = true
  server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await providers.close()
})

it.each(['monpay', 'zalopay', 'moneypools'] as const)('logs in with %s', async (name) => {
  await expect(checkLogin(url, providers, name)).resolves.toBeUndefined()
})

it('answers a login that is not ours with the text of its failure', async () => {
  const page = await openBrowser(url).visit('/auth/zalopay/callback?code=stolen')
  expect(page).toMatchObject({ status: 403, text: failureMessage('no_pending_login', 'en') })
})

it("answers with the LoginError's status when a provider is down", async () => {
  providers.moneypools.misbehave('status-500')
  expect((await LOGINS.moneypools(openBrowser(url), providers)).status).toBe(502)
})

it('gives the session a new name at the login, and the old one is worth nothing', async () => {
  const browser = openBrowser(url)
  await browser.visit('/auth/zalopay', {})
  const planted = new Map(browser.cookies)
  await LOGINS.monpay(browser, providers)
  expect(JSON.parse((await browser.visit('/me')).text)).toMatchObject({ provider: 'monpay' })
  const thief = openBrowser(url)
  for (const [name, value] of planted) thief.cookies.set(name, value)
  expect(planted.size).toBeGreaterThan(0)
  expect((await thief.visit('/me')).text).toBe('null')
})
