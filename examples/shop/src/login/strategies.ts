import { Strategy as MoneyPoolsStrategy } from 'passport-moneypools'
import { Strategy as MonPayStrategy } from 'passport-monpay'
import { Strategy as ZaloPayStrategy } from 'passport-zalopay-pkce'
import type { Strategy } from 'passport'
import type { Config, ProviderName, ProviderSettings } from '../settings.js'
import type { Person } from '../account/accounts.js'
import type { SharedStores } from '../storage/stores.js'

/** The members of the strategies' profiles that this site uses. */
interface Profile {
  id: string
  displayName?: string | undefined
  emails?: { value: string }[] | undefined
  phoneNumbers?: { value: string }[] | undefined
  photos?: { value: string }[] | undefined
}

type Done = (error: null, person: Person) => void

/**
 * The strategies of the configured providers; `verify` only returns the person. The routes decide
 * what to do.
 */
export function createStrategies(config: Config, once: SharedStores['once']): Strategy[] {
  const { monpay, zalopay, moneypools } = config.providers
  const launchURL = new URL('/auth/zalopay/launch', config.baseURL).href
  return [
    monpay &&
      new MonPayStrategy({ ...strategyOptions(monpay), once }, tellWhoCame('monpay', monpay)),
    zalopay &&
      new ZaloPayStrategy(
        {
          ...strategyOptions(zalopay),
          launchURL,
          userInfoURL: zalopay.userInfoURL,
          challengeEncoding: zalopay.challengeEncoding,
          once,
        },
        tellWhoCame('zalopay', zalopay),
      ),
    moneypools &&
      new MoneyPoolsStrategy(
        { ...strategyOptions(moneypools), once },
        tellWhoCame('moneypools', moneypools),
      ),
  ].filter((strategy) => strategy !== undefined)
}

function strategyOptions({ clientID, clientSecret, baseURL, callbackURL }: ProviderSettings) {
  return { clientID, clientSecret, baseURL, callbackURL }
}

function tellWhoCame(provider: ProviderName, { site }: ProviderSettings) {
  return (_accessToken: string, _refreshToken: unknown, profile: Profile, done: Done) =>
    done(null, readPerson(provider, site, profile))
}

function readPerson(provider: ProviderName, site: string, profile: Profile): Person {
  return {
    provider,
    site,
    subject: profile.id,
    // Never the id: users do not know it.
    displayName: profile.displayName || profile.phoneNumbers?.[0]?.value || '',
    picture: profile.photos?.[0]?.value,
    email: profile.emails?.[0]?.value,
    phone: profile.phoneNumbers?.[0]?.value,
  }
}
