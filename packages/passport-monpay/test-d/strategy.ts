/* oxlint-disable no-new -- each of these is here to be compiled */
import type { Request } from 'express'
import passport from 'passport'
import type { LoginRequest, TokenParams } from 'passport-code-flow'
import {
  type MonPayProfile,
  type MonPayUser,
  Strategy,
  type StrategyOptions,
} from '../src/index.js'

type Same<A, B> = 0 extends 1 & B ? never : [A, B] extends [B, A] ? unknown : never

/** Compiles only when the type of the value is `A`, and not `any`. */
const same =
  <A>() =>
  <B>(value: B & Same<A, B>) =>
    value

const options: StrategyOptions = {
  clientID: 'id',
  clientSecret: 'secret',
  callbackURL: 'https://shop.example',
}
const withRequest = { ...options, passReqToCallback: true } as const

// four arguments
new Strategy(options, (accessToken, refreshToken, profile, done) => {
  same<string>()(accessToken)
  same<string | undefined>()(refreshToken)
  same<MonPayProfile>()(profile)
  same<string>()(profile.id)
  same<'monpay'>()(profile.provider)
  same<string | undefined>()(profile.displayName)
  same<{ value: string }[] | undefined>()(profile.phoneNumbers)
  same<MonPayUser>()(profile._json.result)
  same<string | number | null | undefined>()(profile._json.result.userPhone)
  // @ts-expect-error MonPay names it so: userFirstName is a mistake
  void profile._json.result.userFirstName
  done(null, { id: profile.id })
  done(null, false, { message: 'closed' })
  done(new Error('down'))
  // @ts-expect-error a user is an object
  done(null, 'user')
})

// five arguments
new Strategy(options, (accessToken, refreshToken, params, profile, done) => {
  same<string>()(accessToken)
  same<string | undefined>()(refreshToken)
  same<TokenParams>()(params)
  same<Date | undefined>()(params.expires_at)
  same<MonPayProfile>()(profile)
  done(null, { id: profile.id })
})

// the request before four and five
new Strategy(withRequest, (req, accessToken, refreshToken, profile, done) => {
  same<string | undefined>()(req.method)
  same<string>()(accessToken)
  same<string | undefined>()(refreshToken)
  same<MonPayProfile>()(profile)
  done(null, { id: profile.id })
})
new Strategy(withRequest, (req, accessToken, refreshToken, params, profile, done) => {
  same<string | undefined>()(req.url)
  same<string>()(accessToken)
  same<string | undefined>()(refreshToken)
  same<TokenParams>()(params)
  same<MonPayProfile>()(profile)
  done(null, { id: profile.id })
})
new Strategy(
  { ...options, passReqToCallback: true },
  (req, _accessToken, _refreshToken, profile, done) => {
    const request: LoginRequest = req
    done(null, { id: profile.id, method: request.method })
  },
)

// req by the framework's own type
new Strategy(withRequest, (req: Request, _accessToken, _refreshToken, profile, done) => {
  same<string>()(req.ip ?? '')
  done(null, { id: profile.id, language: req.get('accept-language') })
})
new Strategy(withRequest, (req: Request, _a, _r, params, profile, done) => {
  same<TokenParams>()(params)
  done(null, { id: profile.id, path: req.path })
})

// promises, with and without the request
new Strategy(options, async (_accessToken, _refreshToken, profile) => ({ id: profile.id }))
new Strategy(options, async (_accessToken, _refreshToken, profile) => ({
  user: profile,
  info: { isNew: true },
}))
new Strategy(options, async (_accessToken, _refreshToken, { id }) => (id === '11' ? { id } : false))
new Strategy(withRequest, async (req, accessToken, _refreshToken, profile) => {
  same<string | undefined>()(req.url)
  same<string>()(accessToken)
  return { id: profile.id }
})
// @ts-expect-error a promised user is an object
new Strategy(options, async () => 'user')

// passReqToCallback false is the same as none
new Strategy(
  { ...options, passReqToCallback: false },
  (accessToken, _refreshToken, profile, done) => {
    same<string>()(accessToken)
    done(null, profile)
  },
)

// wrong options
const verify = async () => false as const
// @ts-expect-error clientSecret is missing
new Strategy({ clientID: 'id', callbackURL: 'https://shop.example' }, verify)
// @ts-expect-error callbackURL is missing
new Strategy({ clientID: 'id', clientSecret: 'secret' }, verify)
// @ts-expect-error clientID is a text
new Strategy({ ...options, clientID: 1 }, verify)
// @ts-expect-error there is no such environment
new Strategy({ ...options, environment: 'test' }, verify)
// @ts-expect-error there is no such mode
new Strategy({ ...options, fetchMetadata: 'lax' }, verify)
// @ts-expect-error there is nowhere to send anyone to
new Strategy({ ...options, authorizationURL: 'https://wallet.example/authorize' }, verify)
// @ts-expect-error there is no state
new Strategy({ ...options, state: true }, verify)
// @ts-expect-error verify is missing
new Strategy(options)

// Passport takes it, under its own name or another
const strategy = new Strategy(
  { ...options, environment: 'production', fetchMetadata: 'strict' },
  verify,
)
passport.use(strategy)
passport.use('wallet', strategy)
passport.authenticate(strategy)
// @ts-expect-error MonPay has no refresh
void strategy.refresh

// no profile call: there is no profile
const withoutProfile = { ...options, skipUserProfile: true } as const
new Strategy(withoutProfile, (_accessToken, _refreshToken, profile, done) => {
  same<undefined>()(profile)
  done(null, {})
})
new Strategy(withoutProfile, (_accessToken, _refreshToken, params, profile, done) => {
  same<TokenParams>()(params)
  same<undefined>()(profile)
  done(null, {})
})
new Strategy(withoutProfile, async (accessToken, _refreshToken, profile) => {
  same<undefined>()(profile)
  return { accessToken }
})
new Strategy(
  { ...withoutProfile, passReqToCallback: true },
  (req, _accessToken, _refreshToken, profile, done) => {
    same<string | undefined>()(req.method)
    same<undefined>()(profile)
    done(null, {})
  },
)

// options of the login beside Passport's own, and any JSON value as `state`
passport.authenticate('monpay', { returnTo: '/', state: { invited: true } })
passport.authenticate(
  'monpay',
  { state: [1], session: false, failureRedirect: '/' },
  (error: unknown, user: unknown) => String([error, user]),
)
passport.authorize('monpay', { returnTo: '/', state: { linking: true } })
passport.authenticate('monpay', { state: 'text', keepSessionInfo: true })
// @ts-expect-error no option of anybody
passport.authenticate('monpay', { retrunTo: '/' })
