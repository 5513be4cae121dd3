import type { Page } from 'playwright-core'
import { noChromium, openPages, type Pages } from '../../../../test/chromium'
import { describeUnless } from '../../../../test/needs'

/** Runs the tests with a browser; without one they are skipped. */
export function describeInBrowser(title: string, tests: (newPage: NewPage) => void): void {
  describeUnless(noChromium, title, () => {
    let pages: Pages
    const complaints: string[] = []

    beforeAll(async () => {
      pages = await openPages({ viewport: { width: 360, height: 740 }, colorScheme: 'light' })
    }, 30_000)

    afterEach(async () => {
      await pages.empty()
      expect(complaints.splice(0)).toEqual([])
    })

    afterAll(() => pages.close())

    tests(async ({ clock = false } = {}) => {
      const page = await pages.open(clock ? {} : undefined)
      if (clock) await page.clock.install()
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      return page
    })
  })
}

/** Opens a page of a new visitor; `clock` for one whose clock the test moves. Errors on its console fail the test. */
export type NewPage = (options?: { clock?: boolean }) => Promise<Page>
