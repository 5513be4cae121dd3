import { type Answer, type Profile, read, type UserReading } from 'passport-code-flow'

/** ZaloPay's user info (https://beta-docs.zalopay.vn/vi/docs/specs/get-user-info), by scope. */
export interface ZaloPayUser {
  /** "Merchant user id": it probably differs between merchants. Always present. */
  muid: string
  /** Scope `user.name`. */
  display_name?: string | null
  /** Scope `user.avatar`. */
  avatar?: string | null
  /** Scope `user.phone`. As a number it has no leading 0. */
  user_phone?: number | string | null
  /** No scope is documented for it. */
  user_email?: string | null
  /** Scope `user.identity.info`; units and enumerations are not documented. */
  user_identity_info?: {
    birthday?: number | string
    full_name?: string
    gender?: number | string
    permanent_address?: string
  } | null
  /** Scope `user.identity.image`: data of an identity card; keep it out of sessions and logs. */
  user_identity_image?: {
    id_number?: string
    id_type?: number | string
    issue_date?: number | string
    issue_place?: string
    expiration_date?: number | string
    identity_image_front?: string
    /** The scope page's spelling of `identity_image_front`. */
    identity_image_font?: string
    identity_image_back?: string
  } | null
}

/** A ZaloPay user as Passport's profile; identity data is only in `_json`. */
export interface ZaloPayProfile extends Profile {
  provider: 'zalopay'
  _json: {
    data: ZaloPayUser & Record<string, unknown>
    /** For support requests. */
    context_id?: string
    /** For support requests. */
    trace_id?: string
  } & Record<string, unknown>
}

/** The user of a user-info answer. */
export function readUser({ body }: Answer): UserReading {
  const user = read.object(body['data'])
  return {
    id: user['muid'],
    displayName: user['display_name'],
    email: user['user_email'],
    phone: user['user_phone'],
    picture: user['avatar'],
  }
}
