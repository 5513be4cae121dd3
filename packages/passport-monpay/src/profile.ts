import { type Answer, type Profile, read, type UserReading } from 'passport-code-flow'

/** MonPay's user info (https://developers.monpay.mn/en/guide/mini-app/user-info). */
export interface MonPayUser {
  userId: number
  /** With the scope `phone`; documented as a number, seen as text, null and absent. */
  userPhone?: number | string | null
  /** With the scope `email`. */
  userEmail?: string | null
  /** With the scope `name`. */
  userFirstname?: string | null
  /** With the scope `name`: the patronymic. */
  userLastname?: string | null
}

/** A MonPay user as Passport's profile. */
export interface MonPayProfile extends Profile {
  provider: 'monpay'
  _json: { code?: string; intCode?: number; info?: string; result: MonPayUser } & Record<
    string,
    unknown
  >
}

/** The user of a user-info answer. */
export function readUser({ body }: Answer): UserReading {
  const user = read.object(body['result'])
  const { userFirstname: givenName, userLastname: familyName } = user
  return {
    id: user['userId'],
    // in Mongolia the patronymic comes before the name
    displayName: [familyName, givenName],
    givenName,
    familyName,
    email: user['userEmail'],
    phone: user['userPhone'],
  }
}
