import express, { type ErrorRequestHandler } from 'express'
import passport from 'passport'
import { failureMessage, LoginError, memoryOnce, type Once, safeReturnTo } from 'passport-code-flow'
import { Strategy as MoneyPools, type StrategyOptions } from 'passport-moneypools'
import { Strategy as MonPay, type MonPayProfile } from 'passport-monpay'
import { type MonPaySimulator, startMonPay } from 'passport-provider-simulators'
import { launchPage, Strategy as ZaloPay, type ZaloPayProfile } from 'passport-zalopay-pkce'
import { requestLogin } from 'passport-zalopay-pkce/browser'

const app = express()
const callbackURL = 'https://app.example/callback'
const shared = { clientID: '1', clientSecret: 'secret', callbackURL }
const once: Once = memoryOnce()

passport.use(
  new MonPay({ ...shared, once }, (_accessToken, _refreshToken, profile, done) => {
    const known: MonPayProfile = profile
    done(null, { id: known.id, phone: known.phoneNumbers?.[0]?.value })
  }),
)
passport.use(
  new ZaloPay(
    { ...shared, clientID: 1, baseURL: 'https://zalopay.example', userInfoURL: '/user' },
    (_accessToken, refreshToken, params, profile, done) => {
      const expires: Date | undefined = params.expires_at
      const known: ZaloPayProfile = profile
      done(null, { id: known.id, refreshToken, expires })
    },
  ),
)
const options: StrategyOptions = { ...shared, baseURL: 'https://sngine.example' }
passport.use(new MoneyPools(options, async (_accessToken, _refreshToken, profile) => profile))
passport.use(
  'request',
  new MoneyPools(
    { ...options, passReqToCallback: true },
    (req, _accessToken, _refreshToken, profile, done) =>
      done(null, { id: profile.id, agent: req.headers['user-agent'] }),
  ),
)
// @ts-expect-error clientSecret is missing
export const broken = () => new MonPay({ clientID: '1', callbackURL }, () => undefined)

app.get('/auth/moneypools', passport.authenticate('moneypools'))
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
