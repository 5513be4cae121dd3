// Writes the pictures of the READMEs into docs/images: node scripts/take-screenshots.mjs (after a build).
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const require = createRequire(import.meta.url)
const { createApp } = require('../dist/app.js')
const { startSimulators } = require('../dist/demo/simulators.js')
const { serve } = require('../dist/serve.js')

const images = fileURLToPath(new URL('../../../docs/images/', import.meta.url))
mkdirSync(images, { recursive: true })
const dataDir = mkdtempSync(path.join(tmpdir(), 'screenshots-'))
const port = Number(process.env['PORT'] ?? 3000)
const baseURL = new URL(`http://localhost:${port}`)
const simulators = await startSimulators(baseURL)
const settings = { baseURL, dataDir, trustProxy: 0, logLevel: 'silent', ...simulators.settings }
const site = await createApp({ ...settings, sessionSecret: 'a secret for pictures only, not kept' })
const server = await serve(site, { port })
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
})

async function open(options) {
  const viewport = { width: 360, height: 760 }
  const context = await browser.newContext({ viewport, locale: 'en', ...options })
  const page = await context.newPage()
  const take = async (name) => {
    await page.waitForLoadState('networkidle').catch(() => undefined)
    await page.screenshot({ path: path.join(images, `${name}.png`) })
    console.log(`docs/images/${name}.png`)
  }
  return { page, take }
}

async function loginWithZaloPay(page) {
  await page.goto(baseURL.href)
  await page.locator('form[action="/auth/zalopay"] button').click()
  await page
    .getByTestId('allow')
    .or(page.getByRole('button', { name: 'Allow' }))
    .click()
  await page.waitForURL('**/account')
}

const phone = await open()
await phone.page.goto(baseURL.href)
await phone.take('demo-login')
await phone.page.locator('form[action="/auth/zalopay"] button').click()
await phone.page.getByRole('button', { name: 'Allow' }).waitFor()
await phone.take('demo-zalopay-consent')
await loginWithZaloPay(phone.page)
await phone.take('demo-account')
await phone.page.goto(simulators.monpay.url)
await phone.take('demo-monpay-phone')
await phone.page.getByTestId('mini-app').click()
await phone.page.waitForURL('**/auth/switch')
await phone.take('demo-switch')

const mongolian = await open({ locale: 'mn', colorScheme: 'dark' })
await mongolian.page.goto(baseURL.href)
await mongolian.take('demo-login-mn')
await mongolian.page.goto(`${baseURL.href}auth/monpay?code=unknown`)
await mongolian.take('demo-failure-mn')

const wide = await open({ viewport: { width: 1280, height: 800 } })
await loginWithZaloPay(wide.page)
await wide.take('demo-wide')

await browser.close()
await server.stop()
await simulators.close()
rmSync(dataDir, { recursive: true, force: true })
