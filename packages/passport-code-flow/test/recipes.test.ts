import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { stringify } from 'node:querystring'
import express, { type ErrorRequestHandler } from 'express'
import type { AuthenticateOptions } from 'passport'
import * as redis from 'redis'
import request, { type Response } from 'supertest'
import { closeAll, keep } from '../../../test/keep.js'
import { startProxy } from '../../../test/server'
import { Strategy as MoneyPools } from '../../passport-moneypools/src/index'
import { startSngine, startZaloPay } from '../../passport-provider-simulators/src/index'
import { LoginError, type LoginInfo, memoryOnce } from '../src/index'
import { attempt, endOf } from './support/bare'
import { openDocument, ROOT } from './readme/document'
import { addSessions, keepUsers, openMoneyPools, openZaloPay, ORIGIN, verify } from './support/shop'
import { describeWith, startRedis } from './support/services'

const PAGE = 'docs/recipes.md'
const callbackURL = `${ORIGIN}/auth/moneypools/callback`

/** Packages that only the shop has. */
const requireFromShop = createRequire(path.join(ROOT, 'examples/shop/package.json'))

afterEach(closeAll)

/** The page, a site for its programs, and MoneyPools for both. */
async function open() {
  const { strategy, wayBack: back, ...scene } = await openMoneyPools(callbackURL)
  const document = openDocument(PAGE)
  const { passport } = document
  passport.use(strategy)
  keepUsers(passport)
  const app = express()
  app.set('trust proxy', false)
  const find = (heading: string) => {
    const block = document.blocks.find((one) => one.heading === heading)
    if (!block) throw new Error(`${PAGE} has no program under ${heading}`)
    return block
  }
  const site = { app, passport, settings: scene.settings, verify }
  const run = (heading: string, given = {}) => document.run(find(heading), { ...site, ...given })
  const start = (heading: string, given = {}) =>
    document.start(find(heading), { ...site, ...given })
  /** Sessions, and `/as/:id`, which makes somebody the user who is logged in. */
  const addUsers = () => {
    addSessions(app, passport, { cookie: { secure: 'auto' } })
    app.get('/as/:id', (req, res) => req.logIn({ id: req.params.id }, () => res.send('hello')))
    return request.agent(app)
  }
  /** Adds sessions and a login, which answers with the user and all that its session keeps. */
  const addLogin = (started: object = {}, ended: AuthenticateOptions = {}) => {
    const browser = addUsers()
    app.post('/auth/moneypools', (req, res, next) => {
      Object.assign(req.session, { cart: 'full' })
      passport.authenticate('moneypools', started)(req, res, next)
    })
    app.get('/auth/moneypools/callback', passport.authenticate('moneypools', ended))
    app.get('/auth/moneypools/callback', ({ authInfo, user, session }, res) =>
      res.json({ authInfo, user, session }),
    )
    app.get('/session', (req, res) => res.json(req.session))
    return browser
  }
  return { ...scene, passport, app, run, start, addUsers, addLogin, back }
}

/** What pino-http gets: each function makes what is written. */
interface Serializers {
  serializers: Record<'req' | 'res', (given: object) => object>
}

const cookieOf = ({ headers }: Response) => String(headers['set-cookie'])

const answerErrors: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (!(error instanceof LoginError)) return next(error)
  return res.status(error.status).send(error.code)
}

it('each program of the page has a test that names its heading', () => {
  const tests = readFileSync(__filename, 'utf8')
  const headings = openDocument(PAGE).blocks.map(({ heading }) => heading)
  expect(headings).toEqual([...new Set(headings)])
  expect(headings.filter((one) => !RegExp(`(['"])${one}\\1`).test(tests))).toEqual([])
})

it('In TypeScript: the program is the one that the matrix compiles', () => {
  const block = openDocument(PAGE).blocks.find(({ heading }) => heading === 'In TypeScript')
  expect(block?.source).toBe(readFileSync(path.join(ROOT, 'matrix/types/link.ts'), 'utf8'))
})

