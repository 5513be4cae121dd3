import { startMonPay, startSngine, startZaloPay } from 'passport-provider-simulators'
import type { Config, Demo, Providers } from './config.js'

/** The simulators that stand in for the providers while no provider is configured. */
export interface Simulators {
  monpay: Awaited<ReturnType<typeof startMonPay>>
  zalopay: Awaited<ReturnType<typeof startZaloPay>>
  moneypools: Awaited<ReturnType<typeof startSngine>>
  /** Merge these into the configuration. */
  settings: { providers: Providers; demo: Demo }
  close(): Promise<void>
}

/** Starts the three simulators on loopback and registers this site's addresses with them. */
export async function startSimulators(baseURL: Config['baseURL']): Promise<Simulators> {
  const address = (path: string) => new URL(path, baseURL).href
  const [monpay, zalopay, moneypools] = await Promise.all([
    startMonPay({ callbackURL: address('/auth/monpay') }),
    startZaloPay({
      callbackURL: address('/auth/zalopay/callback'),
      homeURL: address('/'),
    }),
    startSngine({ version: '4.4', callbackURL: address('/auth/moneypools/callback') }),
  ])
  const settings = (simulator: { clientID: string; clientSecret: string; url: string }) => ({
    clientID: simulator.clientID,
    clientSecret: simulator.clientSecret,
    baseURL: simulator.url,
    // Their ports change at every start; their users do not.
    site: 'simulator',
  })
  return {
    monpay,
    zalopay,
    moneypools,
    settings: {
      providers: {
        monpay: settings(monpay),
        zalopay: { ...settings(zalopay), sdkURL: `${zalopay.url}/sdk.js` },
        moneypools: settings(moneypools),
      },
      demo: {
        monpay: { url: monpay.url },
        zalopay: { url: zalopay.url },
        moneypools: { url: moneypools.url },
      },
    },
    async close() {
      await Promise.all([monpay.close(), zalopay.close(), moneypools.close()])
    },
  }
}
