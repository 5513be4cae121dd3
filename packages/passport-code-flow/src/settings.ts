import { hash } from 'node:crypto'
import type { Login } from './login/login.js'
import { plainPath } from './login/request.js'
import { copyMembers, isRecord } from './members.js'
import { parseEndpoint } from './net/http.js'
import { readTransport } from './net/transport.js'
import type { Once } from './once/claim.js'
import { memoryOnce, RecentKeys } from './once/memory.js'
import { Running } from './once/running.js'
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
export type Settings = ReturnType<typeof checkOptions>

type Verify = (...args: unknown[]) => unknown

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
    checkNames(options, given, owner, description.options ?? [])
    return checkOptions(build, options, verify as Verify, description)
  })
}

function checkOptions(
  build: (options: never) => Provider,
  options: Record<string, unknown>,
  verify: Verify,
  { numericClientID }: StrategyDescription,
) {
  const { clientID: id, clientSecret: secret, once = memoryOnce() } = options
  const isNumber = numericClientID === true && Number.isSafeInteger(id)
  const clientID = requireText('clientID', isNumber ? String(id) : id)
  const callbackURL = absoluteURL('callbackURL', options['callbackURL'])
  const allowInsecure = flag('allowInsecure', options['allowInsecure'])
  const provider = checkProvider(build(options as never))
  if (provider.initiatedBy === 'provider' && options['allowCrossSiteStart'] !== undefined)
    refuseOption('allowCrossSiteStart', 'has no effect here: the provider starts each login')
  if (secret !== undefined || !provider.publicClient) requireText('clientSecret', secret)
  const { name: given = provider.name } = options
  const name = requireText('name', given)
  const { tokenURL, userInfoURL, origins = [] } = provider
  const parse = (option: string, url: string) =>
    parseEndpoint(endpoint(option, url, { allowInsecure }))
  const token = parse('tokenURL', tokenURL)
  const userInfo = userInfoURL === undefined ? undefined : parse('userInfoURL', userInfoURL)
  const isSkipped = flag('skipUserProfile', options['skipUserProfile'])
  if (userInfo && !isSkipped && !provider.fetchUser && !provider.userInfoRequest)
    throw new TypeError("the provider's userInfoURL has no effect without userInfoRequest")
  const asked = [token, userInfo ?? [], origins.map((url) => parse('origins', url))].flat()
  const transport = readTransport(
    options,
    asked.map(({ url }) => url),
  )
  if (!isRecord(once) || typeof once['claim'] !== 'function')
    refuseOption('once', 'must have a function claim')
  const identity = hash('sha256', [clientID, callbackURL.href, tokenURL].join('\0'), 'base64url')
  return {
    name,
    clientID,
    provider,
    /** The origin of the application's own pages. */
    siteOrigin: callbackURL.origin,
    /** The path of `callbackURL`, as `plainPath` has it. */
    callbackPath: plainPath(callbackURL.pathname),
    /** Errors may show them. */
    publicValues: [clientID, callbackURL.href, String(options['callbackURL'])],
    /** Errors must not show them: the secret, and headers that may hold a gateway's key. */
    secretValues: [secret, { headers: transport.headers }],
    verify,
    passReqToCallback: flag('passReqToCallback', options['passReqToCallback']),
    skipUserProfile: isSkipped,
    /** Milliseconds for the whole exchange, for verify, and for a save of the session. */
    timeout: positive('timeout', options['timeout'], 10_000),
    transport,
    endpoints: { token, userInfo },
    /** The origins that requests may go to. */
    origins: new Set(asked.map(({ origin }) => origin)),
    once: once as unknown as Once,
    // Redis takes only whole milliseconds
    codeTTL: Math.ceil(positive('codeTTL', options['codeTTL'], 3_600_000)),
    /** Milliseconds that a login stays pending. */
    pendingTTL: positive('pendingTTL', options['pendingTTL'], 600_000),
    /** Pending logins that one session keeps. */
    maxPending: Math.ceil(positive('maxPending', options['maxPending'], 5)),
    allowCrossSiteStart: flag('allowCrossSiteStart', options['allowCrossSiteStart']),
    /** Where a session has its pending logins: two instances of one strategy must not share theirs. */
    sessionKey: `passport-code-flow:${name}:${identity.slice(0, 8)}`,
    /** The logins that run now, by the key of their code. */
    running: new Running<Login>(),
    /** The ids of pending logins for which a code was accepted: each of them completes one login. */
    served: new RecentKeys(10_000),
  }
}
