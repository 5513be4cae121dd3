import { Authenticator } from '@fastify/passport'
import type { Settings } from 'example-simulated'
import type { Profile } from 'passport-code-flow'
import { Strategy as MoneyPools } from 'passport-moneypools'
import { Strategy as MonPay } from 'passport-monpay'
import { Strategy as ZaloPay } from 'passport-zalopay-pkce'

/** A Passport with the three strategies; the whole user is in the session. */
export function createPassport(settings: Settings) {
  const verify = async (_token: string, _refresh: unknown, { provider, id }: Profile) => ({
    provider,
    id,
  })
  const passport = new Authenticator()
  passport.use(new MonPay(settings.monpay, verify))
  passport.use(new ZaloPay(settings.zalopay, verify))
  passport.use(new MoneyPools(settings.moneypools, verify))
  passport.registerUserSerializer(async (user) => user)
  passport.registerUserDeserializer(async (user) => user)
  return passport
}
