import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import net from 'node:net'
import path from 'node:path'
import express, { type ErrorRequestHandler, type Express } from 'express'
import type { AuthenticateOptions } from 'passport'
import {
  createClient as createRedisClient,
  type RedisClientOptions,
  type RedisClientType,
} from 'redis'
import request from 'supertest'
import { closeAll, keep } from '../../../test/keep.js'
import { listen } from '../../../test/server'
import { type MoneyPoolsProfile, Strategy as MoneyPools } from '../../passport-moneypools/src/index'
import { type startSngine, startZaloPay } from '../../passport-provider-simulators/src/index'
import { LoginError, type LoginInfo } from '../src/index'
import { openDocument, ROOT } from './readme/document'
import {
  addSessions,
  keepUsers,
  openMoneyPools,
  openZaloPay,
  ORIGIN,
  verify,
  wayBack,
} from './support/shop'
import { describeWith, startRedis } from './support/services'

const PAGE = 'docs/recipes.md'
const callbackURL = `${ORIGIN}/auth/moneypools/callback`

/** Packages that only the shop has. */
const requireFromShop = createRequire(path.join(ROOT, 'examples/shop/package.json'))

afterEach(closeAll)

/** The page, a site for its programs, and MoneyPools for both. */
async function open() {
  const { strategy, ...scene } = await openMoneyPools(callbackURL)
  const document = openDocument(PAGE)
  const { passport } = document
  passport.use(strategy)
  keepUsers(passport)
  const app = express()
  app.set('trust proxy', false)
  const run = (heading: string, given: object) => {
    const block = document.blocks.find((one) => one.heading === heading)
    if (!block) throw new Error(`${PAGE} has no program under ${heading}`)
    return document.run(block, { app, passport, settings: scene.settings, verify, ...given })
  }
  return { ...scene, passport, app, run }
}

/** Sessions, and `/as/:id`, which makes somebody the user who is logged in. */
function addUsers(app: Express, passport: ReturnType<typeof openDocument>['passport']) {
  addSessions(app, passport, { cookie: { secure: 'auto' } })
  app.get('/as/:id', (req, res, next) => {
    req.logIn({ id: req.params.id }, (error) => (error ? next(error) : res.send('hello')))
  })
}

const answerErrors: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (!(error instanceof LoginError)) return next(error)
  return res.status(error.status).send(error.code)
}

it('runs every program of the page', () => {
  const own = openDocument(PAGE).blocks.map(({ heading }) => heading)
  expect(own.toSorted()).toEqual([
    'A CSRF token',
    'An outgoing proxy',
    'Behind a proxy',
    'In TypeScript',
    'In verify',
    'Return to the page that asked',
    'Several processes',
    'Start from a page that works with fetch',
    'Store a rotated refresh token',
    'With helmet',
    'With passport.authorize',
    "undici's dispatchers",
  ])
})

it('In TypeScript: the program is the one that the matrix compiles', () => {
  const block = openDocument(PAGE).blocks.find(({ heading }) => heading === 'In TypeScript')
  expect(block?.source).toBe(readFileSync(path.join(ROOT, 'matrix/types/link.ts'), 'utf8'))
})

it('Return to the page that asked: returnTo decides where a login ends', async () => {
  const { moneypools, passport, app, run } = await open()
  addUsers(app, passport)
  await run('Return to the page that asked', {})
  const browser = request.agent(app)
  await browser.post('/auth/moneypools').expect(302)
  await browser.get(wayBack(moneypools)).expect(303).expect('location', '/cart')
  await browser.get('/auth/moneypools/callback?auth_key=abc').expect('location', '/login')
})

it('Return to the page that asked: successRedirect ignores returnTo', async () => {
  const { moneypools, passport, app } = await open()
  addUsers(app, passport)
  app.post('/start', passport.authenticate('moneypools', { returnTo: '/cart' }))
  app.get(
    '/auth/moneypools/callback',
    passport.authenticate('moneypools', { successRedirect: '/welcome' }),
  )
  const browser = request.agent(app)
  await browser.post('/start').expect(302)
  await browser.get(wayBack(moneypools)).expect('location', '/welcome')
})

