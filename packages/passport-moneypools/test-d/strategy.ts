/* oxlint-disable no-new -- each of these is here to be compiled */
import type { Request } from 'express'
import passport from 'passport'
import type { TokenParams } from 'passport-code-flow'
import {
  type MoneyPoolsProfile,
  type SngineUser,
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
  clientID: '1234567890123',
  clientSecret: 'secret',
  callbackURL: 'https://shop.example/cb',
}
const withRequest = { ...options, passReqToCallback: true } as const

// four arguments
new Strategy(options, (accessToken, refreshToken, profile, done) => {
  same<string>()(accessToken)
  same<string | undefined>()(refreshToken)
  same<MoneyPoolsProfile>()(profile)
  same<string>()(profile.id)
  same<'moneypools'>()(profile.provider)
  same<string | undefined>()(profile.username)
  same<{ value: string }[] | undefined>()(profile.emails)
  same<{ value: string }[] | undefined>()(profile.photos)
  same<string | null | undefined>()(profile._json.user_info.user_relationship)
  // a modified site's own field
  same<unknown>()(profile._json.user_info['currentIP'])
  const user: SngineUser = profile._json.user_info
  done(null, { id: user.user_id })
  done(null, false, { message: 'closed' })
  done(new Error('down'))
  // @ts-expect-error nothing says that an address is verified
  void profile.emails?.[0]?.verified
  // @ts-expect-error a user is an object
  done(null, 'user')
})

// five arguments
new Strategy(options, (accessToken, refreshToken, params, profile, done) => {
  same<string>()(accessToken)
  same<string | undefined>()(refreshToken)
  same<TokenParams>()(params)
  same<Date | undefined>()(params.expires_at)
  same<MoneyPoolsProfile>()(profile)
  done(null, { id: profile.id })
})

// the request before four and five
new Strategy(withRequest, (req, accessToken, refreshToken, profile, done) => {
  same<string | undefined>()(req.method)
  same<string>()(accessToken)
  same<string | undefined>()(refreshToken)
  same<MoneyPoolsProfile>()(profile)
  done(null, { id: profile.id })
})
new Strategy(withRequest, (req, accessToken, refreshToken, params, profile, done) => {
  same<string | undefined>()(req.url)
  same<string>()(accessToken)
  same<string | undefined>()(refreshToken)
  same<TokenParams>()(params)
  same<MoneyPoolsProfile>()(profile)
  done(null, { id: profile.id })
})

// req by the framework's own type
new Strategy(withRequest, (req: Request, _access, _refresh, profile, done) => {
  done(null, { id: profile.id, language: req.get('accept-language') })
})
new Strategy(withRequest, (req: Request, _access, _refresh, params, profile, done) => {
  same<TokenParams>()(params)
  done(null, { id: profile.id, path: req.path })
})

// promises, with and without the request
new Strategy(options, async (_access, _refresh, profile) => ({ id: profile.id }))
new Strategy(options, async (_access, _refresh, user) => ({ user, info: { isNew: true } }))
new Strategy(options, async (_access, _refresh, { id }) => (id === '1' ? { id } : false))
new Strategy(withRequest, async (req, accessToken, _refresh, profile) => {
  same<string | undefined>()(req.url)
  same<string>()(accessToken)
  return { id: profile.id }
})
new Strategy(withRequest, async (req: Request, _access, _refresh, profile) => ({
  id: profile.id,
  ip: req.ip,
}))
// @ts-expect-error a promised user is an object
new Strategy(options, async () => 'user')

// passReqToCallback false is the same as none
new Strategy({ ...options, passReqToCallback: false }, (accessToken, _refresh, profile, done) => {
  same<string>()(accessToken)
  done(null, profile)
})

const verify = async () => false as const

// every option
new Strategy(
  {
    ...options,
    baseURL: 'https://network.example/community',
    tokenMethod: 'auto',
    authorizationURL: 'https://network.example/api/oauth2',
    tokenURL: 'https://network.example/api/authorize',
    userInfoURL: 'https://network.example/api/get_user_info',
    lang: 'en_us',
    allowCrossSiteStart: true,
    skipUserProfile: true,
    headers: { 'User-Agent': 'shop/1.0' },
    once: { claim: async () => true },
  },
  verify,
)

// wrong options
// @ts-expect-error clientSecret is missing
new Strategy({ clientID: '1', callbackURL: 'https://shop.example' }, verify)
// @ts-expect-error callbackURL is missing
new Strategy({ clientID: '1', clientSecret: 'secret' }, verify)
// @ts-expect-error clientID is a text, although Sngine's is a number
new Strategy({ ...options, clientID: 1234567890123 }, verify)
// @ts-expect-error there is no such method
new Strategy({ ...options, tokenMethod: 'PUT' }, verify)
// @ts-expect-error methods are in capitals
new Strategy({ ...options, tokenMethod: 'post' }, verify)
// @ts-expect-error Sngine has no scopes
new Strategy({ ...options, scope: ['email'] }, verify)
// @ts-expect-error Sngine has no state; the strategy keeps its own
new Strategy({ ...options, state: true }, verify)
// @ts-expect-error the option is called userInfoURL
new Strategy({ ...options, userProfileURL: 'https://network.example' }, verify)
// @ts-expect-error verify is missing
new Strategy(options)

// Passport takes it, under its own name or another
const strategy = new Strategy(options, verify)
passport.use(strategy)
passport.use('friends', strategy)
passport.authenticate(strategy)
// @ts-expect-error Sngine has no refresh tokens
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
passport.authenticate('moneypools', { returnTo: '/', state: { invited: true } })
passport.authenticate(
  'moneypools',
  { state: [1], session: false, failureRedirect: '/' },
  (error: unknown, user: unknown) => String([error, user]),
)
passport.authorize('moneypools', { returnTo: '/', state: { linking: true } })
passport.authenticate('moneypools', { state: 'text', keepSessionInfo: true })
// @ts-expect-error no option of anybody
passport.authenticate('moneypools', { retrunTo: '/' })
