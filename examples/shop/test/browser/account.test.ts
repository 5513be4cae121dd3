import { describeInBrowser } from '../support/browser'
import { Walk } from '../support/walk'

describeInBrowser('an account in a real browser', ({ site, open }) => {
  const start = async () => new Walk(await open(), site())

  it('links MoneyPools to a ZaloPay account and unlinks it again', async () => {
    const walk = await start()
    const { page } = walk
    await walk.loginWithZaloPay()
    await walk.passMoneyPools('Add MoneyPools', 'José')
    await page.getByText('The way to log in has been added.').waitFor()
    expect(await page.getByText("José O'Neil").first().isVisible()).toBe(true)
    await page.getByRole('button', { name: 'Unlink MoneyPools' }).click()
    await page.getByText('The way to log in has been unlinked.').waitFor()
    expect(await page.getByRole('button', { name: /^Unlink/ }).count()).toBe(0)
    expect(await page.getByText('This is the only way to log in').isVisible()).toBe(true)
  })

  it('confirms in the wallet before a session that MonPay opened may link', async () => {
    const walk = await start()
    const { page } = walk
    await walk.loginWithMonPay('Оюунчимэг')
    await page.getByRole('button', { name: 'Add ZaloPay' }).click()
    await page.getByRole('button', { name: 'Log in with MonPay' }).click()
    await page.getByText('You have five minutes').waitFor()
    await walk.openFromMonPay('Оюунчимэг')
    await page.getByText('Confirmed.').waitFor()
    await page.getByRole('button', { name: 'Add ZaloPay' }).click()
    await page.getByRole('combobox').selectOption({ index: 1 })
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByText('The way to log in has been added.').waitFor()
    expect(await page.getByRole('button', { name: /^Unlink/ }).count()).toBe(2)
  })

  it('asks before another account takes over, and does what is chosen', async () => {
    const walk = await start()
    const { page } = walk
    await walk.loginWithZaloPay()
    await walk.openFromMonPay()
    await page.waitForURL(`${site().url}/auth/switch`)
    expect(await page.getByText('Nguyễn Thị Hồng').first().isVisible()).toBe(true)
    expect(await page.getByText('Дорж Батбаяр').first().isVisible()).toBe(true)
    await page.getByRole('button', { name: 'Stay in the current account' }).click()
    expect(await walk.owner()).toBe('Nguyễn Thị Hồng')

    await walk.openFromMonPay()
    await page.getByRole('button', { name: 'Switch accounts' }).click()
    expect(await walk.owner()).toBe('Дорж Батбаяр')
  })

  it('logs out every browser of an account', async () => {
    const phone = await start()
    await phone.loginWithZaloPay()
    const laptop = await start()
    await laptop.loginWithZaloPay()
    const devices = await laptop.page.getByText('Chrome, Linux').count()
    expect(devices).toBeGreaterThanOrEqual(2)
    await laptop.page.getByRole('button', { name: 'Log out everywhere' }).click()
    await laptop.page.getByText('on every device').waitFor()
    await phone.page.reload()
    expect(phone.page.url()).toContain('/?returnTo=')
  })

  it('can be used with the keyboard alone, with the focus in sight', async () => {
    const walk = await start()
    const { page } = walk
    await walk.home()
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
