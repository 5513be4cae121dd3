import type { Page } from 'playwright-core'
import { describeInBrowser } from '../../passport-provider-simulators/test/browser/chromium'
import { startZaloPay, type ZaloPaySimulator } from '../../passport-provider-simulators/src/index'
import { buildBrowser } from './support/built'
import { type FakeSdk, openFakeSdk } from './support/fake-sdk'
import { openShop, type Shop } from './support/shop'
import { calls } from './support/zalopay'

// a browser on a busy machine takes its time
jest.setTimeout(60_000)

let simulator: ZaloPaySimulator
let fake: FakeSdk
const open: { close(): Promise<void> }[] = []

beforeAll(async () => {
  simulator = await startZaloPay()
})

beforeEach(async () => {
  simulator.reset()
  fake = await openFakeSdk(simulator)
  open.push(fake)
})

afterEach(() => Promise.all(open.splice(0).map((one) => one.close())))

afterAll(() => simulator.close())

async function visit(page: Page, options: Parameters<typeof openShop>[1] = {}): Promise<Shop> {
  const shop = await openShop(simulator, options)
  open.push(shop)
  await page.goto(shop.url)
  await page.getByRole('button', { name: 'Log in' }).click()
  return shop
}

/** Where the login ended: the heading of that page, and what ZaloPay said of a failure. */
async function ended(page: Page): Promise<string> {
  await page.waitForURL(/\/(account|failed)\b/)
  return (await page.locator('h1, #provider').allTextContents()).join(' ')
}

