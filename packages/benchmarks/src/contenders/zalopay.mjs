import { createRequire } from 'node:module'
import {
  CALLBACK_PATH,
  CALLBACK_URL,
  CLIENT_ID,
  CLIENT_SECRET,
  nextCode,
  SITE,
} from './application.mjs'

const require = createRequire(import.meta.url)

/** passport-zalopay-pkce: the page posts the code back. */
export const zalopay = {
  name: 'passport-zalopay-pkce',
  kind: 'ours',
  provider: 'zalopay',
  floor: 'floor (ZaloPay)',
  starts: true,
  load: () => require('passport-zalopay-pkce'),
  create: ({ Strategy }, url) =>
    new Strategy(
      {
        clientID: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        callbackURL: CALLBACK_URL,
        baseURL: `${url}/zalopay`,
        launchURL: '/auth/zalopay/launch',
      },
      (_accessToken, _refreshToken, profile, done) => done(null, profile),
    ),
  callback: (location) => ({
    url: CALLBACK_PATH,
    origin: SITE,
    body: { code: nextCode(), login: new URL(location, SITE).searchParams.get('login') },
  }),
}
