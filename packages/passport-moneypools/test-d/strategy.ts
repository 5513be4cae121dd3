/* oxlint-disable no-new -- each of these is here to be compiled */
import passport from 'passport'
import { is } from '../../passport-code-flow/test-d/same.js'
import {
  type MoneyPoolsProfile,
  type SngineUser,
  Strategy,
  type StrategyOptions,
} from '../src/index.js'

// what every verify may be: passport-code-flow/test-d

const options: StrategyOptions = {
  clientID: '1234567890123',
  clientSecret: 'secret',
  callbackURL: 'https://shop.example/cb',
}

new Strategy(options, (_accessToken, _refreshToken, profile, done) => {
  is(profile).exactly<MoneyPoolsProfile>()
  is(profile.provider).exactly<'moneypools'>()
  is(profile._json.user_info.user_relationship).exactly<string | null | undefined>()
  // a modified site's own field
  is(profile._json.user_info['currentIP']).exactly<unknown>()
  const user: SngineUser = profile._json.user_info
  done(null, { id: user.user_id })
})

const verify = async () => false as const

// its own options
const strategy = new Strategy(
  {
    ...options,
    baseURL: 'https://network.example/community',
    tokenMethod: 'auto',
    authorizationURL: 'https://network.example/api/oauth2',
    tokenURL: 'https://network.example/api/authorize',
    userInfoURL: 'https://network.example/api/get_user_info',
    lang: 'en_us',
    allowCrossSiteStart: true,
  },
  verify,
)
passport.use(strategy)
// @ts-expect-error Sngine has no refresh tokens
void strategy.refresh

// @ts-expect-error clientID is a text, although Sngine's is a number
new Strategy({ ...options, clientID: 1234567890123 }, verify)
// @ts-expect-error there is no such method
new Strategy({ ...options, tokenMethod: 'PUT' }, verify)
// @ts-expect-error methods are in capitals
new Strategy({ ...options, tokenMethod: 'post' }, verify)
// @ts-expect-error Sngine has no scopes
new Strategy({ ...options, scope: ['email'] }, verify)
// @ts-expect-error the option is called userInfoURL
new Strategy({ ...options, userProfileURL: 'https://network.example' }, verify)