describe.each([
  ['With passport.authorize', false],
  ['In verify', true],
])('Link a second login, %s', (heading, endsInLogin) => {
  const identities = new Map<string, string>()
  const findOrCreate = (key: string) => ({ id: identities.get(key) ?? `new ${key}` })
  let moneypools: Awaited<ReturnType<typeof startSngine>>
  let app: Express
  beforeEach(async () => {
    const scene = await open()
    ;({ moneypools, app } = scene)
    addUsers(app, scene.passport)
    app.get('/me', (req, res) => res.json(req.user ?? null))
    identities.clear()
    await scene.run(heading, { identities, findOrCreate })
    app.post('/auth/moneypools', scene.passport.authenticate('moneypools'))
    if (endsInLogin)
      app.get(
        '/auth/moneypools/callback',
        scene.passport.authenticate('moneypools', { failureRedirect: '/login' }),
        (req, res) => res.redirect(303, (req.authInfo as LoginInfo).returnTo ?? '/'),
      )
  })

  it('links to the user who asked, who stays logged in', async () => {
    const browser = request.agent(app)
    await browser.get('/as/anna')
    await browser.post('/account/link').expect(302)
    await browser.get(wayBack(moneypools)).expect(303).expect('location', '/account')
    expect([...identities]).toEqual([['moneypools:1', 'anna']])
    await browser.get('/me').expect({ id: 'anna' })
  })

  it('links to nobody else: another user has logged in, the account is taken, nobody is there', async () => {
    const browser = request.agent(app)
    await browser.post('/account/link').expect('location', '/login')
    await browser.get('/as/anna')
    await browser.post('/account/link')
    const back = wayBack(moneypools)
    await browser.get('/as/boris')
    await browser.get(back).expect('location', '/login')
    identities.set('moneypools:1', 'carla')
    await browser.post('/account/link')
    await browser.get(wayBack(moneypools)).expect('location', '/login')
    expect([...identities]).toEqual([['moneypools:1', 'carla']])
  })

  it('logs in with an account that is linked', async () => {
    identities.set('moneypools:1', 'anna')
    const browser = request.agent(app)
    await browser.post('/auth/moneypools').expect(302)
    await browser.get(wayBack(moneypools)).expect(303)
    await browser.get('/me').expect({ id: 'anna' })
  })
})

it('With helmet: the form may lead to MoneyPools, and old browsers say where it comes from (FR09, FR29)', async () => {
  const { app, run } = await open()
  await run('With helmet', {})
  app.get('/', (_req, res) => res.send('a page with a form'))
  const { headers } = await request(app).get('/')
  expect(headers['content-security-policy']).toContain(
    "form-action 'self' https://cs.moneypoolscash.com",
  )
  expect(headers['referrer-policy']).toBe('same-origin')
})

it('A CSRF token: only a form with the token of the session starts a login', async () => {
  const { passport, app, run } = await open()
  addUsers(app, passport)
  await run('A CSRF token', {})
  const browser = request.agent(app)
  const { text } = await browser.get('/login').expect(200)
  const csrf = /name="csrf" value="([\w-]{43})"/.exec(text)?.[1]
  const send = (body: object) => browser.post('/auth/moneypools').type('form').send(body)
  await send({}).expect(403, /load it again/)
  await send({ csrf: 'é'.repeat(43) }).expect(403)
  await send({ csrf: `${csrf?.slice(0, -1)}_` }).expect(403)
  await send({ csrf }).expect(302)
  await request(app).post('/auth/moneypools').type('form').send({ csrf }).expect(403)
})

