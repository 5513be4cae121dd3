import { createRequire } from 'node:module'
import { CALLBACK_PATH, CALLBACK_URL, CLIENT_ID, CLIENT_SECRET, nextCode } from './application.mjs'

const require = createRequire(import.meta.url)

/** passport-moneypools. */
export const moneypools = {
  name: 'passport-moneypools',
  kind: 'ours',
  provider: 'moneypools',
  floor: 'floor (MoneyPools)',
  starts: true,
  load: () => require('passport-moneypools'),
  create: ({ Strategy }, url) =>
    new Strategy(
      {
        clientID: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        callbackURL: CALLBACK_URL,
        baseURL: `${url}/moneypools`,
      },
      (_accessToken, _refreshToken, profile, done) => done(null, profile),
    ),
  callback: () => ({ url: `${CALLBACK_PATH}?auth_key=${nextCode()}` }),
}
