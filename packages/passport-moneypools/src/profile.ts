import { type Answer, type Profile, read, type UserReading } from 'passport-code-flow'
import { decodeEntities } from './entities.js'

type Text = string | null

/** A Sngine user as `/api/get_user_info` sends it. Every value is text or null. Texts are escaped. */
export interface SngineUser {
  user_id: string
  user_name?: Text
  /** No proof that the address is the user's. */
  user_email?: Text
  user_firstname?: Text
  user_lastname?: Text
  /** A word in the site's language; administrators may add their own. */
  user_gender?: Text
  /** `YYYY-MM-DD`. */
  user_birthdate?: Text
  /** A path below the site's uploads. */
  user_picture?: Text
  user_cover?: Text
  /** In UTC, without a time zone. */
  user_registered?: Text
  /** The badge on the profile; it says nothing about the email. */
  user_verified?: Text
  user_relationship?: Text
  user_biography?: Text
  user_website?: Text
  /** Not documented: the URL of the avatar, or of the theme's default picture. */
  profile_picture?: Text
  /** Not documented: the address of the site's uploads. */
  profile_cover?: Text
}

/** A Sngine user as Passport's profile; ids of two sites may be the same. */
export interface MoneyPoolsProfile extends Profile {
  provider: 'moneypools'
  _json: { user_info: SngineUser & Record<string, unknown> } & Record<string, unknown>
}

/** The user of a `get_user_info` answer of the site at `base`. */
export function readUser({ body }: Answer, base: string): UserReading {
  const user = read.object(body['user_info'])
  const username = plain(user['user_name'])
  const givenName = plain(user['user_firstname'])
  const familyName = plain(user['user_lastname'])
  const gender = plain(user['user_gender'])
  return {
    id: user['user_id'],
    displayName: [givenName, familyName],
    username,
    givenName,
    familyName,
    email: plain(user['user_email'], read.plainText),
    picture: picture(user, base),
    gender: gender === 'N/A' ? undefined : gender,
    birthday: plain(user['user_birthdate'], read.plainText),
    profileUrl: username && `${base}/${encodeURIComponent(username)}`,
  }
}

/**
 * The text as typed: Sngine stores it escaped by PHP's htmlentities (HTML 4.01, with quotes). The
 * number 0 means that there is none.
 */
function plain(value: unknown, clean = read.text): string | undefined {
  const escaped = value === 0 ? undefined : clean(value)
  return escaped?.includes('&') ? clean(decodeEntities(escaped)) : escaped
}

/** The URL of the user's own picture; undefined for the theme's default picture. */
function picture(user: Record<string, unknown>, base: string): string | undefined {
  const path = plain(user['user_picture'], read.plainText)
  if (path === undefined) return undefined
  // some storages give a whole URL instead of a path
  if (/^[a-z][\w+.-]*:|^\/\//i.test(path)) return path
  const uploads = plain(user['profile_cover'], read.plainText)
  const avatar = plain(user['profile_picture'], read.plainText)
  return (
    (uploads?.endsWith('/') ? read.webURL(uploads + path) : undefined) ??
    (avatar?.includes(path) ? read.webURL(avatar) : undefined) ??
    `${base}/content/uploads/${path}`
  )
}
