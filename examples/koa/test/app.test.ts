import Koa from 'koa'
import { KoaPassport } from 'koa-passport'
import { failureMessage, LoginError } from 'passport-code-flow'
import { Strategy } from 'passport-moneypools'
import { askTarget, askTwice, listen, type Listening, NO_PATHS } from '../../../test/server'
import { checkLogin, LOGINS, openBrowser, startProviders } from '../../simulated/src/index'
import { createApp } from '../src/app'

let providers: Awaited<ReturnType<typeof startProviders>>
let server: Listening
let url: string

beforeEach(async () => {
  providers = await startProviders('http://shop.test')
  const app = createApp(providers.settings, 'a secret of the shop')
  app.silent = true
  await serve(app)
})

afterEach(async () => {
  await server.close()
  await providers.close()
})

async function serve(app: Koa): Promise<void> {
  // oxlint-disable-next-line typescript/no-misused-promises -- Koa's own handler never rejects
  server = await listen(app.callback())
  url = server.url
}

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
  expect(JSON.parse((await browser.visit('/')).text)).toMatchObject({ provider: 'monpay' })
  const thief = openBrowser(url)
  for (const [name, value] of planted) thief.cookies.set(name, value)
  expect(planted.size).toBeGreaterThan(0)
  expect((await thief.visit('/')).text).toContain('<button')
})

it('takes a page that is opened twice at once for one login', async () => {
  const { visit, cookies } = openBrowser(url)
  await visit('/auth/moneypools', {})
  const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
  const page = `${url}/auth/monpay?code=${providers.monpay.issueCode()}`
  expect(await askTwice(page, cookie)).toEqual([303, 303])
})

it.each(NO_PATHS)('answers 400 or 404 to %s %s, which is no path', async (method, target) => {
  expect([400, 404]).toContain(await askTarget(url, method, target))
})

it('without a session a login ends at once in a LoginError that says so', async () => {
  const passport = new KoaPassport()
  passport.use(new Strategy(providers.settings.moneypools, async (_token, _refresh, user) => user))
  const errors: unknown[] = []
  const app = new Koa().use(passport.authenticate('moneypools'))
  app.on('error', (error) => errors.push(error))
  await server.close()
  await serve(app)
  const page = await openBrowser(url).visit('/auth/moneypools', {})
  expect(page.status).toBe(500)
  expect(errors).toEqual([expect.any(LoginError)])
  expect(errors).toMatchObject([{ code: 'config', step: 'start' }])
})