// for both tools the matrix reads what they record
it('OpenTelemetry: the options name each code, secret and token of an address (B60)', async () => {
  const { passport, addLogin, start } = await open()
  // a site before 4.0.4 reads everything from the query
  const site = await keep(startSngine({ callbackURL, version: '3.13' }))
  const { clientID, clientSecret, url: baseURL } = site
  passport.use(new MoneyPools({ clientID, clientSecret, callbackURL, baseURL }, verify))
  const browser = addLogin()
  await browser.post('/auth/moneypools').expect(302)
  const { pathname, search } = new URL(site.redirectURL(site.issueKey()))
  await browser.get(pathname + search).expect(200)
  const sent = new Set(site.requests.flatMap(({ query }) => Object.keys(query)))
  sent.delete('app_id')
  const HttpInstrumentation = class {
    constructor(readonly options: object) {}
  }
  const given = { '@opentelemetry/instrumentation-http': { HttpInstrumentation } }
  expect(start('OpenTelemetry', given)).toEqual({
    options: {
      redactedQueryParams: [...sent].sort(),
      redactedQueryParamsServer: ['auth_key', 'code'],
    },
  })
})

it('Sentry: the options leave out the code in an address and posted forms (B60)', async () => {
  const { start } = await open()
  const init = jest.fn()
  start('Sentry', { '@sentry/node': { init } })
  const dataCollection = { urlQueryParams: { deny: ['code'] }, httpBodies: [] }
  expect(init).toHaveBeenCalledWith(expect.objectContaining({ dataCollection }))
})

// for both loggers the matrix reads what they write
it('morgan: the format has the path of a callback, also under a router, and not its query (FR101)', async () => {
  const { start } = await open()
  const tokens: Record<string, (req: object) => string> = {}
  const token = (name: string, read: (req: object) => string) => (tokens[name] = read)
  const morgan = Object.assign((format: string) => format, { token })
  expect(start('morgan', { morgan })).toBe(':method :path :status :response-time ms')
  const req = { url: '/monpay?code=1', originalUrl: '/auth/monpay?code=1' }
  expect(tokens['path']?.(req)).toBe('/auth/monpay')
})

it('pino: the serializers leave out the query, the headers and the cookies (FR101)', async () => {
  const { start } = await open()
  const headers = { cookie: 'a session' }
  const req = { method: 'GET', url: '/auth/monpay?code=1', query: { code: '1' }, headers }
  const pinoHTTP = ({ serializers: { req: readRequest, res } }: Serializers) => [
    readRequest(req),
    res({ statusCode: 303, headers }),
  ]
  const written = [{ method: 'GET', path: '/auth/monpay' }, { statusCode: 303 }]
  expect(start('pino', { 'pino-http': pinoHTTP })).toEqual(written)
})

it('Return to the page that asked: returnTo decides where a login ends', async () => {
  const { run, addUsers, back } = await open()
  const browser = addUsers()
  await run('Return to the page that asked')
  for (const [returnTo, location] of [
    ['/cart', '/cart'],
    ['//evil.example', '/'],
  ]) {
    await browser.post('/auth/moneypools').type('form').send({ returnTo }).expect(302)
    await browser.get(back()).expect(303).expect('location', location!)
  }
  await browser.get('/auth/moneypools/callback?auth_key=abc').expect('location', '/login')
})

/** A browser of a site that has the account `key` of a provider, and the accounts that are linked. */
async function openLinks(heading: string, name: string, key: string, more: object) {
  const { app, passport, run, addUsers, back } = await open()
  const browser = addUsers()
  app.get('/me', (req, res) => res.json(req.user ?? null))
  const identities = new Map<string, string>()
  const findOrCreate = (account: string) => ({ id: identities.get(account) ?? `new ${account}` })
  await run(heading, { identities, findOrCreate, ...more })
  app.post(`/auth/${name}`, passport.authenticate(name, { returnTo: '/cart' }))
  const callback = `/auth/${name}/callback`
  app.get(callback, passport.authenticate(name, { failureRedirect: '/login' }))
  app.get(callback, ({ authInfo }, res) =>
    res.redirect(303, (authInfo as LoginInfo).returnTo ?? '/'),
  )
  const me = async () => (await browser.get('/me')).body
  return { browser, identities, key, back, me }
}

/** With MoneyPools, and with its answer to the question. */
async function linkWithQuestion() {
  const links = await openLinks('With passport.authorize', 'moneypools', 'moneypools:1', {})
  const { browser, back } = links
  const start = async (from: string) => {
    await browser.post(from).expect(302)
    return () => browser.get(back())
  }
  const answer = (given: object) => browser.post('/account/link/answer').type('form').send(given)
  const link = async () => {
    const asked = await (await start('/account/link'))()
    const [, key] = /name="key" value="([^"]*)"/.exec(asked.text) ?? []
    return key === undefined ? asked : answer({ key })
  }
  return { ...links, start, answer, link, login: '/auth/moneypools' }
}

