import type { Request } from 'express'
import passport from 'passport'
import type { TokenParams, VerifyDone } from 'passport-code-flow'
import {
  type Challenge,
  launchPage,
  type RefreshedTokens,
  Strategy,
  type ZaloPayProfile,
} from '../src/index'

/** `is(value).exactly<Type>()` compiles only when the value's type is just that. */
declare function is<A>(value: A): {
  exactly<B>(...wrong: [A] extends [B] ? ([B] extends [A] ? [] : [never]) : [never]): void
}

const options = {
  clientID: 10001,
  clientSecret: 'key',
  callbackURL: 'https://shop.test/auth/zalopay/callback',
  baseURL: 'https://zalopay.test',
}

interface User {
  id: string
}

declare function findUser(id: string): Promise<User | false>

// verify with done: nothing needs an annotation
const strategy = new Strategy(options, (accessToken, refreshToken, profile, done) => {
  is(accessToken).exactly<string>()
  is(refreshToken).exactly<string | undefined>()
  is(profile).exactly<ZaloPayProfile>()
  is(done).exactly<VerifyDone>()
  is(profile.provider).exactly<'zalopay'>()
  is(profile.id).exactly<string>()
  is(profile.displayName).exactly<string | undefined>()
  is(profile._json.data.muid).exactly<string>()
  is(profile._json.data.user_phone).exactly<number | string | null | undefined>()
  is(profile._json.data.user_identity_image?.id_type).exactly<number | string | undefined>()
  is(profile._json.trace_id).exactly<string | undefined>()
  done(null, { id: profile.id })
})

// verify as a promise: the user, false, or both user and info
export const promising = new Strategy(options, async (_accessToken, _refreshToken, profile) =>
  findUser(profile.id),
)
export const promisingInfo = new Strategy(
  options,
  async (_accessToken, _refreshToken, profile) => ({
    user: { id: profile.id },
    info: { new: true },
  }),
)

// with params
export const paramed = new Strategy(options, (token, refresh, params, profile, done) => {
  is(token).exactly<string>()
  is(refresh).exactly<string | undefined>()
  is(params).exactly<TokenParams>()
  is(params.expires_at).exactly<Date | undefined>()
  is(profile).exactly<ZaloPayProfile>()
  done(null, false, { message: 'no' })
})

// with the request
const withRequest = { ...options, passReqToCallback: true } as const
export const requesting = new Strategy(withRequest, (req, token, refresh, profile, done) => {
  is(req.method).exactly<string | undefined>()
  is(token).exactly<string>()
  is(refresh).exactly<string | undefined>()
  is(profile).exactly<ZaloPayProfile>()
  done(null, { id: profile.id })
})
export const requestingParams = new Strategy(
  { ...options, passReqToCallback: true },
  (req, _token, _refresh, params, profile, done) => {
    is(req.url).exactly<string | undefined>()
    is(params).exactly<TokenParams>()
    is(profile).exactly<ZaloPayProfile>()
    done(null, { id: profile.id, until: params.expires_at })
  },
)
export const requestingPromise = new Strategy(withRequest, async (_req, _t, _r, profile) =>
  findUser(profile.id),
)

// a verify may name the type of its framework's request
export const express = new Strategy(
  withRequest,
  (req: Request, _token, _refresh, profile, done: VerifyDone) =>
    done(null, { id: profile.id, ip: req.ip }),
)

// what is no true or false is known when it runs
declare const either: boolean
export const undecided = new Strategy(
  { ...options, passReqToCallback: either },
  (_token, _refresh, profile, done) => done(null, { id: profile.id }),
)

// passport takes the strategy
passport.use(strategy)
passport.use('shop-zalopay', strategy)

// what is made of a request
declare const request: Request
is(strategy.createChallenge(request, { returnTo: '/cart', state: [7] })).exactly<
  Promise<Challenge>
>()
declare const challenge: Challenge
is(challenge.appId).exactly<number>()
is(challenge.codeChallenge).exactly<string>()
is(challenge.login).exactly<string>()
is(strategy.refresh('token')).exactly<Promise<RefreshedTokens>>()

const page = { sdkURL: 'https://sdk.test/sdk.js', callbackURL: options.callbackURL }
launchPage(page)
launchPage({ ...page, nonce: 'abc', homeURL: '/', frameAncestors: ['https://host.test'] })
launchPage({ ...page, nonce: undefined, homeURL: undefined, frameAncestors: undefined })
launchPage({ ...page, nonce: (_req, res) => String(res.getHeader('nonce')) })

// every option
export const whole = new Strategy(
  {
    ...options,
    clientID: '10001',
    tokenURL: 'https://zalopay.test/token',
    userInfoURL: 'https://zalopay.test/user',
    challengeEncoding: 'raw',
    fields: ['user.phone'],
    launchURL: '/launch',
    classifyError: (error) => (error === 7 ? 'config' : 'invalid_code'),
    allowCrossSiteStart: true,
    timeout: 5000,
    headers: { 'user-agent': 'shop' },
  },
  () => undefined,
)

const none = () => undefined
const { clientID: _, ...anonymous } = options
// @ts-expect-error clientID is missing
export const noClientID = new Strategy(anonymous, none)
// @ts-expect-error challengeEncoding has two values
export const plain = new Strategy({ ...options, challengeEncoding: 'plain' }, none)
// @ts-expect-error fields is a list
export const oneField = new Strategy({ ...options, fields: 'user.phone' }, none)
// @ts-expect-error classifyError answers one of three words
export const otherClass = new Strategy({ ...options, classifyError: () => 'network' }, none)
// @ts-expect-error an option with a wrong name
export const misspelt = new Strategy({ ...options, launchUrl: '/launch' }, none)
// @ts-expect-error verify is missing
export const noVerify = new Strategy(options)
// @ts-expect-error a user is an object or false
export const textUser = new Strategy(options, (_t, _r, profile, done) => done(null, profile.id))
// @ts-expect-error frameAncestors is a list
launchPage({ ...page, frameAncestors: 'https://host.test' })
// @ts-expect-error sdkURL is missing
launchPage({ callbackURL: options.callbackURL })

// no profile call: there is no profile
const withoutProfile = { ...options, skipUserProfile: true } as const
export const withoutProfiles = [
  new Strategy(withoutProfile, (_accessToken, _refreshToken, profile, done) => {
    is(profile).exactly<undefined>()
    done(null, {})
  }),
  new Strategy(withoutProfile, (_accessToken, _refreshToken, params, profile, done) => {
    is(params).exactly<TokenParams>()
    is(profile).exactly<undefined>()
    done(null, {})
  }),
  new Strategy(withoutProfile, async (accessToken, _refreshToken, profile) => {
    is(profile).exactly<undefined>()
    return { accessToken }
  }),
  new Strategy(
    { ...withoutProfile, passReqToCallback: true },
    (req, _accessToken, _refreshToken, profile, done) => {
      is(req.method).exactly<string | undefined>()
      is(profile).exactly<undefined>()
      done(null, {})
    },
  ),
]

// options of the login beside Passport's own, and any JSON value as `state`
passport.authenticate('zalopay', { returnTo: '/', state: { invited: true } })
passport.authenticate(
  'zalopay',
  { state: [1], session: false, failureRedirect: '/' },
  (error: unknown, user: unknown) => String([error, user]),
)
passport.authorize('zalopay', { returnTo: '/', state: { linking: true } })
passport.authenticate('zalopay', { state: 'text', keepSessionInfo: true })
// @ts-expect-error no option of anybody
passport.authenticate('zalopay', { retrunTo: '/' })
