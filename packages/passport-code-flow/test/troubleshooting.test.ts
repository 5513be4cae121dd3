import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { type BuildOptions, buildSync } from 'esbuild'
import express, { type ErrorRequestHandler, type Handler, type Response } from 'express'
import session from 'express-session'
import { type AuthenticateCallback, Passport, type Strategy } from 'passport'
import type { Page } from 'playwright-core'
import request from 'supertest'
import { describeInBrowser } from '../../../test/chromium'
import { closeAll, keep } from '../../../test/keep.js'
import { listen } from '../../../test/server'
import { Strategy as MoneyPools } from '../../passport-moneypools/src/index'
import { Strategy as MonPay } from '../../passport-monpay/src/index'
import { startMonPay, startSngine } from '../../passport-provider-simulators/src/index'
import { Strategy as ZaloPay } from '../../passport-zalopay-pkce/src/index'
import type { FailureInfo } from '../src/errors'
import { type LoginError, type Once, postgresOnce } from '../src/index'
import { openDocument, ROOT } from './readme/document'
import { expectNoSecret } from './support/oracle'
import { addSessions, openMoneyPools, ORIGIN, verify } from './support/shop'

const FORM = '<form method="post" action="/start"><button>Log in</button></form>'

afterEach(closeAll)

const textWithLines = (name: string) => openDocument(`docs/${name}.md`).text
const textOf = (name: string) => textWithLines(name).replaceAll(/\s+/g, ' ')

it.each([
  ['FR09', 'troubleshooting', 'send `Referrer-Policy: same-origin` with that page'],
  ['FR24', 'recipes', 'If the proxy removes `/app`, write `/app` in both'],
  ['FR28', 'troubleshooting', 'lead to a page with the button'],
  ['FR29', 'recipes', "Add the site's origin to `form-action`"],
  ['FR30', 'troubleshooting', '`resave: false`. A slow request must not change the session'],
  ['FR31', 'recipes', 'iron-session and next-session have neither'],
  ['B61', 'troubleshooting', 'iron-session and next-session have no `regenerate`'],
  ['B61', 'frameworks', 'Whoever knew the id before is then logged in, too'],
  ['FR32', 'troubleshooting', 'the visitor starts again in that browser'],
  ['FR33', 'frameworks', 'Bun 1.4.5 and Deno 2.9.6'],
  ['FR05', 'troubleshooting', 'close it in `afterAll`'],
  ['FR42', 'recipes', 'The host must not put anything before the path'],
  ['FR45', 'troubleshooting', 'by `navigateFallbackDenylist`'],
  ['FR46', 'troubleshooting', 'catch in the function'],
  ['FR68', 'troubleshooting', 'pass it on: `if (error) return next(error)`'],
  ['FR47', 'recipes', "put ZaloPay's callback before it"],
  ['FR101', 'troubleshooting', 'log only the path: [Access logs](recipes.md#access-logs)'],
  ['FR103', 'recipes', 'write [a guard of your own](outcomes.md#a-guard-of-your-own)'],
  ['FR104', 'troubleshooting', 'formidable: `firstValues`'],
  ['FR105', 'frameworks', 'Put the logins before `errorHandler()`'],
  ['FR105', 'frameworks', 'Do not use `StrategyAdapter`: it drops `info` and each status'],
  ['FR105', 'frameworks', 'refuse a MonPay login of another user in `$onVerify`'],
  ['FR106', 'frameworks', 'Before 0.6, `req.logOut` calls no function'],
  ['FR102', 'recipes', 'A page of your own must not send them either'],
  ['FR48', 'frameworks', 'Set `maxPending: 2`'],
  ['B43', 'troubleshooting', 'the User-Agent `passport-code-flow`, which the strategies send'],
  ['B43', 'adding-a-provider', 'The core sends the `user-agent` `passport-code-flow`'],
  ['B53', 'frameworks', "addHook('preValidation', passport.session())"],
  ['B54', 'frameworks', 'put `express.urlencoded()` only on the routes of the logins'],
  ['B54', 'troubleshooting', 'put the parser [only on the routes of the logins]'],
  ['B55', 'frameworks', 'answer a `LoginError` yourself, with `error.status`'],
  ['B56', 'frameworks', '`req.session`** must be the object whose members the framework stores'],
  ['B56', 'troubleshooting', 'is not the object that the framework stores'],
  ['FR99', 'troubleshooting', "another script, which the page's Content-Security-Policy forbids"],
  ['FR99', 'providers/zalopay', 'Scripts, style sheets and frames that the SDK adds do not load'],
  ['FR193', 'troubleshooting', 'give `launchPage` a `homeURL` of this origin'],
  ['FR49', 'troubleshooting', 'send `new URLSearchParams(formData)`'],
  ['FR226', 'recipes', 'Then the proxy must not add `/app` to redirects'],
  [
    'FR227',
    'recipes',
    "before the sessions: `app.use((req, res, next) => { req.headers['x-forwarded-proto']",
  ],
  ['FR227', 'recipes', 'before nginx, the value is `$http_x_forwarded_proto`'],
  ['FR228', 'troubleshooting', '`proxy_buffer_size 8k;` in nginx'],
  ['FR229', 'recipes', '`proxy_cache off` in a `location /auth/`'],
  ['FR229', 'recipes', 'A proxy between your site and the provider must cache nothing'],
  ['FR253', 'recipes', 'With MonPay, this login ends in `bad_response`'],
  ['FR253', 'troubleshooting', 'a proxy between your site and the provider caches the user info'],
])('%s docs/%s.md says what to do', (_id, name, sentence) => {
  expect(textOf(name)).toContain(sentence)
})