/** With ZaloPay, whose page runs on another address. */
async function linkInVerify() {
  const { zalopay, zalopaySettings } = await openZaloPay()
  const settings = { ...zalopaySettings, launchURL: '/launch' }
  const [user] = zalopay.users
  const key = `zalopay:${user?.muid}`
  const links = await openLinks('In verify', 'zalopay', key, { settings })
  const { browser } = links
  const start = async (from: string) => {
    const { headers } = await browser.post(from).expect(302)
    const codeChallenge = /codeChallenge=([\w-]+)/.exec(String(headers['location']))?.[1] ?? ''
    const { pathname, search } = new URL(zalopay.redirectURI(zalopay.issueCode({ codeChallenge })))
    return () => browser.get(pathname + search)
  }
  const link = async () => (await start('/account/link'))()
  return { ...links, start, link, login: '/auth/zalopay' }
}

describe.each([
  ['With passport.authorize', linkWithQuestion],
  ['In verify', linkInVerify],
])('Link a second login, %s', (_heading, openLink) => {
  it('links to the user who asked, who stays logged in', async () => {
    const { browser, identities, key, link, me } = await openLink()
    await browser.get('/as/anna')
    expect(await link()).toMatchObject({ status: 303, headers: { location: '/account' } })
    expect([...identities]).toEqual([[key, 'anna']])
    expect(await me()).toEqual({ id: 'anna' })
  })

  it('links to nobody else: another user has logged in, the account is taken, nobody is there', async () => {
    const { browser, identities, key, start, link } = await openLink()
    await browser.post('/account/link').expect('location', '/login')
    await browser.get('/as/anna')
    const finish = await start('/account/link')
    await browser.get('/as/boris')
    expect((await finish()).headers['location']).toBe('/login')
    identities.set(key, 'carla')
    expect((await link()).headers['location']).toBe('/login')
    expect([...identities]).toEqual([[key, 'carla']])
  })

  it('logs in with an account that is linked, and returns to the page that asked', async () => {
    const { identities, key, start, login, me } = await openLink()
    identities.set(key, 'anna')
    const back = await start(login)
    expect(await back()).toMatchObject({ status: 303, headers: { location: '/cart' } })
    expect(await me()).toEqual({ id: 'anna' })
  })
})

it('A111 FR148 Link a second login: links no account of MoneyPools before the user has seen its name', async () => {
  const { browser, identities, key, start, answer } = await linkWithQuestion()
  await browser.get('/as/anna')
  const { text } = await (await start('/account/link'))()
  expect(text).toContain('as <bdi>Мария Иванова</bdi> can')
  await answer({ key: 'moneypools:2' }).expect('location', '/login')
  await answer({ key }).expect('location', '/login')
  await (await start('/account/link'))()
  await browser.get('/as/boris')
  await answer({ key }).expect('location', '/login')
  await answer({}).expect('location', '/login')
  expect([...identities]).toEqual([])
})

it('With helmet: the form may lead to MoneyPools, and old browsers say where it comes from (FR09, FR29)', async () => {
  const { app, run } = await open()
  await run('With helmet')
  app.get('/', (_req, res) => res.send('a page with a form'))
  const { headers } = await request(app).get('/')
  const formAction = "form-action 'self' https://cs.moneypoolscash.com"
  expect(headers['content-security-policy']).toContain(formAction)
  expect(headers['referrer-policy']).toBe('same-origin')
})

it('A CSRF token: only a form with the token of the session starts a login', async () => {
  const { app, run, addUsers } = await open()
  const browser = addUsers()
  await run('A CSRF token')
  const { text } = await browser.get('/login').expect(200)
  const csrf = /name="csrf" value="([\w-]{43})"/.exec(text)?.[1]
  const send = (body: object) => browser.post('/auth/moneypools').type('form').send(body)
  await send({}).expect(403, /allow cookies/)
  await send({ csrf: 'é'.repeat(43) }).expect(403)
  await send({ csrf: `${csrf?.slice(0, -1)}_` }).expect(403)
  await send({ csrf }).expect(302)
  await request(app).post('/auth/moneypools').type('form').send({ csrf }).expect(403)
})

