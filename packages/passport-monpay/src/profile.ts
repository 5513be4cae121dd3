import { type Answer, type Profile, read } from 'passport-code-flow'

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

/** The profile of a user-info answer; without `userId` there is none. */
export function parseProfile({ body, text }: Answer): MonPayProfile | undefined {
  const user = read.record(body['result'])
  const id = read.identifier(user['userId'])
  if (id === undefined) return undefined
  const givenName = read.text(user['userFirstname'])
  const familyName = read.text(user['userLastname'])
  const names = [familyName, givenName].filter((name) => name !== undefined)
  return read.compact({
    provider: 'monpay' as const,
    id,
    displayName: names.join(' ') || undefined,
    name: names.length > 0 ? read.compact({ givenName, familyName }) : undefined,
    emails: read.list(read.text(user['userEmail'])),
    // documented as an integer: neither an unset one (0) nor a rounded one is a phone
    phoneNumbers: read.list(read.identifier(user['userPhone'])),
    _raw: text,
    _json: body as MonPayProfile['_json'],
  })
}
