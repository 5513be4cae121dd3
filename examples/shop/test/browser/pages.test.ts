import type { Page } from 'playwright-core'
import { findFaultsInLooks } from '../../../../test/accessibility'
import { type BrowserSite, describeSite } from '../support/browser'
import { texts } from '../../src/pages/texts'

/** Opens a page of each kind, one after the other. */
async function visitAll(page: Page, site: BrowserSite, look: (name: string) => Promise<void>) {
  const { url } = site
  await page.goto(url)
  await look('home')
  await page.goto(`${url}/auth/monpay?code=unknown`)
  await look('failure')
  site.simulators.monpay.misbehave('status-500', 'token')
  await page.goto(`${url}/auth/monpay?code=${site.simulators.monpay.issueCode()}`)
  await look('fault')
  site.simulators.monpay.misbehave(undefined)
  await page.goto(`${url}/nowhere`)
  await look('missing')
  await page.goto(`${url}/auth/monpay?code=${site.simulators.monpay.issueCode()}`)
  await look('account')
  await page.goto(url)
  await look('hello')
  await page.goto(`${url}/auth/confirm`)
  await look('confirm')
  const [, second] = site.simulators.monpay.users
  await page.goto(`${url}/auth/monpay?code=${site.simulators.monpay.issueCode(second)}`)
  await look('switch')
  await page.goto(`${url}/auth/confirm`)
  await page.locator('button[value=monpay]').click()
  await page.goto(`${url}/auth/monpay?code=${site.simulators.monpay.issueCode()}`)
  await page.locator('button[value=moneypools]').click()
  await page.getByTestId('log-in').click()
  await page.getByTestId('continue').click()
  await page.waitForURL(`${url}/auth/link`)
  await look('link')
}

/** The texts of the buttons that are higher than one line. */
const HIGH_BUTTONS = `[...document.querySelectorAll('.button')]
  .filter((button) => button.offsetHeight > 1 + parseFloat(getComputedStyle(button).minHeight))
  .map((button) => button.textContent.trim())`

/** The words in headings that a line break divides. */
const BROKEN_WORDS = `[...document.querySelectorAll('h1, h2')].flatMap((heading) => {
  const text = [...heading.childNodes].find((node) => node.nodeType === Node.TEXT_NODE)
  return [...(text?.data ?? '').matchAll(/\\S+/g)].filter(({ 0: word, index }) => {
    const range = document.createRange()
    range.setStart(text, index)
    range.setEnd(text, index + word.length)
    return range.getClientRects().length > 1
  }).map(([word]) => word)
})`

describeSite('every page', ({ site, open }) => {
  it('is accessible and fits 320, 360 and 1280 pixels, light and dark', async () => {
    const page = await open()
    const seen: unknown[] = []
    await visitAll(page, site(), async (name) => {
      const looks = [
        [320, 'light'],
        [360, 'dark'],
        [1280, 'light'],
        [1280, 'dark'],
      ] as const
      seen.push([name, await findFaultsInLooks(page, [...looks])])
    })
    expect(seen).toEqual(
      ['home', 'failure', 'fault', 'missing', 'account', 'hello', 'confirm', 'switch', 'link'].map(
        (name) => [name, []],
      ),
    )
  })

  it('fits a phone with text of twice the size', async () => {
    // the policy of the site forbids the style that makes the text larger
    const page = await open({
      locale: 'mn',
      bypassCSP: true,
      viewport: { width: 360, height: 740 },
    })
    const seen: string[] = []
    await visitAll(page, site(), async (name) => {
      await page.addStyleTag({ content: 'html { font-size: 200% }' })
      if (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) seen.push(name)
    })
    expect(seen).toEqual([])
  })

  for (const [locale, words] of Object.entries(texts)) {
    it(`uses ${locale} when the browser prefers it, and fits a phone`, async () => {
      const page = await open({ locale, viewport: { width: 360, height: 740 } })
      await page.goto(site().url)
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(words['home.title'])
      await page.goto(`${site().url}/auth/monpay`)
      expect(await page.getByText(words['next.no_code']).isVisible()).toBe(true)
      await page.goto(`${site().url}/auth/monpay?code=${site().simulators.monpay.issueCode()}`)
      expect(await page.getByText(words['account.mine']).isVisible()).toBe(true)
      expect(await page.evaluate('document.documentElement.lang')).toBe(locale)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    })

    it(`has no button of two lines and no broken word in ${locale} on a phone`, async () => {
      const page = await open({ locale, viewport: { width: 320, height: 740 } })
      const seen: unknown[] = []
      await visitAll(page, site(), async (name) => {
        const faults = `[...${HIGH_BUTTONS}, ...${BROKEN_WORDS}]`
        seen.push(...(await page.evaluate<string[]>(faults)).map((fault) => [name, fault]))
      })
      expect(seen).toEqual([])
    })
  }
})
