// The routes of the READMEs, word for word: types alone are added. For an application that has
// @types/passport (FR11).
import express, { type NextFunction, type Request, type Response } from 'express'
import passport from 'passport'
import { failureMessage, type FailureInfo, type LoginInfo, safeReturnTo } from 'passport-code-flow'
import { Strategy as MoneyPools } from 'passport-moneypools'
import { launchPage, Strategy as ZaloPay } from 'passport-zalopay-pkce'

declare global {
  namespace Express {
    interface User {
      id?: string
    }
  }
  namespace NodeJS {
    interface ProcessEnv {
      ZALOPAY_SDK_URL: string
      ZALOPAY_CALLBACK_URL: string
    }
  }
}

type User = Express.User | false | undefined
type Info = LoginInfo & FailureInfo

const app = express()
const language = (req: Request) => req.acceptsLanguages('en', 'mn', 'vi', 'ru') || 'en'
const callbackURL = 'https://app.example/callback'
const shared = { clientSecret: 'secret', callbackURL }
const zalopayStrategy = new ZaloPay(
  { ...shared, clientID: 1, skipUserProfile: true },
  (accessToken, _refreshToken, profile, done) => {
    const none: undefined = profile
    done(null, { accessToken, none })
  },
)
passport.use(zalopayStrategy)
passport.use(
  new MoneyPools(
    { ...shared, clientID: '1', skipUserProfile: true, passReqToCallback: true },
    (req, accessToken, _refreshToken, profile, done) => {
      const none: undefined = profile
      done(null, { accessToken, none, method: req.method })
    },
  ),
)

// passport-monpay
{
  const callback = (req: Request, res: Response, next: NextFunction) => {
    // the address holds a code: keep it out of caches and away from other sites
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' })
    const end = (error: unknown, user: User, info: Info, status: number) => {
      if (error) return next(error)
      if (!user) return res.status(status).send(failureMessage(info.code, language(req)))
      // the user did not ask for this login: never change accounts silently
      if (req.user && req.user.id !== user.id) return res.status(409).send('Please log out first.')
      req.logIn(user, (problem: unknown) => (problem ? next(problem) : res.redirect(303, '/')))
    }
    passport.authenticate('monpay', end)(req, res, next)
  }
  app.get('/auth/monpay', callback) // the website link
}

// passport-zalopay-pkce
{
  app.post('/auth/zalopay', passport.authenticate('zalopay', { returnTo: '/' }))

  app.get(
    '/auth/zalopay/launch',
    launchPage({
      sdkURL: process.env.ZALOPAY_SDK_URL,
      callbackURL: process.env.ZALOPAY_CALLBACK_URL,
    }),
  )

  const callback = (req: Request, res: Response, next: NextFunction) => {
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' })
    const end = (error: unknown, user: User, info: Info, status: number) => {
      if (error) return next(error)
      if (!user) return res.status(status).send(failureMessage(info.code, language(req)))
      const { returnTo } = info
      req.logIn(user, (problem: unknown) =>
        problem ? next(problem) : res.redirect(303, safeReturnTo(returnTo)),
      )
    }
    passport.authenticate('zalopay', end)(req, res, next)
  }
  app.post('/auth/zalopay/callback', express.urlencoded(), callback) // from launchPage
  app.get('/auth/zalopay/callback', callback) // from the SDK's redirectUri
}

// passport-moneypools
{
  app.post('/auth/moneypools', passport.authenticate('moneypools', { returnTo: '/' }))

  app.get('/auth/moneypools/callback', (req, res, next) => {
    // the address holds a key: keep it out of caches and away from other sites
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' })
    const end = (error: unknown, user: User, info: Info, status: number) => {
      if (error) return next(error)
      if (!user) return res.status(status).send(failureMessage(info.code, language(req)))
      const { returnTo } = info
      req.logIn(user, (problem: unknown) =>
        problem ? next(problem) : res.redirect(303, safeReturnTo(returnTo)),
      )
    }
    passport.authenticate('moneypools', end)(req, res, next)
  })
}

// passport-code-flow
{
  app.post('/auth/acme', (req, res, next) => {
    const returnTo = safeReturnTo(req.query.returnTo)
    passport.authenticate('acme', { returnTo })(req, res, next)
  })

  app.get('/auth/acme/callback', (req, res, next) => {
    const language = req.acceptsLanguages('en', 'mn', 'vi', 'ru') || 'en'
    const end = (error: unknown, user: User, info: Info, status: number) => {
      if (error) return next(error)
      if (!user) return res.status(status).send(failureMessage(info.code, language))
      const { returnTo } = info
      req.logIn(user, (problem: unknown) =>
        problem ? next(problem) : res.redirect(303, safeReturnTo(returnTo)),
      )
    }
    passport.authenticate('acme', end)(req, res, next)
  })
}

// docs/providers/zalopay.md
app.post('/api/zalopay', async (req: Request, res: Response) => {
  const challenge = await zalopayStrategy.createChallenge(req, { returnTo: '/cart' })
  res.set('Cache-Control', 'no-store').json(challenge)
})

// what else `authenticate` and `authorize` are given
passport.authenticate('moneypools', { returnTo: '/', state: { invited: true } })
passport.authenticate(['moneypools', 'zalopay'], { state: [1, null], session: false })
passport.authenticate('moneypools', { state: 'text', failureRedirect: '/', keepSessionInfo: true })
passport.authenticate('local', { failureRedirect: '/', successReturnToOrRedirect: '/' })
passport.authorize('moneypools', { returnTo: '/account', state: { linking: true } })
passport.authenticate(zalopayStrategy, { returnTo: '/', state: { invited: true } })
new passport.Passport().authenticate('moneypools', { state: { invited: true } })
// @ts-expect-error the name is misspelled
passport.authenticate('moneypools', { retrunTo: '/' })
