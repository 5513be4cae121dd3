import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { describeUnless } from '../../../../test/needs'

const PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Runs the tests with a browser; without one they are skipped. */
export function describeInBrowser(title: string, tests: (newPage: NewPage) => void): void {
  const missing = existsSync(PATH) ? undefined : 'install chromium, or set CHROMIUM_PATH'
  describeUnless(missing, title, () => {
    let browser: Browser
    const pages: Page[] = []
    const complaints: string[] = []

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: PATH, args: ARGS })
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
