import type { Settings } from '../options.js'
import type { CommonOptions, Simulator } from '../simulator.js'

/** A MonPay user, with the names of the user-info answer. An absent member is absent there, too. */
export interface MonPayUser {
  userId: number
  userPhone?: number | string | null
  userEmail?: string | null
  userFirstname?: string | null
  userLastname?: string | null
  /** User info is refused with `INSUFFICIENT_ACCESS` (`intCode` 6) for this user. */
  insufficientAccess?: boolean
}

/** What MonPay's documentation does not say; the default is the value that seems more likely. */
export interface MonPayBehaviour {
  /** How many ms a code is valid; default 600 000. */
  codeLifetime: number
  /**
   * Status for a code that was used before: 403 is `invalid_grant`, 400 is `invalid_request`;
   * default 403.
   */
  reuseStatus: 400 | 403
  /** Status for a `redirect_uri` that does not match; default 400. */
  redirectStatus: 400 | 403
  /** How `redirect_uri` is compared with the registered URL; default `whole`. */
  redirectMatch: 'whole' | 'origin'
  /** Whether a token request may have parameters that are not documented; default `refuse`. */
  extraParameters: 'refuse' | 'ignore'
  /** Whether the token answer has more than `access_token`; default `all`. */
  tokenFields: 'all' | 'access_token'
  /** Scopes that MobiFinance set for the mini app; default all three. */
  scopes: ('phone' | 'email' | 'name')[]
  /**
   * What a missing scope does: drops the field, makes it null, or refuses the call; default `omit`.
   */
  missingScope: 'omit' | 'null' | 'refuse'
  /** How `userPhone` is sent, for any type of the user's phone; default `number`. */
  phone: 'number' | 'string' | 'null' | 'absent'
  /** `code` of a successful user-info answer; default `OK`. */
  successCode: 'OK' | 'SUCCESS' | ''
  /** Whether a successful user-info answer has `intCode: 0`; default true. */
  intCode: boolean
}

/** Options of `startMonPay`. */
export interface MonPayOptions extends CommonOptions, Partial<MonPayBehaviour> {
  users?: MonPayUser[]
}

export const SETTINGS: Settings<MonPayBehaviour> = {
  codeLifetime: [600_000, Number],
  reuseStatus: [403, 400],
  redirectStatus: [400, 403],
  redirectMatch: ['whole', 'origin'],
  extraParameters: ['refuse', 'ignore'],
  tokenFields: ['all', 'access_token'],
  scopes: [['phone', 'email', 'name'], new Set(['phone', 'email', 'name'])],
  missingScope: ['omit', 'null', 'refuse'],
  phone: ['number', 'string', 'null', 'absent'],
  successCode: ['OK', 'SUCCESS', ''],
  intCode: [true, Boolean],
}

/** A running MonPay. */
export interface MonPaySimulator extends Simulator {
  readonly users: MonPayUser[]
  /** The behaviour that is not documented; can be changed at any time. */
  readonly behaviour: MonPayBehaviour
  /** A new single-use code for a user, by default the first user. */
  issueCode(user?: MonPayUser): string
  /** The address that the MonPay app opens: the registered URL with a new code. */
  openURL(user?: MonPayUser): string
  /** Makes every access token issued so far unusable: `UNAUTHORIZED`, `intCode` 1. */
  revokeTokens(): void
}
