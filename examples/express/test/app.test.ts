import { once } from 'node:events'
import { createServer } from 'node:http'
import { failureMessage } from 'passport-monpay'
import { describeExample } from '../../../test/example'
import { keep } from '../../../test/keep'
import { buildExample, endOf, start } from '../../../test/program'
import { listen } from '../../../test/server'
import { variablesOf } from '../../../test/variables'
import { createApp } from '../src/app'
import { failurePage } from '../src/pages'
import { LOGINS, openBrowser, type Providers } from '../../simulated/src/index'

const NAMES = ['monpay', 'zalopay', 'moneypools'] as const

/** Logs in and out. */
async function check(at: string, given: Providers, name: (typeof NAMES)[number]): Promise<void> {
  const browser = openBrowser(at)
  expect((await browser.visit('/')).text).toContain('Log in with ZaloPay')
  expect(await LOGINS[name](browser, given)).toMatchObject({ status: 303, location: '/' })
  expect((await browser.visit('/')).text).toContain(`(${name}:`)
  expect(await browser.visit('/logout', {})).toMatchObject({ status: 303, location: '/' })
  expect((await browser.visit('/')).text).toContain('Log in with ZaloPay')
}

const log = jest.spyOn(console, 'error').mockImplementation(() => undefined)

beforeEach(() => log.mockClear())

const example = describeExample(
  (settings) => listen(createApp(settings, 'a secret for tests')),
  [404],
  { textOf: failurePage, check },
)

it('returns to the page that asked for the login', async () => {
  const { url, providers } = example
  const browser = openBrowser(url)
  expect((await browser.visit('/?returnTo=/cart')).text).toContain('value="/cart"')
  await browser.visit('/auth/moneypools', { returnTo: '/cart' })
  const key = new URL(providers.moneypools.redirectURL(providers.moneypools.issueKey()))
  expect((await browser.visit(key.pathname + key.search)).location).toBe('/cart')
})

it('FR155 no browser keeps the page of a user, which Back would show after a logout', async () => {
  expect((await fetch(example.url)).headers.get('cache-control')).toBe('no-store')
})

it('says that a page without a code is not opened from MonPay, in the language of the visitor', async () => {
  const answer = await fetch(`${example.url}/auth/monpay`, { headers: { 'accept-language': 'ru' } })
  expect(answer.status).toBe(400)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(await answer.text()).toContain(failureMessage('no_code', 'ru'))
})

it('A113 takes no code by POST: one from another site has no session cookie', async () => {
  const { url, providers } = example
  const code = providers.monpay.issueCode()
  const page = await openBrowser(url).visit(`/auth/monpay?code=${code}`, { code })
  expect(page.status).toBe(404)
  expect(providers.monpay.requests).toEqual([])
})

it('answers an error of the provider with its status and a page', async () => {
  const { url, providers } = example
  providers.moneypools.misbehave('status-500')
  const page = await LOGINS.moneypools(openBrowser(url), providers)
  expect(page).toMatchObject({ status: 502, text: expect.stringContaining('try again') as string })
  expect(log).toHaveBeenCalledTimes(1)
})

it('FR09 lets the login form end at MoneyPools, and has old browsers say where it comes from', async () => {
  const { headers } = await fetch(example.url)
  const formAction = `form-action 'self' ${example.providers.moneypools.url}`
  expect(headers.get('content-security-policy')).toContain(formAction)
  expect(headers.get('referrer-policy')).toBe('same-origin')
})

it('the server takes its settings from the environment, or ends with an error if its port is taken', async () => {
  const { providers } = example
  const { monpay, zalopay, moneypools } = providers
  const other = await listen(createServer(), '0.0.0.0')
  const own = { SESSION_SECRET: 'a secret for tests', PORT: `${other.port}` }
  const settings = { ...variablesOf({ monpay, zalopay, moneypools }), ...own }
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
