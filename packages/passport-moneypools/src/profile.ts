import { type Answer, type Profile, read, type UserReading } from 'passport-code-flow'
import { decodeEntities } from './entities.js'

type Text = string | null

/** A Sngine user as `/api/get_user_info` has it; every value is text or null, texts are escaped. */
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
  /** UTC, without saying so. */
  user_registered?: Text
  /** The profile badge, not the e-mail address. */
  user_verified?: Text
  user_relationship?: Text
  user_biography?: Text
  user_website?: Text
  /** On no page: the avatar's URL, or the theme's default one. */
  profile_picture?: Text
  /** On no page: the address of the site's uploads. */
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
  const birthday = plain(user['user_birthdate'])
  return {
    id: user['user_id'],
    displayName: [givenName, familyName],
    username,
    givenName,
    familyName,
    email: plain(user['user_email']),
    picture: picture(user, base),
    gender: gender === 'N/A' ? undefined : gender,
    // MySQL's zero date is none
    birthday: birthday?.startsWith('0000-') ? undefined : birthday,
    profileUrl: username && `${base}/${encodeURIComponent(username)}`,
  }
}

/** Text as its owner typed it: Sngine stores it through PHP's htmlentities (HTML 4.01, quotes too). */
function plain(value: unknown): string | undefined {
  const escaped = read.text(value)
  return escaped?.includes('&') ? read.text(decodeEntities(escaped)) : escaped
}

/** The address of the user's own picture; the theme's default one is none. */
function picture(user: Record<string, unknown>, base: string): string | undefined {
  const path = plain(user['user_picture'])
  if (path === undefined) return undefined
  // some storages put whole addresses where others have paths
  if (/^[a-z][\w+.-]*:|^\/\//i.test(path)) return path
  const uploads = plain(user['profile_cover'])
  const avatar = plain(user['profile_picture'])
  return (
    (uploads?.endsWith('/') ? read.webURL(uploads + path) : undefined) ??
    (avatar?.includes(path) ? read.webURL(avatar) : undefined) ??
    `${base}/content/uploads/${path}`
  )
}
