import type { StrategyOptions as MoneyPools } from 'passport-moneypools'
import type { StrategyOptions as MonPay } from 'passport-monpay'
import type { StrategyOptions as ZaloPay } from 'passport-zalopay-pkce'

/** The settings of the three providers. */
export interface Settings {
  monpay: MonPay
  zalopay: ZaloPay
  moneypools: MoneyPools
  /** The address of ZaloPay's SDK script. */
  sdkURL: string
}

/** Reads the settings from the environment. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const settingsOf = (name: string) => ({
    clientID: env[`${name}_CLIENT_ID`] ?? '',
    clientSecret: env[`${name}_CLIENT_SECRET`] ?? '',
    callbackURL: env[`${name}_CALLBACK_URL`] ?? '',
    baseURL: env[`${name}_BASE_URL`], // absent: the strategy's default
  })
  const isLive = (name: string) => env[`${name}_ENVIRONMENT`] === 'production'
  return {
    monpay: {
      ...settingsOf('MONPAY'),
      environment: isLive('MONPAY') ? 'production' : 'staging',
    },
    zalopay: {
      ...settingsOf('ZALOPAY'),
      environment: isLive('ZALOPAY') ? 'production' : 'sandbox',
      userInfoURL: env['ZALOPAY_USER_INFO_URL'],
      launchURL: '/auth/zalopay/launch',
    },
    moneypools: settingsOf('MONEYPOOLS'),
    sdkURL: env['ZALOPAY_SDK_URL'] ?? '',
  }
}
