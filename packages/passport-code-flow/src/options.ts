import http from 'node:http'
import type { Once } from './once/claim.js'
import { isRecord } from './read.js'
import { isLoopback } from './request.js'

/** The options every strategy has. */
export interface CodeFlowOptions {
  /** The application's id at the provider. */
  clientID: string
  /** The application's secret; leaves this process in token requests alone. */
  clientSecret: string
  /** Absolute URL of the callback as it is registered; never derived from a request. */
  callbackURL: string
  /** Gives `req` to verify as its first argument. Default `false`. */
  passReqToCallback?: boolean
  /** Makes no profile call; verify gets `undefined`. Default `false`. */
  skipUserProfile?: boolean
  /** The name passport knows the strategy by. Default: the provider's. */
  name?: string
  /** Milliseconds for the whole exchange, and again for verify. Default 10 000. */
  timeout?: number
  /** The longest answer that is read, in bytes. Default 65 536. */
  maxResponseBytes?: number
  /** Connections of your own: proxies, certificate authorities. Must fit the endpoints' scheme. */
  agent?: http.Agent
  /** Further request headers, such as a User-Agent. */
  headers?: Record<string, string>
  /** Single-use guard for codes. Default `memoryOnce()`: for one process. */
  once?: Once
  /** Milliseconds a used code is remembered. Default 3 600 000. */
  codeTTL?: number
  /** Milliseconds a started login waits for its code. Default 600 000. */
  pendingTTL?: number
  /** Logins that may wait in one session. Default 5. */
  maxPending?: number
  /** Permits `http:` endpoints on hosts other than this machine. Default `false`. */
  allowInsecure?: boolean
}

/** Throws the `TypeError` that names an option, and never its value. */
export function refuseOption(name: string, must: string): never {
  throw new TypeError(`option ${name} ${must}`)
}

/** The option's text. Throws a `TypeError` unless it is text that is not blank. */
export function requireText(name: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') refuseOption(name, 'must be a text')
  return value
}

/** The option, or its default. Throws a `TypeError` for anything but a finite number above 0. */
export function positive(name: string, value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0 || value > 2 ** 31 - 1)
    refuseOption(name, 'must be a number above 0 and below 2^31')
  return value
}

/** An absolute http or https URL as `URL`. Throws a `TypeError` for anything else. */
export function absoluteURL(name: string, value: unknown): URL {
  const text = requireText(name, value)
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text))
    refuseOption(name, 'must be an absolute URL')
  const url = new URL(text)
  if (url.username || url.password) refuseOption(name, 'must not hold user info')
  return url
}

/** An endpoint as it was given. Throws a `TypeError` for `http:` beyond this machine. */
export function endpoint(
  name: string,
  value: unknown,
  options: { allowInsecure?: boolean },
): string {
  const url = absoluteURL(name, value)
  if (url.hash) refuseOption(name, 'must not hold a fragment')
  if (url.protocol === 'http:' && !options.allowInsecure && !isLoopback(url.hostname))
    refuseOption(name, 'must be https (option allowInsecure permits http)')
  return requireText(name, value)
}

/** An endpoint that paths are appended to: no query, slashes at its end dropped, sub-path kept. */
export function baseURL(
  name: string,
  value: unknown,
  options: { allowInsecure?: boolean },
): string {
  const text = endpoint(name, value, options)
  if (/[?#]/.test(text)) refuseOption(name, 'must not hold a query')
  let end = text.length
  while (text[end - 1] === '/') end--
  return text.slice(0, end)
}

/** Throws a `TypeError` for headers that cannot be sent. */
export function checkHeaders(value: unknown): Record<string, string> {
  if (value === undefined) return {}
  if (!isRecord(value)) refuseOption('headers', 'must be an object')
  const checked: Record<string, string> = {}
  for (const [name, text] of Object.entries(value)) {
    try {
      http.validateHeaderName(name)
      http.validateHeaderValue(name, requireText(name, text))
    } catch {
      refuseOption('headers', 'must hold header names and their values')
    }
    checked[name.toLowerCase()] = String(text)
  }
  return checked
}

/** Throws a `TypeError` unless the agent can open connections to these endpoints. */
export function checkAgent(agent: unknown, endpoints: readonly string[]): http.Agent | undefined {
  if (agent === undefined) return undefined
  if (!(agent instanceof http.Agent)) refuseOption('agent', 'must be an http.Agent or https.Agent')
  // agents that serve both schemes compute theirs for each request: only a fixed one can be wrong
  const fixed = Object.getOwnPropertyDescriptor(agent, 'protocol')?.value
  if (typeof fixed === 'string' && endpoints.some((url) => !url.toLowerCase().startsWith(fixed)))
    refuseOption('agent', 'must fit the scheme of the endpoints')
  return agent
}
