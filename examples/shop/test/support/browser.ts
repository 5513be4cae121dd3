import type { BrowserContextOptions, Page } from 'playwright-core'
import { serve } from '../../src/serve'
import { noChromium, openPages, type Pages } from '../../../../test/chromium'
import { describeUnless } from '../../../../test/needs'
import { startSite, type TestSite } from './site'
import { findFreePort } from '../../../../packages/passport-code-flow/test/support/programs'

/** A site that listens, for browsers. */
export interface BrowserSite extends TestSite {
  url: string
}

/** What `describeInBrowser` gives its tests. */
export interface Browsing {
  /** The site, the same one for all tests. */
  site(): BrowserSite
  /** A page of a new visitor; errors on its console and CSP reports fail the test. */
  open(options?: BrowserContextOptions): Promise<Page>
}

/** Registers tests that need a real browser; without one they are skipped. */
export function describeInBrowser(title: string, register: (browsing: Browsing) => void): void {
  describeUnless(noChromium, title, () => {
    let pages: Pages
    let site: BrowserSite
    const cleanups: (() => Promise<void>)[] = []
    const complaints: string[] = []

    beforeAll(async () => {
      pages = await openPages({ locale: 'en', viewport: { width: 1280, height: 720 } })
      site = await listen(cleanups)
    })

    afterEach(async () => {
      await pages.empty()
      site.simulators.monpay.reset()
      site.simulators.zalopay.reset()
      site.simulators.moneypools.reset()
      expect(complaints.splice(0)).toEqual([])
    })

    afterAll(async () => {
      await pages.close()
      for (const cleanup of cleanups.toReversed()) await cleanup()
    })

    register({
      site: () => site,
      async open(options) {
        const page = await pages.open(options)
        const context = page.context()
        context.on('console', (message) => {
          // Chromium reports the status of a failure page as an error of a file.
          const status = /the server responded with a status of (4\d\d|5\d\d)/.test(message.text())
          if (message.type() === 'error' && !status) complaints.push(message.text())
        })
        context.on('weberror', (error) => complaints.push(String(error.error())))
        page.setDefaultTimeout(10_000)
        return page
      },
    })
  })
}

async function listen(cleanups: (() => Promise<void>)[]): Promise<BrowserSite> {
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  const site = await startSite({ logLevel: 'silent', baseURL: new URL(url) })
  const server = await serve(site, { port })
  cleanups.push(site.close, server.stop)
  return { ...site, url }
}
