import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Page } from 'playwright-core'
import {
  type CommonOptions,
  type Simulator,
  startMonPay,
  startSngine,
  startZaloPay,
} from '../../src/index'
import { keepOpen, pick } from '../support'
import { describeInBrowser } from './chromium'

const { open, closeAll } = keepOpen()
const shops: Server[] = []

afterEach(async () => {
  await closeAll()
  for (const shop of shops.splice(0)) {
    shop.close()
    shop.closeAllConnections()
  }
})

/** An app: answers every address with a small page and keeps what arrived. */
async function openShop(
  page: (url: string) => { body: string; policy: string } = () => ({ body: '', policy: '' }),
): Promise<{ url: string; visits: IncomingMessage[] }> {
  const visits: IncomingMessage[] = []
  const shop = createServer((request, response) => {
    if (request.url !== '/favicon.ico') visits.push(request)
    const { body, policy } = page(request.url ?? '')
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      ...(policy && { 'content-security-policy': policy }),
    })
    response.end(
      `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><h1>Shop</h1>${body}</html>`,
    )
  })
  shops.push(shop)
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${String(pick(shop.address(), 'port'))}`, visits }
}

const run = (browserTests: Parameters<typeof describeInBrowser>[1]) => browserTests

describeInBrowser(
  'MonPay phone',
  run((newPage) => {
    it('opens the registered address at top level, from the same site, with a fresh code', async () => {
      const shop = await openShop()
      const monpay = await open(startMonPay({ callbackURL: `${shop.url}/auth/monpay` }))
      const page = await newPage()
      await page.goto(monpay.url)
      await page.getByTestId('mini-app').click()
      await page.waitForURL(`${shop.url}/auth/monpay?code=*`)
      const [visit] = shop.visits
      expect(visit?.headers).toMatchObject({
        'sec-fetch-dest': 'document',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-site': 'same-site',
      })
      expect(visit?.headers.referer).toBeUndefined()
    })

    it('belongs to the user that was chosen', async () => {
      const shop = await openShop()
      const monpay = await open(startMonPay({ callbackURL: shop.url }))
      const page = await newPage()
      await page.goto(monpay.url)
      await page.getByRole('link', { name: 'Оюунчимэг' }).click()
      expect(await page.getByText('Оюунчимэг’s phone').isVisible()).toBe(true)
      await page.getByTestId('mini-app').click()
      await page.waitForURL(`${shop.url}/?code=*`)
      const code = new URL(page.url()).searchParams.get('code') ?? ''
      const token = await fetch(`${monpay.url}/v2/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: shop.url,
          client_id: monpay.clientID,
          client_secret: monpay.clientSecret,
        }),
      }).then((response) => response.json())
      const user = await fetch(`${monpay.url}/v2/api/oauth/userinfo`, {
        headers: { authorization: `Bearer ${String(pick(token, 'access_token'))}` },
      }).then((response) => response.json())
      expect(pick(user, 'result', 'userId')).toBe(13)
    })

    it('opens the last code again, an unknown code, and no code', async () => {
      const shop = await openShop()
      const monpay = await open(startMonPay({ callbackURL: `${shop.url}/in` }))
      const page = await newPage()
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
  }),
)