describeWith('Redis', 'Several processes', () => {
  it('a login starts in one process and ends in another, and its key is used up in both', async () => {
    const server = await keep(startRedis())
    const { moneypools, settings, wayBack } = await openMoneyPools(callbackURL)
    const openProcess = async () => {
      const { passport, app, run } = await open()
      let client: redis.RedisClientType | undefined
      const createClient = (options: redis.RedisClientOptions) =>
        (client = redis.createClient(options) as redis.RedisClientType)
      await run('Several processes', {
        settings,
        process: { env: { REDIS_URL: server.url, SESSION_SECRET: 'test' } },
        redis: { createClient },
        'connect-redis': requireFromShop('connect-redis'),
      })
      await keep({ close: () => client?.destroy() })
      const login = passport.authenticate('moneypools')
      app.post('/auth/moneypools', login)
      app.get('/auth/moneypools/callback', login, (_req, res) => res.send('logged in'))
      if (!client?.isReady) await once(client!, 'ready')
      return app
    }
    const [one, other] = [await openProcess(), await openProcess()]
    const start = await request(one).post('/auth/moneypools').expect(302)
    const back = wayBack()
    await request(other).get(back).set('cookie', cookieOf(start)).expect(200, 'logged in')
    const again = await request(one).post('/auth/moneypools').expect(302)
    await request(one).get(back).set('cookie', cookieOf(again)).expect(403)
    expect(moneypools.requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1)
  })
})

it('Behind a proxy: the browser is led to the outside path, with a Secure cookie (FR21, FR24)', async () => {
  const { passport, app, run, addUsers } = await open()
  const zalopay = await keep(startZaloPay({ callbackURL: `${ORIGIN}/app/auth/zalopay/callback` }))
  const { clientID, clientSecret, url: baseURL, userInfoURL } = zalopay
  const settings = { clientID, clientSecret, baseURL, userInfoURL }
  addUsers()
  await run('Behind a proxy', { settings })
  // the proxy takes /app away
  app.post('/auth/zalopay/callback', express.urlencoded(), passport.authenticate('zalopay'))
  app.post('/auth/zalopay/callback', (req, res) => res.send((req.authInfo as LoginInfo).returnTo))
  const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' }
  const start = await request(app).post('/auth/zalopay').set(proxied).expect(302)
  expect(start.headers['location']).toMatch(/^\/app\/auth\/zalopay\/launch\?/)
  const cookie = cookieOf(start)
  expect(cookie).toContain('Secure')
  const { searchParams } = new URL(start.headers['location'] ?? '', ORIGIN)
  const code = zalopay.issueCode({ codeChallenge: searchParams.get('codeChallenge') ?? '' })
  const posted = { code, login: searchParams.get('login') }
  const callback = request(app).post('/auth/zalopay/callback').set(proxied).set('cookie', cookie)
  await callback.type('form').send(posted).expect(200, '/app/cart')
})

it.each([
  ['https', /Secure/],
  [undefined, /^undefined$/], // the start of MoneyPools ends, but no cookie is set
])(
  'FR227 Behind a proxy without headers: with %s set by the application',
  async (proto, cookie) => {
    const { passport, app } = await open()
    app.set('trust proxy', 1)
    app.use((req, _res, next) => {
      if (proto !== undefined) req.headers['x-forwarded-proto'] = proto
      next()
    })
    addSessions(app, passport, { cookie: { secure: true } })
    app.post('/auth/moneypools', passport.authenticate('moneypools'))
    const start = await request(app).post('/auth/moneypools').expect(302)
    expect(cookieOf(start)).toMatch(cookie)
  },
)

it.each([
  ['/', 302],
  ['/app', 500],
])('Behind a proxy: with %s as the path of the cookie, a start ends in %s', async (at, status) => {
  const { passport, app } = await open()
  addSessions(app, passport, { cookie: { path: at } })
  app.post('/auth/moneypools', passport.authenticate('moneypools'))
  app.use(answerErrors)
  await request(app).post('/auth/moneypools').expect(status)
})

