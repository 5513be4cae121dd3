import { createRequire } from 'node:module'
import { CALLBACK_URL, CLIENT_ID, CLIENT_SECRET } from './application.mjs'
import { standardCallback } from './standard.mjs'

const require = createRequire(import.meta.url)

/** passport-google-oauth20, sent to the stub provider. */
export const google = {
  name: 'passport-google-oauth20',
  kind: 'peer',
  provider: 'standard',
  floor: 'floor (standard)',
  starts: true,
  load: () => require('passport-google-oauth20'),
  create({ Strategy }, url) {
    const strategy = new Strategy(
      {
        authorizationURL: `${url}/standard/authorize`,
        tokenURL: `${url}/standard/token`,
        userProfileURL: `${url}/standard/userinfo`,
        clientID: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        callbackURL: CALLBACK_URL,
        scope: ['profile', 'email'],
        state: true,
        pkce: true,
      },
      (_accessToken, _refreshToken, profile, done) => done(null, profile),
    )
    strategy._oauth2.useAuthorizationHeaderforGET(true)
    return strategy
  },
  callback: standardCallback,
}
