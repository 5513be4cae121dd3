import { createRequire } from 'node:module'
import { CALLBACK_URL, CLIENT_ID, CLIENT_SECRET } from './application.mjs'
import { standardCallback } from './standard.mjs'

const require = createRequire(import.meta.url)

/** passport-oauth2 with state, PKCE and the profile call its README describes. */
export const passportOAuth2 = {
  name: 'passport-oauth2',
  kind: 'peer',
  provider: 'standard',
  floor: 'floor (standard)',
  starts: true,
  load: () => require('passport-oauth2'),
  create(OAuth2Strategy, url) {
    const strategy = new OAuth2Strategy(
      {
        authorizationURL: `${url}/standard/authorize`,
        tokenURL: `${url}/standard/token`,
        clientID: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        callbackURL: CALLBACK_URL,
        state: true,
        pkce: true,
      },
      (_accessToken, _refreshToken, profile, done) => done(null, profile),
    )
    const client = strategy._oauth2
    client.useAuthorizationHeaderforGET(true)
    strategy.userProfile = (accessToken, done) =>
      client.get(`${url}/standard/userinfo`, accessToken, (failure, body) => {
        if (failure) return done(failure)
        try {
          done(null, { id: JSON.parse(body).sub, _raw: body })
        } catch (mistake) {
          done(mistake)
        }
      })
    return strategy
  },
  callback: standardCallback,
}
