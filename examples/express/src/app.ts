import express, { type ErrorRequestHandler, type Express, type Handler } from 'express'
import session from 'express-session'
import helmet from 'helmet'
import { Passport } from 'passport'
import { failureMessage, LoginError, safeReturnTo, Strategy as MonPay } from 'passport-monpay'
import { Strategy as MoneyPools } from 'passport-moneypools'
import { launchPage, Strategy as ZaloPay } from 'passport-zalopay-pkce'
import { failurePage, loginPage, userPage } from './pages.js'
import type { Info, Profile, Settings } from './types.js'

/** An application with three ways to log in; `secret` signs the session cookie. */
export function createApp(settings: Settings, secret: string): Express {
  const { monpay, zalopay, moneypools, sdkURL } = settings
  // Use your database here: find or create the user with this provider and id.
  const verify = async (_token: string, _refresh: unknown, profile: Profile) => ({
    id: `${profile.provider}:${profile.id}`,
    name: profile.displayName ?? profile.id,
  })
  const passport = new Passport()
  passport.use(new MonPay(monpay, verify))
  passport.use(new ZaloPay(zalopay, verify))
  passport.use(new MoneyPools(moneypools, verify))
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))

  const app = express()
  const secure = moneypools.callbackURL.startsWith('https:')
  app.set('trust proxy', secure ? 1 : 0) // with https, expect one proxy in front
  const site = new URL(moneypools.baseURL ?? 'https://cs.moneypoolscash.com').origin
  const formAction = ["'self'", site] // browsers also check the redirect after a form
  const directives = { formAction, upgradeInsecureRequests: secure ? [] : null } // null: off
  const referrerPolicy = { policy: 'same-origin' } as const // so old browsers name a form's site
  app.use(helmet({ contentSecurityPolicy: { directives }, referrerPolicy }))
  // Without a path, as in `OPTIONS *`, express-session makes no session: answer 404.
  app.use(({ path }, _res, next) => next(path.startsWith('/') ? undefined : 'router'))
  const cookie = { secure, sameSite: 'lax', httpOnly: true } as const
  app.use(session({ secret, cookie, resave: false, saveUninitialized: false }))
  app.use(express.urlencoded({ extended: false }), passport.session())

  // ZaloPay and MoneyPools: a request to the path of `callbackURL` ends a login, a request to
  // another path starts one. MonPay: each request ends a login.
  function login(name: string): Handler {
    return (req, res, next) => {
      const end = (error: unknown, user?: Express.User | false, info?: Info, status = 401) => {
        if (error) return next(error)
        const stop = (code: number, text: string) => res.status(code).send(failurePage(text))
        // Back, a reload or a second tab sends the callback again, and the user is logged in.
        const repeated = /^(code_already_used|no_pending_login)$/
        if (!user && req.user && repeated.test(info?.code ?? '')) return res.redirect(303, '/')
        if (!user) return stop(status, failureMessage(info?.code, req.acceptsLanguages()[0]))
        // Anybody can send a link with a MonPay code: it must not change who is logged in.
        const isOther = req.user && req.user.id !== user.id
        if (isOther && info?.initiatedBy === 'provider') return stop(409, 'Please log out first.')
        const returnTo = safeReturnTo(info?.returnTo)
        return req.logIn(user, (failed) => (failed ? next(failed) : res.redirect(303, returnTo)))
      }
      res.set('Cache-Control', 'no-store') // the address can hold a code
      const options = { returnTo: safeReturnTo(req.body?.returnTo) }
      passport.authenticate(name, options, end)(req, res, next)
    }
  }
  app.get('/', ({ user, query }, res) => {
    res.set('Cache-Control', 'no-store') // after a logout, Back shows no user
    res.send(user ? userPage(user) : loginPage(safeReturnTo(query['returnTo'])))
  })
  // The link that MonPay opens. Only GET: a POST from another site has no session cookie, and
  // `login` could not see who is logged in.
  app.get('/auth/monpay', login('monpay'))
  app.get('/auth/zalopay/launch', launchPage({ sdkURL, callbackURL: zalopay.callbackURL }))
  for (const name of ['zalopay', 'moneypools']) {
    app.post(`/auth/${name}`, login(name))
    app.all(`/auth/${name}/callback`, login(name))
  }
  app.post('/logout', (req, res, next) => {
    // A POST from another site has no session cookie. A new cookie would log the user out.
    if (!req.user) return res.redirect(303, '/')
    return req.logOut((error) => (error ? next(error) : res.redirect(303, '/')))
  })

  const showError: ErrorRequestHandler = (error, _req, res, next) => {
    if (!(error instanceof LoginError)) return next(error)
    console.error(error) // safe to log: it holds no secret, code or token
    return res.status(error.status).send(failurePage('Please try again later.'))
  }
  return app.use(showError)
}
