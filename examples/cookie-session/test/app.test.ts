import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { RequestHandler } from 'express'
import { askTarget, listen, type Listening, NO_PATHS } from '../../../test/server'
import { type Browser, checkLogin, LOGINS, openBrowser, startProviders } from '../../simulated/src'
import { createApp } from '../src/app'

let providers: Awaited<ReturnType<typeof startProviders>>
let server: Listening

beforeEach(async () => {
  providers = await startProviders('http://shop.test')
})

afterEach(async () => {
  await server.close()
  await providers.close()
})

async function open(adapter?: RequestHandler): Promise<string> {
  server = await listen(createApp(providers.settings, 'a secret of the shop', adapter))
  return server.url
}

function contentsOf({ cookies }: Browser): Record<string, unknown> {
  const text = Buffer.from(cookies.get('session') ?? '', 'base64').toString()
  return JSON.parse(text) as Record<string, unknown>
}

it.each(['monpay', 'zalopay', 'moneypools'] as const)('logs in with %s', async (name) => {
  await expect(checkLogin(await open(), providers, name)).resolves.toBeUndefined()
})

it.each(NO_PATHS)('answers 404 to %s %s, which is no path', async (method, target) => {
  expect(await askTarget(await open(), method, target)).toBe(404)
})

it('a login starts a session with a new id and nothing of the old one in it', async () => {
  const browser = openBrowser(await open())
  await browser.visit('/auth/moneypools', {})
  const before = contentsOf(browser)
  await LOGINS.monpay(browser, providers)
  const after = contentsOf(browser)
  expect(Object.keys(before)).toEqual([
    expect.stringMatching(/^passport-code-flow:moneypools:/),
    'sessionId',
  ])
  expect(Object.keys(after)).toEqual(['sessionId', 'passport'])
  expect(after['sessionId']).not.toBe(before['sessionId'])
})

it('a sign-out replaces the cookie', async () => {
  const browser = openBrowser(await open())
  await LOGINS.monpay(browser, providers)
  const { sessionId } = contentsOf(browser)
  await browser.visit('/logout', {})
  expect((await browser.visit('/')).text).toContain('<button')
  expect(contentsOf(browser)).toEqual({ sessionId: expect.any(String) as unknown })
  expect(contentsOf(browser)['sessionId']).not.toBe(sessionId)
})

it('without the adapter a login ends in an error that names what is missing', async () => {
  const browser = openBrowser(await open((_req, _res, next) => next()))
  const page = await LOGINS.monpay(browser, providers)
  expect([page.status, page.text]).toEqual([500, 'req.session.regenerate is not a function'])
})

it('the page about frameworks shows the adapter', () => {
  const source = readFileSync(path.join(__dirname, '../src/renewable.ts'), 'utf8')
  const page = readFileSync(path.join(__dirname, '../../../docs/frameworks.md'), 'utf8')
  expect(page).toContain('```ts\n' + source + '```')
})
