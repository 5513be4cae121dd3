import {
  type Simulator,
  startMonPay,
  startSngine,
  startZaloPay,
} from 'passport-provider-simulators'
import { CALLBACK_PATHS, type Config, type ProviderName } from '../settings.js'

/** Starts the three simulators on loopback and registers this site's addresses with them. */
export async function startSimulators(baseURL: URL) {
  const homeURL = baseURL.href
  const register = (name: ProviderName) => ({
    callbackURL: new URL(CALLBACK_PATHS[name], baseURL).href,
    homeURL,
  })
  const [monpay, zalopay, moneypools] = await Promise.all([
    startMonPay(register('monpay')),
    startZaloPay(register('zalopay')),
    startSngine({ version: '4.4', ...register('moneypools') }),
  ])
  const { sdkURL, userInfoURL } = zalopay
  const settings = {
    providers: {
      monpay: readSettings(monpay),
      zalopay: { ...readSettings(zalopay), sdkURL, userInfoURL },
      moneypools: readSettings(moneypools),
    },
    demo: { monpay, zalopay, moneypools },
  } satisfies Partial<Config>
  const all = [monpay, zalopay, moneypools]
  return {
    monpay,
    zalopay,
    moneypools,
    /** Merge these into the configuration. */
    settings,
    async close() {
      await Promise.all(all.map((simulator) => simulator.close()))
    },
  }
}

/** The running simulators. */
export type Simulators = Awaited<ReturnType<typeof startSimulators>>

function readSettings({ clientID, clientSecret, url, callbackURL }: Simulator) {
  // The ports change at every start. The users do not, so `site` does not change either.
  return { clientID, clientSecret, baseURL: url, callbackURL, site: 'simulator' }
}
