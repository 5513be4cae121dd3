import http from 'node:http'
import { hash } from 'node:crypto'
import { isLoopback } from './login/request.js'
import type { Login } from './login/login.js'
import type { PendingSettings } from './login/pending.js'
import { copyMembers, isRecord } from './members.js'
import { type Endpoint, parseEndpoint, type Transport } from './net/http.js'
import type { Once } from './once/claim.js'
import { memoryOnce, RecentKeys } from './once/memory.js'
import { checkNames } from './option-names.js'
import type { Provider } from './provider.js'

/** What every strategy needs, whatever its provider calls an id or a secret. */
export interface BaseOptions {
  /** The application's id at the provider. */
  clientID: string | number
  /** The application's secret; it leaves this process in requests to the provider alone. */
  clientSecret?: string | undefined
  /** Absolute URL of the callback as it is registered; never derived from a request. */
  callbackURL: string
  /** Gives `req` to verify as its first argument. Default `false`. */
  passReqToCallback?: boolean | undefined
  /** Makes no profile call; verify gets `undefined`. Default `false`. */
  skipUserProfile?: boolean | undefined
  /** The name Passport knows the strategy by. Default: the provider's. */
  name?: string | undefined
  /** Milliseconds for the whole exchange, and again for verify. Default 10 000. */
  timeout?: number | undefined
  /** The longest answer that is read, in bytes. Default 65 536. */
  maxResponseBytes?: number | undefined
  /** Connections of your own: proxies, certificate authorities. Must fit the endpoints' scheme. */
  agent?: http.Agent | undefined
  /** Further request headers, such as a User-Agent. */
  headers?: Record<string, string> | undefined
  /** Single-use guard for codes. Default `memoryOnce()`: for one process. */
  once?: Once | undefined
  /** Milliseconds a used code is remembered. Default 3 600 000. */
  codeTTL?: number | undefined
  /** Milliseconds a started login waits for its code. Default 600 000. */
  pendingTTL?: number | undefined
  /** Logins that may wait in one session. Default 5. */
  maxPending?: number | undefined
  /** Permits `http:` endpoints on hosts other than this machine. Default `false`. */
  allowInsecure?: boolean | undefined
}

/** Of a provider whose logins start at the site. */
export interface SiteOptions {
  /** Lets other sites start a login. Default `false`. */
  allowCrossSiteStart?: boolean | undefined
}

/** The options of a provider with a secret, as nearly all have. */
export interface CodeFlowOptions extends BaseOptions {
  clientID: string
  clientSecret: string
}

/** What a strategy can say of its options at run time, where types are gone. */
export interface StrategyDescription {
  /** Stands in front of every message about an option. Default: the provider function's name. */
  package?: string
  /** The names of the provider's own options; any other name that nobody knows is reported. */
  options?: readonly string[]
  /** True where `clientID` may also be a whole number. Default `false`. */
  numericClientID?: boolean
}

/** A strategy's options, checked once. Held in a closure: printing a strategy shows none of it. */
export interface Settings extends PendingSettings {
  name: string
  clientID: string
  provider: Provider
  callbackURL: URL
  /** Values that errors may show, and values that they must not. */
  publicValues: readonly string[]
  secretValues: readonly string[]
  verify: (...args: unknown[]) => unknown
  passReqToCallback: boolean
  skipUserProfile: boolean
  transport: Transport
  endpoints: { token: Endpoint; userInfo: Endpoint | undefined }
  /** Where requests may go. */
  origins: ReadonlySet<string>
  once: Once
  codeTTL: number
  allowCrossSiteStart: boolean
  /** Logins under way, by the key of their code. */
  running: Map<string, Login>
  /** Pending logins that a code was accepted for: each serves one login. */
  served: RecentKeys
}

/** Throws the `TypeError` that names an option, and never its value. */
export function refuseOption(name: string, must: string): never {
  throw new TypeError(`option ${name} ${must}`)
}

/** The option's text. Throws a `TypeError` unless it is text that is not blank. */
export function requireText(name: string, value: unknown): string {
  if (value === undefined) refuseOption(name, 'is missing')
  if (typeof value !== 'string' || value.trim() === '')
    refuseOption(name, 'must be a text that is not blank')
  return value
}

/** The option, or `false`. Throws a `TypeError` for anything but a boolean: 'false' is none. */
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

function positive(name: string, value: unknown, otherwise: number): number {
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
  options: { allowInsecure?: boolean | undefined },
): string {
  const url = absoluteURL(name, value)
  if (url.hash) refuseOption(name, 'must not hold a fragment')
  if (url.protocol === 'http:' && options.allowInsecure !== true && !isLoopback(url.hostname))
    refuseOption(name, 'must be https (option allowInsecure permits http)')
  return requireText(name, value)
}

/** An endpoint that paths are appended to: no query, slashes at its end dropped, sub-path kept. */
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

/** Checks the options, once; throws a `TypeError` that names the strategy and the wrong option. */
export function readSettings(
  build: (options: never) => Provider,
  given: unknown,
  verify: unknown,
  description: StrategyDescription = {},
): Settings {
  const owner = description.package ?? (build.name || 'strategy')
  try {
    if (!isRecord(given)) throw new TypeError('options must be an object')
    if (typeof verify !== 'function') throw new TypeError('verify must be a function')
    const options = copyMembers(given)
    const own = ['allowCrossSiteStart', ...(description.options ?? [])]
    checkNames(options, given, owner, own)
    return checkOptions(build, options, verify as Settings['verify'], description)
  } catch (problem) {
    if (problem instanceof TypeError) problem.message = `${owner}: ${problem.message}`
    throw problem
  }
}

