import type { CodeFlowOptions } from 'passport-code-flow'

/** Options of the MonPay strategy. `callbackURL` is sent verbatim as `redirect_uri`. */
export interface StrategyOptions extends CodeFlowOptions {
  /** Which of MonPay's hosts to ask. Default `staging`, the only documented one. */
  environment?: 'staging' | 'production'
  /** A host of your own, in place of `environment`. */
  baseURL?: string
  /** Default `{baseURL}/v2/oauth/token`. */
  tokenURL?: string
  /** Default `{baseURL}/v2/api/oauth/userinfo`. */
  userInfoURL?: string
  /**
   * What is refused by its Fetch Metadata headers. `document`: whatever is not a page being opened
   * or a fetch of this site. `strict`: also pages that another site led to, which real wallets may
   * or may not be. Default `document`.
   */
  fetchMetadata?: 'document' | 'strict' | 'off'
}
