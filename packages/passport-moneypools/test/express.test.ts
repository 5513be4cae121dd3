import express from 'express'
import session from 'express-session'
import { Passport } from 'passport'
import { failureMessage, type LoginError, type LoginInfo } from 'passport-code-flow'
import supertest from 'supertest'
import { listen, type Listening } from '../../../test/server'
import {
  type SngineOptions,
  type SngineSimulator,
  startSngine,
} from '../../passport-provider-simulators/src/index'
import { expectNoSecret, secretsSeen } from '../../passport-code-flow/test/support/oracle'
import { Strategy, type StrategyOptions } from '../src/index'

interface Shop extends Listening {
  sim: SngineSimulator
  /** Everything a browser has been answered. */
  answers: unknown[]
}

const shops: Shop[] = []

afterEach(async () => {
  for (const { sim, answers, close } of shops.splice(0)) {
    await close()
    await sim.close()
    expectNoSecret(secretsSeen(sim), ...answers)
  }
})

/** An Express 5 application with the login, as its README has it, and its Sngine site. */
async function openShop(
  site: SngineOptions = {},
  own: Partial<StrategyOptions> = {},
  queryParser: 'simple' | 'extended' = 'simple',
): Promise<Shop> {
  const sim = await startSngine(site)
  const app = express()
  const listening = await listen(app)
  const { url } = listening
  sim.callbackURL = `${url}/auth/callback`
  const { clientID, clientSecret, url: baseURL } = sim
  const passport = new Passport()
  const options = { clientID, clientSecret, baseURL, callbackURL: sim.callbackURL, ...own }
  passport.use(
    new Strategy(options, (_access, _refresh, { id, displayName }) =>
      Promise.resolve({ id, displayName }),
    ),
  )
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))

  app.set('query parser', queryParser)
  app.use(session({ secret: 'shop', resave: false, saveUninitialized: false }))
  app.use(express.urlencoded({ extended: true }))
  app.use(passport.session())
  app.get('/', (req, res) => void res.json({ user: req.user ?? null }))
  app.post(
    '/login',
    passport.authenticate('moneypools', { returnTo: '/basket', state: { items: 2 } } as object),
  )
  app.use('/auth/callback', (req, res, next) => {
    const finish = (
      error: unknown,
      user?: Express.User | false,
      info?: LoginInfo & { code?: string },
      status?: number,
    ) => {
      if (error) return next(error)
      if (!user)
        return void res
          .status(status ?? 401)
          .json({ text: failureMessage(info?.code, 'ru'), ...info })
      req.login(user, () => res.redirect(303, String(info?.returnTo)))
    }
    passport.authenticate('moneypools', finish)(req, res, next)
  })
  app.use((error: LoginError, _req: express.Request, res: express.Response, _next: unknown) => {
    res.status(error.status).json({ code: error.code, step: error.step, message: error.message })
  })
  const shop = { ...listening, sim, answers: [] }
  shops.push(shop)
  return shop
}

/** A person at a browser with a cookie jar for the shop and one for the site. */
function openBrowser({ sim, url, answers }: Shop) {
  const shop = supertest.agent(url)
  const site = supertest.agent(sim.url)
  const log = <T extends { headers: object; text: string }>(answer: T) => {
    answers.push(answer.text)
    return answer
  }
  return {
    site,
    get: async (path: string) => log(await shop.get(path)),
    start: async () => log(await shop.post('/login')),
    head: async (path: string) => log(await shop.head(path)),
    /** Follows the start to the site: the path of its page. */
    async follow() {
      const { headers } = log(await shop.post('/login'))
      return site.get(String(headers['location']).slice(sim.url.length))
    },
    signIn: (user = 1) =>
      site.post('/includes/ajax/core/signin').type('form').send({ user_id: user }),
    /** Presses "Continue as": where the site's script then goes. */
    async allow() {
      const { body } = await site
        .post('/includes/ajax/developers/oauth')
        .type('form')
        .send({ app_id: sim.clientID })
      return pathOf((body as { redirect_url: string }).redirect_url, url)
    },
  }
}

const pathOf = (address: string, url: string) => address.slice(url.length).split('#')[0] ?? ''