it('Start from a page that works with fetch: the script sends a form that starts the login', async () => {
  const { moneypools, passport, app, run, addUsers } = await open()
  addUsers()
  app.post('/auth/moneypools', passport.authenticate('moneypools'))
  let click: (() => void) | undefined
  const sent: { method?: string; action?: string }[] = []
  const inPage = new Set<object>()
  const document = {
    querySelector: (selector: string) =>
      selector === '#log-in' && {
        addEventListener: (_click: 'click', listener: () => void) => (click = listener),
      },
    createElement: () => {
      const form: { method?: string; action?: string; submit?: () => void } = {}
      // a browser submits only a form that is in the page
      form.submit = () => void (inPage.has(form) && sent.push(form))
      return form
    },
    body: { append: (form: object) => inPage.add(form) },
  }
  await run('Start from a page that works with fetch', { document })
  expect(sent).toEqual([])
  click?.()
  expect(sent).toMatchObject([{ method: 'post', action: '/auth/moneypools' }])
  const { headers } = await request(app).post(sent[0]?.action ?? '')
  expect(headers['location']).toMatch(`${moneypools.url}/api/oauth?`)
})

it('FR76 A site for each tenant: each has a login of its own, and no key works twice', async () => {
  const { app, run, addUsers } = await open()
  const sites = await Promise.all(
    ['club', 'friends'].map(async (name) => {
      const { wayBack, settings } = await openMoneyPools(`${ORIGIN}/${name}/auth/callback`)
      return { name, wayBack, settings }
    }),
  )
  const made: string[] = []
  class Counted extends MoneyPools {
    constructor(...given: ConstructorParameters<typeof MoneyPools>) {
      super(...given)
      made.push(this.name)
    }
  }
  const browser = addUsers()
  const tenants = new Map(sites.map(({ name, settings }) => [name, settings]))
  await run('A site for each tenant', { tenants, 'passport-moneypools': { Strategy: Counted } })
  for (const { name, wayBack } of sites) {
    const [first, second] = [wayBack(), wayBack()]
    await browser.get(first).expect('location', `/${name}/login`)
    for (const _time of [1, 2]) await browser.post(`/${name}/auth`).expect(302)
    await browser.get(second).expect('location', `/${name}`)
    await browser.post(`/${name}/auth`).expect(302)
    await browser.get(second).expect('location', `/${name}/login`)
  }
  expect(made).toEqual(['club', 'friends'])
  await request(app).get('/nobody/auth/callback').expect(404)
})

it('FR76 a strategy for each request lets no key in twice where all have the same once', async () => {
  const { moneypools, settings } = await openMoneyPools(callbackURL)
  const shared = { ...settings, once: memoryOnce() }
  const auth_key = moneypools.issueKey()
  const ends: unknown[] = []
  for (const _time of [1, 2]) {
    const strategy = new MoneyPools(shared, verify)
    const session = {}
    await attempt(strategy, { method: 'POST', url: '/start', headers: {}, session })
    const url = `/auth/moneypools/callback?${stringify({ auth_key })}`
    ends.push(endOf(await attempt(strategy, { url, headers: {}, session })))
  }
  expect(ends).toMatchObject(['success', expect.stringContaining('code_already_used')])
})

it.each([
  ['An outgoing proxy', 2],
  ["undici's dispatchers", 1],
])('%s: every call to the provider goes through the proxy', async (heading, tunnels) => {
  const { moneypools, run, addLogin, back } = await open()
  const proxy = await keep(startProxy())
  await run(heading, { process: { env: { HTTPS_PROXY: proxy.url } } })
  const browser = addLogin()
  await browser.post('/auth/moneypools').expect(302)
  await browser.get(back()).expect(200, /"initiatedBy":"site"/)
  const { host } = new URL(moneypools.url)
  // the token and the profile, over one connection where it is kept
  expect(proxy.asked.map(({ target }) => target)).toEqual(Array(tunnels).fill(host))
  expect(moneypools.requests.map(({ endpoint }) => endpoint)).toEqual(['token', 'profile'])
})

