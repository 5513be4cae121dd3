import type { Settings } from 'example-simulated'
import { KoaPassport } from 'koa-passport'
import type { Profile } from 'passport-code-flow'
import { Strategy as MoneyPools } from 'passport-moneypools'
import { Strategy as MonPay } from 'passport-monpay'
import { Strategy as ZaloPay } from 'passport-zalopay-pkce'

/** A Passport with the three strategies; the whole user is in the session. */
export function createPassport(settings: Settings): InstanceType<typeof KoaPassport> {
  const verify = async (_token: string, _refresh: unknown, { provider, id }: Profile) => ({
    provider,
    id,
  })
  const passport = new KoaPassport()
  passport.use(new MonPay(settings.monpay, verify))
  passport.use(new ZaloPay(settings.zalopay, verify))
  passport.use(new MoneyPools(settings.moneypools, verify))
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))
  return passport
}
