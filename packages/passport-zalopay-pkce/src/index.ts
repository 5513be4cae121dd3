/** passport-zalopay-pkce: a Passport strategy for ZaloPay mini apps. */
import { type AuthenticateOptions, type LoginRequest, strategyFor } from 'passport-code-flow'
import { OPTIONS, zalopay } from './provider.js'

export {
  type FailureCode,
  type FailureInfo,
  failureMessage,
  LoginError,
  type LoginErrorCode,
  type LoginInfo,
  memoryOnce,
  type Once,
  postgresOnce,
  type PostgresPool,
  type RedisClient,
  redisOnce,
  type RefreshedTokens,
  safeReturnTo,
} from 'passport-code-flow'
export { launchPage, type LaunchPageOptions } from './launch-page.js'
export type { ZaloPayProfile, ZaloPayUser } from './profile.js'
export type { StrategyOptions } from './provider.js'

/** What the page gives to the SDK's `getOauthV1Code`. The verifier stays in the session. */
export interface Challenge {
  appId: number
  codeChallenge: string
  /** The other encoding, if `challengeEncoding` is `auto`. */
  rawCodeChallenge?: string
  /** Names the pending login. The page posts it to the callback with the code. */
  login: string
}

/**
 * Logs in the ZaloPay user whose app gives the page a code for the PKCE challenge of this server. The
 * constructor throws a `TypeError` that names a missing or wrong option.
 */
export class Strategy extends strategyFor(zalopay, {
  package: 'passport-zalopay-pkce',
  options: OPTIONS,
  numericClientID: true,
}) {
  /**
   * Starts a login for an application that renders its own page or answers JSON. The login is in the
   * session before the promise resolves. Rejects with a `LoginError`. Protect its route as you protect
   * a start: by POST and a CSRF token.
   */
  async createChallenge(req: LoginRequest, options: AuthenticateOptions = {}): Promise<Challenge> {
    const { id, codeChallenges } = await this.beginLogin(req, options)
    const [codeChallenge = '', rawCodeChallenge] = codeChallenges
    return {
      appId: Number(this.clientID),
      codeChallenge,
      ...(rawCodeChallenge !== undefined && { rawCodeChallenge }),
      login: id,
    }
  }
}
