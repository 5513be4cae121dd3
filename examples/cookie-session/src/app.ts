import { isDeepStrictEqual } from 'node:util'
import cookieSession from 'cookie-session'
import type { Settings } from 'example-simulated'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { Passport } from 'passport'
import {
  failureMessage,
  type FailureInfo,
  LoginError,
  type LoginInfo,
  type Profile,
} from 'passport-code-flow'
import { Strategy as MoneyPools } from 'passport-moneypools'
import { Strategy as MonPay } from 'passport-monpay'
import { launchPage, Strategy as ZaloPay } from 'passport-zalopay-pkce'
import { renewable } from './renewable.js'

type Info = FailureInfo & LoginInfo

const HOME = `<form method="post"><button formaction="/auth/zalopay">ZaloPay</button>
<button formaction="/auth/moneypools">MoneyPools</button></form>`

/** Three logins on Express, sessions in a cookie that `secret` signs. MonPay starts its own. */
export function createApp(
  settings: Settings,
  secret: string,
  adapter: RequestHandler = renewable,
): Express {
  const passport = new Passport()
  const verify = async (_token: string, _refresh: unknown, { provider, id }: Profile) => ({
    provider,
    id,
  })
  passport.use(new MonPay(settings.monpay, verify))
  passport.use(new ZaloPay(settings.zalopay, verify))
  passport.use(new MoneyPools(settings.moneypools, verify))
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))

  const app = express()
  app.use(cookieSession({ secret, sameSite: 'lax' }), adapter)
  app.use(express.urlencoded(), passport.session())

  const finish = (name: string) =>
    ((req, res, next) => {
      const answer = (error: unknown, user?: Express.User, info?: Info, status = 401) => {
        if (error) return next(error)
        // Back, a reload or a second tab sends the callback again, and the user is logged in
        const repeated = /^(code_already_used|no_pending_login)$/
        if (!user && req.user && repeated.test(info?.code ?? '')) return res.redirect(303, '/')
        if (!user) return void res.status(status).send(failureMessage(info?.code, 'en'))
        // anybody can send a link with a MonPay code: it must not change who is logged in
        const isOther = req.user && !isDeepStrictEqual(req.user, user)
        if (isOther && info?.initiatedBy === 'provider')
          return void res.status(409).send('Log out first')
        req.logIn(user, (problem) => (problem ? next(problem) : res.redirect(303, '/')))
      }
      passport.authenticate(name, answer)(req, res, next)
    }) satisfies RequestHandler
  app.get('/', (req, res) => res.set('Cache-Control', 'no-store').send(req.user ?? HOME))
  app.get('/auth/monpay', finish('monpay'))
  app.post('/auth/zalopay', passport.authenticate('zalopay'))
  const { callbackURL } = settings.zalopay
  app.get('/auth/zalopay/launch', launchPage({ sdkURL: settings.sdkURL, callbackURL }))
  app.all('/auth/zalopay/callback', finish('zalopay'))
  app.post('/auth/moneypools', passport.authenticate('moneypools'))
  app.get('/auth/moneypools/callback', finish('moneypools'))
  app.post('/logout', (req, res, next) => {
    // a POST from another site has no session cookie: a new one would log the user out
    if (!req.user) return res.redirect(303, '/')
    return req.logOut((problem) => (problem ? next(problem) : res.redirect(303, '/')))
  })
  const explain: ErrorRequestHandler = (error: Error, _req, res, _next) => {
    const status = error instanceof LoginError ? error.status : 500
    res.status(status).send(error.message)
  }
  return app.use(explain)
}
