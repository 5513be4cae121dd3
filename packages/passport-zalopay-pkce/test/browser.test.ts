import type { Page } from 'playwright-core'
import { findFaultsInLooks } from '../../../test/accessibility'
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
  await start(page, shop)
  return shop
}

/** Starts a login; the launch page goes on as soon as it is there. */
async function start(page: Page, shop: Shop): Promise<void> {
  await page.goto(`${shop.url}/auth/zalopay`, { waitUntil: 'commit' })
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

/** Waits for a global of the page. Asked from outside: the page's policy forbids a text as a function. */
async function defined(page: Page, name: string): Promise<void> {
  while (!(await page.evaluate(`window.${name} !== undefined`))) await page.waitForTimeout(10)
}

async function expectStatus(page: Page, text: string): Promise<void> {
  await page.getByRole('status').getByRole('heading', { name: text }).waitFor()
}

async function expectActions(page: Page, names: string[]): Promise<void> {
  expect(await page.locator('nav:visible > *').allTextContents()).toEqual(names)
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

/** An SDK that gives a code. */
const SUCCESS = 'issue(query).then((code) => ({ data: { code } }))'

describeInBrowser('logins in Chromium', (newPage) => {
  it('Q12 S1 a person allows, and is logged in; the form says where it comes from', async () => {
    const page = await newPage()
    const shop = await openShop(simulator)
    open.push(shop)
    await page.goto(shop.url)
    await page.getByRole('button', { name: 'Log in' }).click()
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
    fake.answer = SUCCESS
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
    const shop = await openShop(simulator)
    open.push(shop)
    for (const code of ['030502', '030503', '030504', '030505']) {
      await start(page, shop)
      await page.getByTestId('zalopay-failures').click()
      await page.getByTestId(`zalopay-fail-${code}`).click()
      expect(await ended(page)).toBe(`sdk_failed ${code}`)
    }
  })

  it('S5 the SDK never answers: the page still waits after 30 s, ends after two minutes and posts nothing', async () => {
    const page = await newPage({ clock: true })
    const shop = await visit(page)
    await page.getByTestId('zalopay-failures').click()
    await page.getByTestId('zalopay-fail-never').click()
    await page.clock.fastForward(28_000)
    await expectStatus(page, 'Logging in with ZaloPay')
    await page.clock.fastForward(3_000)
    await expectStatus(page, 'Still waiting for ZaloPay')
    await expectActions(page, ['Try again', 'Back'])
    await page.clock.fastForward(87_000)
    await expectStatus(page, 'Still waiting for ZaloPay')
    await page.clock.fastForward(4_000)
    await expectStatus(page, 'ZaloPay has not answered')
    await expectActions(page, ['Try again', 'Back'])
    expect(shop.arrivals).toEqual([])
  })

  it('S5 an answer that comes while the page still waits is posted', async () => {
    fake.answer =
      'new Promise((resolve) => { window.allow = async () => resolve({ data: { code: await issue(query) } }) })'
    const page = await newPage({ clock: true })
    await visit(page, { sdkURL: fake.sdkURL })
    await defined(page, 'allow')
    await page.clock.fastForward(60_000)
    await expectStatus(page, 'Still waiting for ZaloPay')
    await page.evaluate('window.allow()')
    expect(await ended(page)).toBe('Nguyễn Thị Hồng')
  })

  it('S5 Try again asks ZaloPay again for the same login', async () => {
    fake.answer = 'new Promise(() => {})'
    const page = await newPage({ clock: true })
    await visit(page, { sdkURL: fake.sdkURL })
    await defined(page, 'zlpSdk')
    await page.clock.fastForward(31_000)
    await expectStatus(page, 'Still waiting for ZaloPay')
    fake.answer = SUCCESS
    await page.getByRole('button', { name: 'Try again' }).click()
    expect(await ended(page)).toBe('Nguyễn Thị Hồng')
  })

  it('S5 there is no SDK: the page says that it wants the ZaloPay app, leads back and posts nothing', async () => {
    const page = await newPage()
    const shop = await visit(page, { sdkURL: fake.sdkURL, page: { homeURL: '/account' } })
    await expectStatus(page, 'Open this page in the ZaloPay app')
    await expectActions(page, ['Back'])
    expect(shop.arrivals).toEqual([])
    await page.getByRole('link', { name: 'Back' }).click()
    await page.waitForURL(`${shop.url}/account`)
  })

  it('S5 an SDK that cannot be loaded is told apart from a page outside the app', async () => {
    fake.script = 'missing'
    const page = await newPage()
    // the browser complains about the script that is not there
    page.removeAllListeners('console')
    const shop = await visit(page, { sdkURL: fake.sdkURL })
    await expectStatus(page, 'ZaloPay could not be loaded')
    await expectActions(page, ['Try again', 'Back'])
    expect(shop.arrivals).toEqual([])
    Object.assign(fake, { script: 'served', answer: SUCCESS })
    await page.getByRole('button', { name: 'Try again' }).click()
    expect(await ended(page)).toBe('Nguyễn Thị Hồng')
  })

  it('S5 an SDK whose script never comes is one that could not be loaded, after two minutes', async () => {
    fake.script = 'silent'
    const page = await newPage({ clock: true })
    const shop = await openShop(simulator, { sdkURL: fake.sdkURL })
    open.push(shop)
    await start(page, shop)
    await page.getByRole('heading', { name: 'Logging in with ZaloPay' }).waitFor()
    await page.clock.fastForward(31_000)
    await expectStatus(page, 'Still waiting for ZaloPay')
    await page.clock.fastForward(90_000)
    await expectStatus(page, 'ZaloPay could not be loaded')
  })

  it('while the callback cannot be reached, the page says how the login ended, and can try again', async () => {
    const page = await newPage()
    page.removeAllListeners('console')
    let isDown: boolean
    const shop = await openShop(simulator, {
      sdkURL: fake.sdkURL,
      // 204 leaves a browser on its page
      routes: (app) =>
        app.post('/auth/zalopay/callback', (_req, res, next) =>
          isDown ? void res.status(204).end() : next(),
        ),
    })
    open.push(shop)
    for (const [code, text, end] of [
      ['030501', 'The login was cancelled', 'access_denied 030501'],
      ['030503', 'The login did not work', 'sdk_failed 030503'],
    ] as const) {
      isDown = true
      fake.answer = `Promise.reject({ errorCode: '${code}' })`
      await start(page, shop)
      await expectStatus(page, text)
      await expectActions(page, ['Try again', 'Back'])
      isDown = false
      await page.getByRole('button', { name: 'Try again' }).click()
      expect(await ended(page)).toBe(end)
    }
  })

  it('the page is accessible and fits, light and dark', async () => {
    const page = await newPage()
    await visit(page, { sdkURL: fake.sdkURL })
    await expectStatus(page, 'Open this page in the ZaloPay app')
    expect(await findFaultsInLooks(page)).toEqual([])
  })

  it('the page speaks the language of the browser', async () => {
    const page = await newPage()
    const shop = await openShop(simulator, { sdkURL: fake.sdkURL })
    open.push(shop)
    for (const [locale, text] of [
      ['en-GB', 'Open this page in the ZaloPay app'],
      ['mn', 'Энэ хуудсыг ZaloPay апп дотор нээнэ үү'],
      ['vi-VN', 'Vui lòng mở trang này trong ứng dụng ZaloPay'],
      ['ru', 'Откройте эту страницу в приложении ZaloPay'],
    ] as const) {
      await page.setExtraHTTPHeaders({ 'Accept-Language': locale })
      await start(page, shop)
      await expectStatus(page, text)
    }
  })

  it('S6 people log in where the SDK makes one form alone, by auto and by the form itself', async () => {
    const page = await newPage()
    const endings: string[] = []
    for (const challenge of ['hex', 'raw'] as const) {
      simulator.behaviour.challenge = challenge
      for (const challengeEncoding of ['auto', challenge] as const) {
        await visit(page, { options: { challengeEncoding } })
        await page.getByTestId('zalopay-allow').click()
        endings.push(`${challenge} ${challengeEncoding}: ${await ended(page)}`)
      }
    }
    expect(endings).toEqual(
      ['hex auto', 'hex hex', 'raw auto', 'raw raw'].map((row) => `${row}: Nguyễn Thị Hồng`),
    )
  })

  /** What `generateCodeChallenge` is, and the form that the page then sends. */
  const GENERATES = [
    ['is missing', undefined, 'hex'],
    ['throws', "() => { throw new Error('x') }", 'hex'],
    ['rejects', '() => Promise.reject()', 'hex'],
    ['never answers', '() => new Promise(() => {})', 'hex'],
    ['makes another length', "() => 'x'.repeat(44)", 'hex'],
    ['makes no text', '() => ({ length: 43 })', 'hex'],
    ['makes 86 letters', "() => 'x'.repeat(86)", 'hex'],
    ['makes 43 letters', "() => 'x'.repeat(43)", 'raw'],
    ['promises 43 letters', "async () => 'x'.repeat(43)", 'raw'],
    ['makes 43 letters of a verifier alone', "(v) => /^[\\w.~-]{43}$/.test(v) ? v : ''", 'raw'],
  ] as const

  it('S6 the page sends the raw form where generateCodeChallenge makes 43 letters, else the hex form', async () => {
    fake.answer = SUCCESS
    const page = await newPage()
    const shop = await openShop(simulator, { sdkURL: fake.sdkURL })
    open.push(shop)
    const endings: string[][] = []
    for (const [what, generate, challenge] of GENERATES) {
      simulator.behaviour.challenge = challenge
      fake.generate = generate
      await start(page, shop)
      endings.push([what, await ended(page)])
    }
    expect(endings).toEqual(GENERATES.map(([what]) => [what, 'Nguyễn Thị Hồng']))
  })

  it('S1 S2 the documented answer logs in, so does a code alone, and a code of 35 characters', async () => {
    const page = await newPage()
    const shop = await openShop(simulator, { sdkURL: fake.sdkURL })
    open.push(shop)
    const endings: string[] = []
    for (const [answer, codeLength] of [
      ["{ data: { code, redirectUri: 'x?code=' + code + '&state=' }, status: 'success' }", 64],
      ['{ data: { code } }', 64],
      ['{ data: { code } }', 35],
    ] as const) {
      fake.answer = `issue(query).then((code) => (${answer}))`
      simulator.behaviour.codeLength = codeLength
      await start(page, shop)
      endings.push(await ended(page))
    }
    expect(endings).toEqual(Array.from({ length: 3 }, () => 'Nguyễn Thị Hồng'))
    const lengths = shop.arrivals.map(({ body }) => (body as { code: string }).code.length)
    expect(lengths).toEqual([64, 64, 35])
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
      await start(page, shop)
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
    '%s logs in from a page under no-referrer: its Origin is not null',
    async (form) => {
      fake.answer = SUCCESS
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
