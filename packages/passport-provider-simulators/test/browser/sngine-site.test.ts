import { startSngine } from '../../src/index'
import { closeAll, keep } from '../../../../test/keep'
import { findFaultsInLooks } from '../../../../test/accessibility'
import { describeInBrowser } from '../../../../test/chromium'
import { openShop } from './shop'

afterEach(closeAll)

describeInBrowser('Sngine site', (open) => {
  async function openLogin(basePath = '') {
    const shop = await openShop()
    const addresses = { callbackURL: `${shop.url}/cb`, homeURL: `${shop.url}/home` }
    const sngine = await keep(startSngine({ ...addresses, basePath }))
    const page = await open()
    const start = `${sngine.url}/api/oauth?app_id=${sngine.clientID}`
    await page.goto(start)
    return { shop, sngine, page, start }
  }

  /** Logs in the first user; then the site asks for consent. */
  async function openConsent(basePath?: string) {
    const opened = await openLogin(basePath)
    await opened.page.getByTestId('log-in').click()
    await opened.page.getByTestId('continue').waitFor()
    return opened
  }

  const FOLDERS = ['', '/community']

  it.each(FOLDERS)('F9 logs in at the same URL, asks once, in "%s"', async (folder) => {
    const { shop, page, start } = await openLogin(folder)
    await page.getByRole('radio', { name: /Nguyễn Thị/ }).check()
    await page.getByTestId('log-in').click()
    await page.getByText('Continue as Nguyễn Thị', { exact: true }).waitFor()
    expect(page.url()).toBe(start)
    await page.getByTestId('continue').click()
    await page.waitForURL(`${shop.url}/cb?auth_key=*`)
    expect(page.url()).toMatch(/\?auth_key=[0-9a-f]{32}$/)
    await page.goto(start)
    expect(page.url()).toMatch(/\/cb\?auth_key=[0-9a-f]{32}$/)
    expect(shop.visits).toHaveLength(2)
  })

  it('B35 has accessible pages that fit large text; Cancel leads to its home page and sends the app nothing; it asks again after the permission is removed', async () => {
    const { shop, sngine, page, start } = await openConsent()
    expect(await findFaultsInLooks(page)).toEqual([])
    await page.getByTestId('cancel').click()
    await page.waitForURL(`${sngine.url}/`)
    expect(await findFaultsInLooks(page)).toEqual([])
    expect(shop.visits).toEqual([])
    await page.goto(start)
    await page.getByTestId('continue').click()
    await page.waitForURL(`${shop.url}/cb?*`)
    await page.goto(`${sngine.url}/settings/apps`)
    expect(await findFaultsInLooks(page)).toEqual([])
    await page.getByTestId('remove-app').click()
    await page.getByTestId('no-apps').waitFor()
    await page.goto(start)
    expect(await page.getByTestId('continue').isVisible()).toBe(true)
  })

  it('B37 has pages that a name of one long word does not make wider', async () => {
    const { sngine, page } = await openLogin()
    const name = 'x'.repeat(80)
    Object.assign(sngine.users[0] ?? {}, { user_firstname: name, user_lastname: name })
    await page.reload()
    expect(await findFaultsInLooks(page)).toEqual([])
    await page.getByTestId('log-in').click()
    await page.getByTestId('continue').waitFor()
    expect(await findFaultsInLooks(page)).toEqual([])
    await page.goto(sngine.url)
    expect(await findFaultsInLooks(page)).toEqual([])
  })

  it('FR172 logs in although its script loads slowly and a test clicks each button at once', async () => {
    const { shop, page, start } = await openLogin()
    await page.route('**/sngine.js', (route) => void setTimeout(() => void route.continue(), 300))
    await page.goto(start, { waitUntil: 'commit' })
    await page.getByTestId('log-in').click()
    await page.getByTestId('continue').click()
    await page.waitForURL(`${shop.url}/cb?auth_key=*`)
    expect(shop.visits).toHaveLength(1)
  })

  it('logs out, and the next login begins with the login page', async () => {
    const { sngine, page, start } = await openConsent()
    const cookie = { httpOnly: true, sameSite: 'Lax', name: `sngine_${sngine.port}` }
    expect(await page.context().cookies()).toEqual([expect.objectContaining(cookie)])
    await page.goto(sngine.url)
    await page.getByTestId('log-out').click()
    await page.getByTestId('log-in').waitFor()
    await page.goto(start)
    expect(await page.getByTestId('log-in').isVisible()).toBe(true)
  })

  it('shows a page under HTTP 200 for an unknown app and for the module switched off', async () => {
    const { sngine, page, start } = await openConsent()
    const unknown = await page.goto(`${sngine.url}/api/oauth?app_id=1&lang=ru_ru`)
    expect(unknown?.status()).toBe(200)
    expect(await page.getByText('Приложение не существует или отключено').isVisible()).toBe(true)
    sngine.behaviour.moduleOff = true
    const off = await page.goto(start)
    expect(off?.status()).toBe(200)
    expect(await page.getByText('disabled by the admin').isVisible()).toBe(true)
  })

  it('B35 fits 360 and 1280 px, also with large text, is accessible in light and dark, and links back to the app', async () => {
    const { shop, sngine, page } = await openLogin()
    await page.goto(sngine.url)
    expect(await findFaultsInLooks(page)).toEqual([])
    await page.getByTestId('home').click()
    await page.waitForURL(`${shop.url}/home`)
  })
})
