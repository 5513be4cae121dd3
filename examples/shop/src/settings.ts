import type { z } from 'zod'
import type { VARIABLES } from './variables.js'

/** What one provider's strategy needs. */
export type ProviderSettings = z.output<typeof VARIABLES.monpay> & {
  callbackURL: string
  /** The provider's name in the database. Users of two sites are then never mixed. */
  site: string
}

/** The providers that visitors can log in with. */
export interface Providers {
  monpay?: ProviderSettings | undefined
  zalopay?: (ProviderSettings & z.output<typeof VARIABLES.zalopay>) | undefined
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

/** The simulators' start pages, if the providers are simulators in this process. */
export type Demo = Record<ProviderName, { url: string }>

type Site = z.output<typeof VARIABLES.site>

/** Where the server listens. Without a host: on all addresses of the machine. */
export type Address = Pick<Site, 'port' | 'host'>

/** All settings of `createApp`. */
export interface Config extends Omit<Site, keyof Address> {
  /** The address of this site for visitors: an origin, without a path. */
  baseURL: URL
  sessionSecret: string
  dataDir: string
  providers: Providers
  demo?: Demo | undefined
}

/** True for the name of a provider. */
export function isProviderName(value: unknown): value is ProviderName {
  return PROVIDER_NAMES.some((name) => name === value)
}

/** A setting is missing or unusable; the message names the variable and never its value. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Waits for a service that a setting names. If that fails, the `ConfigError` names the setting. */
export async function reach<T>(setting: string, work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    // If a host name has several addresses, the error has a code and no message.
    const { message, code } = Object(cause)
    throw new ConfigError(`${setting} cannot be used: ${message || code}`, { cause })
  })
}
