import type { FailureInfo, LoginInfo, StrategyOptions as MonPay } from 'passport-monpay'
import type { StrategyOptions as MoneyPools } from 'passport-moneypools'
import type { StrategyOptions as ZaloPay } from 'passport-zalopay-pkce'

/** The settings of the three providers, and the address of ZaloPay's SDK script. */
export type Settings = { monpay: MonPay; zalopay: ZaloPay; moneypools: MoneyPools; sdkURL: string }

/** The members of a profile that this site uses. */
export type Profile = { provider: string; id: string; displayName?: string }

/** What a strategy says about a login that has ended. */
export type Info = Partial<FailureInfo & LoginInfo>
