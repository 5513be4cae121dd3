import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

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

/** Runs the tests with a browser; without one they are replaced by a test that says so, and that fails under CI. */
export function describeInBrowser(title: string, tests: (newPage: NewPage) => void): void {
  if (!existsSync(PATH)) {
    it(`${title}: NOT RUN, there is no Chromium at ${PATH} (set CHROMIUM_PATH)`, () => {
      console.warn(`${title}: not run, there is no Chromium at ${PATH}`)
      expect(process.env.CI).toBeFalsy()
    })
    return
  }
  describe(title, () => {
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
