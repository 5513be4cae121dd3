import { prepare, type Transport } from './http.js'
import type { InFlight } from './in-flight.js'
import type { Outcome } from './outcome.js'
import type { Once } from './once/claim.js'
import { memoryOnce, RecentKeys } from './once/memory.js'
import {
  absoluteURL,
  checkAgent,
  checkHeaders,
  type CodeFlowOptions,
  endpoint,
  positive,
  refuseOption,
  requireText,
} from './options.js'
import type { PendingLimits } from './pending.js'
import type { Provider } from './provider.js'
import { isRecord } from './read.js'

/** A strategy's options, checked once. Held in a closure: printing a strategy shows none of it. */
export interface Settings extends PendingLimits {
  name: string
  provider: Provider
  callbackURL: URL
  clientSecret: string
  verify: (...args: unknown[]) => unknown
  passReqToCallback: boolean
  skipUserProfile: boolean
  timeout: number
  transport: Transport
  once: Once
  codeTTL: number
  allowCrossSiteStart: boolean
  /** Where the pending logins are in a session. */
  sessionKey: string
  /** Logins under way. */
  inFlight: InFlight<Outcome>
  /** Pending logins that a code was accepted for: each serves one login. */
  served: RecentKeys
}

/** Checks the options and builds the provider; throws a `TypeError` that names the wrong option. */
export function readSettings<O extends CodeFlowOptions>(
  build: (options: O) => Provider,
  options: O,
  verify: unknown,
  inFlight: InFlight<Outcome>,
): Settings {
  if (!isRecord(options)) throw new TypeError('options must be an object')
  if (typeof verify !== 'function') throw new TypeError('verify must be a function')
  requireText('clientID', options.clientID)
  const callbackURL = absoluteURL('callbackURL', options.callbackURL)
  const clientSecret = requireText('clientSecret', options.clientSecret)
  const headers = checkHeaders(options.headers)
  const provider = build(options)
  const name = requireText('name', options.name ?? provider.name)
  const endpoints = endpointsOf(provider, options)
  const agent = checkAgent(options.agent, endpoints)
  prepare(endpoints)
  return {
    name,
    provider,
    callbackURL,
    clientSecret,
    verify: verify as (...args: unknown[]) => unknown,
    passReqToCallback: options.passReqToCallback === true,
    skipUserProfile: options.skipUserProfile === true,
    timeout: positive('timeout', options.timeout, 10_000),
    transport: {
      ...(agent && { agent }),
      headers: { 'user-agent': 'passport-code-flow', ...headers },
      maxResponseBytes: positive('maxResponseBytes', options.maxResponseBytes, 65_536),
    },
    once: readOnce(options.once),
    codeTTL: positive('codeTTL', options.codeTTL, 3_600_000),
    pendingTTL: positive('pendingTTL', options.pendingTTL, 600_000),
    maxPending: Math.ceil(positive('maxPending', options.maxPending, 5)),
    allowCrossSiteStart: options.allowCrossSiteStart === true,
    sessionKey: `passport-code-flow:${name}`,
    inFlight,
    served: new RecentKeys(10_000),
  }
}

function readOnce(once: unknown): Once {
  if (once === undefined) return memoryOnce()
  if (!isRecord(once) || typeof once['claim'] !== 'function')
    refuseOption('once', 'must have a function claim')
  return once as unknown as Once
}

function endpointsOf(provider: Provider, options: CodeFlowOptions): string[] {
  return [
    endpoint('tokenURL', provider.tokenRequest({ code: '', codeVerifier: '' }).url, options),
    endpoint('userInfoURL', provider.profileRequest('').url, options),
  ]
}
