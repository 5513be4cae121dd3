import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describeExample } from '../../../test/example'
import { keep } from '../../../test/keep'
import { listen } from '../../../test/server'
import { type Browser, LOGINS, openBrowser } from '../../simulated/src'
import { createApp } from '../src/app'

const SECRET = 'a secret of the shop'

const example = describeExample((settings) => listen(createApp(settings, SECRET)), [404])

function contentsOf({ cookies }: Browser): Record<string, unknown> {
  const text = Buffer.from(cookies.get('session') ?? '', 'base64').toString()
  return JSON.parse(text) as Record<string, unknown>
}

it('a login starts a session with a new id and nothing of the old one in it', async () => {
  const browser = openBrowser(example.url)
  await browser.visit('/auth/moneypools', {})
  const before = contentsOf(browser)
  await LOGINS.monpay(browser, example.providers)
  const after = contentsOf(browser)
  const pending = expect.stringMatching(/^passport-code-flow:moneypools:/) as unknown
  expect(Object.keys(before)).toEqual([pending, 'sessionId'])
  expect(Object.keys(after)).toEqual(['sessionId', 'passport'])
  expect(after['sessionId']).not.toBe(before['sessionId'])
})

it('a sign-out replaces the cookie', async () => {
  const browser = openBrowser(example.url)
  await LOGINS.monpay(browser, example.providers)
  const { sessionId } = contentsOf(browser)
  await browser.visit('/logout', {})
  expect((await browser.visit('/')).text).toContain('<button')
  expect(contentsOf(browser)).toEqual({ sessionId: expect.any(String) as unknown })
  expect(contentsOf(browser)['sessionId']).not.toBe(sessionId)
})

it('without the adapter a login ends in an error that names what is missing', async () => {
  const { providers } = example
  const app = createApp(providers.settings, SECRET, (_req, _res, next) => next())
  const browser = openBrowser((await keep(listen(app))).url)
  const { status, text } = await LOGINS.monpay(browser, providers)
  expect([status, text]).toEqual([500, 'req.session.regenerate is not a function'])
})

it('the page about frameworks shows the adapter', () => {
  const source = readFileSync(path.join(__dirname, '../src/renewable.ts'), 'utf8')
  const page = readFileSync(path.join(__dirname, '../../../docs/frameworks.md'), 'utf8')
  expect(page).toContain('```ts\n// renewable.ts\n' + source + '```')
})
