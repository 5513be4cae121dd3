import { type Answer, type Profile, read } from 'passport-code-flow'
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

/** The profile of a `get_user_info` answer of the site at `base`; without `user_id` there is none. */
export function parseProfile({ body, text }: Answer, base: string): MoneyPoolsProfile | undefined {
  const user = read.record(body['user_info'])
  const id = read.identifier(user['user_id'])
  if (id === undefined) return undefined
  const username = plain(user['user_name'])
  const givenName = plain(user['user_firstname'])
  const familyName = plain(user['user_lastname'])
  const gender = plain(user['user_gender'])
  const names = [givenName, familyName].filter((name) => name !== undefined)
  return read.compact({
    provider: 'moneypools' as const,
    id,
    displayName: names.join(' ') || username,
    username,
    name: names.length > 0 ? read.compact({ givenName, familyName }) : undefined,
    emails: read.list(plain(user['user_email'])),
    photos: read.list(picture(user, base)),
    gender: gender === 'N/A' ? undefined : gender,
    birthday: plain(user['user_birthdate']),
    profileUrl: username && `${base}/${encodeURIComponent(username)}`,
    _raw: text,
    _json: body as MoneyPoolsProfile['_json'],
  })
}

/** Text as its owner typed it: Sngine stores it through PHP's htmlentities (HTML 4.01, quotes too). */
function plain(value: unknown): string | undefined {
  const escaped = read.text(value)
  if (escaped === undefined) return undefined
  const typed = escaped.includes('&') ? decodeEntities(escaped) : escaped
  // half a letter is none, and no database or URL takes it
  return read.text(typed.toWellFormed())
}

/** The user's own picture; the theme's default one is none. */
function picture(user: Record<string, unknown>, base: string): string | undefined {
  const path = read.text(user['user_picture'])
  if (path === undefined) return undefined
  const uploads = read.text(user['profile_cover'])
  const avatar = read.text(user['profile_picture'])
  return (
    (uploads?.endsWith('/') ? read.webURL(uploads + path) : undefined) ??
    (avatar?.includes(path) ? read.webURL(avatar) : undefined) ??
    read.webURL(`${base}/content/uploads/${path}`)
  )
}