describeWith('Redis', 'Several processes', () => {
  it('a login starts in one process and ends in another, and its key is used up in both', async () => {
    const redis = await startRedis()
    const { moneypools, settings } = await openMoneyPools(callbackURL)
    const clients: RedisClientType[] = []
    try {
      const [one, other] = [await openProcess(), await openProcess()]
      const { headers } = await request(one).post('/auth/moneypools').expect(302)
      const [cookie = ''] = headers['set-cookie'] as unknown as string[]
      const back = wayBack(moneypools)
      await request(other).get(back).set({ cookie }).expect(200, 'logged in')
      const again = await request(one).post('/auth/moneypools').expect(302)
      const [another = ''] = again.headers['set-cookie'] as unknown as string[]
      await request(one).get(back).set({ cookie: another }).expect(403)
      expect(moneypools.requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1)

      async function openProcess(): Promise<Express> {
        const { passport, app, run } = await open()
        const createClient = (options: RedisClientOptions) => {
          const client = createRedisClient(options) as RedisClientType
          clients.push(client)
          return client
        }
        const environment = { REDIS_URL: redis.url, SESSION_SECRET: 'test' }
        await run('Several processes', {
          settings,
          verify,
          process: { env: environment },
          redis: { createClient },
          'connect-redis': requireFromShop('connect-redis'),
        })
        app.post('/auth/moneypools', passport.authenticate('moneypools'))
        app.get('/auth/moneypools/callback', passport.authenticate('moneypools'), (_req, res) => {
          res.send('logged in')
        })
        while (!clients.at(-1)?.isReady) await once(clients.at(-1) as RedisClientType, 'ready')
        return app
      }
    } finally {
      for (const client of clients) client.destroy()
      await redis.stop()
    }
  }, 30_000)
})

it('Behind a proxy: the browser is led to the outside path, with a Secure cookie (FR21, FR24)', async () => {
  const { passport, app, run } = await open()
  const zalopay = await keep(startZaloPay({ callbackURL: `${ORIGIN}/app/auth/zalopay/callback` }))
  const { clientID, clientSecret, url: baseURL, userInfoURL } = zalopay
  const settings = { clientID, clientSecret, baseURL, userInfoURL }
  addUsers(app, passport)
  await run('Behind a proxy', { settings })
  // the proxy takes /app away
  app.post('/auth/zalopay/callback', express.urlencoded(), passport.authenticate('zalopay'))
  app.post('/auth/zalopay/callback', (req, res) => res.send((req.authInfo as LoginInfo).returnTo))
  const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' }
  const start = await request(app).post('/auth/zalopay').set(proxied).expect(302)
  expect(start.headers['location']).toMatch(/^\/app\/auth\/zalopay\/launch\?/)
  const [cookie = ''] = start.headers['set-cookie'] as unknown as string[]
  expect(cookie).toContain('Secure')
  const { searchParams } = new URL(start.headers['location'] ?? '', ORIGIN)
  const code = zalopay.issueCode({ codeChallenge: searchParams.get('codeChallenge') ?? '' })
  const posted = { code, login: searchParams.get('login') }
  const callback = request(app).post('/auth/zalopay/callback').set(proxied).set('cookie', cookie)
  await callback.type('form').send(posted).expect(200, '/app/cart')
})

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
  const { moneypools, passport, app, run } = await open()
  addUsers(app, passport)
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

it.each([
  ['An outgoing proxy', 2],
  ["undici's dispatchers", 1],
])('%s: every call to the provider goes through the proxy', async (heading, tunnels) => {
  const { moneypools, passport, app, run } = await open()
  const asked: string[] = []
  const proxy = http.createServer()
  proxy.on('connect', ({ url = '' }, client: net.Socket) => {
    asked.push(url)
    const { hostname, port } = new URL(`http://${url}`)
    const server = net.connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      client.pipe(server).pipe(client)
    })
    server.on('error', () => client.destroy())
    client.on('error', () => server.destroy())
  })
  const { url: HTTPS_PROXY } = await keep(listen(proxy))
  await run(heading, { process: { env: { HTTPS_PROXY } } })
  addUsers(app, passport)
  app.post('/auth/moneypools', passport.authenticate('moneypools'))
  app.get('/auth/moneypools/callback', passport.authenticate('moneypools'), (_req, res) => {
    res.send('logged in')
  })
  const browser = request.agent(app)
  await browser.post('/auth/moneypools')
  await browser.get(wayBack(moneypools)).expect(200, 'logged in')
  const { host } = new URL(moneypools.url)
  // the token and the profile, over one connection where it is kept
  expect(asked).toEqual(Array.from({ length: tunnels }, () => host))
  expect(moneypools.requests.map(({ endpoint }) => endpoint)).toEqual(['token', 'profile'])
})

