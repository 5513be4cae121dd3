import type { Page } from 'playwright-core'
import { startZaloPay } from '../../src/index'
import { closeAll, keep } from '../../../../test/keep'
import { pick, zalopayToken } from '../support'
import { findFaults, findFaultsInLooks } from '../../../../test/accessibility'
import { describeInBrowser } from '../../../../test/chromium'
import { openShop } from './shop'

afterEach(closeAll)

const outcome = (page: Page): Promise<unknown> => page.evaluate('window.outcome')

describeInBrowser('ZaloPay SDK', (open) => {
  /** A mini app whose only policy is a strict one; it keeps the outcome in `window.outcome`. */
  async function openMiniApp(options = {}, call = 'getOauthV1Code({ appId, codeChallenge })') {
    const zalopay = await keep(startZaloPay(options))
    const script = `
        const appId = ${zalopay.clientID}
        window.outcome = (async () => {
          window.verifier = await zlpSdk.User.generateCodeVerifier()
          const codeChallenge = await zlpSdk.User.generateCodeChallenge(window.verifier)
          return zlpSdk.User.${call}
        })().then((value) => ({ value }), (error) => ({ error }))`
    const shop = await openShop(
      `<script src="${zalopay.sdkURL}"></script><script nonce="n">${script}</script>`,
      `default-src 'none'; script-src 'nonce-n' ${zalopay.url}; connect-src ${zalopay.url}; style-src 'none'; img-src data:; require-trusted-types-for 'script'`,
    )
    const page = await open()
    await page.goto(shop.url)
    return { zalopay, page }
  }

  it('asks for consent by a sheet that is accessible in light and dark, and resolves with a code that fits the verifier', async () => {
    const { zalopay, page } = await openMiniApp()
    await page.getByTestId('zalopay-allow').waitFor()
    expect(await findFaultsInLooks(page)).toEqual([])
    await page.getByTestId('zalopay-user').selectOption('Trần Đức Anh')
    await page.getByLabel('Phone number').uncheck()
    await page.getByTestId('zalopay-allow').click()
    const result = await outcome(page)
    const code = String(pick(result, 'value', 'data', 'code'))
    const data = { code, redirectUri: zalopay.redirectURI(code) }
    expect(result).toEqual({ value: { data, status: 'success' } })
    const code_verifier = await page.evaluate('window.verifier')
    const { json } = await zalopayToken(zalopay, { code, code_verifier })
    expect(pick(json, 'data', 'permissions')).toEqual(['user.name', 'user.avatar'])
    expect(await page.getByTestId('zalopay-consent').count()).toBe(0)
  })

  it('rejects with 030501 on Cancel and on Escape, with each failure of the menu, by option with a number, and never settles after Never answer', async () => {
    const { zalopay, page } = await openMiniApp()
    const expectError = async (errorCode: string | number) => {
      expect(await outcome(page)).toEqual({ error: { errorCode } })
      await page.reload()
    }
    await page.getByTestId('zalopay-cancel').click()
    await expectError('030501')
    await page.getByTestId('zalopay-consent').waitFor()
    await page.keyboard.press('Escape')
    await expectError('030501')
    for (const code of ['030502', '030503', '030504', '030505']) {
      await page.getByTestId('zalopay-failures').click()
      await page.getByTestId(`zalopay-fail-${code}`).click()
      await expectError(code)
    }
    zalopay.behaviour.errorCodes = 'number'
    await page.reload()
    await page.getByTestId('zalopay-cancel').click()
    await expectError(30501)
    await page.getByTestId('zalopay-failures').click()
    await page.getByTestId('zalopay-fail-never').click()
    expect(await page.getByTestId('zalopay-consent').count()).toBe(0)
    const later = `fetch('${zalopay.sdkURL}').then(() => 'still pending')`
    expect(await page.evaluate(`Promise.race([window.outcome, ${later}])`)).toBe('still pending')
  })

  it('shows nothing and resolves at once when the scope is empty, makes the challenge in the configured form, and rejects wrong arguments with 030502', async () => {
    for (const challenge of ['both', 'raw', 'hex']) {
      const { page } = await openMiniApp({ scope: [], challenge })
      expect(await outcome(page)).toHaveProperty('value.data.code')
      for (const request of [
        '{ appId: String(appId), codeChallenge: "x" }',
        '{ appId: appId + 1, codeChallenge: "x" }',
        '{ appId, codeChallenge: "x" }',
        '{ appId }',
        '',
      ]) {
        const call = `zlpSdk.User.getOauthV1Code(${request}).catch((error) => error)`
        expect(await page.evaluate(call)).toEqual({ errorCode: '030502' })
      }
    }
  })

  it('makes challenges in one of five ways, chosen by option or on its page', async () => {
    const shop = await openShop()
    const zalopay = await keep(startZaloPay())
    const page = await open()
    const ends = { hex: 86, raw: 43, missing: 'none', throws: '030503', silent: 'no answer' }
    const make = `(async () => {
      const script = Object.assign(document.createElement('script'), { src: '${zalopay.sdkURL}' })
      document.head.append(script)
      await new Promise((resolve) => (script.onload = resolve))
      const { generateCodeChallenge } = zlpSdk.User
      if (typeof generateCodeChallenge !== 'function') return 'none'
      const late = fetch('${zalopay.sdkURL}').then(() => 'no answer')
      const made = async () => (await generateCodeChallenge('v'.repeat(43))).length
      return Promise.race([made(), late]).catch((error) => error.errorCode)
    })()`
    for (const [kind, result] of Object.entries(ends)) {
      await page.goto(zalopay.url)
      await page.getByTestId(`sdk-${kind}`).click()
      await page.locator(`[data-testid=sdk-${kind}][aria-current=true]`).waitFor()
      await page.goto(shop.url)
      expect(await page.evaluate(make)).toBe(result)
    }
    const missing = await keep(startZaloPay({ generateCodeChallenge: 'missing' }))
    await page.goto(missing.url)
    await page.locator('[data-testid=sdk-missing][aria-current=true]').waitFor()
  })

  it('B46 shows the mini app in a frame of another site, where its SDK works, and says why a frame is empty', async () => {
    const zalopay = await keep(startZaloPay({ show: 'frame' }))
    const script = `
      const appId = ${zalopay.clientID}
      zlpSdk.User.generateCodeChallenge(zlpSdk.User.generateCodeVerifier())
        .then((codeChallenge) => zlpSdk.User.getOauthV1Code({ appId, codeChallenge }))
        .then(({ data }) => document.body.append(' The code: ' + data.code))`
    const sdk = `<script src="${zalopay.sdkURL}"></script>`
    const shop = await openShop(`${sdk}<script>${script}</script>`)
    zalopay.homeURL = `${shop.url}/start`
    const page = await open()
    await page.goto(zalopay.url)
    await page.getByTestId('mini-app').click()
    const frame = page.getByTestId('mini-app-frame').contentFrame()
    await frame.getByTestId('zalopay-allow').click()
    await frame.getByText('The code: ').waitFor()
    expect(new URL(page.url()).hostname).toBe('localhost')
    const framed = { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' }
    expect(shop.visits[0]?.headers).toMatchObject(framed)
    await page.getByText(`must name ${new URL(page.url()).origin} in`).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    expect(await findFaults(page)).toEqual([])
    await page.goto(zalopay.url)
    await page.getByTestId('show-document').click()
    await page.getByTestId('mini-app').click()
    await page.waitForURL(`${shop.url}/start`)
  })

  it('gives the public profile of the user who is logged in to the app', async () => {
    const { zalopay, page } = await openMiniApp({}, 'getPublicProfile({ appId })')
    const userAvatar = `${zalopay.url}/pictures/hong.svg`
    const value = { userId: zalopay.users[0]?.muid, userName: 'Nguyễn Thị Hồng', userAvatar }
    expect(await outcome(page)).toEqual({ value })
    await page.goto(zalopay.url)
    await page.getByRole('link', { name: 'Trần Đức Anh' }).click()
    expect(await page.getByText('Logged in as Trần Đức Anh').isVisible()).toBe(true)
  })

  it('B35 has a screen that fits 360 and 1280 px, also with large text, is accessible in light and dark, opens the mini app, and says what to do without one', async () => {
    const shop = await openShop()
    const zalopay = await keep(startZaloPay({ appName: 'Shop' }))
    const page = await open()
    await page.goto(zalopay.url)
    expect(await page.getByText('There is no mini app yet').isVisible()).toBe(true)
    zalopay.homeURL = `${shop.url}/start`
    for (const way of ['mini-app', 'home']) {
      await page.goto(zalopay.url)
      expect(await findFaultsInLooks(page)).toEqual([])
      await page.getByTestId(way).click()
      await page.waitForURL(`${shop.url}/start`)
    }
  })
})
