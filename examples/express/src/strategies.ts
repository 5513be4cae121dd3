import { Strategy as MoneyPoolsStrategy } from 'passport-moneypools'
import { Strategy as MonPayStrategy } from 'passport-monpay'
import { Strategy as ZaloPayStrategy } from 'passport-zalopay-pkce'
import type { Strategy } from 'passport'
import type { Config, ProviderName } from './config.js'
import type { Person } from './data/accounts.js'
import type { SharedStores } from './data/stores.js'

/** What the strategies' profiles have in common, as far as this site shows it. */
interface Profile {
  id: string
  displayName?: string | undefined
  name?: { givenName?: string | undefined; familyName?: string | undefined } | undefined
  emails?: { value: string }[] | undefined
  phoneNumbers?: { value: string }[] | undefined
  photos?: { value: string }[] | undefined
}

type Done = (error: null, person: Person) => void

/** The strategies of the configured providers; `verify` only tells who came, the routes decide. */
export function createStrategies(config: Config, once: SharedStores['once']): Strategy[] {
  const { monpay, zalopay, moneypools } = config.providers
  const address = (path: string) => new URL(path, config.baseURL).href
  const verify =
    (provider: ProviderName, site: string) =>
    (_accessToken: string, _refreshToken: string | undefined, profile: Profile, done: Done) =>
      done(null, readPerson(provider, site, profile))
  const strategies: Strategy[] = []
  if (monpay) {
    const { clientID, clientSecret, baseURL, site } = monpay
    const callbackURL = monpay.callbackURL ?? address('/auth/monpay')
    strategies.push(
      new MonPayStrategy(
        { clientID, clientSecret, baseURL, callbackURL, once },
        verify('monpay', site),
      ),
    )
  }
  if (zalopay) {
    const { clientID, clientSecret, baseURL, site } = zalopay
    const callbackURL = zalopay.callbackURL ?? address('/auth/zalopay/callback')
    const launchURL = address('/auth/zalopay/launch')
    strategies.push(
      new ZaloPayStrategy(
        { clientID, clientSecret, baseURL, callbackURL, launchURL, once },
        verify('zalopay', site),
      ),
    )
  }
  if (moneypools) {
    const { clientID, clientSecret, baseURL, site } = moneypools
    const callbackURL = moneypools.callbackURL ?? address('/auth/moneypools/callback')
    strategies.push(
      new MoneyPoolsStrategy(
        { clientID, clientSecret, baseURL, callbackURL, once },
        verify('moneypools', site),
      ),
    )
  }
  return strategies
}

function readPerson(provider: ProviderName, site: string, profile: Profile): Person {
  return {
    provider,
    site,
    subject: profile.id,
    displayName: profile.displayName || `${provider} ${profile.id}`,
    givenName: profile.name?.givenName,
    familyName: profile.name?.familyName,
    picture: profile.photos?.[0]?.value,
    email: profile.emails?.[0]?.value,
    phone: profile.phoneNumbers?.[0]?.value,
  }
}
