import { existsSync } from 'node:fs'
import type { BrowserContextOptions, BrowserType, Page } from 'playwright-core'
import { describeUnless } from './needs'

/** The first one draws no window, which takes half the time. */
const PLACES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']

const PATH = process.env.CHROMIUM_PATH ?? PLACES.find((place) => existsSync(place))

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** How to get a browser where there is none. */
const noChromium = PATH && existsSync(PATH) ? undefined : 'install chromium, or set CHROMIUM_PATH'

/** The pages that the tests of a file open. */
interface Pages {
  /**
   * A page of a new visitor. Without options, the first page of a test is the emptied page of the
   * test before. The first document in a new page takes longer than most tests.
   */
  open(options?: BrowserContextOptions): Promise<Page>
  /** Removes what a test has left in the page. */
  empty(): Promise<void>
  close(): Promise<void>
}

/** Starts a browser whose pages have these options, unless others are given. */
async function openPages(defaults: BrowserContextOptions): Promise<Pages> {
  // this takes a third of a second, so a file whose tests are skipped does not load it
  const { chromium } = require('playwright-core') as { chromium: BrowserType }
  const browser = await chromium.launch({ ...(PATH && { executablePath: PATH }), args: ARGS })
  let kept: Page | undefined
  let isTaken = false

  async function create(options: BrowserContextOptions = {}): Promise<Page> {
    return (await browser.newContext({ ...defaults, ...options })).newPage()
  }

  return {
    async open(options) {
      if (options || isTaken) return create(options)
      isTaken = true
      kept ??= await create()
      return kept
    },
    async empty() {
      isTaken = false
      const context = kept?.context()
      const others = browser.contexts().filter((one) => one !== context)
      await Promise.all(others.map((one) => one.close()))
      if (!kept || !context) return
      const more = context.pages().filter((page) => page !== kept)
      await Promise.all(more.map((page) => page.close()))
      for (const event of ['console', 'weberror']) context.removeAllListeners(event)
      await kept.goto('about:blank')
      await context.clearCookies()
      await kept.setExtraHTTPHeaders({})
      await kept.emulateMedia({ colorScheme: null })
      if (defaults.viewport) await kept.setViewportSize(defaults.viewport)
    },
    close: () => browser.close(),
  }
}

/** A phone, on which most pages are tested. */
const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  colorScheme: 'light',
}

/**
 * Runs the tests with a browser; without one they are skipped. `open` opens a page of a new visitor
 * (see `Pages`). Each error on the console of a page fails the test, except where it is `ignored`.
 */
export function describeInBrowser(
  title: string,
  tests: (open: Pages['open']) => void,
  { defaults = PHONE, ignored }: { defaults?: BrowserContextOptions; ignored?: RegExp } = {},
): void {
  describeUnless(noChromium, title, () => {
    let pages: Pages
    const complaints: string[] = []

    beforeAll(async () => {
      pages = await openPages(defaults)
    }, 30_000)

    afterEach(async () => {
      await pages.empty()
      expect(complaints.splice(0)).toEqual([])
    })

    afterAll(() => pages.close())

    tests(async (options) => {
      const page = await pages.open(options)
      const context = page.context()
      context.on('weberror', (error) => complaints.push(String(error.error())))
      context.on('console', (message) => {
        const isIgnored = ignored?.test(message.text())
        if (message.type() === 'error' && !isIgnored) complaints.push(message.text())
      })
      return page
    })
  })
}
