/* oxlint-disable no-new -- each of these is here to be compiled */
import type { Request } from 'express'
import passport from 'passport'
import {
  type CodeFlowOptions,
  type LoginRequest,
  type Profile,
  type Provider,
  type RefreshedTokens,
  type RefreshingProvider,
  strategyFor,
  type TokenParams,
  type VerifyDone as Done,
  type VerifyRequest as Req,
} from '../src/index.js'
import { is } from './same.js'

// What every strategy's verify may be: the three strategies are made as this one is.

interface AcmeProfile extends Profile {
  provider: 'acme'
}
declare const acme: (options: CodeFlowOptions) => Provider<AcmeProfile>
class Strategy extends strategyFor(acme) {}

type Tokens = [accessToken: string, refreshToken: string | undefined]
type User = [TokenParams, AcmeProfile]

const options = { clientID: 'id', clientSecret: 'secret', callbackURL: 'https://shop.example' }
const withRequest = { ...options, passReqToCallback: true } as const
declare const findUser: (id: string) => Promise<{ id: string } | false>

// nothing needs an annotation: four and five arguments, the request before them
new Strategy(options, (access, refresh, profile, done) => {
  is([access, refresh, profile, done] as const).exactly<readonly [...Tokens, AcmeProfile, Done]>()
  done(null, { id: profile.id })
  done(null, false, { message: 'closed' })
  done(new Error('down'))
  // @ts-expect-error a user is an object
  done(null, 'user')
  // @ts-expect-error nothing says that an address is verified
  void profile.emails?.[0]?.verified
})
new Strategy(options, (access, refresh, params, profile, done) => {
  is([access, refresh, params, profile] as const).exactly<readonly [...Tokens, ...User]>()
  is(params.expires_at).exactly<Date | undefined>()
  done(null, { id: profile.id })
})
new Strategy(withRequest, (req, access, refresh, profile, done) => {
  is([req, access, refresh, profile] as const).exactly<readonly [Req, ...Tokens, AcmeProfile]>()
  is(req.method).exactly<string | undefined>()
  done(null, { id: profile.id })
})
new Strategy(withRequest, (req, access, refresh, params, profile, done) => {
  is([req, access, refresh, params, profile] as const).exactly<readonly [Req, ...Tokens, ...User]>()
  done(null, { id: profile.id })
})
new Strategy({ ...options, passReqToCallback: true }, (req, _access, _refresh, profile, done) => {
  const request: LoginRequest = req
  done(null, { id: profile.id, method: request.method })
})

// a verify may name its framework's request type
new Strategy(withRequest, (req: Request, _access, _refresh, profile, done) => {
  done(null, { id: profile.id, ip: req.ip })
})
new Strategy(withRequest, (req: Request, _access, _refresh, params, profile, done) => {
  is(params).exactly<TokenParams>()
  done(null, { id: profile.id, ip: req.ip })
})
new Strategy(withRequest, async (req: Request, _access, _refresh, { id }) => ({ id, ip: req.ip }))

// no done: the user, false, or user and info, by a promise
new Strategy(options, async (_access, _refresh, profile) => ({ id: profile.id }))
new Strategy(options, async (_access, _refresh, user) => ({ user, info: { isNew: true } }))
new Strategy(options, async (_access, _refresh, { id }) => (id === '1' ? { id } : false))
new Strategy(options, async (_access, _refresh, { id }) => findUser(id))
new Strategy(withRequest, async (req, accessToken, _refresh, profile) => {
  is(req.method).exactly<string | undefined>()
  is(accessToken).exactly<string>()
  return { id: profile.id }
})
// @ts-expect-error a user is an object
new Strategy(options, async () => 'user')
// @ts-expect-error a user is an object or false
new Strategy(options, (_access, _refresh, profile, done) => done(null, profile.id))

// what is no true or false is known when it runs
declare const either: boolean
for (const passReqToCallback of [either, false])
  new Strategy({ ...options, passReqToCallback }, (accessToken, _refresh, profile, done) => {
    is(accessToken).exactly<string>()
    done(null, profile)
  })

// no profile call: there is no profile
const withoutProfile = { ...options, skipUserProfile: true } as const
new Strategy(withoutProfile, (_access, _refresh, profile, done) => {
  is(profile).exactly<undefined>()
  done(null, {})
})
new Strategy(withoutProfile, (_access, _refresh, params, profile, done) => {
  is([params, profile] as const).exactly<readonly [TokenParams, undefined]>()
  done(null, {})
})
new Strategy(withoutProfile, async (accessToken, _refresh, profile) => {
  is(profile).exactly<undefined>()
  return { accessToken }
})
const neither = { ...withoutProfile, passReqToCallback: true } as const
new Strategy(neither, (req, _access, _refresh, profile, done) => {
  is([req, profile] as const).exactly<readonly [Req, undefined]>()
  done(null, {})
})

// undefined is the same as absent
const verify = async () => false as const
new Strategy({ ...options, timeout: undefined, agent: undefined, once: undefined }, verify)
// @ts-expect-error clientSecret is missing
new Strategy({ clientID: 'id', callbackURL: 'https://shop.example' }, verify)
// @ts-expect-error callbackURL is missing
new Strategy({ clientID: 'id', clientSecret: 'secret' }, verify)
// @ts-expect-error clientID is a text
new Strategy({ ...options, clientID: 1 }, verify)
// @ts-expect-error there is no state
new Strategy({ ...options, state: true }, verify)
// @ts-expect-error verify is missing
new Strategy(options)

// refresh is there where the provider has it
declare const refreshing: (options: CodeFlowOptions) => RefreshingProvider
const tokens = new (strategyFor(refreshing))(options, verify).refresh('token')
is(tokens).exactly<Promise<RefreshedTokens>>()

// Passport takes it, under its own name or another
const strategy = new Strategy(options, verify)
passport.use(strategy)
passport.use('friends', strategy)
passport.authenticate(strategy)
// @ts-expect-error Acme has no refresh
void strategy.refresh

// options of the login beside Passport's own, and any JSON value as `state`
passport.authenticate('acme', { returnTo: '/', state: { invited: true } })
const others = { state: [1], session: false, failureRedirect: '/' }
passport.authenticate('acme', others, (error: unknown, user: unknown) => String([error, user]))
passport.authorize('acme', { returnTo: '/', state: { linking: true } })
// a strategy in place of its name
passport.authenticate(strategy, { returnTo: '/', state: { invited: true } })
passport.authorize(strategy, { returnTo: '/' })
passport.authenticate('acme', { state: 'text', keepSessionInfo: true })
// @ts-expect-error no option of anybody
passport.authenticate('acme', { retrunTo: '/' })
