// What the packages' own type tests leave out: Express's handlers, the browser's part, a simulator.
import express, { type ErrorRequestHandler } from 'express'
import passport from 'passport'
import { failureMessage, LoginError, memoryOnce, type Once, safeReturnTo } from 'passport-code-flow'
import { Strategy as MonPay } from 'passport-monpay'
import { type MonPaySimulator, startMonPay } from 'passport-provider-simulators'
import { launchPage } from 'passport-zalopay-pkce'
import { requestLogin } from 'passport-zalopay-pkce/browser'

const app = express()
const callbackURL = 'https://app.example/callback'
const once: Once = memoryOnce()
const options = { clientID: '1', clientSecret: 'secret', callbackURL, once }

passport.use(
  new MonPay(options, (_accessToken, _refreshToken, profile, done) => {
    done(null, { id: profile.id, phone: profile.phoneNumbers?.[0]?.value })
  }),
)
app.get('/auth/monpay', passport.authenticate('monpay'))
app.get('/auth/zalopay/launch', launchPage({ sdkURL: 'https://sdk.example/sdk.js', callbackURL }))
app.get('/', (req, res) => res.redirect(safeReturnTo(req.query['to'])))
const explain: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (!(error instanceof LoginError)) return next(error)
  const retry: boolean = error.code === 'network' || error.code === 'timeout'
  res.status(error.status).json({ retry, text: failureMessage('invalid_code', 'mn') })
}
app.use(explain)

export const page: (request: Parameters<typeof requestLogin>[0]) => Promise<void> = requestLogin
export const simulator: () => Promise<MonPaySimulator> = () => startMonPay({ callbackURL })
