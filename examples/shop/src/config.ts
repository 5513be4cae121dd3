/** What one provider's strategy needs. */
export interface ProviderSettings {
  clientID: string
  clientSecret: string
  baseURL: string
  /** The address registered with the provider, letter for letter. */
  callbackURL: string
  /** Names the installation in the database, so that two sites' users never mix. */
  site: string
}

/** ZaloPay also needs the address of its in-app script. */
export interface ZaloPaySettings extends ProviderSettings {
  sdkURL: string
  /** How ZaloPay reads the PKCE challenge, which it does not publish; absent: `hex`. */
  challengeEncoding?: 'hex' | 'raw' | undefined
}

/** The providers that are offered. */
export interface Providers {
  monpay?: ProviderSettings | undefined
  zalopay?: ZaloPaySettings | undefined
  moneypools?: ProviderSettings | undefined
}

/** This site's routes that take the providers' codes. */
export const CALLBACK_PATHS = {
  monpay: '/auth/monpay',
  zalopay: '/auth/zalopay/callback',
  moneypools: '/auth/moneypools/callback',
}

/** The name of a provider; also the name of its strategy. */
export type ProviderName = keyof Providers

/** All providers, in the order of the pages. */
export const PROVIDER_NAMES = ['monpay', 'zalopay', 'moneypools'] as const

/** Present when the providers are simulators inside this process: their start pages. */
export type Demo = Record<ProviderName, { url: string }>

/** Everything that `createApp` depends on. */
export interface Config {
  /** Where people reach this site: an origin, without a path. */
  baseURL: URL
  sessionSecret: string
  /** PostgreSQL; without it the embedded database under `dataDir` is used. */
  databaseURL?: string | undefined
  /** How many connections this process opens to PostgreSQL at most. */
  databaseConnections?: number
  dataDir: string
  /** Redis keeps the sessions, the used codes and the rate limits when it is set. */
  redisURL?: string | undefined
  /** How many reverse proxies stand in front; only their X-Forwarded headers are believed. */
  trustProxy: number
  logLevel: string
  providers: Providers
  demo?: Demo | undefined
}

/** True for the name of a provider. */
export function isProviderName(value: unknown): value is ProviderName {
  return PROVIDER_NAMES.some((name) => name === value)
}
