import type { StrategyOptions as MoneyPools } from 'passport-moneypools'
import type { StrategyOptions as MonPay } from 'passport-monpay'
import {
  type CommonOptions,
  type Simulator,
  startMonPay,
  startSngine,
  startZaloPay,
} from 'passport-provider-simulators'
import type { StrategyOptions as ZaloPay } from 'passport-zalopay-pkce'

/** What an application must know about its three providers. */
export interface Settings {
  monpay: MonPay
  zalopay: ZaloPay
  moneypools: MoneyPools
  /** The address of ZaloPay's SDK. */
  sdkURL: string
}

/** The three simulators for an application at `appURL`, and that application's settings. */
export async function startProviders(appURL: string) {
  const start = <S>(open: (options: CommonOptions) => Promise<S>, path: string) =>
    open({ callbackURL: appURL + path, homeURL: appURL })
  const monpay = await start(startMonPay, '/auth/monpay')
  const zalopay = await start(startZaloPay, '/auth/zalopay/callback')
  const moneypools = await start(startSngine, '/auth/moneypools/callback')
  const settings: Settings = {
    monpay: optionsFor(monpay),
    zalopay: {
      ...optionsFor(zalopay),
      userInfoURL: zalopay.userInfoURL,
      launchURL: `${appURL}/auth/zalopay/launch`,
    },
    moneypools: optionsFor(moneypools),
    sdkURL: zalopay.sdkURL,
  }
  const close = async () => {
    await Promise.all([monpay, zalopay, moneypools].map((one) => one.close()))
  }
  return { monpay, zalopay, moneypools, settings, close }
}

/** Running simulators, their settings for the application, and how to stop them. */
export type Providers = Awaited<ReturnType<typeof startProviders>>

function optionsFor({ clientID, clientSecret, callbackURL, url: baseURL }: Simulator) {
  return { clientID, clientSecret, callbackURL, baseURL }
}
