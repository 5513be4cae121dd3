import { randomBytes } from 'node:crypto'
import path from 'node:path'

/** What one provider's strategy needs. */
export interface ProviderSettings {
  clientID: string
  clientSecret: string
  baseURL: string
  /** The address registered with the provider, letter for letter. */
  callbackURL: string
  /**
   * The name of the provider's installation in the database. Users of two sites are then never
   * mixed.
   */
  site: string
}

/** ZaloPay also needs the address of its in-app script. */
export interface ZaloPaySettings extends ProviderSettings {
  sdkURL: string
  /** The address of user info, which ZaloPay's page shows to merchants. */
  userInfoURL: string
  /** How ZaloPay reads the PKCE challenge; absent: the page finds out. */
  challengeEncoding?: 'auto' | 'hex' | 'raw' | undefined
}

/** The providers that visitors can log in with. */
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

/** The simulators' start pages, if the providers are simulators in this process. */
export type Demo = Record<ProviderName, { url: string }>

/** All settings of `createApp`. */
export interface Config {
  /** The address of this site for visitors: an origin, without a path. */
  baseURL: URL
  sessionSecret: string
  /** The URL of PostgreSQL. Without it, the embedded database in `dataDir` is used. */
  databaseURL?: string | undefined
  /** The largest number of connections to PostgreSQL in this process. */
  databaseConnections?: number
  dataDir: string
  /** The URL of Redis. If it is set, Redis stores sessions, used codes and rate limits. */
  redisURL?: string | undefined
  /** Origins of other sites that may show this site in a frame. Absent: no site may. */
  frameAncestors?: string[] | undefined
  /**
   * How many reverse proxies are in front of this site. Only their X-Forwarded headers are trusted.
   */
  trustProxy: number
  logLevel: string
  providers: Providers
  demo?: Demo | undefined
}

/** Where the server listens. Without a host: on all addresses of the machine. */
export interface Address {
  port: number
  host?: string | undefined
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

type Environment = Record<string, string | undefined>

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]']

/** Reads the settings from environment variables; throws a `ConfigError`. */
export function readConfig(env: Environment, dataDir: string): Config & Address {
  const port = readNumber(env, 'PORT', 3000, 65_535)
  if (port === 0 && !env['BASE_URL']) {
    throw new ConfigError('PORT 0 needs a BASE_URL: people cannot know which port was free')
  }
  const baseURL = readURL(env, 'BASE_URL', 'http', 'https') ?? new URL(`http://localhost:${port}`)
  if (baseURL.href !== `${baseURL.origin}/`) {
    throw new ConfigError('BASE_URL must be an origin such as https://shop.example, without a path')
  }
  const trustProxy = readNumber(env, 'TRUST_PROXY', 0, 10)
  if (baseURL.protocol === 'https:' && trustProxy === 0) {
    throw new ConfigError(
      'TRUST_PROXY must be the number of proxies in front: BASE_URL is https, this server is not',
    )
  }
  const providers = readProviders(env, baseURL)
  const local = LOOPBACK_HOSTS.includes(baseURL.hostname)
  if (!local && PROVIDER_NAMES.every((name) => !providers[name])) {
    throw new ConfigError(
      'MONPAY_CLIENT_ID, ZALOPAY_CLIENT_ID or MONEYPOOLS_CLIENT_ID must be set: ' +
        'the simulators are only started for a BASE_URL on this machine',
    )
  }
  return {
    port,
    // A site at localhost is only for this machine. Behind a proxy it must listen on all
    // addresses.
    host: env['HOST'] || (local ? '127.0.0.1' : undefined),
    baseURL,
    trustProxy,
    frameAncestors: readFrameAncestors(env, baseURL),
    providers,
    sessionSecret: readSessionSecret(env, local),
    databaseURL: readURL(env, 'DATABASE_URL', 'postgres', 'postgresql')?.href,
    databaseConnections: readNumber(env, 'DATABASE_CONNECTIONS', 10, 1000, 1),
    redisURL: readURL(env, 'REDIS_URL', 'redis', 'rediss')?.href,
    dataDir: path.resolve(env['DATA_DIR'] || dataDir),
    logLevel: readLogLevel(env),
  }
}

