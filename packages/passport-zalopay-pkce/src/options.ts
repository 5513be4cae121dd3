import { stringify } from 'node:querystring'
import {
  absoluteURL,
  baseURL,
  type CodeFlowOptions,
  endpoint,
  refuseOption,
  requireText,
  safeReturnTo,
} from 'passport-code-flow'

/** Options of the ZaloPay strategy. `clientSecret` is the value of the header `x-secret-key`. */
export interface StrategyOptions extends Omit<CodeFlowOptions, 'clientID'> {
  /** The numeric `appId`, as number or digits. */
  clientID: number | string
  /** The host of both endpoints, which ZaloPay hands out; not needed when both URLs are given. */
  baseURL?: string
  /** Default `{baseURL}/oauth/token`. */
  tokenURL?: string
  /** Default `{baseURL}/oauth/user/info`. */
  userInfoURL?: string
  /**
   * What the challenge is base64url of: the SHA-256 digest's hexadecimal text, as in ZaloPay's
   * published sample, or the digest itself, as in RFC 7636 section 4.2. Default `hex`.
   */
  challengeEncoding?: 'hex' | 'raw'
  /** Scope names to ask user info for, such as `user.phone`. Default: what ZaloPay chooses. */
  fields?: readonly string[]
  /** The page of this application that runs the SDK: absolute, or a path. A start leads there. */
  launchURL?: string
  /**
   * Sorts the token endpoint's `error` object, of which no catalogue is published. Default: HTTP 5xx
   * is `provider_error`, all else `invalid_code`.
   */
  classifyError?: (error: unknown) => 'invalid_code' | 'config' | 'provider_error'
  /** Lets other sites start a login. Default `false`. */
  allowCrossSiteStart?: boolean
}

/** The options that describe ZaloPay to the core. */
export type ProviderOptions = StrategyOptions & Pick<CodeFlowOptions, 'clientID'>

/** Throws a `TypeError` that names a wrong option; what the core checks itself is left to it. */
export function checkOptions(options: ProviderOptions): void {
  const { clientID, clientSecret, challengeEncoding, fields, classifyError } = options
  if (!/^\d{1,15}$/.test(clientID)) refuseOption('clientID', 'must be a number or digits')
  // it travels in a header; one read from a file ends in a line break
  if (!/^[\x20-\x7e]+$/.test(clientSecret))
    refuseOption('clientSecret', 'must be one line of ASCII characters')
  if (challengeEncoding !== undefined && challengeEncoding !== 'hex' && challengeEncoding !== 'raw')
    refuseOption('challengeEncoding', 'must be hex or raw')
  if (fields !== undefined && (!Array.isArray(fields) || !fields.every(isScope)))
    refuseOption('fields', 'must be a list of scope names')
  if (classifyError !== undefined && typeof classifyError !== 'function')
    refuseOption('classifyError', 'must be a function')
}

/** Where the two endpoints are. */
export function readEndpoints(options: ProviderOptions): { tokenURL: string; userInfoURL: string } {
  const at = (name: 'tokenURL' | 'userInfoURL', path: string) =>
    endpoint(
      name,
      options[name] ?? `${baseURL('baseURL', options.baseURL, options)}${path}`,
      options,
    )
  return {
    tokenURL: at('tokenURL', '/oauth/token'),
    userInfoURL: at('userInfoURL', '/oauth/user/info'),
  }
}

/** The page that a start leads to, with the app's id in its query; undefined when there is none. */
export function readLaunchURL({ launchURL, clientID }: ProviderOptions): string | undefined {
  if (launchURL === undefined) return undefined
  const text = requireText('launchURL', launchURL)
  if (text.includes('#')) refuseOption('launchURL', 'must not hold a fragment')
  const page = safeReturnTo(text, '') === text ? text : absoluteURL('launchURL', text).href
  return `${page}${page.includes('?') ? '&' : '?'}${stringify({ appId: clientID })}`
}

function isScope(name: unknown): boolean {
  return typeof name === 'string' && /^[^\s,]+$/.test(name)
}
