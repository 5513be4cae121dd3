import type { Settings } from '../options.js'
import type { CommonOptions, Simulator } from '../simulator.js'

/** The scopes that ZaloPay sets for a merchant. */
export type ZaloPayScope =
  | 'user.phone'
  | 'user.name'
  | 'user.avatar'
  | 'user.identity.info'
  | 'user.identity.image'

export const SCOPES: readonly ZaloPayScope[] = [
  'user.phone',
  'user.name',
  'user.avatar',
  'user.identity.info',
  'user.identity.image',
]

/** A ZaloPay user, with the names of the user-info answer. */
export interface ZaloPayUser {
  muid: string
  display_name?: string
  /** An address, or a path of the simulator. */
  avatar?: string
  user_phone?: number
  user_email?: string
  user_identity_info?: {
    birthday?: number
    full_name?: string
    gender?: number
    permanent_address?: string
  }
  user_identity_image?: {
    id_number?: string
    id_type?: number | string
    issue_date?: number | string
    issue_place?: string
    expiration_date?: number | string
    identity_image_front?: string
    identity_image_back?: string
  }
}

/** What ZaloPay's documentation does not say; the default is the value that seems more likely. */
export interface ZaloPayBehaviour {
  /** Scopes set for the merchant; if empty, the user is not asked. Default phone, name, avatar. */
  scope: ZaloPayScope[]
  /**
   * Which challenge encodings are accepted; default `both`: the length (86 or 43) shows which one
   * it is.
   */
  challenge: 'hex' | 'raw' | 'both'
  /** What the SDK's function of this name does; default `works`, in the form of `challenge`. */
  generateCodeChallenge: 'works' | 'missing' | 'throws' | 'silent'
  /** How the app shows the mini app; `frame` is a frame of another site. Default `document`. */
  show: 'document' | 'frame'
  /** HTTP status of error answers; default 200, the only documented one. */
  errorStatus: number
  /** How many ms a code is valid; default 600 000. */
  codeLifetime: number
  /** Whether a used code is refused; default `refuse`. */
  reuse: 'refuse' | 'allow'
  /** Letters in a code; default 64. The documentation also shows 35. */
  codeLength: number
  /** How many ms an access token is valid; default 3 600 000. */
  accessLifetime: number
  /** How many ms a refresh token is valid; default 2 592 000 000. */
  refreshLifetime: number
  /** The value of `expires_in`: the lifetime, or exactly this value. */
  expiresIn: 'lifetime' | 'instant' | number
  /**
   * Whether a refresh gives a new refresh token, and whether the old one still works; default
   * `rotate`.
   */
  refreshToken: 'rotate' | 'keep-old' | 'omit'
  /** Whether `user_email` comes with any granted scope or never; no scope is documented for it. */
  email: 'any-scope' | 'never'
  /** How `user_phone` and the identity numbers are sent; default `integer`. */
  numbers: 'integer' | 'string'
  /** The name of the front image's field; one page has `identity_image_font`. */
  frontImage: 'identity_image_front' | 'identity_image_font'
  /** The SDK's type of `errorCode`; default `text`, as documented. A number has no leading zero. */
  errorCodes: 'text' | 'number'
  /** Whether `redirectUri` ends in an empty `state`; default true. */
  withState: boolean
}

/** Options of `startZaloPay`. */
export interface ZaloPayOptions extends CommonOptions, Partial<ZaloPayBehaviour> {
  users?: ZaloPayUser[]
}

export const SETTINGS: Settings<ZaloPayBehaviour> = {
  scope: [['user.phone', 'user.name', 'user.avatar'], new Set(SCOPES)],
  challenge: ['both', 'hex', 'raw'],
  generateCodeChallenge: ['works', 'missing', 'throws', 'silent'],
  show: ['document', 'frame'],
  errorStatus: [200, Number],
  codeLifetime: [600_000, Number],
  reuse: ['refuse', 'allow'],
  codeLength: [64, Number],
  accessLifetime: [3_600_000, Number],
  refreshLifetime: [2_592_000_000, Number],
  expiresIn: ['lifetime', 'instant', Number],
  refreshToken: ['rotate', 'keep-old', 'omit'],
  email: ['any-scope', 'never'],
  numbers: ['integer', 'string'],
  frontImage: ['identity_image_front', 'identity_image_font'],
  errorCodes: ['text', 'number'],
  withState: [true, Boolean],
}

/** What a code is issued for. */
export interface ZaloPayCodeRequest {
  codeChallenge: string
  /** Default the first user. */
  user?: ZaloPayUser
  /** Scopes that the user allows, also those not set for the merchant; default all that are set. */
  scope?: ZaloPayScope[]
}

/** A running ZaloPay. */
export interface ZaloPaySimulator extends Simulator {
  /** The numeric `appId`, as text. */
  readonly clientID: string
  /** The value of `x-secret-key`. */
  readonly clientSecret: string
  readonly users: ZaloPayUser[]
  /** The behaviour that is not documented; can be changed at any time. */
  readonly behaviour: ZaloPayBehaviour
  /**
   * Address of the user-info endpoint; its path is the simulator's own, since ZaloPay publishes
   * none.
   */
  readonly userInfoURL: string
  /** Address of the script that defines `window.zlpSdk`. */
  readonly sdkURL: string
  /** Issues a code, the `data.code` of `getOauthV1Code`; throws for an unaccepted challenge. */
  issueCode(request: ZaloPayCodeRequest): string
  /** `data.redirectUri`: the registered URL with the code and, by default, an empty `state`. */
  redirectURI(code: string, options?: { withState?: boolean }): string
}
