// Every inline verify has its types without an annotation: `same` fails to compile for `any`.
import type { TokenParams, VerifyDone, VerifyRequest } from 'passport-code-flow'
import { type MoneyPoolsProfile, Strategy as MoneyPools } from 'passport-moneypools'
import { type MonPayProfile, Strategy as MonPay } from 'passport-monpay'
import { type ZaloPayProfile, Strategy as ZaloPay } from 'passport-zalopay-pkce'

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never
const same = <A, B>(_is: Same<A, B>): void => {}

const options = {
  clientID: '1',
  clientSecret: 'secret',
  callbackURL: 'https://app.example/callback',
  baseURL: 'https://provider.example',
}
const withRequest = { ...options, passReqToCallback: true } as const

export const strategies = [
  new MonPay(options, (token, refresh, profile, done) => {
    same<typeof token, string>(true)
    same<typeof refresh, string | undefined>(true)
    same<typeof profile, MonPayProfile>(true)
    same<typeof done, VerifyDone>(true)
    done(null, profile)
  }),
  new MonPay(options, (_token, _refresh, params, profile, done) => {
    same<typeof params, TokenParams>(true)
    same<typeof profile, MonPayProfile>(true)
    done(null, profile)
  }),
  new MonPay(withRequest, (req, _token, _refresh, profile, done) => {
    same<typeof req, VerifyRequest>(true)
    same<typeof profile, MonPayProfile>(true)
    done(null, profile)
  }),
  new MonPay(withRequest, (req, _token, _refresh, params, profile, done) => {
    same<typeof req, VerifyRequest>(true)
    same<typeof params, TokenParams>(true)
    same<typeof profile, MonPayProfile>(true)
    done(null, profile)
  }),
  new MonPay(options, async (_token, _refresh, profile) => {
    same<typeof profile, MonPayProfile>(true)
    return { user: { id: profile.id }, info: 'welcome' }
  }),
  // the same type serves every strategy: one shape of each shows that its profile arrives
  new ZaloPay(options, (_token, _refresh, params, profile, done) => {
    same<typeof params, TokenParams>(true)
    same<typeof profile, ZaloPayProfile>(true)
    done(null, profile)
  }),
  new MoneyPools(withRequest, (req, _token, _refresh, params, profile, done) => {
    same<typeof req, VerifyRequest>(true)
    same<typeof params, TokenParams>(true)
    same<typeof profile, MoneyPoolsProfile>(true)
    done(null, profile)
  }),
]
