import type { ConsoleMessage, Frame, Page } from 'playwright-core'
import { keep } from '../../../test/keep'
import { listen, type Listening } from '../../../test/server'
import { describeInBrowser } from '../../../test/chromium'
import { useShops } from './support/shop'
import { SUCCESS } from './support/fake-sdk'
import { calls } from './support/zalopay'

const scene = useShops()
/** A site on 127.0.0.1 that shows a page of another site in a frame, as ZaloPay inside Zalo does. */
let host: Listening

beforeEach(async () => {
  scene.fake.answer = SUCCESS
  host = await keep(
    listen((req, res) => {
      const shown = new URL(req.url ?? '/', 'http://localhost').searchParams.get('shown') ?? ''
      res.setHeader('Content-Type', 'text/html')
      res.end(`<!doctype html><link rel="icon" href="data:,"><iframe src="${shown}"></iframe>`)
    }),
  )
})

/** A shop on localhost, which is another site than 127.0.0.1. */
const openShop = (frameAncestors?: string[]) =>
  scene.openFake({ framed: true, page: { frameAncestors } })

async function show(page: Page, url: string): Promise<Frame> {
  await page.goto(`${host.url}/?shown=${encodeURIComponent(url)}`)
  const frame = page.frames()[1]
  if (!frame) throw new Error('there is no frame')
  return frame
}

describeInBrowser('logins in a frame of another site', (open) => {
  it('a person logs in there: start, launch page and callback are in the frame', async () => {
    const page = await open()
    const shop = await openShop([host.url])
    const frame = await show(page, shop.url)
    await frame.getByRole('button', { name: 'Log in' }).click()
    await frame.waitForURL(/\/account$/)
    expect(await frame.locator('h1').textContent()).toBe('Nguyễn Thị Hồng')
    const headers = { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-origin' }
    const arrival = { method: 'POST', headers: { origin: shop.url, ...headers } }
    expect(shop.arrivals).toMatchObject([arrival])
    expect(page.url()).toContain(host.url)
  })

  it('a launch page without frameAncestors is shown in no frame, and asks for no code', async () => {
    const page = await open()
    // the browser complains about the frame that it refuses
    page.context().removeAllListeners('console')
    const shop = await openShop()
    const frame = await show(page, shop.url)
    const isRefusal = (message: ConsoleMessage) => message.text().includes('frame-ancestors')
    const refused = page.waitForEvent('console', isRefusal)
    await frame.getByRole('button', { name: 'Log in' }).click()
    await refused
    expect(shop.arrivals).toEqual([])
    expect(calls(scene.simulator)).toEqual([])
  })

  it('another site cannot start a login in its frame: the first load is cross-site', async () => {
    const page = await open()
    page.context().removeAllListeners('console')
    const shop = await openShop([host.url])
    const answered = page.waitForResponse(`${shop.url}/auth/zalopay`)
    await show(page, `${shop.url}/auth/zalopay`)
    expect((await answered).status()).toBe(403)
    expect(shop.arrivals).toEqual([])
  })

  it('another site cannot bring a code in its frame, not even while a login is pending', async () => {
    const page = await open()
    const shop = await openShop([host.url])
    scene.fake.answer = 'new Promise(() => {})'
    const frame = await show(page, shop.url)
    await frame.getByRole('button', { name: 'Log in' }).click()
    await frame.waitForURL(/\/launch/)
    const brought = await show(page, `${shop.callbackURL}?code=a-code-of-somebody&state=`)
    await brought.waitForURL(/\/failed/)
    expect(await brought.locator('h1').textContent()).toBe('prefetch')
    const headers = { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' }
    expect(shop.arrivals).toMatchObject([{ headers }])
    expect(calls(scene.simulator)).toEqual([])
  })
})