it('Store a rotated refresh token: gives the stored token while it is good, then a new one, and stores what came with it', async () => {
  const { passport, app, start, addUsers } = await open()
  const { zalopay, zalopaySettings } = await openZaloPay()
  interface User {
    id: string
    tokens: { accessToken: string; refreshToken: string; expiresAt: number }
  }
  let user!: User
  const browser = addUsers()
  const given = {
    settings: { ...zalopaySettings, launchURL: '/launch' },
    users: { save: async (changed: User) => (user = changed) },
  }
  const { accessTokenOf } = start('Store a rotated refresh token', given) as {
    accessTokenOf: (of: User) => Promise<string>
  }
  const logIn = passport.authenticate('zalopay')
  app.post('/auth/zalopay', logIn)
  app.post('/auth/zalopay/callback', express.urlencoded(), logIn, (_req, res) => res.send('in'))
  const { headers } = await browser.post('/auth/zalopay').expect(302)
  const { searchParams } = new URL(headers['location'] ?? '', ORIGIN)
  const code = zalopay.issueCode({ codeChallenge: searchParams.get('codeChallenge') ?? '' })
  const posted = { code, login: searchParams.get('login') }
  await browser.post('/auth/zalopay/callback').type('form').send(posted).expect(200, 'in')

  const { tokens } = user
  const ended = (of: User['tokens']) => ({ ...user, tokens: { ...of, expiresAt: Date.now() } })
  await expect(accessTokenOf(user)).resolves.toBe(tokens.accessToken)
  const renewed = await accessTokenOf(ended(tokens))
  expect(renewed).not.toBe(tokens.accessToken)
  expect(user.tokens).toEqual({
    accessToken: renewed,
    refreshToken: expect.not.stringContaining(tokens.refreshToken) as string,
    expiresAt: expect.any(Number) as number,
  })
  for (const { expiresAt } of [tokens, user.tokens])
    expect(expiresAt).toBeGreaterThan(Date.now() + 3_000_000)
  await accessTokenOf(ended(user.tokens))
  const refused = accessTokenOf(ended(tokens))
  await expect(refused).rejects.toMatchObject({ code: 'refresh_refused' })
  expect(zalopay.requests.filter(({ endpoint }) => endpoint === 'refresh')).toHaveLength(3)
})

describe('Moving from passport-google-oauth20', () => {
  const failing = '/auth/moneypools/callback?auth_key=0123456789abcdef'

  it('each row of the table has a test', () => {
    const table = openDocument(PAGE).text.split('## Moving from passport-google-oauth20')[1] ?? ''
    const left = [...table.matchAll(/^\| (.*?) \|/gm)].map(([, cell]) => cell)
    expect(left).toEqual([
      'passport-google-oauth20',
      '`new Strategy({ scope })`', // settings.test.ts
      "`authenticate('google', { scope })`, also `prompt`, `accessType`, `loginHint`", // login/start.test.ts
      "`authenticate('google', { callbackURL })`", // login/start.test.ts
      "`callbackURL: '/auth/google/callback'`", // settings.test.ts
      "`authenticate('google', { state: 'text' })`", // login/start.test.ts
      '`new Strategy({ state: true })`', // settings.test.ts
      '`successRedirect`, `failureRedirect`',
      '`failureMessage: true`',
      '`keepSessionInfo: true` to keep the page to return to',
      "`app.get('/auth/google', …)`", // login/start.test.ts
      'a refused code goes to the error handler',
      '`TokenError`, `InternalOAuthError`', // login/exchange.test.ts
      '`profile.emails[0].verified`', // A63
      '`passReqToCallback`, verify with `done`', // login/verify.test.ts
    ])
  })

  it('successRedirect and failureRedirect ignore returnTo, and a refused code goes to the second', async () => {
    const { addLogin, back } = await open()
    const ends = { successRedirect: '/welcome', failureRedirect: '/login' }
    const browser = addLogin({ returnTo: '/cart' }, ends)
    await browser.post('/auth/moneypools').expect(302)
    await browser.get(failing).expect('location', '/login')
    await browser.get(back()).expect('location', '/welcome')
  })

  it('failureMessage keeps the text for visitors in the session', async () => {
    const { addLogin } = await open()
    const browser = addLogin({}, { failureRedirect: '/login', failureMessage: true })
    await browser.post('/auth/moneypools').expect(302)
    await browser.get(failing).expect(302)
    const { body } = await browser.get('/session')
    expect(body).toMatchObject({ messages: ['The login was not accepted. Please start again.'] })
  })

  it.each([
    [true, 'full'],
    [false, undefined],
  ])('returnTo needs no keepSessionInfo: %s', async (keepSessionInfo, cart) => {
    const { addLogin, back } = await open()
    const browser = addLogin({ returnTo: '/cart' }, { keepSessionInfo })
    await browser.post('/auth/moneypools').expect(302)
    const { body } = await browser.get(back()).expect(200)
    expect(body).toMatchObject({ authInfo: { returnTo: '/cart' } })
    expect((body as { session: { cart?: string } }).session.cart).toBe(cart)
  })
})
