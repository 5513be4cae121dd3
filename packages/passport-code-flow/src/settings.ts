import { hash } from 'node:crypto'
import type { Login } from './login/login.js'
import { plainPath } from './login/request.js'
import { copyMembers, isRecord } from './members.js'
import { type Endpoint, parseEndpoint } from './net/http.js'
import { readTransport, secretHeaders, type Transport } from './net/transport.js'
import type { Once } from './once/claim.js'
import { memoryOnce, RecentKeys } from './once/memory.js'
import { checkNames } from './option-names.js'
import {
  absoluteURL,
  checkFor,
  endpoint,
  flag,
  positive,
  refuseOption,
  requireText,
} from './options.js'
import type { Provider } from './provider.js'
import { checkProvider } from './provider-checks.js'
import type { KnownValues } from './redact.js'

/** What a strategy says about its options, for the checks at run time. */
export interface StrategyDescription {
  /** Begins every message about an option. Default: the provider function's name. */
  package?: string
  /** The names of the provider's own options; any other name that nobody knows is reported. */
  options?: readonly string[]
  /** True where `clientID` may also be a whole number. Default `false`. */
  numericClientID?: boolean
}

/** A strategy's options, checked once. They stay in a closure: printing a strategy shows none. */
export interface Settings extends KnownValues {
  name: string
  clientID: string
  provider: Provider
  callbackURL: URL
  /** The path of `callbackURL`, as `plainPath` has it. */
  callbackPath: string
  verify: (...args: unknown[]) => unknown
  passReqToCallback: boolean
  skipUserProfile: boolean
  transport: Transport
  /** Milliseconds for the whole exchange, for verify, and for a save of the session. */
  timeout: number
  endpoints: { token: Endpoint; userInfo: Endpoint | undefined }
  /** The origins that requests may go to. */
  origins: ReadonlySet<string>
  once: Once
  codeTTL: number
  /** Milliseconds that a started login waits for its code. */
  pendingTTL: number
  /** Logins that may wait in one session. */
  maxPending: number
  /** Where a session has its pending logins. */
  sessionKey: string
  allowCrossSiteStart: boolean
  /** The logins that run now, by the key of their code. */
  running: Map<string, Login>
  /** The ids of pending logins for which a code was accepted: each of them completes one login. */
  served: RecentKeys
}

/** Checks the options, once; throws a `TypeError` that names the strategy and the wrong option. */
export function readSettings(
  build: (options: never) => Provider,
  given: unknown,
  verify: unknown,
  described: StrategyDescription = {},
): Settings {
  const description = copyMembers(described)
  const owner = description.package ?? (build?.name || 'strategy')
  return checkFor(owner, () => {
    // a caller in plain JavaScript may give anything
    if (typeof build !== 'function')
      throw new TypeError('strategyFor must be given a function that describes a provider')
    if (!isRecord(given)) throw new TypeError('options must be an object')
    if (typeof verify !== 'function') throw new TypeError('verify must be a function')
    const options = copyMembers(given)
    const own = ['allowCrossSiteStart', ...(description.options ?? [])]
    checkNames(options, given, owner, own)
    return checkOptions(build, options, verify as Settings['verify'], description)
  })
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
  const provider = checkProvider(build(options as never))
  if (provider.initiatedBy === 'provider' && options['allowCrossSiteStart'] !== undefined)
    refuseOption('allowCrossSiteStart', 'has no effect here: the provider starts each login')
  const secret = options['clientSecret']
  const hasSecret = secret !== undefined || !provider.publicClient
  const clientSecret = hasSecret ? [requireText('clientSecret', secret)] : []
  const { name: called = provider.name } = options
  const name = requireText('name', called)
  const { tokenURL, userInfoURL } = provider
  const urls = { tokenURL, ...(userInfoURL !== undefined && { userInfoURL }) }
  for (const [option, url] of Object.entries(urls))
    endpoint(option, url, { allowInsecure: isInsecure })
  for (const origin of provider.origins ?? [])
    endpoint('origins', origin, { allowInsecure: isInsecure })
  const asked = [...Object.values(urls), ...(provider.origins ?? [])]
  const transport = readTransport(options, asked)
  return {
    name,
    clientID,
    provider,
    callbackURL,
    callbackPath: plainPath(callbackURL.pathname),
    publicValues: [clientID, callbackURL.href, String(options['callbackURL'])],
    secretValues: [...clientSecret, ...secretHeaders(transport)],
    verify,
    passReqToCallback: flag('passReqToCallback', options['passReqToCallback']),
    skipUserProfile: flag('skipUserProfile', options['skipUserProfile']),
    timeout: positive('timeout', options['timeout'], 10_000),
    transport,
    endpoints: {
      token: parseEndpoint(tokenURL),
      userInfo: userInfoURL === undefined ? undefined : parseEndpoint(userInfoURL),
    },
    origins: new Set(asked.map((url) => new URL(url).origin)),
    once: readOnce(options['once']),
    // Redis takes whole milliseconds alone
    codeTTL: Math.ceil(positive('codeTTL', options['codeTTL'], 3_600_000)),
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

/** The session key of pending logins: two instances of one strategy must not share theirs. */
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
