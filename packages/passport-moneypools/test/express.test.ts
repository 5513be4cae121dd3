import express from 'express'
import session from 'express-session'
import { Passport } from 'passport'
import { failureMessage, type LoginInfo } from 'passport-code-flow'
import supertest from 'supertest'
import { listen } from '../../../test/server'
import { startSngine } from '../../passport-provider-simulators/src/index'
import { expectNoSecret, secretsSeen } from '../../passport-code-flow/test/support/oracle'
import { Strategy } from '../src/index'
import { closeAll, keep, optionsFor } from './support'

afterEach(closeAll)

/** An Express 5 application with the login, its Sngine site, and a person's browser for both. */
async function openShop() {
  const sim = await keep(startSngine())
  const app = express()
  const { url } = await keep(listen(app))
  const callbackURL = `${url}/auth/callback`
  sim.callbackURL = callbackURL
  const passport = new Passport()
  passport.use(
    new Strategy({ ...optionsFor(sim), callbackURL }, async (_access, _refresh, profile) => ({
      id: profile.id,
      displayName: profile.displayName,
    })),
  )
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))
  app.use(session({ secret: 'shop', resave: false, saveUninitialized: false }))
  app.use(passport.session())
  app.get('/', (req, res) => void res.json({ user: req.user ?? null }))
  app.post('/login', passport.authenticate('moneypools', { returnTo: '/basket' } as object))
  app.get('/auth/callback', (req, res, next) => {
    type Info = LoginInfo & { code?: string }
    const end = (error: unknown, user?: Express.User | false, info?: Info, status = 401) => {
      if (error) return next(error)
      if (!user)
        return void res.status(status).json({ text: failureMessage(info?.code, 'ru'), ...info })
      req.login(user, () => res.redirect(303, String(info?.returnTo)))
    }
    passport.authenticate('moneypools', end)(req, res, next)
  })

  const shop = supertest.agent(url)
  const site = supertest.agent(sim.url)
  const pathOf = (address: unknown) => String(address).replace(/^http:\/\/[^/]+|#.*/g, '')
  const log = async (asked: supertest.Test) => {
    const answer = await asked
    expectNoSecret(secretsSeen(sim), answer.text)
    return answer
  }
  return {
    sim,
    callbackURL,
    get: (path: string) => log(shop.get(pathOf(path))),
    /** Starts a login: the page of the site that it leads to, or where that page leads. */
    async start() {
      const { headers } = await log(shop.post('/login'))
      return site.get(pathOf(headers['location']))
    },
    /** Logs in to the site. */
    logIn: () => site.post('/includes/ajax/core/signin').type('form').send({ user_id: 1 }),
    /** Presses "Continue as" there, and follows the site's script back to the shop. */
    async allow() {
      const consent = site.post('/includes/ajax/developers/oauth').type('form')
      const { body } = await consent.send({ app_id: sim.clientID })
      return log(shop.get(pathOf((body as { redirect_url: string }).redirect_url)))
    },
  }
}

it('F1 S2 F9 login, consent or Cancel, callback: the user is in the session, the key not in the URL, and the consent is remembered', async () => {
  const shop = await openShop()
  expect((await shop.start()).text).toMatch('<h1>Log in</h1>')
  await shop.logIn()
  const page = await shop.start()
  expect(page.text).toMatch('Log in to 127.0.0.1')
  // Cancel leads to the network itself, and the person can start again
  expect(page.text).toMatch(/<a [^>]*href="\/"[^>]*data-testid="cancel"/)
  await shop.start()
  const back = await shop.allow()
  expect([back.status, back.headers['location']]).toEqual([303, '/basket'])
  expect((await shop.get('/')).body).toEqual({ user: { id: '1', displayName: 'Мария Иванова' } })

  const { status, headers } = await shop.start()
  expect(status).toBe(302)
  expect((await shop.get(String(headers['location']))).status).toBe(303)
})

it('F7 T5a with a fragment registered the browser comes back without a key and is not sent round', async () => {
  const shop = await openShop()
  shop.sim.callbackURL = `${shop.callbackURL}#f`
  await shop.logIn()
  await shop.start()
  const back = await shop.allow()
  expect(back.status).toBe(403)
  expect(back.headers).not.toHaveProperty('location')
  expect(back.body).toMatchObject({
    code: 'start_loop',
    text: failureMessage('start_loop', 'ru'),
    reason: expect.stringContaining(shop.callbackURL) as unknown,
  })
})
