import type { Express } from 'express'
import type { Page } from 'playwright-core'
import { findFaultsInLooks } from '../../../test/accessibility'
import { describeInBrowser } from '../../../test/chromium'
import { keep } from '../../../test/keep'
import { listen } from '../../../test/server'
import { buildBrowser } from './support/built'
import { SUCCESS } from './support/fake-sdk'
import { type Shop, useShops } from './support/shop'
import { calls } from './support/zalopay'

const scene = useShops()

const HONG = 'Nguyễn Thị Hồng'

/** Starts a login; the launch page goes on as soon as it is there. */
async function start(page: Page, shop: Shop | Promise<Shop>): Promise<Shop> {
  await page.goto(`${(await shop).url}/auth/zalopay`, { waitUntil: 'commit' })
  return shop
}

/** Where the login ended: the heading of that page, and what ZaloPay said of a failure. */
async function ended(page: Page): Promise<string> {
  await page.waitForURL(/\/(account|failed)\b/)
  return (await page.locator('h1, #provider').allTextContents()).join(' ')
}

/** Waits for a global of the page, from outside: the page's policy forbids a text as a function. */
async function defined(page: Page, name: string): Promise<void> {
  while (!(await page.evaluate(`window.${name} !== undefined`))) await page.waitForTimeout(10)
}

/** Waits until the launch page says this, and fails unless it offers these ways on. */
async function expectStatus(page: Page, text: string, ...actions: string[]): Promise<void> {
  await page.getByRole('status').getByRole('heading', { name: text }).waitFor()
  expect(await page.locator('nav:visible > *').allTextContents()).toEqual(actions)
}

const WAYS_ON = ['Try again', 'Back']

/** What `getOauthV1Code` may answer, and where the login then ends. */
const ANSWERS = {
  [SUCCESS]: HONG,
  "issue(query).then((code) => ({ data: { code, redirectUri: 'x?code=' + code }, status: 'success' }))":
    HONG,
  "({ data: { code: 'a-code-at-once' } })": 'invalid_code INVALID_ARGUMENT',
  "Promise.reject({ errorCode: '030501' })": 'access_denied 030501',
  'Promise.reject({ errorCode: 30501 })': 'access_denied 030501',
  'Promise.reject({ errorCode: 30503 })': 'sdk_failed 030503',
  "Promise.reject(Object.assign(new Error('x'), { errorCode: '030504' }))": 'sdk_failed 030504',
  "Promise.resolve({ status: 'fail', errorCode: '030501' })": 'access_denied 030501',
  "Promise.reject(new Error('x'))": 'sdk_failed unknown',
  "Promise.reject({ code: 'timeout' })": 'sdk_failed unknown',
  "Promise.reject({ errorCode: 'Người dùng huỷ' })": 'sdk_failed unknown',
  "Promise.reject({ errorCode: 'ABORT' })": 'sdk_failed ABORT',
  'Promise.reject({ errorCode: -1 })': 'sdk_failed -1',
  "Promise.reject({ errorCode: '' })": 'sdk_failed unknown',
  'Promise.reject({ errorCode: 0 })': 'sdk_failed unknown',
  'Promise.reject()': 'sdk_failed unknown',
  "Promise.resolve({ data: {}, status: 'success' })": 'sdk_failed unknown',
  'Promise.resolve({ data: { code: 5 } })': 'sdk_failed unknown',
  "Promise.resolve({ data: { code: '' } })": 'sdk_failed unknown',
  'Promise.resolve(null)': 'sdk_failed unknown',
  "(() => { throw new Error('x') })()": 'sdk_failed unknown',
}

/** What `generateCodeChallenge` may be, and the form of the challenge that the page then sends. */
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

/** How a page of an application's own may load the helper. */
const KINDS = ['an ES module', 'a plain script'] as const

