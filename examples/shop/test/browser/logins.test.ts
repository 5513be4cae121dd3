import type { Route } from 'playwright-core'
import { listen } from '../../../../test/server'
import { describeSite } from '../support/browser'
import { Walk } from '../support/walk'

// the tour walks through each login, its cancel, links, switches, used codes and languages
describeSite('logging in with a real browser', ({ site, open }) => {
  const start = async () => new Walk(await open(), site())

  it('shows the picture of a person, and after a logout no account to the back button', async () => {
    const walk = await start()
    const { page } = walk
    await walk.loginWithZaloPay()
    expect(await walk.owner()).toBe('Nguyễn Thị Hồng')
    const width = await page
      .locator('img.picture')
      .evaluate((image: { naturalWidth: number }) => image.naturalWidth)
    expect(width).toBeGreaterThan(0)
    await walk.logout()
    await page.goBack()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Log in')
  })

  it('lets people leave MoneyPools by Cancel and start again; a second login asks for no consent', async () => {
    const walk = await start()
    const { page } = walk
    const press = async (name: string) => {
      await page.goto(site().url)
      await page.getByRole('button', { name }).click()
    }
    await press('Log in with MoneyPools')
    await page.getByTestId('log-in').click()
    await page.getByTestId('cancel').click()
    await page.waitForURL(`${site().simulators.moneypools.url}/`)
    await press('Log in with MoneyPools')
    await page.getByTestId('continue').click()
    await page.waitForURL(`${site().url}/account`)
    await walk.logout()
    await press('Log in with MoneyPools')
    await page.waitForURL(`${site().url}/account`)
    expect(await walk.owner()).toBe('Мария Иванова')
  })

  it('finishes the login of the first of two tabs, and the second tab says who is logged in', async () => {
    const walk = await start()
    const second = await walk.page.context().newPage()
    for (const page of [walk.page, second]) {
      await page.goto(site().url)
      await page.getByRole('button', { name: 'Log in with ZaloPay' }).click()
      await page.getByRole('button', { name: 'Allow' }).waitFor()
    }
    await walk.page.getByRole('button', { name: 'Allow' }).click()
    await walk.page.waitForURL(`${site().url}/account`)
    await second.getByRole('button', { name: 'Allow' }).click()
    await second.getByText('You are logged in as Nguyễn Thị Hồng').waitFor()
    expect(await walk.owner()).toBe('Nguyễn Thị Hồng')
  })

  it('FR157 a button that is pressed twice sends its form once: a second one would meet a session that has ended', async () => {
    const walk = await start()
    const { page } = walk
    await walk.loginWithZaloPay()
    let answer: (route: Route) => void = () => undefined
    const sent = new Promise<Route>((resolve) => (answer = resolve))
    // only the first one is answered
    await page.route('**/logout', (route) => answer(route))
    await page.getByRole('button', { name: 'Log out', exact: true }).focus()
    await page.keyboard.press('Enter')
    const first = await sent
    await page.keyboard.press('Enter')
    await first.continue()
    await page.waitForURL(`${site().url}/`)
    expect(await page.getByRole('status').innerText()).toBe('You are logged out.')
  })

  it('works without JavaScript where the provider does', async () => {
    const page = await open({ javaScriptEnabled: false })
    const walk = new Walk(page, site())
    await page.goto(site().url)
    await page.getByRole('button', { name: 'Монгол' }).click()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Нэвтрэх')
    await page.getByRole('button', { name: 'English' }).click()
    await walk.openFromMonPay()
    await page.waitForURL(`${site().url}/account`)
    expect(await walk.owner()).toBe('Дорж Батбаяр')
    await walk.openFromMonPay('Энхжаргал')
    await page.getByRole('button', { name: 'Switch accounts' }).click()
    expect(await walk.owner()).toContain('Энхжаргал')
    await walk.logout()
  })

  it('A113 does not switch accounts for a form that another site posts', async () => {
    const walk = await start()
    await walk.loginWithZaloPay()
    const target = `${site().url}/auth/monpay?code=${site().simulators.monpay.issueCode()}`
    const form = `<form method="post" action="${target}"><button>Win</button></form>`
    // for a browser, localhost and 127.0.0.1 are two sites
    const other = await listen((_req, res) => res.setHeader('content-type', 'text/html').end(form))
    await walk.page.goto(other.url)
    await walk.page.getByRole('button').click()
    await walk.page.getByText('There is no such page').waitFor()
    await other.close()
    expect(await walk.owner()).toBe('Nguyễn Thị Hồng')
  })

  it('lists the devices of an account and logs all of them out', async () => {
    const phone = await start()
    await phone.loginWithZaloPay()
    const laptop = await start()
    await laptop.loginWithZaloPay()
    const devices = await laptop.page.getByText('Chrome, Linux').count()
    expect(devices).toBeGreaterThanOrEqual(2)
    await laptop.page.getByRole('button', { name: 'Log out everywhere' }).click()
    await laptop.page.getByText('logged out on every device').waitFor()
    await phone.page.reload()
    expect(phone.page.url()).toContain('/?returnTo=')
  })

  it('can be used with the keyboard alone, and shows the focus', async () => {
    const walk = await start()
    const { page } = walk
    await page.goto(site().url)
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').innerText()).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').innerText()).toBe('Log in with MonPay')
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
    expect(outline).toBe('solid')
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').innerText()).toBe('Log in with ZaloPay')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Allow' }).waitFor()
  })
})
