/* oxlint-disable no-new -- each of these is here to be compiled */
import passport from 'passport'
import { is } from '../../passport-code-flow/test-d/same.js'
import {
  type MonPayProfile,
  type MonPayUser,
  Strategy,
  type StrategyOptions,
} from '../src/index.js'

// what every verify may be: passport-code-flow/test-d

const options: StrategyOptions = {
  clientID: 'id',
  clientSecret: 'secret',
  callbackURL: 'https://shop.example',
}

new Strategy(options, (_accessToken, _refreshToken, profile, done) => {
  is(profile).exactly<MonPayProfile>()
  is(profile.provider).exactly<'monpay'>()
  is(profile._json.result).exactly<MonPayUser>()
  is(profile._json.result.userPhone).exactly<string | number | null | undefined>()
  // @ts-expect-error MonPay names it so: userFirstName is a mistake
  void profile._json.result.userFirstName
  done(null, { id: profile.id })
})

const verify = async () => false as const
// @ts-expect-error there is no such environment
new Strategy({ ...options, environment: 'test' }, verify)
// @ts-expect-error there is no such mode
new Strategy({ ...options, fetchMetadata: 'lax' }, verify)
// @ts-expect-error there is nowhere to send anyone to
new Strategy({ ...options, authorizationURL: 'https://wallet.example/authorize' }, verify)

const strategy = new Strategy(
  { ...options, environment: 'production', fetchMetadata: 'strict' },
  verify,
)
passport.use(strategy)
// @ts-expect-error MonPay has no refresh
void strategy.refresh