function checkOptions(
  build: (options: never) => Provider,
  options: Record<string, unknown>,
  verify: Settings['verify'],
  description: StrategyDescription,
): Settings {
  const clientID = readClientID(options['clientID'], description)
  const callbackURL = absoluteURL('callbackURL', options['callbackURL'])
  const isInsecure = flag('allowInsecure', options['allowInsecure'])
  const provider = build(options as never)
  const secret = options['clientSecret']
  const hasSecret = secret !== undefined || !provider.publicClient
  const clientSecret = hasSecret ? [requireText('clientSecret', secret)] : []
  const name = requireText('name', options['name'] ?? provider.name)
  const { tokenURL, userInfoURL } = provider
  const urls = { tokenURL, ...(userInfoURL !== undefined && { userInfoURL }) }
  for (const [option, url] of Object.entries(urls))
    endpoint(option, url, { allowInsecure: isInsecure })
  for (const origin of provider.origins ?? [])
    endpoint('origins', origin, { allowInsecure: isInsecure })
  const called = [...Object.values(urls), ...(provider.origins ?? [])]
  const agent = checkAgent(options['agent'], called)
  const headers = checkHeaders(options['headers'])
  return {
    name,
    clientID,
    provider,
    callbackURL,
    publicValues: [clientID, callbackURL.href, String(options['callbackURL'])],
    secretValues: [...clientSecret, ...secretHeaders(headers)],
    verify,
    passReqToCallback: flag('passReqToCallback', options['passReqToCallback']),
    skipUserProfile: flag('skipUserProfile', options['skipUserProfile']),
    timeout: positive('timeout', options['timeout'], 10_000),
    transport: {
      ...(agent && { agent }),
      headers: { 'user-agent': 'passport-code-flow', ...headers },
      maxResponseBytes: positive('maxResponseBytes', options['maxResponseBytes'], 65_536),
    },
    endpoints: {
      token: parseEndpoint(tokenURL),
      userInfo: userInfoURL === undefined ? undefined : parseEndpoint(userInfoURL),
    },
    origins: new Set(called.map((url) => new URL(url).origin)),
    once: readOnce(options['once']),
    codeTTL: positive('codeTTL', options['codeTTL'], 3_600_000),
    pendingTTL: positive('pendingTTL', options['pendingTTL'], 600_000),
    maxPending: Math.ceil(positive('maxPending', options['maxPending'], 5)),
    allowCrossSiteStart: flag('allowCrossSiteStart', options['allowCrossSiteStart']),
    sessionKey: sessionKey(name, clientID, callbackURL.href, tokenURL),
    running: new Map(),
    served: new RecentKeys(10_000),
  }
}

function readClientID(value: unknown, { numericClientID }: StrategyDescription): string {
  const isNumber = numericClientID === true && Number.isSafeInteger(value)
  return requireText('clientID', isNumber ? String(value) : value)
}

/** Keeps apart the pending logins of strategies that Passport knows by names of its own. */
function sessionKey(name: string, ...identity: string[]): string {
  const digest = hash('sha256', identity.join('\0'), 'base64url')
  return `passport-code-flow:${name}:${digest.slice(0, 8)}`
}

function readOnce(once: unknown): Once {
  if (once === undefined) return memoryOnce()
  if (!isRecord(once) || typeof once['claim'] !== 'function')
    refuseOption('once', 'must have a function claim')
  return once as unknown as Once
}

/** Headers that decide how a request is sent and an answer is read. */
const FIXED_HEADERS = [
  'accept-encoding',
  'content-length',
  'transfer-encoding',
  'host',
  'connection',
]

/** What a gateway's key may be: errors hide it, as they hide the secret. */
function secretHeaders(headers: Record<string, string>): string[] {
  const plain = /^(accept|user-agent|content-type)/
  return Object.entries(headers).flatMap(([name, value]) => (plain.test(name) ? [] : [value]))
}

function checkHeaders(value: unknown): Record<string, string> {
  if (value === undefined) return {}
  if (!isRecord(value)) refuseOption('headers', 'must be an object')
  const checked: Record<string, string> = {}
  for (const [given, text] of Object.entries(copyMembers(value))) {
    const name = given.toLowerCase()
    if (FIXED_HEADERS.includes(name)) refuseOption('headers', `must not set ${name}`)
    try {
      http.validateHeaderName(given)
      http.validateHeaderValue(given, requireText(given, text))
    } catch {
      refuseOption('headers', 'must hold header names and their values')
    }
    checked[name] = String(text)
  }
  return checked
}

function checkAgent(agent: unknown, endpoints: readonly string[]): http.Agent | undefined {
  if (agent === undefined) return undefined
  if (!(agent instanceof http.Agent)) refuseOption('agent', 'must be an http.Agent or https.Agent')
  // agents that serve both schemes compute theirs for each request: only a fixed one can be wrong
  const fixed = Object.getOwnPropertyDescriptor(agent, 'protocol')?.value
  if (typeof fixed === 'string' && endpoints.some((url) => !url.toLowerCase().startsWith(fixed)))
    refuseOption('agent', 'must fit the scheme of the endpoints')
  return agent
}
