import { PassportStrategy } from '@nestjs/passport'
import type { Profile } from 'passport-code-flow'
import { Strategy as MoneyPools } from 'passport-moneypools'
import { Strategy as MonPay } from 'passport-monpay'
import { Strategy as ZaloPay } from 'passport-zalopay-pkce'

/** Logs in with MonPay. */
export class MonPayStrategy extends PassportStrategy(MonPay) {
  validate(_token: string, _refresh: unknown, profile: Profile): Express.User {
    return userOf(profile)
  }
}

/** Logs in with ZaloPay; with 5, `validate` gets the token answer too. */
export class ZaloPayStrategy extends PassportStrategy(ZaloPay, 'zalopay', 5) {
  validate(_token: string, _refresh: unknown, _params: unknown, profile: Profile): Express.User {
    return userOf(profile)
  }
}

/** Logs in with MoneyPools. */
export class MoneyPoolsStrategy extends PassportStrategy(MoneyPools) {
  validate(_token: string, _refresh: unknown, profile: Profile): Express.User {
    return userOf(profile)
  }
}

function userOf({ provider, id }: Profile): Express.User {
  return { provider, id }
}
