import type { Frame, Page } from 'playwright-core'
import { listen, type Listening } from '../../../test/server'
import { describeInBrowser } from '../../passport-provider-simulators/test/browser/chromium'
import { startZaloPay, type ZaloPaySimulator } from '../../passport-provider-simulators/src/index'
import { type FakeSdk, openFakeSdk } from './support/fake-sdk'
import { openShop, type Shop } from './support/shop'
import { calls } from './support/zalopay'

// a browser on a busy machine takes its time
jest.setTimeout(60_000)

let simulator: ZaloPaySimulator
let fake: FakeSdk
let host: Listening
const open: { close(): Promise<void> }[] = []

beforeAll(async () => {
  simulator = await startZaloPay()
})

beforeEach(async () => {
  simulator.reset()
  fake = await openFakeSdk(simulator)
  fake.answer = 'issue(query).then((code) => ({ data: { code } }))'
  host = await openHost()
  open.push(fake, host)
})

afterEach(() => Promise.all(open.splice(0).map((one) => one.close())))

afterAll(() => simulator.close())

/** A site on 127.0.0.1 that shows a page of another site in a frame, as ZaloPay inside Zalo does. */
const openHost = () =>
  listen((req, res) => {
    const shown = new URL(req.url ?? '/', 'http://localhost').searchParams.get('shown') ?? ''
    res.setHeader('Content-Type', 'text/html')
    res.end(`<!doctype html><link rel="icon" href="data:,"><iframe src="${shown}"></iframe>`)
  })

/** A shop on localhost, which is another site than 127.0.0.1. */
async function openFramedShop(frameAncestors?: string[]): Promise<Shop> {
  const page = { frameAncestors }
  const options = { hostname: 'localhost', framed: true, sdkURL: fake.sdkURL, page }
  const shop = await openShop(simulator, options)
  open.push(shop)
  return shop
}

async function show(page: Page, url: string): Promise<Frame> {
  await page.goto(`${host.url}/?shown=${encodeURIComponent(url)}`)
  const frame = page.frames()[1]
  if (!frame) throw new Error('there is no frame')
  return frame
}

describeInBrowser('logins in a frame of another site', (newPage) => {
  it('a person logs in there: start, launch page and callback are in the frame', async () => {
    const page = await newPage()
    const shop = await openFramedShop([host.url])
    const frame = await show(page, shop.url)
    await frame.getByRole('button', { name: 'Log in' }).click()
    await frame.waitForURL(/\/account$/)
    expect(await frame.locator('h1').textContent()).toBe('Nguyễn Thị Hồng')
    expect(shop.arrivals).toMatchObject([
      {
        method: 'POST',
        headers: { origin: shop.url, 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-origin' },
      },
    ])
    expect(page.url()).toContain(host.url)
  })

  it('a launch page without frameAncestors is shown in no frame, and asks for no code', async () => {
    const page = await newPage()
    // the browser complains about the frame that it refuses
    page.removeAllListeners('console')
    const shop = await openFramedShop()
    const frame = await show(page, shop.url)
    const refused = page.waitForEvent('console', (message) =>
      message.text().includes('frame-ancestors'),
    )
    await frame.getByRole('button', { name: 'Log in' }).click()
    await refused
    expect(shop.arrivals).toEqual([])
    expect(calls(simulator)).toEqual([])
  })

  it('another site cannot start a login in its frame: the first load is cross-site', async () => {
    const page = await newPage()
    page.removeAllListeners('console')
    const shop = await openFramedShop([host.url])
    const answered = page.waitForResponse(`${shop.url}/auth/zalopay`)
    await show(page, `${shop.url}/auth/zalopay`)
    expect((await answered).status()).toBe(403)
    expect(shop.arrivals).toEqual([])
  })

  it('another site cannot bring a code in its frame, not even while a login is pending', async () => {
    const page = await newPage()
    const shop = await openFramedShop([host.url])
    fake.answer = 'new Promise(() => {})'
    const frame = await show(page, shop.url)
    await frame.getByRole('button', { name: 'Log in' }).click()
    await frame.waitForURL(/\/launch/)
    const brought = await show(page, `${shop.callbackURL}?code=a-code-of-somebody&state=`)
    await brought.waitForURL(/\/failed/)
    expect(await brought.locator('h1').textContent()).toBe('prefetch')
    expect(shop.arrivals).toMatchObject([
      { headers: { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' } },
    ])
    expect(calls(simulator)).toEqual([])
  })
})
