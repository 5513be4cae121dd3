import { failureMessage } from '../packages/passport-code-flow/src'
import { checkLogin, LOGINS, openBrowser, startProviders } from '../examples/simulated/src'
import type { Providers, Settings } from '../examples/simulated/src'
import { closeAll, keep } from './keep'
import { askTarget, askTwice, NO_PATHS } from './server'

/** The providers of the running test, and the address of its application. */
export interface Example {
  url: string
  providers: Providers
}

/**
 * Tests what every example does. `open` starts its application, which `close` ends. A login that is
 * not ours is answered with `textOf`; a target that is no path with one of `statuses`; a page that
 * is opened twice at once with `twice`. `check` looks at a login.
 */
export function describeExample(
  open: (settings: Settings) => Promise<{ url: string; close(): unknown }>,
  statuses: number[],
  { textOf = (message: string) => message, twice = [303, 303], check = checkLogin } = {},
): Example {
  const example = {} as Example

  beforeEach(async () => {
    example.providers = await keep(startProviders('http://shop.test'))
    example.url = (await keep(open(example.providers.settings))).url
  })

  afterEach(closeAll)

  it.each(['monpay', 'zalopay', 'moneypools'] as const)('logs in with %s', async (name) => {
    await expect(check(example.url, example.providers, name)).resolves.toBeUndefined()
  })

  it('A112 a link with a MonPay code does not change who is logged in', async () => {
    const { url, providers } = example
    const browser = openBrowser(url)
    expect((await LOGINS.zalopay(browser, providers)).status).toBe(303)
    const { status, text } = await LOGINS.monpay(browser, providers)
    expect([status, text]).toEqual([409, expect.stringMatching(/log out first/i)])
    expect((await browser.visit('/')).text).toMatch(/["(]zalopay[":]/)
    const wallet = openBrowser(url)
    for (const _ of ['first', 'again'])
      expect((await LOGINS.monpay(wallet, providers)).status).toBe(303)
  })

  it("FR163 lets no cache keep the page that shows a user's data", async () => {
    expect((await fetch(example.url)).headers.get('cache-control')).toBe('no-store')
  })

  it('A114 gives no session to a form of another site, which comes without the session cookie', async () => {
    const { visit, cookies } = openBrowser(example.url, { 'sec-fetch-site': 'cross-site' })
    for (const path of ['/', '/logout', '/auth/moneypools', '/auth/zalopay/callback'])
      await visit(path, {})
    expect([...cookies]).toEqual([])
  })

  it('FR34 answers a login that is not ours with the text of its failure', async () => {
    const page = await openBrowser(example.url).visit('/auth/zalopay/callback?code=stolen')
    const text = textOf(failureMessage('no_pending_login', 'en'))
    expect(page).toMatchObject({ status: 403, text })
  })

  it("FR34 answers with the LoginError's status when a provider is down", async () => {
    const { url, providers } = example
    providers.moneypools.misbehave('status-500')
    expect((await LOGINS.moneypools(openBrowser(url), providers)).status).toBe(502)
  })

  it('FR75 Back, a reload or a second tab after a login leads a user who is logged in to the first page', async () => {
    const { url, providers } = example
    const { moneypools, monpay } = providers
    const { pathname, search } = new URL(moneypools.redirectURL(moneypools.issueKey()))
    for (const page of [pathname + search, `/auth/monpay?code=${monpay.issueCode()}`]) {
      const browser = openBrowser(url)
      await browser.visit('/auth/moneypools', {})
      for (const _ of ['first', 'again'])
        expect(await browser.visit(page)).toMatchObject({ status: 303, location: '/' })
      expect((await browser.visit('/')).text).not.toContain('formaction="/auth/')
      expect((await openBrowser(url).visit(page)).status).toBe(403)
    }
  })

  const noPath = `answers ${statuses.join(' or ')} to %s %s, which is no path`

  it.each(NO_PATHS)(noPath, async (method, target) => {
    expect(statuses).toContain(await askTarget(example.url, method, target))
  })

  it('takes a page that is opened twice at once for one login where sessions have ids', async () => {
    const { visit, cookies } = openBrowser(example.url)
    await visit('/auth/moneypools', {})
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const page = `${example.url}/auth/monpay?code=${example.providers.monpay.issueCode()}`
    expect((await askTwice(page, cookie)).sort((one, other) => one - other)).toEqual(twice)
  })

  return example
}
