import { source } from 'axe-core'
import type { Page } from 'playwright-core'

/** The widths and colour schemes that every page must be right in. */
export const LOOKS = [
  [360, 'light'],
  [360, 'dark'],
  [1280, 'light'],
  [1280, 'dark'],
] as const

/** What axe-core finds wrong with a page, one line each. */
export async function findFaults(page: Page): Promise<unknown> {
  await page.evaluate(source)
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
  )
}