it('B42 docs/adding-a-provider.md names the command that checks the types of a test, and the file with expectNoSecret', () => {
  const page = readFileSync(path.join(ROOT, 'docs/adding-a-provider.md'), 'utf8')
  expect(page).toContain('`npx tsc -b` checks the types of the provider, the server and the test.')
  const project = JSON.parse(readFileSync(path.join(ROOT, 'tsconfig.json'), 'utf8'))
  expect(project.references).toContainEqual({ path: 'tsconfig.test.json' })
  const file = /`expectNoSecret\(.*\)` of `(.+)`/.exec(page)?.[1] ?? ''
  expect(readFileSync(path.join(ROOT, file), 'utf8')).toContain(`function ${expectNoSecret.name}(`)
})

it('B66 what docs/adding-a-provider.md says to test, the tests of its example test', () => {
  const [, section = ''] =
    /## 5\. .*?\n(.*?)\n## 6\./s.exec(textWithLines('adding-a-provider')) ?? []
  const items = section.split(/\n(?=- )/).slice(1)
  const codes =
    items
      .join('')
      .match(/`\w+`/g)
      ?.map((code) => code.slice(1, -1)) ?? []
  const tests = readFileSync(
    path.join(ROOT, 'examples/adding-a-provider/test/zalo.test.ts'),
    'utf8',
  )
  expect(codes).toEqual(expect.arrayContaining(['invalid_code', 'config', 'no_subject']))
  expect(codes.filter((code) => !tests.includes(code))).toEqual([])
  expect(items.join('')).toContain('two logins')
  expect(tests).toMatch(/^it\('.*has started two logins/m)
  expect(tests).toContain(`${expectNoSecret.name}(`)
})

it('B41 docs/providers/moneypools.md says that GET at Sngine 4.0.0 to 4.0.3 is assumed, and nowhere that it was seen', () => {
  const page = readFileSync(path.join(ROOT, 'docs/providers/moneypools.md'), 'utf8')
  const lines = page.split('\n').filter((line) => /4\.0\.[0-3]\b/.test(line))
  expect(lines).toEqual([expect.stringMatching(/^\| whether 4\.0\.0 to 4\.0\.3 take .* \| GET: /)])
})

const callbackURL = `${ORIGIN}/callback`

type Sessions = Partial<session.SessionOptions>

/**
 * A site with one login; it answers with the code that the login ends in, or with `logged in`.
 * A start at /bare answers as Passport does by itself, and /cart keeps something in the session.
 */
function openLogin(strategy: Strategy, sessions: Sessions = {}, before?: Handler) {
  const passport = new Passport()
  passport.use('one', strategy)
  const app = addSessions(express(), passport, sessions)
  if (before) app.use(before)
  const login: Handler = (req, res, next) => {
    const end: AuthenticateCallback = (error, user, info, status = 401) => {
      if (error) return next(error)
      if (!user) return res.status(Number(status)).json(info)
      return req.logIn(user, (problem) => (problem ? next(problem) : res.send('logged in')))
    }
    passport.authenticate('one', end)(req, res, next)
  }
  app.all('/start', login)
  app.all('/bare', passport.authenticate('one'))
  app.all('/callback', login)
  app.get('/cart', (req, res) => {
    Object.assign(req.session, { cart: 'full' })
    res.send('cart')
  })
  app.get('/next', (req, res) => res.send(req.user ? 'logged in' : 'nobody'))
  const answer: ErrorRequestHandler = (error: Partial<LoginError>, _req, res, _next) => {
    const { code, message, status = 500 } = error
    res.status(status).json({ code, message })
  }
  return app.use(answer)
}

/** A MonPay, and a strategy for it. */
async function openMonPay(more: { once?: Once } = {}) {
  const monpay = await keep(startMonPay({ callbackURL }))
  const { clientID, clientSecret, url: baseURL } = monpay
  return {
    monpay,
    strategy: new MonPay({ clientID, clientSecret, callbackURL, baseURL, ...more }, verify),
  }
}

/** A site with a MoneyPools login, and what is special about its sessions or its first handler. */
async function openSite(sessions?: Sessions, before?: Handler) {
  const { strategy, wayBack } = await openMoneyPools(callbackURL)
  return { app: openLogin(strategy, sessions, before), wayBack }
}

it('FR09 a form without an origin is refused, and one under same-origin starts a login', async () => {
  const { app } = await openSite()
  const send = (origin: string) => request(app).post('/bare').set('origin', origin)
  await send('null').expect(403, 'Forbidden')
  await send('https://shop.example').expect(302)
})

it('FR28 a link of another site to the start is a bare Forbidden, and the button of a page is not', async () => {
  const { app } = await openSite()
  await request(app).get('/bare').set('sec-fetch-site', 'cross-site').expect(403, 'Forbidden')
  await request(app).post('/bare').set('sec-fetch-site', 'same-origin').expect(302)
})

it.each([
  [true, 403],
  [false, 200],
])(
  'FR30 a slow request across the start, with resave: %s, ends the login in %s',
  async (resave, status) => {
    const { app, wayBack } = await openSite({ resave })
    const held = new Promise<Response>((hold) => app.get('/slow', (_req, res) => hold(res)))
    const browser = request.agent(app)
    await browser.get('/cart')
    const slow = browser.get('/slow').then(({ status: ended }) => ended)
    const response = await held
    await browser.post('/start').expect(302)
    response.send('slow')
    expect(await slow).toBe(200)
    await browser.get(wayBack()).expect(status)
  },
)

it.each([
  ['get', 'public', 403],
  ['get', 'no-store', 200],
  ['post', 'public', 200],
] as const)(
  'behind a cache, a start by %s with Cache-Control %s after that of another visitor leads to %i',
  async (method, control, status) => {
    const kept = new Map<string, string>()
    // as nginx with `proxy_cache_valid 10m`: it keeps redirects, but none with a cookie
    const cache: Handler = (req, res, next) => {
      const location = req.method === 'GET' && kept.get(req.url)
      if (location) return res.redirect(location)
      res.set('cache-control', control).on('finish', () => {
        const isKept = res.statusCode === 302 && !res.hasHeader('set-cookie')
        if (isKept && control !== 'no-store') kept.set(req.url, String(res.get('location')))
      })
      return next()
    }
    const { app, wayBack } = await openSite({}, cache)
    const other = request.agent(app)
    await other.get('/cart')
    await other[method]('/start').expect(302)
    const browser = request.agent(app)
    await browser[method]('/start').expect(302)
    await browser.get(wayBack()).expect(status)
  },
)

it('a Secure cookie is lost behind a proxy without trust proxy, and kept with it (FR21)', async () => {
  for (const [trust, status] of [
    [0, 403],
    [1, 200],
  ] as const) {
    const { app, wayBack } = await openSite({ cookie: { secure: true } })
    app.set('trust proxy', trust)
    const https = { 'x-forwarded-proto': 'https' }
    const { headers } = await request(app).post('/start').set(https)
    const cookie = headers['set-cookie'] ?? ''
    await request(app)
      .get(wayBack())
      .set({ cookie, ...https })
      .expect(status)
  }
})

it("the button ends in `bad_callback` or `start_loop`: the start is the end of the callback's path", async () => {
  const codeOf = async (callback: string) => {
    const { strategy } = await openMoneyPools(callbackURL, { callbackURL: ORIGIN + callback })
    const { status, body } = await request(openLogin(strategy)).post('/start')
    return status === 302 ? 'started' : (body as FailureInfo).code
  }
  expect(await codeOf('/app/start')).toBe('bad_callback')
  expect(await codeOf('/app/callback')).toBe('started')
})

it('"No login was started in this browser", always: the callback has another host name than the start', async () => {
  const { app, wayBack } = await openSite()
  const { port } = await keep(listen(app))
  const browser = request.agent('')
  await browser.post(`http://localhost:${port}/start`).expect(302)
  const back = wayBack()
  const refused = await browser.get(`http://127.0.0.1:${port}${back}`)
  expect(refused.body).toHaveProperty('code', 'no_pending_login')
  expect(refused.text).toContain('No login was started in this browser')
  // the browser keeps a cookie for one host name
  await browser.get(`http://localhost:${port}${back}`).expect('logged in')
})

it.each([
  ['connect.sid', 403],
  ['shop.sid', 200],
])(
  'FR202 a browser with an old cookie connect.sid, and the session in %s: %i',
  async (name, status) => {
    const { app, wayBack } = await openSite({ name })
    const { headers } = await request(app).post('/start')
    // a browser sends the cookie with the longer path first
    const cookie = `connect.sid=s%3Aold.signature; ${String(headers['set-cookie']).split(';', 1)[0]}`
    await request(app).get(wayBack()).set({ cookie }).expect(status)
  },
)

it.each([
  ['code', 'bad_callback', 'no_pending_login'],
  ['invitation', 'started', 'started'],
])(
  'FR203 a start of ZaloPay with a %s of its own: %s as a field, %s in the address',
  async (name, posted, asked) => {
    const client = { clientID: '7', clientSecret: 'secret', callbackURL, launchURL: '/launch' }
    const strategy = new ZaloPay({ ...client, skipUserProfile: true }, async () => ({}))
    const site = request(openLogin(strategy, {}, express.urlencoded({ extended: false })))
    const codeOf = ({ status, body }: request.Response) =>
      status === 302 ? 'started' : (body as FailureInfo).code
    expect(codeOf(await site.post('/start').send(`${name}=autumn`))).toBe(posted)
    expect(codeOf(await site.get('/start').query({ [name]: 'autumn' }))).toBe(asked)
  },
)

describeInBrowser('"No login was started in this browser", in a browser', (open) => {
  /** A page with the button, and with a service worker if its code is given. */
  async function openPage(sessions: Sessions, worker: string) {
    const moneypools = await keep(startSngine())
    const server = createServer()
    const { port } = await keep(listen(server))
    // another site than that of the simulator
    const ours = `http://localhost:${port}`
    moneypools.callbackURL = `${ours}/callback`
    const { clientID, clientSecret, url: baseURL } = moneypools
    const settings = { clientID, clientSecret, baseURL, callbackURL: `${ours}/callback` }
    const pages: Handler = (req, res, next) => {
      if (req.path === '/') return res.send(FORM)
      return req.path === '/worker.js' ? res.type('js').send(worker) : next()
    }
    const strategy = new MoneyPools(settings, verify)
    server.on('request', openLogin(strategy, sessions, pages))
    const page = await open({})
    // a failure page is an error there
    page.context().removeAllListeners('console')
    await page.goto(ours)
    return { ours, page }
  }

  async function logInThere(page: Page, ours: string): Promise<void> {
    await page.getByRole('button').click()
    await page.getByTestId('log-in').first().click()
    await page.getByTestId('continue').click()
    await page.waitForURL(`${ours}/callback?**`)
  }

  const SHELL = "event.respondWith(new Response('the start page'))"

  it.each([
    ['FR40 passes everything on', 'event.respondWith(fetch(event.request))', 'logged in'],
    ['FR45 answers every page load', `if (isPage) ${SHELL}`, 'the start page'],
    ['FR45 excludes the callback', `if (isPage && !isCallback) ${SHELL}`, 'logged in'],
  ])('with a service worker that %s', async (_what, respond, end) => {
    const worker = `onactivate = (event) => event.waitUntil(clients.claim())
onfetch = (event) => {
  const { mode, method, url } = event.request
  const isPage = mode === 'navigate' && method === 'GET'
  const isCallback = url.includes('/callback')
  ${respond}
}`
    const { ours, page } = await openPage({}, worker)
    await page.evaluate(`new Promise((resolve) => {
        navigator.serviceWorker.oncontrollerchange = resolve
        navigator.serviceWorker.register('/worker.js')
      }).then(() => {})`)
    await logInThere(page, ours)
    expect(await page.textContent('body')).toContain(end)
  })

  it.each([
    ['strict', 'No login was started in this browser'],
    ['lax', 'logged in'],
  ] as const)('SameSite=%s: %s', async (sameSite, end) => {
    const { ours, page } = await openPage({ cookie: { sameSite } }, '')
    await logInThere(page, ours)
    expect(await page.textContent('body')).toContain(end)
  })
})

it.each([
  [5, false],
  [2, true],
])(
  'FR48 a session with %i pending logins of long addresses fits in a cookie: %p',
  async (maxPending, fits) => {
    const { strategy } = await openMoneyPools(callbackURL, { maxPending })
    const store = new session.MemoryStore()
    const passport = new Passport().use(strategy)
    const app = addSessions(express(), passport, { store })
    const returnTo = `/${'a'.repeat(800)}`
    app.post('/start', passport.authenticate('moneypools', { returnTo }))
    const browser = request.agent(app)
    for (let starts = 0; starts < 5; starts++) await browser.post('/start').expect(302)
    const { sessions } = store as unknown as { sessions: Record<string, string> }
    // as cookie-session writes it
    const [cookie = ''] = Object.values(sessions).map((kept) => btoa(kept))
    expect(cookie.length < 4096).toBe(fits)
  },
)

it('FR49 a FormData is no form for the parser, and URLSearchParams are', async () => {
  const { monpay, strategy } = await openMonPay()
  const app = openLogin(strategy, {}, express.urlencoded({ extended: false }))
  const code = monpay.issueCode()
  const post = () => request(app).post('/callback').set('origin', ORIGIN)
  expect((await post().field('code', code)).body).toMatchObject({ code: 'config' })
  const form = new URLSearchParams({ code }).toString()
  await post().type('form').send(form).expect('logged in')
})

it.each([
  ['an array of each field', (value: string) => [value], 'code must be sent once, as text'],
  ['an object of each field', (value: string) => ({ value }), 'code must be sent once, as text'],
  ['text of each field', (value: string) => value, undefined],
])('FR104 a parser that makes %s', async (_what, make, reason) => {
  const { monpay, strategy } = await openMonPay()
  const parse: Handler = (req, _res, next) => {
    req.body = { code: make(String(req.headers['x-field'])) }
    next()
  }
  const post = request(openLogin(strategy, {}, parse))
    .post('/callback')
    .set('origin', ORIGIN)
  const { status, body } = await post.set('x-field', monpay.issueCode())
  expect([status, body.code, body.reason]).toEqual(
    reason ? [400, 'bad_callback', reason] : [200, undefined, undefined],
  )
})

it('FR103 a client without rowCount in its answers ends the login in guard, and the message says what it did', async () => {
  const pool = { query: async () => [] as never }
  const { monpay, strategy } = await openMonPay({ once: postgresOnce(pool) })
  const login = request(openLogin(strategy)).get('/callback').query({ code: monpay.issueCode() })
  const { body } = await login.expect(503)
  const message = expect.stringContaining('a code that nobody had used')
  expect(body).toEqual({ code: 'guard', message })
  expect(monpay.requests).toEqual([])
})

describe('logged in, but not on the next page', () => {
  /** What the next page says in another process. */
  async function next(sessions: () => Sessions) {
    const { strategy, wayBack } = await openMoneyPools(callbackURL)
    const { url } = await keep(listen(openLogin(strategy, sessions())))
    const other = await keep(listen(openLogin(strategy, sessions())))
    const browser = request.agent('')
    await browser.post(`${url}/start`).expect(302)
    await browser.get(url + wayBack()).expect('logged in')
    return (await browser.get(`${other.url}/next`)).text
  }

  it('each process has its own sessions, until they share a store', async () => {
    expect(await next(() => ({}))).toBe('nobody')
    const store = new session.MemoryStore()
    expect(await next(() => ({ store }))).toBe('logged in')
  })

  it.each([
    [true, 'nobody'],
    ['auto', 'logged in'],
  ] as const)('over http, with secure: %s, the next page says: %s', async (secure, said) => {
    const { monpay, strategy } = await openMonPay()
    const browser = request.agent(openLogin(strategy, { cookie: { secure } }))
    await browser.get(`/callback?code=${monpay.issueCode()}`).expect('logged in')
    await browser.get('/next').expect(said)
  })
})

it('`req.session.regenerate is not a function`: the session has none', async () => {
  const { app, wayBack } = await openSite({}, (req, _res, next) => {
    Object.defineProperty(req.session, 'regenerate', { value: undefined })
    next()
  })
  const browser = request.agent(app)
  await browser.post('/start').expect(302)
  await browser.get(wayBack()).expect(500, /req\.session\.regenerate is not a function/)
})

const settings = { clientID: 'shop', clientSecret: 'secret', callbackURL }

/** Bundles a program and runs it in a process of its own. */
function runBundle(contents: string, options: BuildOptions, ...flags: string[]) {
  const resolveDir = path.join(ROOT, 'packages')
  const alias = { 'passport-code-flow': path.join(resolveDir, 'passport-code-flow/src/index.ts') }
  const common = { bundle: true, write: false, platform: 'node', alias } as const
  const stdin = { contents, resolveDir }
  const { outputFiles = [] } = buildSync({ ...common, stdin, ...options })
  const input = outputFiles[0]?.text ?? ''
  return spawnSync(process.execPath, flags, { input, encoding: 'utf8' })
}

/** Runs a login in a process of its own; `end` is the application's function. */
function runCallback(end: string, url = '/callback') {
  const options = { ...settings, baseURL: 'http://127.0.0.1:1' } // nobody listens there
  const program = `import { Passport } from 'passport'
import { Strategy } from './passport-monpay/src/index.ts'
const passport = new Passport()
passport.use(new Strategy(${JSON.stringify(options)}, async () => ({})))
const next = (error) => console.log('next: ' + error.message)
passport.authenticate('monpay', ${end})({ headers: {}, url: '${url}' }, {}, next)`
  return runBundle(program, {})
}

it.each([
  ['throw new Error("lost")', 1, '', 'lost'],
  ['try { throw new Error("lost") } catch (error) { next(error) }', 0, 'next: lost\n', ''],
])('FR46 an async function given to authenticate: %s', (body, status, stdout, stderr) => {
  const ended = runCallback(`async () => { ${body} }`)
  expect(ended).toMatchObject({ status, stdout })
  expect(ended.stderr).toContain(stderr)
})

it.each([
  ['throw error', 1, /^$/, /LoginError/],
  ['return next(error)', 0, /^next: monpay: /, /^$/],
])('FR68 a function given to authenticate: if (error) %s', (body, status, stdout, stderr) => {
  const ended = runCallback(`(error) => { if (error) ${body} }`, '/callback?code=one')
  expect(ended.status).toBe(status)
  expect(ended.stdout).toMatch(stdout)
  expect(ended.stderr).toMatch(stderr)
})

it('FR205 for a list of strategies, the function given to authenticate gets lists', async () => {
  const { strategy } = await openMonPay()
  const passport = new Passport().use('one', strategy).use('two', strategy)
  const app = express().get('/callback', (req, res, next) => {
    const end: AuthenticateCallback = (_error, _user, info, status) => res.json({ info, status })
    passport.authenticate(['one', 'two'], end)(req, res, next)
  })
  const { body } = await request(app).get('/callback')
  expect(body).toMatchObject({
    info: [{ code: 'no_code' }, { code: 'no_code' }],
    status: [400, 400],
  })
})

it('FR201 a function given to authenticate that throws twice: Node shows what it threw first', () => {
  const { stderr } = runCallback('(error) => { throw new Error(error ? "second" : "first") }')
  expect(stderr).toContain('Error: first')
  expect(stderr).not.toContain('Error: second')
})

it('"Dynamic require is not supported" in a bundle (FR13): with the banner of the page it works', () => {
  const program = `import { Strategy } from './passport-monpay/src/index.ts'
console.log(new Strategy(${JSON.stringify(settings)}, async () => ({})).name)`
  const run = (banner: Record<string, string>) =>
    runBundle(program, { format: 'esm', banner }, '--input-type=module')
  // an ES module bundle of CommonJS packages has no require
  expect(run({}).stderr).toMatch(/Dynamic require of "[\w:]+" is not supported/)
  const [, js = ''] = /--banner:js="(.+?)"/.exec(textOf('frameworks')) ?? []
  expect(run({ js })).toMatchObject({ status: 0, stdout: 'monpay\n', stderr: '' })
})

it.each([
  ['hangs when the simulator is not closed', '', 'hangs\n'],
  ['ends when it is closed', 'await monpay.close()', ''],
])('the tests do not end: a process %s', (_says, remedy, stdout) => {
  const program = `import { startMonPay } from './passport-provider-simulators/src/index.ts'
startMonPay().then(async (monpay) => {
  ${remedy}
  // only what is left open lets this timer end
  setTimeout(() => process.exit(console.log('hangs')), 300).unref()
})`
  const folder = path.join(ROOT, 'packages/passport-provider-simulators/src')
  const define = { __dirname: JSON.stringify(folder) }
  expect(runBundle(program, { define })).toMatchObject({ status: 0, stdout, stderr: '' })
})

it.each([
  ['before all routes', 'is empty', '/'],
  ['on the routes of the logins', 'has x=1', '/auth'],
])('B54 with a body parser %s, a form of the framework %s', async (_where, expected, where) => {
  const app = express().use(where, express.urlencoded())
  // as a framework's handler does: it makes a Request of Fetch from what is left of the body
  app.post('/form', (req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    const end = () =>
      res.send(chunks.length > 0 ? `has ${Buffer.concat(chunks).toString()}` : 'is empty')
    if (req.readableEnded) end()
    else req.on('end', end)
  })
  await request(app).post('/form').type('form').send({ x: '1' }).expect(expected)
})

it('each row of the table has a test', () => {
  const { text } = openDocument('docs/troubleshooting.md')
  const rows = [...text.matchAll(/^\| (?!symptom|--)([^|]+) \|/gm)].map(([, symptom]) => symptom)
  expect(rows).toEqual([
    // recipes.test.ts runs these two
    'the button does nothing',
    'a script starts the login by `fetch`, and nothing happens',
    '"Forbidden" (`cross_site_start`) after a click on the button',
    '"Forbidden" after a link in a mail or on another site',
    'only the word "Forbidden", without a page of yours',
    '"No login was started in this browser", always',
    '"No login was started in this browser", behind a proxy',
    '"No login was started in this browser", with two host names',
    '"No login was started in this browser", always, but only for some visitors',
    '"No login was started in this browser", for everybody, behind a cache',
    '"No login was started in this browser", sometimes',
    '"No login was started in this browser", on a phone', // FR32
    '"No login was started in this browser", always, without express-session', // B56
    '"No login was started in this browser", with sessions in a cookie', // FR48
    '"No login was started in this browser", for a user who is logged in', // FR75: examples/express
    // passport-zalopay-pkce: browser.test.ts, and classifyError in token-answer.test.ts
    'always `invalid_code` with ZaloPay, with `challengeEncoding`',
    'always `invalid_code` with ZaloPay, without `challengeEncoding`',
    'the launch page says "Open this page in the ZaloPay app" inside the app', // FR99
    'the launch page stays, and the console says `form-action`', // FR193: passport-zalopay-pkce
    'the button ends in `bad_callback` or `start_loop`',
    "ZaloPay's button ends in `bad_callback` or `no_pending_login`",
    'always `bad_response`, and the message has `coding gzip`', // FR64
    'always refused, and `provider.message` has the word User-Agent', // FR55
    'always `config`', // login/exchange.test.ts
    '`network`, and `cause` has ETIMEDOUT for an address that curl reaches', // FR78: net/http.test.ts
    '`timeout`, and `cause` says that no connection was open', // FR184: net/http.test.ts
    '`config` after a posted callback', // FR22
    '`config` after a posted callback, with a parser', // FR49
    '`bad_callback` after a posted callback, and the reason has "must be sent once, as text"', // FR104
    'a form of SvelteKit is never answered, or one of React Router is empty', // B54
    "403 from your CSRF middleware after ZaloPay's launch page", // FR47
    'the callback shows the home page of your single-page application', // FR45
    '`code_already_used` at the first try', // A28
    'every login ends in `guard`', // FR01
    'every login ends in `guard`, and the message says "a code that nobody had used"', // FR103
    'logged in, but not on the next page',
    'logged in, but not on the next page, with one process',
    'a visitor sees the page of another one, or the old page after a login', // FR163
    'a visitor is logged in as another one', // FR253
    "502 at a start or a callback, and nginx's log has `upstream sent too big header`", // FR228
    'works without the proxy, but not behind it', // recipes.test.ts
    '`req.session.regenerate is not a function`',
    '"Dynamic require is not supported" in a bundle',
    '"Invalid status code" from the function given to `authenticate`',
    'an error in the function given to `authenticate` ends the process', // FR46
    "a provider's error ends the process", // FR68
    'your log has codes of callbacks', // FR101: recipes.test.ts
    'the tests do not end',
    'does it work in Bun or Deno?',
  ])
})
