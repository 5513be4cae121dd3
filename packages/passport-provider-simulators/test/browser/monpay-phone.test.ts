import { startMonPay } from '../../src/index'
import { closeAll, keep } from '../../../../test/keep'
import { monpayForm, monpayUser, pick, pickText, postForm } from '../support'
import { findFaultsInLooks } from '../../../../test/accessibility'
import { describeInBrowser } from '../../../../test/chromium'
import { openShop } from './shop'

afterEach(closeAll)

describeInBrowser('MonPay phone', (open) => {
  /** A phone on the screen, and the mini app that is registered at this path. */
  async function openPhone(path: string) {
    const shop = await openShop()
    const options = { callbackURL: shop.url + path, homeURL: `${shop.url}/home` }
    const monpay = await keep(startMonPay(options))
    const page = await open()
    await page.goto(monpay.url)
    return { shop, monpay, page }
  }

  it('opens the registered address at top level, from the same site, with a fresh code', async () => {
    const { shop, page } = await openPhone('/auth/monpay')
    await page.getByTestId('mini-app').click()
    await page.waitForURL(`${shop.url}/auth/monpay?code=*`)
    const [visit] = shop.visits
    const sent = ['dest', 'mode', 'site'].map((name) => visit?.headers[`sec-fetch-${name}`])
    expect(sent).toEqual(['document', 'navigate', 'same-site'])
    expect(visit?.headers.referer).toBeUndefined()
  })

  it('becomes the phone of the user that was chosen', async () => {
    const { shop, monpay, page } = await openPhone('')
    await page.getByRole('link', { name: 'Оюунчимэг' }).click()
    expect(await page.getByText('Оюунчимэг’s phone').isVisible()).toBe(true)
    await page.getByTestId('mini-app').click()
    await page.waitForURL(`${shop.url}/?code=*`)
    const code = new URL(page.url()).searchParams.get('code') ?? ''
    const token = await postForm(`${monpay.url}/v2/oauth/token`, monpayForm(monpay, code))
    const accessToken = pickText(token.json, 'access_token')
    const { json: user } = await monpayUser(monpay, `Bearer ${accessToken}`)
    expect(pick(user, 'result', 'userId')).toBe(13)
  })

  it('opens the last code again, an unknown code, and no code', async () => {
    const { shop, monpay, page } = await openPhone('/in')
    const tap = async (icon: string) => {
      await page.goto(monpay.url)
      await page.getByTestId(icon).click()
      await page.waitForURL(`${shop.url}/in*`)
      return new URL(page.url()).search
    }
    const fresh = await tap('mini-app')
    expect(await tap('last-code')).toBe(fresh)
    expect(await tap('mini-app')).not.toBe(fresh)
    expect(await tap('unknown-code')).toBe('?code=unknown')
    expect(await tap('no-code')).toBe('')
  })

  it('B35 fits 360 and 1280 px, also with large text, is accessible in light and dark, and links back to the app', async () => {
    const { shop, page } = await openPhone('')
    expect(await findFaultsInLooks(page)).toEqual([])
    await page.getByTestId('home').click()
    await page.waitForURL(`${shop.url}/home`)
  })
})
