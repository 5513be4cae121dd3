/* oxlint-disable no-new -- each of these is here to be compiled */
import type { Request } from 'express'
import passport from 'passport'
import { is } from '../../passport-code-flow/test-d/same'
import {
  type Challenge,
  launchPage,
  type RefreshedTokens,
  Strategy,
  type StrategyOptions,
  type ZaloPayProfile,
} from '../src/index'

// what every verify may be: passport-code-flow/test-d

const options = {
  clientID: 10001,
  clientSecret: 'key',
  callbackURL: 'https://shop.test/auth/zalopay/callback',
  baseURL: 'https://zalopay.test',
}

const strategy = new Strategy(options, (_accessToken, _refreshToken, profile, done) => {
  is(profile).exactly<ZaloPayProfile>()
  is(profile.provider).exactly<'zalopay'>()
  is(profile._json.data.muid).exactly<string>()
  is(profile._json.data.user_phone).exactly<number | string | null | undefined>()
  is(profile._json.data.user_identity_image?.id_type).exactly<number | string | undefined>()
  is(profile._json.trace_id).exactly<string | undefined>()
  done(null, { id: profile.id })
})
passport.use(strategy)

// what is made of a request
declare const request: Request
const challenge = strategy.createChallenge(request, { returnTo: '/cart', state: [7] })
is(challenge).exactly<Promise<Challenge>>()
declare const made: Challenge
is([made.appId, made.codeChallenge, made.login] as const).exactly<
  readonly [number, string, string]
>()
is(strategy.refresh('token')).exactly<Promise<RefreshedTokens>>()

const page = { sdkURL: 'https://sdk.test/sdk.js', callbackURL: options.callbackURL }
launchPage(page)
launchPage({ ...page, nonce: 'abc', homeURL: '/', frameAncestors: ['https://host.test'] })
launchPage({ ...page, nonce: undefined, homeURL: undefined, frameAncestors: undefined })
launchPage({ ...page, nonce: (_req, res) => String(res.getHeader('nonce')) })

const none = () => undefined

const own: StrategyOptions = {
  ...options,
  clientID: '10001',
  tokenURL: 'https://zalopay.test/token',
  userInfoURL: 'https://zalopay.test/user',
  challengeEncoding: 'raw',
  fields: ['user.phone'],
  launchURL: '/launch',
  classifyError: (error) => (error === 7 ? 'config' : 'invalid_code'),
  allowCrossSiteStart: true,
}
new Strategy(own, none)
const { clientID: _, ...anonymous } = options
// @ts-expect-error clientID is missing
new Strategy(anonymous, none)
// @ts-expect-error challengeEncoding has three values
new Strategy({ ...options, challengeEncoding: 'plain' }, none)
// @ts-expect-error fields is a list
new Strategy({ ...options, fields: 'user.phone' }, none)
// @ts-expect-error classifyError answers one of three words
new Strategy({ ...options, classifyError: () => 'network' }, none)
// @ts-expect-error an option with a wrong name
new Strategy({ ...options, launchUrl: '/launch' }, none)
// @ts-expect-error frameAncestors is a list
launchPage({ ...page, frameAncestors: 'https://host.test' })
// @ts-expect-error sdkURL is missing
launchPage({ callbackURL: options.callbackURL })
