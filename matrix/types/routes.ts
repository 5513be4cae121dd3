// The routes of the READMEs, in an application with @types/passport (FR11).
import express, { type NextFunction, type Request, type Response } from 'express'
import passport from 'passport'
import { type LoginInfo, safeReturnTo } from 'passport-code-flow'
import { Strategy as MoneyPools } from 'passport-moneypools'
import { launchPage, Strategy as ZaloPay } from 'passport-zalopay-pkce'

const app = express()
const callbackURL = 'https://app.example/callback'
const shared = { clientSecret: 'secret', callbackURL }
const zalopay = new ZaloPay(
  { ...shared, clientID: 1, skipUserProfile: true },
  (accessToken, _refreshToken, profile, done) => {
    const none: undefined = profile
    done(null, { accessToken, none })
  },
)
passport.use(zalopay)
passport.use(
  new MoneyPools(
    { ...shared, clientID: '1', skipUserProfile: true, passReqToCallback: true },
    (req, accessToken, _refreshToken, profile, done) => {
      const none: undefined = profile
      done(null, { accessToken, none, method: req.method })
    },
  ),
)

// passport-moneypools
app.post('/auth/moneypools', passport.authenticate('moneypools', { returnTo: '/' }))
app.get('/auth/moneypools/callback', (req, res, next) => {
  const answer = (error: unknown, user: Express.User | false, info: LoginInfo) => {
    if (error) return next(error)
    if (!user) return res.sendStatus(401)
    return req.logIn(user, (problem: unknown) =>
      problem ? next(problem) : res.redirect(303, info.returnTo ?? '/'),
    )
  }
  passport.authenticate('moneypools', answer)(req, res, next)
})

// passport-zalopay-pkce
app.post('/auth/zalopay', passport.authenticate('zalopay', { returnTo: '/' }))
const sdkURL = 'https://sdk.example/sdk.js'
app.get('/auth/zalopay/launch', launchPage({ sdkURL, callbackURL }))
app.post('/api/zalopay', async (req: Request, res: Response) => {
  const challenge = await zalopay.createChallenge(req, { returnTo: '/cart' })
  res.set('Cache-Control', 'no-store').json(challenge)
})

// passport-code-flow
app.post('/auth/acme', (req: Request, res: Response, next: NextFunction) => {
  const returnTo = safeReturnTo(req.query['returnTo'])
  passport.authenticate('acme', { returnTo })(req, res, next)
})

// what else `authenticate` and `authorize` are given
passport.authenticate('moneypools', { returnTo: '/', state: { invited: true } })
passport.authenticate(['moneypools', 'zalopay'], { state: [1, null], session: false })
passport.authenticate('moneypools', { state: 'text', failureRedirect: '/', keepSessionInfo: true })
passport.authenticate('local', { failureRedirect: '/', successReturnToOrRedirect: '/' })
passport.authorize('moneypools', { returnTo: '/account', state: { linking: true } })
new passport.Passport().authenticate('moneypools', { state: { invited: true } })
// @ts-expect-error the name is misspelled
passport.authenticate('moneypools', { retrunTo: '/' })
