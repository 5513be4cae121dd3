import type { Agent } from 'node:http'
import type { Dispatcher } from './net/dispatcher.js'
import type { Once } from './once/claim.js'
import { isLoopback, parseURL } from './url.js'

/** The options of every strategy. */
export interface BaseOptions {
  /** The application's id at the provider. */
  clientID: string | number
  /** The application's secret; sent to the provider and to nobody else. */
  clientSecret?: string | undefined
  /** Absolute URL of the callback as it is registered; never derived from a request. */
  callbackURL: string
  /** Gives `req` to verify as its first argument. Default `false`. */
  passReqToCallback?: boolean | undefined
  /** Makes no user-info request; `profile` is `undefined`. Default `false`. */
  skipUserProfile?: boolean | undefined
  /** The name for `passport.authenticate`. Default: the provider's. */
  name?: string | undefined
  /** Milliseconds for all calls to the provider together, and again for verify. Default 10 000. */
  timeout?: number | undefined
  /** The longest answer that is read, in bytes. Default 65 536. */
  maxResponseBytes?: number | undefined
  /** Your own agent, for a proxy or a certificate authority. Must fit the endpoints' scheme. */
  agent?: Agent | undefined
  /**
   * A `Dispatcher` of undici's, such as its `ProxyAgent` or `MockAgent`, in place of `agent`. One
   * that follows redirects sends the secret to the new address; one that retries sends a code
   * twice.
   */
  dispatcher?: Dispatcher | undefined
  /** More request headers, such as a User-Agent. */
  headers?: Record<string, string> | undefined
  /** Single-use guard for codes. Default `memoryOnce()`: for one process. */
  once?: Once | undefined
  /** Milliseconds a used code is remembered. Default 3 600 000. */
  codeTTL?: number | undefined
  /** Milliseconds a login stays pending: started, and not ended. Default 600 000. */
  pendingTTL?: number | undefined
  /** Pending logins that one session keeps. Default 5. */
  maxPending?: number | undefined
  /** Permits `http:` endpoints on hosts other than this machine. Default `false`. */
  allowInsecure?: boolean | undefined
}

/** The options of a provider whose logins start at the site. */
export interface SiteOptions {
  /** Lets other sites start a login. Default `false`. */
  allowCrossSiteStart?: boolean | undefined
}

/** The options of a provider that gives a secret, as most do. */
export interface CodeFlowOptions extends BaseOptions {
  clientID: string
  clientSecret: string
}

/** Throws the `TypeError` that names an option, and never its value. */
export function refuseOption(name: string, must: string): never {
  throw new TypeError(`option ${name} ${must}`)
}

/** Runs a check of options: the `TypeError` that it throws begins with the name of their owner. */
export function checkFor<T>(owner: string, check: () => T): T {
  try {
    return check()
  } catch (problem) {
    if (problem instanceof TypeError) problem.message = `${owner}: ${problem.message}`
    throw problem
  }
}

/** The option's text. Throws a `TypeError` for what is blank, is no text or has white space around it. */
export function requireText(name: string, value: unknown): string {
  if (value === undefined) refuseOption(name, 'is missing')
  if (typeof value !== 'string' || value.trim() === '')
    refuseOption(name, 'must be a text that is not blank')
  // a secret from a file often ends in a line break, which nobody sees
  if (value !== value.trim())
    refuseOption(name, 'must not begin or end with a space or a line break')
  return value
}

/** The option, or `false`. Throws a `TypeError` for anything but a boolean, even for 'false'. */
export function flag(name: string, value: unknown): boolean {
  if (value === undefined) return false
  if (typeof value !== 'boolean') refuseOption(name, 'must be true or false')
  return value
}

/** The option, or its default. Throws a `TypeError` for what is not one of the words. */
export function oneOf<T extends string>(
  name: string,
  value: T | undefined,
  words: readonly T[],
): T {
  const [first] = words
  const chosen = value === undefined ? first! : value
  if (!words.includes(chosen))
    refuseOption(name, `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`)
  return chosen
}

/** An absolute http or https URL as `URL`. Throws a `TypeError` for anything else. */
export function absoluteURL(name: string, value: unknown): URL {
  const text = requireText(name, value)
  const url = /^https?:\/\/[^/]/i.test(text) ? parseURL(text) : undefined
  if (!url) refuseOption(name, 'must be an absolute URL')
  if (url.username || url.password) refuseOption(name, 'must not hold a user name or a password')
  return url
}

/** An endpoint as it was given. Throws a `TypeError` for `http:` to another machine. */
export function endpoint(
  name: string,
  value: unknown,
  options: { allowInsecure?: boolean | undefined },
): string {
  const url = absoluteURL(name, value)
  if (url.hash) refuseOption(name, 'must not hold a fragment')
  if (url.protocol === 'http:' && options.allowInsecure !== true && !isLoopback(url.hostname))
    refuseOption(name, 'must be https (option allowInsecure permits http)')
  return requireText(name, value)
}

/** An endpoint to append paths to: without a query, and without the slashes at its end. */
export function baseURL(
  name: string,
  value: unknown,
  options: { allowInsecure?: boolean | undefined },
): string {
  const text = endpoint(name, value, options)
  if (/[?#]/.test(text)) refuseOption(name, 'must not hold a query')
  let end = text.length
  while (text[end - 1] === '/') end--
  return text.slice(0, end)
}

/** The option, or its default. Throws a `TypeError` for anything but a number that timers take. */
export function positive(name: string, value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0 || value > 2 ** 31 - 1)
    refuseOption(name, 'must be a number above 0 and below 2^31')
  return value
}
