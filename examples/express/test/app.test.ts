import { once } from 'node:events'
import { createServer } from 'node:http'
import { failureMessage } from 'passport-monpay'
import { closeAll, keep } from '../../../test/keep'
import { buildExample, endOf, start } from '../../../test/program'
import { askTarget, listen, NO_PATHS } from '../../../test/server'
import { variablesOf } from '../../../test/variables'
import { createApp } from '../src/app'
import { LOGINS, openBrowser, type Providers, startProviders } from '../../simulated/src/index'

const NAMES = ['monpay', 'zalopay', 'moneypools'] as const
let providers: Providers
let url: string

beforeEach(async () => {
  providers = await keep(startProviders('http://shop.test'))
  url = (await keep(listen(createApp(providers.settings, 'a secret for tests')))).url
})

afterEach(closeAll)

it.each(NAMES)('logs in with %s and out', async (name) => {
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

it('FR75 Back, a reload or a second tab after a login leads a user who is logged in to the first page', async () => {
  const { moneypools, monpay } = providers
  const back = new URL(moneypools.redirectURL(moneypools.issueKey()))
  const browser = openBrowser(url)
  await browser.visit('/auth/moneypools', {})
  for (const _time of [1, 2])
    expect(await browser.visit(back.pathname + back.search)).toMatchObject({
      status: 303,
      location: '/',
    })
  const code = monpay.issueCode()
  const visit = () => browser.visit(`/auth/monpay?code=${code}`)
  await browser.visit('/logout', {})
  expect(await visit()).toMatchObject({ status: 303, location: '/' })
  expect(await visit()).toMatchObject({ status: 303, location: '/' })
  await browser.visit('/logout', {})
  expect((await visit()).status).toBe(403)
})

it('does not let a MonPay code replace the user who is logged in', async () => {
  const browser = openBrowser(url)
  await LOGINS.moneypools(browser, providers)
  const { status, text } = await LOGINS.monpay(browser, providers)
  expect(status).toBe(409)
  expect(text).toContain('Please log out first')
  expect((await browser.visit('/')).text).toContain('(moneypools:')
})

it('A113 takes no code by POST: one from another site has no session cookie', async () => {
  const code = providers.monpay.issueCode()
  const page = await openBrowser(url).visit(`/auth/monpay?code=${code}`, { code })
  expect(page.status).toBe(404)
  expect(providers.monpay.requests).toEqual([])
})

it('A114 gives no session to a form of another site, which comes without the session cookie', async () => {
  const { visit, cookies } = openBrowser(url, { 'sec-fetch-site': 'cross-site' })
  for (const path of ['/', '/logout', '/auth/moneypools', '/auth/zalopay/callback'])
    await visit(path, {})
  expect([...cookies]).toEqual([])
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

it('the server takes its settings from the environment, or ends with an error if its port is taken', async () => {
  const { monpay, zalopay, moneypools } = providers
  const own = { SESSION_SECRET: 'a secret for tests' }
  const other = await listen(createServer(), '0.0.0.0')
  const settings = {
    ...variablesOf({ monpay, zalopay, moneypools }),
    ...own,
    PORT: `${other.port}`,
  }
  const program = await buildExample('express')
  const [status, said] = await endOf(start(program, settings))
  expect(status).toBe(1)
  expect(said).toContain(`EADDRINUSE: address already in use :::${other.port}`)
  await other.close()
  const server = start(program, settings)
  await keep({ close: () => server.kill() })
  const [line] = (await once(server.stdout!, 'data')) as [Buffer]
  expect(line.toString()).toBe(`Listening on port ${other.port}\n`)
  const browser = openBrowser(`http://127.0.0.1:${other.port}`)
  for (const name of NAMES) {
    expect(await LOGINS[name](browser, providers)).toMatchObject({ status: 303, location: '/' })
    await browser.visit('/logout', {})
  }
})