describeInBrowser(
  'ZaloPay SDK',
  run((newPage) => {
    /** A mini app whose only policy is a strict one; it keeps the outcome in `window.outcome`. */
    async function openMiniApp(
      options: Parameters<typeof startZaloPay>[0] = {},
      call = 'getOauthV1Code({ appId, codeChallenge })',
    ) {
      const zalopay = await open(startZaloPay(options))
      const script = `
        const appId = ${zalopay.clientID}
        window.outcome = (async () => {
          window.verifier = await zlpSdk.User.generateCodeVerifier()
          const codeChallenge = await zlpSdk.User.generateCodeChallenge(window.verifier)
          return zlpSdk.User.${call}
        })().then((value) => ({ value }), (error) => ({ error }))`
      const shop = await openShop(() => ({
        body: `<script src="${zalopay.sdkURL}"></script><script nonce="n">${script}</script>`,
        policy: `default-src 'none'; script-src 'nonce-n' ${zalopay.url}; connect-src ${zalopay.url}; style-src 'none'; img-src data:; require-trusted-types-for 'script'`,
      }))
      const page = await newPage()
      await page.goto(shop.url)
      return { zalopay, page }
    }

    const outcome = (page: Page): Promise<unknown> => page.evaluate('window.outcome')

    it('asks for consent and resolves with a code that the verifier redeems', async () => {
      const { zalopay, page } = await openMiniApp()
      await page.getByTestId('zalopay-user').selectOption('Trần Đức Anh')
      await page.getByLabel('Phone number').uncheck()
      await page.getByTestId('zalopay-allow').click()
      const result = await outcome(page)
      const code = String(pick(result, 'value', 'data', 'code'))
      expect(result).toEqual({
        value: { data: { code, redirectUri: zalopay.redirectURI(code) }, status: 'success' },
      })
      const token: unknown = await fetch(`${zalopay.url}/oauth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-secret-key': zalopay.clientSecret },
        body: JSON.stringify({ code, code_verifier: await page.evaluate('window.verifier') }),
      }).then((response) => response.json())
      expect(pick(token, 'data', 'permissions')).toEqual(['user.name', 'user.avatar'])
      expect(await page.getByTestId('zalopay-consent').count()).toBe(0)
    })

    it('rejects with 030501 on Cancel and on Escape', async () => {
      const { page } = await openMiniApp()
      await page.getByTestId('zalopay-cancel').click()
      expect(await outcome(page)).toEqual({ error: { errorCode: '030501' } })
      await page.reload()
      await page.getByTestId('zalopay-consent').waitFor()
      await page.keyboard.press('Escape')
      expect(await outcome(page)).toEqual({ error: { errorCode: '030501' } })
    })

    it.each(['030502', '030503', '030504', '030505'])(
      'rejects with %s when told to',
      async (code) => {
        const { page } = await openMiniApp()
        await page.getByTestId('zalopay-failures').click()
        await page.getByTestId(`zalopay-fail-${code}`).click()
        expect(await outcome(page)).toEqual({ error: { errorCode: code } })
      },
    )

    it('never settles when told to', async () => {
      const { page } = await openMiniApp()
      await page.getByTestId('zalopay-failures').click()
      await page.getByTestId('zalopay-fail-never').click()
      expect(await page.getByTestId('zalopay-consent').count()).toBe(0)
      const settled = await page.evaluate(
        `Promise.race([window.outcome, fetch(${JSON.stringify('SDK')}.length ? zlpSdk && document.querySelector('script[src]').src : '').then(() => 'pending')])`,
      )
      expect(settled).toBe('pending')
    })

    it('shows nothing and resolves at once when the scope is empty', async () => {
      const { page } = await openMiniApp({ scope: [] })
      expect(await outcome(page)).toHaveProperty('value.data.code')
    })

    it('makes the challenge in the form that the simulator is told to want', async () => {
      const { page } = await openMiniApp({ scope: [], challenge: 'raw' })
      expect(await outcome(page)).toHaveProperty('value.data.code')
      const hex = await openMiniApp({ scope: [], challenge: 'hex' })
      expect(await outcome(hex.page)).toHaveProperty('value.data.code')
    })

    it.each([
      'getOauthV1Code({ appId: String(appId), codeChallenge })',
      'getOauthV1Code({ appId: appId + 1, codeChallenge })',
      'getOauthV1Code({ appId })',
      'getOauthV1Code()',
    ])('rejects %s with 030502', async (call) => {
      const { page } = await openMiniApp({}, call)
      expect(await outcome(page)).toEqual({ error: { errorCode: '030502' } })
    })

    it('gives the public profile of the user who is signed in to the app', async () => {
      const { zalopay, page } = await openMiniApp({}, 'getPublicProfile({ appId })')
      expect(await outcome(page)).toEqual({
        value: {
          userId: zalopay.users[0]?.muid,
          userName: 'Nguyễn Thị Hồng',
          userAvatar: `${zalopay.url}/pictures/hong.svg`,
        },
      })
      await page.goto(zalopay.url)
      await page.getByRole('link', { name: 'Trần Đức Anh' }).click()
      expect(await page.getByText('Signed in as Trần Đức Anh').isVisible()).toBe(true)
    })

    it('opens the mini app from the ZaloPay screen, or says what to do without one', async () => {
      const shop = await openShop()
      const zalopay = await open(startZaloPay({ appName: 'Shop' }))
      const page = await newPage()
      await page.goto(zalopay.url)
      expect(await page.getByText('There is no mini app yet').isVisible()).toBe(true)
      zalopay.homeURL = `${shop.url}/start`
      await page.reload()
      await page.getByTestId('mini-app').click()
      await page.waitForURL(`${shop.url}/start`)
    })
  }),
)

describeInBrowser(
  'Sngine site',
  run((newPage) => {
    async function openLogin(basePath = '') {
      const shop = await openShop()
      const sngine = await open(startSngine({ callbackURL: `${shop.url}/cb`, basePath }))
      const page = await newPage()
      const start = `${sngine.url}/api/oauth?app_id=${sngine.clientID}`
      await page.goto(start)
      return { shop, sngine, page, start }
    }

    it.each(['', '/community'])(
      'signs in at the same URL, asks once and then redirects at once, in folder "%s"',
      async (basePath) => {
        const { shop, page, start } = await openLogin(basePath)
        await page.getByRole('radio', { name: /Nguyễn Thị/ }).check()
        await page.getByTestId('sign-in').click()
        await page.getByTestId('continue').waitFor()
        expect(page.url()).toBe(start)
        expect(await page.getByTestId('continue').textContent()).toBe('Continue as Nguyễn Thị')
        await page.getByTestId('continue').click()
        await page.waitForURL(`${shop.url}/cb?auth_key=*`)
        expect(page.url()).toMatch(/\?auth_key=[0-9a-f]{32}$/)
        await page.goto(start)
        expect(page.url()).toMatch(/\/cb\?auth_key=[0-9a-f]{32}$/)
        expect(shop.visits).toHaveLength(2)
      },
    )

    it('leads Cancel to its own home page and tells the app nothing', async () => {
      const { shop, sngine, page } = await openLogin()
      await page.getByTestId('sign-in').click()
      await page.getByTestId('cancel').click()
      await page.waitForURL(`${sngine.url}/`)
      expect(shop.visits).toEqual([])
    })

    it('asks again once the permission was taken back', async () => {
      const { shop, sngine, page, start } = await openLogin()
      await page.getByTestId('sign-in').click()
      await page.getByTestId('continue').click()
      await page.waitForURL(`${shop.url}/cb?*`)
      await page.goto(`${sngine.url}/settings/apps`)
      await page.getByTestId('remove-app').click()
      await page.getByTestId('no-apps').waitFor()
      await page.goto(start)
      expect(await page.getByTestId('continue').isVisible()).toBe(true)
    })

    it('signs out, and the next login begins with sign-in', async () => {
      const { sngine, page, start } = await openLogin()
      await page.getByTestId('sign-in').click()
      await page.getByTestId('continue').waitFor()
      const cookies = await page.context().cookies()
      expect(cookies).toEqual([
        expect.objectContaining({ httpOnly: true, sameSite: 'Lax', name: `sngine_${sngine.port}` }),
      ])
      await page.goto(sngine.url)
      await page.getByTestId('sign-out').click()
      await page.getByTestId('sign-in').waitFor()
      await page.goto(start)
      expect(await page.getByTestId('sign-in').isVisible()).toBe(true)
    })

    it('shows a page under HTTP 200 for an unknown app and for the module switched off', async () => {
      const { sngine, page, start } = await openLogin()
      await page.getByTestId('sign-in').click()
      await page.getByTestId('continue').waitFor()
      const unknown = await page.goto(`${sngine.url}/api/oauth?app_id=1&lang=ru_ru`)
      expect(unknown?.status()).toBe(200)
      expect(await page.getByText('Приложение не существует или отключено').isVisible()).toBe(true)
      sngine.behaviour.moduleOff = true
      const off = await page.goto(start)
      expect(off?.status()).toBe(200)
      expect(await page.getByText('disabled by the admin').isVisible()).toBe(true)
    })
  }),
)

describeInBrowser(
  'Every page',
  run((newPage) => {
    const STARTS: [string, (options: CommonOptions) => Promise<Simulator>][] = [
      ['MonPay', startMonPay],
      ['ZaloPay', startZaloPay],
      ['Sngine', startSngine],
    ]

    it.each(STARTS)('of %s links back to the app, fits 360 and 1280 px', async (_, start) => {
      const shop = await openShop()
      const simulator = await open(start({ homeURL: `${shop.url}/home` }))
      for (const width of [360, 1280]) {
        const page = await newPage({ width })
        await page.goto(simulator.url)
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
        await page.getByTestId('home').click()
        await page.waitForURL(`${shop.url}/home`)
      }
    })
  }),
)
