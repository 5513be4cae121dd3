import express, { type Express } from 'express'
import session from 'express-session'
import { Passport } from 'passport'
import request from 'supertest'
import { Strategy as MoneyPools } from '../../passport-moneypools/src/index'
import { startSngine } from '../../passport-provider-simulators/src/index'
import { openDocument } from './readme/document'

const running: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of running.splice(0)) await one.close()
})

const page = (name: string) => openDocument(`docs/${name}.md`).text.replaceAll(/\s+/g, ' ')

it.each([
  ['FR09', 'troubleshooting', 'send `Referrer-Policy: same-origin` with that page'],
  ['FR13', 'frameworks', 'const require = createRequire(import.meta.url);'],
  ['FR24', 'recipes', 'If the proxy strips `/app`, write `/app` in both'],
  ['FR28', 'troubleshooting', 'lead to a page with the button'],
  ['FR29', 'recipes', "Add the site's origin to `form-action`"],
  ['FR30', 'troubleshooting', '`resave: false`. A slow request must not change the session'],
  ['FR31', 'recipes', 'iron-session has neither'],
  ['FR32', 'troubleshooting', 'the visitor starts again in that browser'],
  ['FR33', 'frameworks', 'Bun 1.4.5 and Deno 2.9.6'],
])('%s docs/%s.md says what to do', (_id, name, sentence) => {
  expect(page(name)).toContain(sentence)
})

interface Site {
  app: Express
  /** The address that MoneyPools sends a browser back to. */
  wayBack: () => string
}

/** A site with a MoneyPools login, and what is special about its sessions. */
async function openSite(sessions: Partial<session.SessionOptions> = {}): Promise<Site> {
  const callbackURL = 'https://shop.example/auth/moneypools/callback'
  const moneypools = await startSngine({ callbackURL })
  running.push(moneypools)
  const { clientID, clientSecret, url: baseURL } = moneypools
  const passport = new Passport()
  passport.use(
    new MoneyPools(
      { clientID, clientSecret, callbackURL, baseURL },
      async (_accessToken, _refreshToken, profile) => profile,
    ),
  )
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))
  const app = express()
  app.use(session({ secret: 'test', resave: false, saveUninitialized: false, ...sessions }))
  app.use(passport.session())
  app.all('/auth/moneypools', passport.authenticate('moneypools'))
  app.get('/auth/moneypools/callback', passport.authenticate('moneypools'), (_req, res) => {
    res.send('logged in')
  })
  const wayBack = () => {
    const { pathname, search } = new URL(moneypools.redirectURL(moneypools.issueKey()))
    return pathname + search
  }
  return { app, wayBack }
}

it('FR09 a form without an origin is refused, and one under same-origin starts a login', async () => {
  const { app } = await openSite()
  const send = (origin: string) => request(app).post('/auth/moneypools').set('origin', origin)
  await send('null').expect(403, 'Forbidden')
  await send('https://shop.example').expect(302)
})

it('FR28 a link of another site to the start is refused, and the button of a page is not', async () => {
  const { app } = await openSite()
  await request(app).get('/auth/moneypools').set('sec-fetch-site', 'cross-site').expect(403)
  await request(app).post('/auth/moneypools').set('sec-fetch-site', 'same-origin').expect(302)
})

it.each([
  [true, 403],
  [false, 200],
])(
  'FR30 a slow request across the start, with resave: %s, ends the login in %s',
  async (resave, status) => {
    const { app, wayBack } = await openSite({ resave })
    let answer: (() => void) | undefined
    const isWaiting = new Promise<void>((wait) => {
      app.get('/slow', (_req, res) => {
        answer = () => void res.send('slow')
        wait()
      })
    })
    app.get('/cart', (req, res) => {
      Object.assign(req.session, { cart: 'full' })
      res.send('cart')
    })
    const browser = request.agent(app)
    await browser.get('/cart')
    const slow = browser.get('/slow').then(({ status: ended }) => ended)
    await isWaiting
    await browser.post('/auth/moneypools').expect(302)
    answer?.()
    expect(await slow).toBe(200)
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
    const { headers } = await request(app).post('/auth/moneypools').set(https)
    const [cookie = ''] = (headers['set-cookie'] as unknown as string[] | undefined) ?? []
    await request(app)
      .get(wayBack())
      .set({ cookie, ...https })
      .expect(status)
  }
})