it('F1 S2 login, consent, callback: the user is in the session and the key not in the URL', async () => {
  const browser = openBrowser(await openShop())
  expect((await browser.follow()).text).toMatch('<h1>Log in</h1>')
  await browser.signIn()
  expect((await browser.follow()).text).toMatch('Log in to 127.0.0.1')
  const back = await browser.get(await browser.allow())
  expect([back.status, back.headers['location']]).toEqual([303, '/basket'])
  expect((await browser.get('/')).body).toEqual({ user: { id: '1', displayName: 'Мария Иванова' } })
})

it('S2 a consent is remembered: the next start comes back at once', async () => {
  const shop = await openShop()
  const browser = openBrowser(shop)
  await browser.signIn()
  await browser.start()
  await browser.get(await browser.allow())
  const { status, headers } = await browser.follow()
  expect(status).toBe(302)
  const back = await browser.get(pathOf(String(headers['location']), shop.url))
  expect(back.status).toBe(303)
})

it('F9 Cancel is a link to the network itself, and the person can start again', async () => {
  const browser = openBrowser(await openShop())
  await browser.signIn()
  const page = await browser.follow()
  expect(page.text).toMatch(/<a [^>]*href="\/"[^>]*data-testid="cancel"/)
  await browser.start()
  expect((await browser.get(await browser.allow())).status).toBe(303)
})

it.each(['simple', 'extended'] as const)(
  'F7 T5a with the %s query parser the key is found in every malformed URL',
  async (queryParser) => {
    const shop = await openShop({}, {}, queryParser)
    for (const end of ['?state=abc', '?a=1&b=2', '?']) {
      shop.sim.callbackURL = `${shop.url}/auth/callback${end}`
      const browser = openBrowser(shop)
      await browser.signIn()
      await browser.start()
      expect((await browser.get(await browser.allow())).status).toBe(303)
    }
  },
)

it('F7 T5a with a fragment registered the browser comes back without a key and is not sent round', async () => {
  const shop = await openShop()
  shop.sim.callbackURL = `${shop.url}/auth/callback#f`
  const browser = openBrowser(shop)
  await browser.signIn()
  await browser.start()
  const back = await browser.get(await browser.allow())
  expect(back.status).toBe(403)
  expect(back.headers).not.toHaveProperty('location')
  expect(back.body).toMatchObject({
    code: 'start_loop',
    text: failureMessage('start_loop', 'ru'),
    reason: expect.stringContaining(`${shop.url}/auth/callback`) as unknown,
  })
})

it.each([
  ['simple', 'auth_key=K&auth_key=K', 'bad_callback', 400],
  ['simple', 'auth_key[]=K', 'start_loop', 403],
  ['extended', 'auth_key=K&auth_key=K', 'bad_callback', 400],
  ['extended', 'auth_key[]=K', 'bad_callback', 400],
  ['extended', 'auth_key[$gt]=K', 'bad_callback', 400],
] as const)('T5b with the %s query parser %s is refused', async (parser, query, code, status) => {
  const shop = await openShop({}, {}, parser)
  const browser = openBrowser(shop)
  await browser.start()
  const key = shop.sim.issueKey()
  const back = await browser.get(`/auth/callback?${query.replaceAll('K', key)}`)
  expect([back.status, (back.body as { code: string }).code]).toEqual([status, code])
  expect(shop.sim.requests).toEqual([])
})

it("T7 a link with somebody else's key signs nobody in", async () => {
  const shop = await openShop()
  const victim = openBrowser(shop)
  const back = await victim.get(`/auth/callback?auth_key=${shop.sim.issueKey()}`)
  expect([back.status, back.body]).toMatchObject([403, { code: 'no_pending_login' }])
  expect((await victim.get('/')).body).toEqual({ user: null })
  expect(shop.sim.requests).toEqual([])
})

it.each([
  ['T2b a wrong secret', { clientSecret: 'fedcba9876543210' }, { status: 500, code: 'config' }],
  ['T4c a slow site', { timeout: 100 }, { status: 504, code: 'timeout' }],
] as const)(
  '%s reaches the error handler as a LoginError with its status',
  async (_what, own, told) => {
    const shop = await openShop({}, own)
    if (told.code === 'timeout') shop.sim.misbehave('silence')
    const browser = openBrowser(shop)
    await browser.start()
    const back = await browser.get(`/auth/callback?auth_key=${shop.sim.issueKey()}`)
    expect(back.status).toBe(told.status)
    expect(back.body).toMatchObject({ code: told.code, step: 'token' })
    expect((await browser.get('/')).body).toEqual({ user: null })
  },
)
