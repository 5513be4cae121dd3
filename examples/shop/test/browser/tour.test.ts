import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { type BrowserSite, describeSite } from '../support/browser'

const README = readFileSync(path.join(__dirname, '..', '..', 'README.md'), 'utf8')

/** The marked texts of the tour, in order; `beside` names the row of a button. */
const MARKS =
  /\*\*(?<press>[^*]+)\*\*(?: beside \*(?<beside>[^*]+)\*)?|\*(?<see>[^*]+)\*|`(?<browser>Back|Reload)`/g

/** The steps of the tour as one text each. */
function readTour(): string[] {
  const [, tour = ''] = /\n## The tour\n(.*?)\n## /s.exec(README) ?? []
  return tour
    .split(/\n(?=\d+\. )/)
    .slice(1)
    .map((step) => step.replaceAll(/\s+/g, ' '))
}

/** The button or link with exactly these words; its label may say more. */
async function press(within: Page | Locator, words: string): Promise<void> {
  const exact = new RegExp(`^\\s*${words.replaceAll(/[.*+?()]/g, '\\$&')}\\s*$`)
  await within.locator('a, button').filter({ hasText: exact }).first().click()
}

async function follow(page: Page, site: BrowserSite, step: string): Promise<void> {
  for (const { groups = {} } of step.matchAll(MARKS)) {
    const { press: words, beside, see, browser } = groups
    if (words) {
      const row = beside ? page.locator('ul > li', { hasText: beside }) : page
      await press(row, words.replace('localhost:3000', new URL(site.url).host))
    } else if (browser === 'Back') await page.goBack()
    else if (browser) await page.reload()
    else if (see)
      await page
        .getByText(see, { exact: see.length > 20 })
        .first()
        .waitFor()
  }
}

describeSite('the tour in the README', ({ site, open }) => {
  it('can be followed word for word', async () => {
    const page = await open()
    await page.goto(site().url)
    const steps = readTour()
    expect(steps).toHaveLength(7)
    for (const step of steps) {
      const end = await follow(page, site(), step).then(() => 'as the README says', String)
      expect([step, end]).toEqual([step, 'as the README says'])
    }
  }, 300_000) // fifty pages: a busy machine needs minutes
})
