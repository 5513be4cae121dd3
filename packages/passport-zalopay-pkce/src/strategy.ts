import {
  type AuthenticateOptions,
  CodeFlowStrategy,
  type LoginRequest,
  type TokenParams,
  type VerifyFunction,
  type VerifyFunctionWithRequest,
} from 'passport-code-flow'
import type { StrategyOptions } from './options.js'
import type { ZaloPayProfile } from './profile.js'
import { zalopay } from './provider.js'

type WithRequest = StrategyOptions & { passReqToCallback: true }
type WithoutProfile = { skipUserProfile: true }

/** What the page needs for the SDK's `getOauthV1Code`; the verifier stays in the session. */
export interface Challenge {
  appId: number
  codeChallenge: string
  /** Names the pending login; goes back to the callback together with the code. */
  login: string
}

/** New tokens for a refresh token. */
export interface RefreshedTokens {
  accessToken: string
  /** The new one, or the one that was exchanged where ZaloPay gave none. */
  refreshToken: string
  params: TokenParams
}

/**
 * Signs in the ZaloPay user whose app has given this page a code for our PKCE challenge. The
 * constructor throws a `TypeError` that names a missing or wrong option.
 */
export class Strategy extends CodeFlowStrategy<
  ZaloPayProfile,
  StrategyOptions & { clientID: string }
> {
  private readonly appId: number
  // a function: what is printed of a strategy must not show tokens
  private readonly refreshes: () => Map<string, Promise<RefreshedTokens>>

  // with `req` first: a `true` fits the other options too, and that verify's types would be taken
  constructor(options: WithRequest & WithoutProfile, verify: VerifyFunctionWithRequest<undefined>)
  constructor(options: WithRequest, verify: VerifyFunctionWithRequest<ZaloPayProfile>)
  constructor(options: StrategyOptions & WithoutProfile, verify: VerifyFunction<undefined>)
  constructor(options: StrategyOptions, verify: VerifyFunction<ZaloPayProfile>)
  constructor(options: StrategyOptions, verify: unknown) {
    const clientID = String(options?.clientID)
    super(zalopay, { ...options, clientID }, verify as VerifyFunction<ZaloPayProfile>)
    const refreshes = new Map<string, Promise<RefreshedTokens>>()
    this.appId = Number(clientID)
    this.refreshes = () => refreshes
  }

  /**
   * Starts a login for an application that renders its own page or answers JSON; stored before it
   * resolves. Rejects with a `LoginError`. Protect its route as you protect a start: by POST and a
   * CSRF token.
   */
  async createChallenge(req: LoginRequest, options: AuthenticateOptions = {}): Promise<Challenge> {
    const { id, codeChallenge } = await this.beginLogin(req, options)
    return { appId: this.appId, codeChallenge, login: id }
  }

  /**
   * Exchanges a refresh token (https://beta-docs.zalopay.vn/docs/specs/get-access-token); callers
   * that ask for the same one at once share one call. Rejects with a `LoginError`, whose code is
   * `refresh_refused` when the user has to log in again.
   */
  refresh(refreshToken: string): Promise<RefreshedTokens> {
    const refreshes = this.refreshes()
    const running = refreshes.get(refreshToken)
    if (running) return running
    const refreshed = this.exchangeRefreshToken(refreshToken).finally(() =>
      refreshes.delete(refreshToken),
    )
    refreshes.set(refreshToken, refreshed)
    return refreshed
  }
}
