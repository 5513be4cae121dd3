import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import path from 'node:path'
import type { Browser, Frame } from 'playwright-core'
import { closeAll, keep } from '../../../../test/keep'
import { launchChromium, noChromium } from '../../../../test/chromium'
import { describeUnless } from '../../../../test/needs'
import { findFreePort } from '../../../../packages/passport-code-flow/test/support/programs'
import { startSite } from '../support/site'

const CERTIFICATES = path.resolve('packages/passport-code-flow/test/attacks/support/certificates')
const TLS = {
  cert: readFileSync(path.join(CERTIFICATES, 'test-loopback.pem')),
  key: readFileSync(path.join(CERTIFICATES, 'test-loopback.key.pem')),
}

describeUnless(noChromium, 'the shop in a frame of another site, both over https', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launchChromium()
  })

  afterEach(closeAll)

  afterAll(() => browser.close())

  async function listen(port: number, handle: RequestListener): Promise<void> {
    const server = createServer(TLS, handle)
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    await keep({
      close() {
        server.closeAllConnections()
        server.close()
      },
    })
  }

  /** The shop at `localhost` in a page of 127.0.0.1, which is another site. */
  async function openInFrame(isAllowed: boolean): Promise<Frame> {
    const host = `https://127.0.0.1:${await findFreePort()}`
    const baseURL = new URL(`https://localhost:${await findFreePort()}`)
    const frameAncestors = isAllowed ? [host] : undefined
    const site = await keep(startSite({ baseURL, frameAncestors, logLevel: 'silent' }))
    await listen(Number(baseURL.port), site.app)
    await listen(Number(new URL(host).port), (_req, res) => {
      res.setHeader('Content-Type', 'text/html')
      res.end(`<!doctype html><title>Host</title><iframe src="${baseURL.href}"></iframe>`)
    })
    const context = await keep(browser.newContext({ locale: 'en', ignoreHTTPSErrors: true }))
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(host)
    const [, frame] = page.frames()
    if (!frame) throw new Error('there is no frame')
    return frame
  }

  it('logs a person in with ZaloPay, and keeps them logged in there', async () => {
    const frame = await openInFrame(true)
    await frame.getByRole('button', { name: 'Log in with ZaloPay' }).click()
    await frame.getByRole('button', { name: 'Allow' }).click()
    await frame.waitForURL('**/account')
    expect(await frame.getByRole('heading', { level: 1 }).innerText()).toBe('Nguyễn Thị Hồng')
    await frame.getByRole('button', { name: 'Log out', exact: true }).click()
    await frame.getByText('You are logged out.').waitFor()
  })

  it('shows no page of the shop in a frame without the setting', async () => {
    const frame = await openInFrame(false)
    await frame.waitForURL('chrome-error://chromewebdata/')
    expect(await frame.getByRole('button', { name: 'Log in with ZaloPay' }).count()).toBe(0)
  })
})
