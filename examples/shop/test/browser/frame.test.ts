import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import path from 'node:path'
import type { Frame } from 'playwright-core'
import { closeAll, keep } from '../../../../test/keep'
import { describeInBrowser } from '../../../../test/chromium'
import { listen } from '../../../../test/server'
import { startSite } from '../support/site'

const CERTIFICATES = path.resolve('packages/passport-code-flow/test/attacks/support/certificates')
const TLS = {
  cert: readFileSync(path.join(CERTIFICATES, 'test-loopback.pem')),
  key: readFileSync(path.join(CERTIFICATES, 'test-loopback.key.pem')),
}

afterEach(closeAll)

describeInBrowser('the shop in a frame of another site, both over https', (open) => {
  /** The shop at `localhost` in a page of 127.0.0.1, which is another site. */
  async function openInFrame(isAllowed: boolean): Promise<Frame> {
    const shop = createServer(TLS)
    const baseURL = new URL(`https://localhost:${(await keep(listen(shop))).port}`)
    const page = `<!doctype html><title>Host</title><iframe src="${baseURL.href}"></iframe>`
    const other = createServer(TLS, (_req, res) => {
      res.setHeader('Content-Type', 'text/html').end(page)
    })
    const host = `https://127.0.0.1:${(await keep(listen(other))).port}`
    const frameAncestors = isAllowed ? [host] : undefined
    const site = await keep(startSite({ baseURL, frameAncestors, logLevel: 'silent' }))
    shop.on('request', site.app)
    const tab = await open({ locale: 'en', ignoreHTTPSErrors: true })
    // the browser complains about a frame that it refuses
    tab.context().removeAllListeners('console')
    tab.setDefaultTimeout(10_000)
    await tab.goto(host)
    const [, frame] = tab.frames()
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