function readProviders(env: Environment, site: URL): Providers {
  const zalopay = readProvider(env, 'zalopay', site)
  return {
    monpay: readProvider(env, 'monpay', site),
    zalopay: zalopay && {
      ...zalopay,
      sdkURL: readAddress(env, 'ZALOPAY_SDK_URL', true),
      userInfoURL: readText(env, 'ZALOPAY_USER_INFO_URL'),
      challengeEncoding: readEncoding(env),
    },
    moneypools: readProvider(env, 'moneypools', site),
  }
}

/**
 * A provider is used if any of its variables is set. Then all variables that it needs must be set.
 */
function readProvider(
  env: Environment,
  name: ProviderName,
  site: URL,
): ProviderSettings | undefined {
  const prefix = name.toUpperCase()
  if (!Object.keys(env).some((key) => key.startsWith(`${prefix}_`) && env[key])) return undefined
  const baseURL = readAddress(env, `${prefix}_BASE_URL`, true)
  return {
    clientID: readText(env, `${prefix}_CLIENT_ID`),
    clientSecret: readText(env, `${prefix}_CLIENT_SECRET`),
    baseURL,
    callbackURL:
      readAddress(env, `${prefix}_CALLBACK_URL`) ?? new URL(CALLBACK_PATHS[name], site).href,
    site: baseURL.replace(/^https?:\/\/|\/+$/g, ''),
  }
}

function readSessionSecret(env: Environment, local: boolean): string {
  const secret = env['SESSION_SECRET']
  // On the developer's machine a new secret is enough. Each restart then logs everybody out.
  if (!secret && local) return randomBytes(32).toString('base64url')
  if (!secret) throw missing('SESSION_SECRET')
  if (secret.length < 32) {
    throw new ConfigError('SESSION_SECRET must have at least 32 characters, made at random')
  }
  return secret
}

function readFrameAncestors(env: Environment, site: URL): string[] | undefined {
  const origins = env['FRAME_ANCESTORS']?.split(/[\s,]+/).filter(Boolean) ?? []
  if (origins.length === 0) return undefined
  if (!origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin)) {
    throw new ConfigError('FRAME_ANCESTORS must be origins such as https://host.example')
  }
  if (site.protocol !== 'https:') {
    throw new ConfigError('FRAME_ANCESTORS needs a BASE_URL with https: its cookie must be Secure')
  }
  return origins
}

function readLogLevel(env: Environment): string {
  const level = env['LOG_LEVEL'] || 'info'
  if (!LOG_LEVELS.includes(level)) {
    throw new ConfigError(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`)
  }
  return level
}

function readEncoding(env: Environment): ZaloPaySettings['challengeEncoding'] {
  const value = env['ZALOPAY_CHALLENGE_ENCODING'] || undefined
  if (value === undefined || value === 'auto' || value === 'hex' || value === 'raw') return value
  throw new ConfigError('ZALOPAY_CHALLENGE_ENCODING must be auto, hex or raw')
}

function readText(env: Environment, name: string): string {
  const value = env[name]
  if (!value) throw missing(name)
  return value
}

/** The address exactly as it was written: the provider compares it letter by letter. */
function readAddress(env: Environment, name: string, required: true): string
function readAddress(env: Environment, name: string): string | undefined
function readAddress(env: Environment, name: string, required = false): string | undefined {
  if (required) readText(env, name)
  return readURL(env, name, 'http', 'https') && env[name]
}

function readURL(env: Environment, name: string, ...schemes: string[]): URL | undefined {
  const value = env[name]
  if (!value) return undefined
  if (!URL.canParse(value) || !schemes.includes(new URL(value).protocol.slice(0, -1))) {
    throw new ConfigError(
      `${name} must be an address that starts with ${schemes.join(':// or ')}://`,
    )
  }
  return new URL(value)
}

function readNumber(
  env: Environment,
  name: string,
  fallback: number,
  highest: number,
  lowest = 0,
): number {
  const value = env[name]
  if (!value) return fallback
  if (!/^\d+$/.test(value) || Number(value) < lowest || Number(value) > highest) {
    throw new ConfigError(`${name} must be a whole number from ${lowest} to ${highest}`)
  }
  return Number(value)
}

function missing(name: string): ConfigError {
  return new ConfigError(`${name} is missing`)
}
