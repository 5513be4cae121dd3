import type { Browser, Page } from 'playwright-core'
import { launchChromium, noChromium } from '../../../../test/chromium'
import { describeUnless } from '../../../../test/needs'

/** Runs the tests with a browser; without one they are skipped. */
export function describeInBrowser(title: string, tests: (newPage: NewPage) => void): void {
  describeUnless(noChromium, title, () => {
    let browser: Browser
    const pages: Page[] = []
    const complaints: string[] = []

    beforeAll(async () => {
      browser = await launchChromium()
    }, 30_000)

    afterEach(async () => {
      await Promise.all(pages.splice(0).map((page) => page.context().close()))
      expect(complaints.splice(0)).toEqual([])
    })

    afterAll(() => browser.close())

    tests(async (options = {}) => {
      const context = await browser.newContext({
        viewport: { width: options.width ?? 360, height: 740 },
        colorScheme: options.colorScheme ?? 'light',
      })
      const page = await context.newPage()
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      pages.push(page)
      return page
    })
  })
}

/** Opens a page in a browser of its own; errors on its console fail the test. */
export type NewPage = (options?: {
  width?: number
  colorScheme?: 'light' | 'dark'
}) => Promise<Page>
