import { createRequire } from 'node:module'
import { CALLBACK_PATH, CALLBACK_URL, CLIENT_ID, CLIENT_SECRET, nextCode } from './application.mjs'

const require = createRequire(import.meta.url)

/** passport-monpay: a callback alone, since the wallet starts. */
export const monpay = {
  name: 'passport-monpay',
  kind: 'ours',
  provider: 'monpay',
  floor: 'floor (MonPay)',
  load: () => require('passport-monpay'),
  create: ({ Strategy }, url) =>
    new Strategy(
      {
        clientID: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        callbackURL: CALLBACK_URL,
        baseURL: `${url}/monpay`,
      },
      (_accessToken, _refreshToken, profile, done) => done(null, profile),
    ),
  callback: () => ({ url: `${CALLBACK_PATH}?code=${nextCode()}` }),
}
