import { describeInBrowser } from '../support/browser'
import { Walk } from '../support/walk'

describeInBrowser('logging in with a real browser', ({ site, open }) => {
  const start = async () => new Walk(await open(), site())

  it('logs in with MonPay from the wallet, and out', async () => {
    const walk = await start()
    await walk.home()
    await walk.page.getByRole('link', { name: 'Log in with MonPay' }).click()
    await walk.page.getByTestId('mini-app').click()
    await walk.page.waitForURL(`${site().url}/account`)
    expect(await walk.owner()).toBe('Дорж Батбаяр')
    expect(await walk.page.getByText('Is this your account?').isVisible()).toBe(true)
    await walk.logout()
    await walk.page.goto(`${site().url}/account`)
    expect(walk.page.url()).toBe(`${site().url}/?returnTo=%2Faccount`)
  })

  it('logs in with ZaloPay, shows the picture and the steps, live, and after a logout no account to the back button', async () => {
    const walk = await start()
    const { page } = walk
    await walk.loginWithZaloPay()
    expect(await walk.owner()).toBe('Nguyễn Thị Hồng')
    const width = await page
      .locator('img.picture')
      .evaluate((image: { naturalWidth: number }) => image.naturalWidth)
    expect(width).toBeGreaterThan(0)
    await page.getByText('Open the session').waitFor()
    const steps = await page.locator('#steps li').allInnerTexts()
    expect(steps).toHaveLength(6)
    expect(steps[0]).toContain('Start the login')
    await walk.logout()
    await page.goBack()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Log in')
  })

  it('lets people leave MoneyPools by Cancel and start again; the second time it asks nothing', async () => {
    const walk = await start()
    const { page } = walk
    const press = (name: string) => page.getByRole('button', { name }).click()
    await walk.home()
    await press('Log in with MoneyPools')
    await page.getByTestId('log-in').click()
    await page.getByTestId('cancel').click()
    await page.waitForURL(`${site().simulators.moneypools.url}/`)
    await walk.home()
    await press('Log in with MoneyPools')
    await page.getByTestId('continue').click()
    await page.waitForURL(`${site().url}/account`)
    await walk.logout()
    await press('Log in with MoneyPools')
    await page.waitForURL(`${site().url}/account`)
    expect(await walk.owner()).toBe('Мария Иванова')
  })

  it('comes back calmly when ZaloPay’s sheet is cancelled, and can start again', async () => {
    const walk = await start()
    await walk.home()
    await walk.page.getByRole('button', { name: 'Log in with ZaloPay' }).click()
    await walk.page.getByRole('button', { name: 'Cancel' }).click()
    await walk.page.getByText('No data was shared').waitFor()
    expect(await walk.failure()).toBe('access_denied')
    await walk.page.getByRole('link', { name: 'To the login page' }).click()
    await walk.loginWithZaloPay()
  })

  it('survives reload and the back button after a login', async () => {
    const walk = await start()
    const { page } = walk
    await walk.home()
    await walk.loginWithMonPay()
    await page.reload()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Дорж Батбаяр')
    await page.goBack()
    await page.goForward()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Дорж Батбаяр')

    await walk.logout()
    await walk.loginWithMoneyPools()
    await page.goBack()
    expect(await walk.owner()).toBe('Мария Иванова')
  })

  it('finishes the first of two tabs; the second one says who is logged in', async () => {
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

  it('finishes a login in one tab while another tab has only started one', async () => {
    const walk = await start()
    const second = await walk.page.context().newPage()
    await walk.home()
    await walk.page.getByRole('button', { name: 'Log in with MoneyPools' }).click()
    await walk.page.getByTestId('log-in').waitFor()
    await second.goto(site().url)
    await second.getByRole('button', { name: 'Log in with ZaloPay' }).click()
    await second.getByRole('button', { name: 'Allow' }).click()
    await second.waitForURL(`${site().url}/account`)
    expect(await walk.owner()).toBe('Nguyễn Thị Hồng')
  })

  it('works without JavaScript where the provider does', async () => {
    const page = await open({ javaScriptEnabled: false })
    const walk = new Walk(page, site())
    await walk.home()
    await page.getByRole('button', { name: 'Монгол' }).click()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Нэвтрэх')
    await page.getByRole('button', { name: 'English' }).click()
    await walk.loginWithMonPay()
    expect(await walk.owner()).toBe('Дорж Батбаяр')
    await walk.openFromMonPay('Энхжаргал')
    await page.getByRole('button', { name: 'Switch accounts' }).click()
    expect(await walk.owner()).toContain('Энхжаргал')
    await walk.logout()
  })
})
