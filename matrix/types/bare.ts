// An application that has no @types/passport.
import { LoginError, memoryOnce } from 'passport-code-flow'
import { Strategy as MoneyPools } from 'passport-moneypools'
import { Strategy as MonPay } from 'passport-monpay'
import { Strategy as ZaloPay } from 'passport-zalopay-pkce'

const callbackURL = 'https://app.example/callback'
const options = { clientID: '1', clientSecret: 'secret', callbackURL, once: memoryOnce() }
export const monpay = new MonPay(options, async (_accessToken, _refreshToken, { id }) => ({ id }))
export const moneypools = new MoneyPools(options, (_accessToken, _refreshToken, profile, done) =>
  done(null, { id: profile.id }),
)
export const zalopay = new ZaloPay(
  { ...options, skipUserProfile: true },
  (accessToken, _refreshToken, profile, done) => {
    const none: undefined = profile
    done(null, { accessToken, none })
  },
)
export const isOurs = (error: unknown): boolean => error instanceof LoginError
