import type { BrowserContextOptions, Page } from 'playwright-core'
import { serve } from '../../src/serve'
import { describeInBrowser } from '../../../../test/chromium'
import { startSite, type TestSite } from './site'
import { findFreePort } from '../../../../packages/passport-code-flow/test/support/programs'

/** A site that listens, for browsers. */
export interface BrowserSite extends TestSite {
  url: string
}

/** What `describeSite` gives its tests. */
export interface Browsing {
  /** The site, the same one for all tests. */
  site(): BrowserSite
  /** A page of a new visitor; errors on its console and CSP reports fail the test. */
  open(options?: BrowserContextOptions): Promise<Page>
}

/** Chromium reports the status of a failure page as an error of a file. */
const FAILURE_PAGE = /the server responded with a status of (4\d\d|5\d\d)/

/** Runs tests of the site with a real browser; without one they are skipped. */
export function describeSite(title: string, register: (browsing: Browsing) => void): void {
  const defaults = { locale: 'en', viewport: { width: 1280, height: 720 } }
  const tests = (openPage: Browsing['open']) => {
    let site: BrowserSite
    const cleanups: (() => Promise<void>)[] = []

    beforeAll(async () => {
      site = await listen(cleanups)
    })

    afterEach(() => {
      const { monpay, zalopay, moneypools } = site.simulators
      for (const simulator of [monpay, zalopay, moneypools]) simulator.reset()
    })

    afterAll(async () => {
      for (const cleanup of cleanups.toReversed()) await cleanup()
    })

    register({
      site: () => site,
      async open(options) {
        const page = await openPage(options)
        page.setDefaultTimeout(10_000)
        return page
      },
    })
  }
  describeInBrowser(title, tests, { defaults, ignored: FAILURE_PAGE })
}

async function listen(cleanups: (() => Promise<void>)[]): Promise<BrowserSite> {
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  const site = await startSite({ logLevel: 'silent', baseURL: new URL(url) })
  const server = await serve(site, { port })
  cleanups.push(site.close, server.stop)
  return { ...site, url }
}
