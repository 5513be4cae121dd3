import type { CodeFlowOptions } from 'passport-code-flow'

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