describe('Store a rotated refresh token', () => {
  it('gives the stored token while it is good, then a new one, and stores what came with it', async () => {
    const { app, run } = await open()
    const { zalopayStrategy, refreshToken, zalopay } = await openZaloPay()
    let user = {
      id: 'anna',
      tokens: { accessToken: 'old', refreshToken, expiresAt: Date.now() + 3_600_000 },
    }
    const users = { save: async (changed: typeof user) => void (user = changed) }
    app.use((req, _res, next) => {
      req.user = user
      next()
    })
    await run('Store a rotated refresh token', { './passport': { zalopayStrategy }, users })
    app.use(answerErrors)
    await request(app).get('/token').expect(200, '"old"')
    user = { ...user, tokens: { ...user.tokens, expiresAt: Date.now() } }
    const { body } = await request(app).get('/token').expect(200)
    expect(body).not.toBe('old')
    expect(user.tokens).toEqual({
      accessToken: body as string,
      refreshToken: expect.not.stringContaining(refreshToken) as string,
      expiresAt: expect.any(Number) as number,
    })
    expect(user.tokens.expiresAt).toBeGreaterThan(Date.now() + 3_000_000)
    user = { ...user, tokens: { ...user.tokens, expiresAt: 0 } }
    await request(app).get('/token').expect(200)
    user = { ...user, tokens: { ...user.tokens, refreshToken, expiresAt: 0 } }
    await request(app).get('/token').expect(401, 'refresh_refused')
    expect(zalopay.requests.filter(({ endpoint }) => endpoint === 'refresh')).toHaveLength(3)
  })
})

