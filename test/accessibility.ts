import { source } from 'axe-core'
import type { Page } from 'playwright-core'

type Look = readonly [width: number, colorScheme: 'light' | 'dark']

/** The widths and colour schemes in which every page must be right. */
const LOOKS: Look[] = [
  [360, 'light'],
  [360, 'dark'],
  [1280, 'light'],
  [1280, 'dark'],
]

/** The widths at which text of twice the size must fit, too. */
const WIDTHS = [320, 360, 768, 1280]

/** What axe-core finds wrong with a page, one line each. */
export async function findFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(source)
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
  )
}

/** The widths at which the page is too wide when its text has twice the size. */
async function findTooWide(page: Page): Promise<string[]> {
  const tooWide: string[] = []
  await page.evaluate("document.documentElement.style.fontSize = '200%'")
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 740 })
    if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
      tooWide.push(`${width}: does not fit with text of twice the size`)
  }
  await page.evaluate("document.documentElement.style.fontSize = ''")
  return tooWide
}

/** What is wrong with the page, in each width and colour scheme. */
export async function findFaultsInLooks(page: Page, looks = LOOKS): Promise<string[]> {
  // A page can be on the screen before its style sheet has arrived.
  await page.waitForLoadState('load')
  const found = await findTooWide(page)
  for (const [width, colorScheme] of looks) {
    await page.setViewportSize({ width, height: 740 })
    await page.emulateMedia({ colorScheme })
    const faults = await findFaults(page)
    if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
      faults.push('does not fit')
    found.push(...faults.map((fault) => `${width} ${colorScheme}: ${fault}`))
  }
  return found
}