describeInBrowser('logins in Chromium', (open) => {
  /** A new page, whose clock the test moves. */
  async function openWithClock(): Promise<Page> {
    const page = await open({})
    await page.clock.install()
    return page
  }

  it('Q12 S1 FR102 FR197 a person allows, and is logged in; the form says where it comes from, also below headers that stop scripts of other sites', async () => {
    const page = await open()
    const routes = (app: Express) =>
      app.use((_req, res, next) => {
        res.set('Referrer-Policy', 'no-referrer')
        res.set('Cross-Origin-Embedder-Policy', 'require-corp')
        res.set('Document-Isolation-Policy', 'isolate-and-require-corp')
        res.set('Integrity-Policy', 'blocked-destinations=(script)')
        next()
      })
    const shop = await scene.open({ routes })
    await page.goto(shop.url)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByTestId('zalopay-allow').click()
    expect(await ended(page)).toBe(HONG)
    const headers = { origin: shop.url, 'sec-fetch-site': 'same-origin' }
    expect(shop.arrivals).toMatchObject([{ method: 'POST', headers }])
    expect(shop.arrivals[0]?.body).toEqual({
      code: expect.stringMatching(/^\w{64}$/),
      login: expect.stringMatching(/^[\da-z]{22}$/i),
    })
  })

  it('S3 U1 a person cancels; with an empty scope nobody is asked', async () => {
    const page = await open()
    const shop = await start(page, scene.open())
    await page.getByTestId('zalopay-cancel').click()
    expect(await ended(page)).toBe('access_denied 030501')
    expect(calls(scene.simulator)).toEqual([])
    scene.simulator.behaviour.scope = []
    await start(page, shop)
    expect(await ended(page)).toBe('nobody')
  })

  it('S1 S2 S3 S4 Q15 whatever the SDK answers, the person ends on a page of the shop that knows why; a code may have 35 characters', async () => {
    const { simulator, fake } = scene
    simulator.behaviour.codeLength = 35
    const page = await open()
    const shop = await scene.openFake()
    for (const [answer, end] of Object.entries(ANSWERS)) {
      fake.answer = answer
      await start(page, shop)
      expect([answer, await ended(page)]).toEqual([answer, end])
    }
    const codes = simulator.requests.map(({ json }) => Reflect.get(Object(json), 'code') as string)
    const long = expect.stringMatching(/^\w{35}$/) as unknown
    expect(codes.filter(Boolean)).toEqual([long, long, 'a-code-at-once'])
  })

  it('S6 the page sends the raw form where generateCodeChallenge makes 43 letters, else the hex form', async () => {
    const { simulator, fake } = scene
    fake.answer = SUCCESS
    const page = await open()
    const shop = await scene.openFake()
    for (const [what, generate, challenge] of GENERATES) {
      simulator.behaviour.challenge = challenge
      fake.generate = generate
      await start(page, shop)
      expect([what, await ended(page)]).toEqual([what, HONG])
    }
  })

  it('S5 the SDK never answers: the page still waits after 30 s, ends after two minutes and posts nothing', async () => {
    const page = await openWithClock()
    const shop = await start(page, scene.open())
    await page.getByTestId('zalopay-failures').click()
    await page.getByTestId('zalopay-fail-never').click()
    for (const [ms, text, ...ways] of [
      [20_000, 'Logging in with ZaloPay'],
      [11_000, 'Still waiting for ZaloPay', ...WAYS_ON],
      [80_000, 'Still waiting for ZaloPay', ...WAYS_ON],
      [11_000, 'ZaloPay has not answered', ...WAYS_ON],
    ] as const) {
      await page.clock.fastForward(ms)
      await expectStatus(page, text, ...ways)
    }
    expect(shop.arrivals).toEqual([])
  })

  it('FR191 FR192 Try again asks ZaloPay again, also on a translated page and beside a form of the SDK', async () => {
    const page = await openWithClock()
    scene.fake.answer =
      "new Promise(() => document.body.append(document.createElement('form'), (window.asked = '')))"
    await start(page, scene.openFake())
    await defined(page, 'asked')
    await page.clock.fastForward(31_000)
    // what a browser's translation does
    const translate = `for (const { firstChild: text } of document.querySelectorAll('nav > *')) {
      const font = document.createElement('font')
      text.replaceWith(font)
      font.append(text)
    }`
    await page.evaluate(translate)
    scene.fake.answer = SUCCESS
    await page.getByRole('button', { name: 'Try again' }).click()
    expect(await ended(page)).toBe(HONG)
  })

  it('S5 while the page waits, an answer is posted, and Try again asks ZaloPay again for the same login', async () => {
    const { fake } = scene
    const page = await openWithClock()
    const shop = await scene.openFake()
    const wait = async (answer: string, global: string) => {
      fake.answer = answer
      await start(page, shop)
      await defined(page, global)
      await page.clock.fastForward(31_000)
      await expectStatus(page, 'Still waiting for ZaloPay', ...WAYS_ON)
    }
    await wait(
      'new Promise((resolve) => { window.allow = async () => resolve({ data: { code: await issue(query) } }) })',
      'allow',
    )
    await page.evaluate('window.allow()')
    expect(await ended(page)).toBe(HONG)
    await wait('new Promise(() => {})', 'zlpSdk')
    fake.answer = SUCCESS
    await page.getByRole('button', { name: 'Try again' }).click()
    expect(await ended(page)).toBe(HONG)
  })

  it('S5 there is no SDK: the page, which is accessible and fits, light and dark, says that it wants the ZaloPay app, leads back and posts nothing', async () => {
    const page = await open()
    const shop = await start(page, scene.openFake({ page: { homeURL: '/account' } }))
    await expectStatus(page, 'Open this page in the ZaloPay app', 'Back')
    expect(await findFaultsInLooks(page)).toEqual([])
    expect(shop.arrivals).toEqual([])
    await page.getByRole('link', { name: 'Back' }).click()
    await page.waitForURL(`${shop.url}/account`)
  })

  it('S5 an SDK that cannot be loaded, or whose script never comes, is told apart from a page outside the app', async () => {
    const { fake } = scene
    fake.script = 'silent'
    const page = await openWithClock()
    // the browser complains about the script that is not there
    page.context().removeAllListeners('console')
    const shop = await start(page, scene.openFake())
    await page.getByRole('heading', { name: 'Logging in with ZaloPay' }).waitFor()
    await page.clock.fastForward(31_000)
    await expectStatus(page, 'Still waiting for ZaloPay', ...WAYS_ON)
    await page.clock.fastForward(90_000)
    await expectStatus(page, 'ZaloPay could not be loaded', ...WAYS_ON)
    fake.script = 'missing'
    await start(page, shop)
    await expectStatus(page, 'ZaloPay could not be loaded', ...WAYS_ON)
    expect(shop.arrivals).toEqual([])
    Object.assign(fake, { script: 'served', answer: SUCCESS })
    await page.getByRole('button', { name: 'Try again' }).click()
    expect(await ended(page)).toBe(HONG)
  })

  it('while the callback cannot be reached, the page says how the login ended, and can try again', async () => {
    const page = await open()
    page.context().removeAllListeners('console')
    let isDown: boolean
    const shop = await scene.openFake({
      // 204 leaves a browser on its page
      routes: (app) =>
        app.post('/auth/zalopay/callback', (_req, res, next) =>
          isDown ? void res.status(204).end() : next(),
        ),
    })
    for (const [code, text, end] of [
      ['030501', 'The login was cancelled', 'access_denied 030501'],
      ['030503', 'The login did not work', 'sdk_failed 030503'],
    ] as const) {
      isDown = true
      scene.fake.answer = `Promise.reject({ errorCode: '${code}' })`
      await start(page, shop)
      await expectStatus(page, text, ...WAYS_ON)
      isDown = false
      await page.getByRole('button', { name: 'Try again' }).click()
      expect(await ended(page)).toBe(end)
    }
  })

  it('FR199 a person who has allowed late is not asked to allow; if the callback then cannot be reached, the page can try again', async () => {
    let isDown = true
    scene.fake.answer =
      'new Promise((resolve) => { window.allow = async () => resolve({ data: { code: await issue(query) } }) })'
    const page = await openWithClock()
    await start(
      page,
      scene.openFake({
        routes: (app) =>
          app.post('/auth/zalopay/callback', (_req, res, next) =>
            isDown ? void res.status(204).end() : next(),
          ),
      }),
    )
    await defined(page, 'allow')
    await page.clock.fastForward(31_000)
    await expectStatus(page, 'Still waiting for ZaloPay', ...WAYS_ON)
    await page.evaluate('window.allow()')
    await expectStatus(page, 'Logging in with ZaloPay')
    await page.clock.fastForward(31_000)
    await expectStatus(page, 'Still waiting for ZaloPay', ...WAYS_ON)
    isDown = false
    await page.getByRole('button', { name: 'Try again' }).click()
    expect(await ended(page)).toBe(HONG)
  })

  it('FR97 Back leads home once the login has ended, also to a page that the browser has kept', async () => {
    const page = await open({})
    const shop = await scene.openFake()
    for (const answer of [SUCCESS, "Promise.reject({ errorCode: '030501' })"]) {
      scene.fake.answer = answer
      const before = shop.arrivals.length
      await page.goto(shop.url)
      await page.getByRole('button').click()
      await ended(page)
      await page.goBack()
      expect(page.url()).toBe(`${shop.url}/`)
      await page.getByRole('button', { name: 'Log in' }).waitFor()
      expect(shop.arrivals).toHaveLength(before + 1)
    }
    scene.fake.answer = 'new Promise(() => {})'
    await start(page, shop)
    await defined(page, 'zlpSdk')
    const again = page.waitForEvent('load')
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    await again
    await page.getByRole('heading', { name: 'Logging in with ZaloPay' }).waitFor()
  })

  it('FR193 FR198 where the front end is on a host of its own, the callback can redirect there if homeURL has it, and the back button asks ZaloPay no second time', async () => {
    scene.fake.answer = SUCCESS
    const home = await keep(listen((_req, res) => void res.end('home')))
    const page = await open({})
    // the browser complains about the status 400
    page.context().removeAllListeners('console')
    const shop = await scene.openFake({
      page: { homeURL: `${home.url}/home` },
      routes: (app) => app.get('/account', (_req, res) => res.redirect(home.url)),
    })
    await page.goto(shop.url)
    await page.getByRole('button').click()
    await page.waitForURL(`${home.url}/`)
    expect(await page.textContent('body')).toBe('home')
    await page.goBack()
    await page.getByRole('heading', { name: 'This request is wrong' }).waitFor()
    expect(shop.arrivals).toHaveLength(1)
  })

  it('FR98 an SDK that is there a moment after its script has loaded gives a code', async () => {
    const { fake } = scene
    fake.answer = SUCCESS
    for (const delay of ['none', 'whole', 'member'] as const) {
      fake.delay = delay
      const page = await open({})
      await start(page, scene.openFake())
      expect(await ended(page)).toBe(HONG)
    }
  })

  const run = `((request) => requestLogin(request).catch(({ code, message }) => {
    document.body.dataset.failed = code + ': ' + message
  }))(JSON.parse(document.body.dataset.request))`
  const forms = {
    'an ES module': [
      '<script type="module" src="/page.mjs"></script>',
      `import { requestLogin } from '/browser.mjs'; ${run}`,
    ],
    'a plain script': [
      '<script src="/browser.js"></script><script defer src="/page.mjs"></script>',
      `const { requestLogin } = zalopayLogin; ${run}`,
    ],
  } as const

  /** A page under the strictest policies an application can have, no-referrer among them. */
  async function visitOwnPage(page: Page, form: (typeof KINDS)[number], timeout = 60_000) {
    const { sdkURL } = scene.fake
    const sdk = new URL(sdkURL).origin
    const policy = `default-src 'none'; script-src 'self' ${sdk}; connect-src ${sdk}; form-action 'self'; require-trusted-types-for 'script'`
    const { module, script } = buildBrowser()
    const [tags, text] = forms[form]
    const shop = await scene.open({
      routes(app, strategy, url) {
        for (const [path, code] of Object.entries({
          'browser.mjs': module,
          'browser.js': script,
          'page.mjs': text,
        }))
          app.get(`/${path}`, (_req, res) => void res.type('js').send(code))
        app.get('/own', (req, res, next) => {
          res.set({ 'Referrer-Policy': 'no-referrer', 'Content-Security-Policy': policy })
          strategy.createChallenge(req).then((challenge) => {
            const callbackURL = `${url}/auth/zalopay/callback`
            const data = JSON.stringify({ ...challenge, callbackURL, timeout })
            res.send(
              `<!doctype html><base target="_blank"><body data-request="${data.replaceAll('"', '&quot;')}">
               <script src="${sdkURL}"></script>${tags}`,
            )
          }, next)
        })
      },
    })
    await page.goto(`${shop.url}/own`)
    return shop
  }

  it.each(KINDS)(
    'FR195 FR196 %s logs in from a page under no-referrer: Origin is not null; also with base target and more time than a timer has',
    async (form) => {
      scene.fake.answer = SUCCESS
      const page = await open()
      const shop = await visitOwnPage(page, form, 3_000_000_000)
      expect(await ended(page)).toBe(HONG)
      expect(shop.arrivals).toMatchObject([{ headers: { origin: shop.url } }])
    },
  )

  it('FR154 a second call for a login that runs, as after a double click, asks ZaloPay no second time', async () => {
    scene.fake.answer = `(window.asked = (window.asked ?? 0) + 1, new Promise((resolve) => {
      window.allow = async () => resolve({ data: { code: await issue(query) } })
    }))`
    const page = await open()
    const shop = await visitOwnPage(page, 'a plain script')
    await defined(page, 'allow')
    const again = 'zalopayLogin.requestLogin(JSON.parse(document.body.dataset.request))'
    const asked = `(${again}, new Promise((resolve) => setTimeout(() => resolve(window.asked))))`
    expect(await page.evaluate(asked)).toBe(1)
    await page.evaluate('void window.allow()')
    expect(await ended(page)).toBe(HONG)
    expect(shop.arrivals).toHaveLength(1)
  })

  it('S5 the call rejects with not_in_zalopay without the SDK, and with timeout for one that is silent', async () => {
    const page = await open()
    for (const [answer, timeout, end] of [
      [undefined, 60_000, 'not_in_zalopay: This page is not open inside the ZaloPay app.'],
      ['new Promise(() => {})', 50, 'timeout: The ZaloPay app has not answered.'],
    ] as const) {
      scene.fake.answer = answer
      const shop = await visitOwnPage(page, 'an ES module', timeout)
      const failed = page.locator('body[data-failed]')
      expect(await failed.getAttribute('data-failed')).toBe(end)
      expect(shop.arrivals).toEqual([])
    }
  })
})
