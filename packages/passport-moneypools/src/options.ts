import type { CodeFlowOptions } from 'passport-code-flow'

/**
 * Options of the MoneyPools strategy. `clientID` is Sngine's `app_id`, `clientSecret` its
 * `app_secret`; `callbackURL` must be the registered URL, without query and fragment.
 */
export interface StrategyOptions extends CodeFlowOptions {
  /** Any Sngine site, sub-path included. Default `https://cs.moneypoolscash.com`. */
  baseURL?: string
  /**
   * How the site's token endpoint is asked. Sngine up to 4.0.3 wants `GET`, later ones `POST`.
   * Default `auto`: `POST`, then once `GET` when the site says that it saw no parameters.
   */
  tokenMethod?: 'auto' | 'GET' | 'POST'
  /** Default `{baseURL}/api/oauth`. */
  authorizationURL?: string
  /** Default `{baseURL}/api/authorize`. */
  tokenURL?: string
  /** Default `{baseURL}/api/get_user_info`. */
  userInfoURL?: string
  /** Language of the site's pages and of `gender`, such as `en_us`. Default: the site's choice. */
  lang?: string
  /** Lets other sites start a login. Default `false`. */
  allowCrossSiteStart?: boolean
}