function strictPolicy(sdk: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${sdk}`,
    `connect-src ${sdk}`,
    "form-action 'self'",
    "require-trusted-types-for 'script'",
  ].join('; ')
}

async function expectStatus(page: Page, text: string): Promise<void> {
  await page.getByRole('status').getByText(text).waitFor()
}

/** How an SDK may fail, and what the application then sees. */
const FAILURES = {
  "Promise.reject({ errorCode: '030501' })": 'access_denied 030501',
  'Promise.reject({ errorCode: 30501 })': 'access_denied 030501',
  'Promise.reject({ errorCode: 30503 })': 'sdk_failed 030503',
  "Promise.reject(Object.assign(new Error('x'), { errorCode: '030504' }))": 'sdk_failed 030504',
  "Promise.resolve({ status: 'fail', errorCode: '030501' })": 'access_denied 030501',
  "Promise.reject(new Error('x'))": 'sdk_failed unknown',
  "Promise.reject({ code: 'timeout' })": 'sdk_failed unknown',
  "Promise.reject({ errorCode: 'Người dùng huỷ' })": 'sdk_failed unknown',
  'Promise.reject()': 'sdk_failed unknown',
  "Promise.resolve({ data: {}, status: 'success' })": 'sdk_failed unknown',
  'Promise.resolve({ data: { code: 5 } })': 'sdk_failed unknown',
  'Promise.resolve(null)': 'sdk_failed unknown',
  "(() => { throw new Error('x') })()": 'sdk_failed unknown',
}

describeInBrowser('logins in Chromium', (newPage) => {
  it('Q12 S1 a person allows, and is signed in; the form says where it comes from', async () => {
    const page = await newPage()
    const shop = await visit(page)
    await page.getByTestId('zalopay-allow').click()
    expect(await ended(page)).toBe('Nguyễn Thị Hồng')
    expect(shop.arrivals).toMatchObject([
      {
        method: 'POST',
        headers: { origin: shop.url, 'sec-fetch-site': 'same-origin' },
        body: {
          code: expect.stringMatching(/^\w{64}$/),
          login: expect.stringMatching(/^[\w-]{22}$/),
        },
      },
    ])
    expect(Object.keys(shop.arrivals[0]?.body ?? {}).sort()).toEqual(['code', 'login'])
  })

  it('S1 the launch page posts with its Origin in an application whose pages are all under no-referrer', async () => {
    fake.answer = 'issue(query).then((code) => ({ data: { code } }))'
    const page = await newPage()
    const shop = await visit(page, {
      sdkURL: fake.sdkURL,
      routes: (app) =>
        app.use((_req, res, next) => {
          res.setHeader('Referrer-Policy', 'no-referrer')
          next()
        }),
    })
    expect(await ended(page)).toBe('Nguyễn Thị Hồng')
    expect(shop.arrivals).toMatchObject([{ headers: { origin: shop.url } }])
  })

  it('U1 with an empty scope nobody is asked', async () => {
    simulator.behaviour.scope = []
    const page = await newPage()
    await visit(page)
    expect(await ended(page)).toBe('nobody')
  })

  it('S3 a person cancels', async () => {
    const page = await newPage()
    await visit(page)
    await page.getByTestId('zalopay-cancel').click()
    expect(await ended(page)).toBe('access_denied 030501')
    expect(calls(simulator)).toEqual([])
  })

  it('S4 the other failures of the SDK are told apart, and are not called a cancelled login', async () => {
    const page = await newPage()
    for (const code of ['030502', '030503', '030504', '030505']) {
      await visit(page)
      await page.getByTestId('zalopay-failures').click()
      await page.getByTestId(`zalopay-fail-${code}`).click()
      expect(await ended(page)).toBe(`sdk_failed ${code}`)
    }
  })

  it('S5 the SDK never answers: after two minutes the page says so, and posts nothing', async () => {
    const page = await newPage()
    await page.clock.install()
    const shop = await visit(page)
    await page.getByTestId('zalopay-failures').click()
    await page.getByTestId('zalopay-fail-never').click()
    await page.clock.fastForward(119_000)
    await expectStatus(page, 'Signing in with ZaloPay')
    await page.clock.fastForward(1_000)
    await expectStatus(page, 'ZaloPay has not answered. Please try again.')
    expect(shop.arrivals).toEqual([])
  })

  it('S5 there is no SDK: the page says that it wants the ZaloPay app, and posts nothing', async () => {
    const page = await newPage()
    const shop = await visit(page, { sdkURL: fake.sdkURL })
    await expectStatus(page, 'Please open this page in the ZaloPay app.')
    expect(shop.arrivals).toEqual([])
  })

  it.each([
    [
      'S1 the documented shape',
      "{ data: { code, redirectUri: 'x?code=' + code + '&state=' }, status: 'success' }",
    ],
    ['S1 no redirectUri and no status', '{ data: { code } }'],
  ])('%s signs in', async (_, answer) => {
    fake.answer = `issue(query).then((code) => (${answer}))`
    const page = await newPage()
    await visit(page, { sdkURL: fake.sdkURL })
    expect(await ended(page)).toBe('Nguyễn Thị Hồng')
  })

  it('S2 a code of 35 characters signs in', async () => {
    simulator.behaviour.codeLength = 35
    fake.answer = 'issue(query).then((code) => ({ data: { code } }))'
    const page = await newPage()
    await visit(page, { sdkURL: fake.sdkURL })
    expect(await ended(page)).toBe('Nguyễn Thị Hồng')
  })

  it('S1 an answer that is no promise reaches the callback as well', async () => {
    fake.answer = "({ data: { code: 'a-code-at-once' } })"
    const page = await newPage()
    await visit(page, { sdkURL: fake.sdkURL })
    expect(await ended(page)).toBe('invalid_code INVALID_ARGUMENT')
    expect(simulator.requests[0]?.json).toMatchObject({ code: 'a-code-at-once' })
  })

  it('S3 S4 Q15 however the SDK fails, the person ends on a page of the shop that knows why', async () => {
    const page = await newPage()
    const shop = await openShop(simulator, { sdkURL: fake.sdkURL })
    open.push(shop)
    const endings: Record<string, string> = {}
    for (const answer of Object.keys(FAILURES)) {
      fake.answer = answer
      await page.goto(`${shop.url}/auth/zalopay`, { waitUntil: 'commit' })
      endings[answer] = await ended(page)
    }
    expect(endings).toEqual(FAILURES)
    expect(calls(simulator)).toEqual([])
  })

  let built: ReturnType<typeof buildBrowser>

  beforeAll(() => {
    built = buildBrowser()
  })

  const run = `(request) => requestLogin(request).catch(({ code, message }) => {
    document.body.dataset.failed = code + ': ' + message
  })`
  const forms = {
    'an ES module': {
      tag: '<script type="module" src="/page.mjs"></script>',
      page: `import { requestLogin } from '/browser.mjs'; (${run})(JSON.parse(document.body.dataset.request))`,
    },
    'a plain script': {
      tag: '<script src="/browser.js"></script><script defer src="/page.mjs"></script>',
      page: `const { requestLogin } = zalopayLogin; (${run})(JSON.parse(document.body.dataset.request))`,
    },
  }

  /** A page under the strictest policies an application can have, no-referrer among them. */
  async function visitOwnPage(
    page: Page,
    form: keyof typeof forms,
    { sdkURL, timeout = 60_000 }: { sdkURL: string; timeout?: number },
  ): Promise<Shop> {
    const shop = await openShop(simulator, {
      routes(app, strategy, url) {
        app.get('/browser.mjs', (_req, res) => void res.type('js').send(built.module))
        app.get('/browser.js', (_req, res) => void res.type('js').send(built.script))
        app.get('/page.mjs', (_req, res) => void res.type('js').send(forms[form].page))
        app.get('/own', (req, res, next) => {
          res.setHeader('Referrer-Policy', 'no-referrer')
          res.setHeader('Content-Security-Policy', strictPolicy(new URL(sdkURL).origin))
          strategy.createChallenge(req).then((challenge) => {
            const callbackURL = `${url}/auth/zalopay/callback`
            const request = JSON.stringify({ ...challenge, callbackURL, timeout })
            res.send(
              `<!doctype html><body data-request="${request.replaceAll('"', '&quot;')}">
               <script src="${sdkURL}"></script>${forms[form].tag}`,
            )
          }, next)
        })
      },
    })
    open.push(shop)
    await page.goto(`${shop.url}/own`)
    return shop
  }

  it.each(['an ES module', 'a plain script'] as const)(
    '%s signs in from a page under no-referrer: its Origin is not null',
    async (form) => {
      fake.answer = 'issue(query).then((code) => ({ data: { code } }))'
      const page = await newPage()
      const shop = await visitOwnPage(page, form, fake)
      expect(await ended(page)).toBe('Nguyễn Thị Hồng')
      expect(shop.arrivals).toMatchObject([{ headers: { origin: shop.url } }])
    },
  )

  it('S5 the call rejects with not_in_zalopay without the SDK, and with timeout for one that is silent', async () => {
    const outside = await newPage()
    await visitOwnPage(outside, 'an ES module', fake)
    const failed = (page: Page) => page.locator('body[data-failed]').getAttribute('data-failed')
    expect(await failed(outside)).toBe(
      'not_in_zalopay: This page is not open inside the ZaloPay app.',
    )
    fake.answer = 'new Promise(() => {})'
    const late = await newPage()
    const shop = await visitOwnPage(late, 'an ES module', { ...fake, timeout: 50 })
    expect(await failed(late)).toBe('timeout: The ZaloPay app has not answered.')
    expect(shop.arrivals).toEqual([])
  })
})