describe('Moving from passport-google-oauth20', () => {
  type Scene = Awaited<ReturnType<typeof open>>
  const isTypeError = async (more: object) => {
    const { settings } = await open()
    expect(() => new MoneyPools({ ...settings, ...more }, verify)).toThrow(TypeError)
  }
  /** What a start with these options ends in. */
  const start = async (options: object) => {
    const { app, passport } = await open()
    addUsers(app, passport)
    app.post('/start', passport.authenticate('moneypools', options), answerErrors)
    app.use(answerErrors)
    return request(app).post('/start')
  }
  const endsInConfig = async (options: object) => {
    const { status, text } = await start(options)
    expect([status, text]).toEqual([500, 'config'])
  }
  /** A start and a callback with these options, a browser, and what is in its session. */
  const site = async (
    options: AuthenticateOptions,
    change?: (scene: Scene) => void,
    started: object = {},
  ) => {
    const scene = await open()
    const { app, passport } = scene
    addUsers(app, passport)
    change?.(scene)
    app.post('/auth/moneypools', (req, res, next) => {
      Object.assign(req.session, { cart: 'full' })
      passport.authenticate('moneypools', started)(req, res, next)
    })
    app.get('/auth/moneypools/callback', passport.authenticate('moneypools', options))
    app.get('/auth/moneypools/callback', ({ authInfo, user, session: kept }, res) => {
      res.json({ authInfo, user, session: kept })
    })
    app.get('/session', (req, res) => res.json(req.session))
    app.use(answerErrors)
    const browser = request.agent(app)
    await browser.post('/auth/moneypools').expect(302)
    return { ...scene, browser }
  }

  /** The left side of each row, and what shows that its right side is true. */
  const rows: Record<string, () => Promise<void>> = {
    '`new Strategy({ scope })`': () => isTypeError({ scope: 'email' }),
    "`authenticate('google', { scope })`, also `prompt`, `accessType`, `loginHint`": async () => {
      for (const word of ['scope', 'prompt', 'accessType', 'loginHint'])
        await endsInConfig({ [word]: 'text' })
    },
    "`authenticate('google', { callbackURL })`": () => endsInConfig({ callbackURL }),
    "`callbackURL: '/auth/google/callback'`": () =>
      isTypeError({ callbackURL: '/auth/google/callback' }),
    "`authenticate('google', { state: 'text' })`": async () => {
      const state = { invitedBy: ['anna'] }
      const { browser, moneypools } = await site({}, undefined, { state })
      const { body } = await browser.get(wayBack(moneypools)).expect(200)
      expect(body).toMatchObject({ authInfo: { state } })
    },
    '`new Strategy({ state: true })`': () => isTypeError({ state: true }),
    '`successRedirect`, `failureRedirect`': async () => {
      const ends = { successRedirect: '/welcome', failureRedirect: '/login' }
      const { browser, moneypools } = await site(ends)
      const back = wayBack(moneypools)
      await browser.get(back).expect('location', '/welcome')
      await browser.get(back).expect('location', '/login')
    },
    '`failureMessage: true`': async () => {
      const { browser } = await site({ failureRedirect: '/login', failureMessage: true })
      await browser.get('/auth/moneypools/callback?auth_key=0123456789abcdef').expect(302)
      const { body } = await browser.get('/session')
      expect(body).toMatchObject({ messages: ['The login was not accepted. Please start again.'] })
    },
    '`keepSessionInfo: true` to keep the page to return to': async () => {
      for (const [keepSessionInfo, cart] of [
        [true, 'full'],
        [false, undefined],
      ] as const) {
        const { browser, moneypools } = await site({ keepSessionInfo }, undefined, {
          returnTo: '/cart',
        })
        const { body } = await browser.get(wayBack(moneypools)).expect(200)
        const { session: kept, authInfo } = body as { session: { cart?: string }; authInfo: object }
        expect(kept.cart).toBe(cart)
        expect(authInfo).toMatchObject({ returnTo: '/cart' })
      }
    },
    "`app.get('/auth/google', …)`": async () => {
      const { headers } = await start({})
      expect(headers['location']).toContain('/api/oauth?app_id=')
    },
    'a refused code goes to the error handler': async () => {
      const { browser } = await site({ failureRedirect: '/login' })
      await browser
        .get('/auth/moneypools/callback?auth_key=0123456789abcdef')
        .expect('location', '/login')
    },
    '`TokenError`, `InternalOAuthError`': async () => {
      const { browser, moneypools } = await site({})
      moneypools.misbehave('status-500')
      await browser.get(wayBack(moneypools)).expect(502, 'provider_error')
    },
    '`profile.emails[0].verified`': async () => {
      const { browser, moneypools } = await site({})
      const { body } = await browser.get(wayBack(moneypools)).expect(200)
      const { user } = body as { user: MoneyPoolsProfile }
      expect(Object.keys(user.emails?.[0] ?? {})).toEqual(['value'])
    },
    '`passReqToCallback`, verify with `done`': async () => {
      const { browser, moneypools } = await site({}, ({ passport, settings }) =>
        passport.use(
          new MoneyPools(
            { ...settings, passReqToCallback: true },
            (req, _accessToken, _refreshToken, profile, done) =>
              done(null, { id: `${req.method} ${profile.id}` }),
          ),
        ),
      )
      const { body } = await browser.get(wayBack(moneypools)).expect(200)
      expect(body).toMatchObject({ user: { id: 'GET 1' } })
    },
  }

  it('the table has these rows', () => {
    const table = openDocument(PAGE).text.split('## Moving from passport-google-oauth20')[1] ?? ''
    const left = [...table.matchAll(/^\| (.*?) \|/gm)].map(([, cell]) => cell)
    expect(left).toEqual(['passport-google-oauth20', ...Object.keys(rows)])
  })

  it.each(Object.entries(rows))('what becomes of %s is true', async (_row, isTrue) => {
    await expect(isTrue()).resolves.toBeUndefined()
  })
})
