import { escapeEntities } from './escape.js'
import type { SngineBehaviour, SngineUser } from './options.js'
import { readTexts } from './texts.js'

/** Path of the avatar of users without a picture. */
export const DEFAULT_AVATAR = '/content/themes/default/images/blank_profile.svg'

function writeGender(gender: SngineUser['user_gender'], language: string): string {
  if (!gender) return 'N/A'
  return readTexts(language).genders[gender] ?? gender
}

function writeProfilePictures(
  user: SngineUser,
  { profilePictures, uploadsURL }: SngineBehaviour,
  siteURL: string,
): Record<string, string> {
  if (profilePictures === 'absent') return {}
  const uploads = `${uploadsURL ?? `${siteURL}/content/uploads`}/`
  const own = profilePictures === 'fixed' && user.user_picture
  return {
    profile_picture: own ? uploads + user.user_picture : siteURL + DEFAULT_AVATAR,
    // Only the folder: every version of Sngine leaves out the path of the cover.
    profile_cover: uploads,
  }
}

function writeValue(
  value: string | number | null,
  { values }: SngineBehaviour,
): string | number | null {
  if (typeof value === 'string') return escapeEntities(value)
  return value === null || values === 'typed' ? value : String(value)
}

/** A user row as the API returns it: escaped text or null in every field. */
export function writeSngineUser(
  user: SngineUser,
  behaviour: SngineBehaviour,
  siteURL: string,
  language: string,
): Record<string, unknown> {
  const row = {
    user_id: user.user_id,
    user_name: user.user_name,
    user_email: user.user_email,
    user_firstname: user.user_firstname,
    user_lastname: user.user_lastname ?? null,
    user_gender: writeGender(user.user_gender, language),
    user_birthdate: user.user_birthdate ?? null,
    user_picture: user.user_picture ?? null,
    user_cover: user.user_cover ?? null,
    user_registered: user.user_registered ?? '2024-01-15 08:00:00',
    user_verified: user.user_verified ?? 0,
    user_relationship: user.user_relationship ?? null,
    user_biography: user.user_biography ?? null,
    user_website: user.user_website ?? null,
  }
  const written = Object.entries(row).map(
    ([name, value]) => [name, writeValue(value, behaviour)] as const,
  )
  return {
    ...Object.fromEntries(written),
    ...writeProfilePictures(user, behaviour, siteURL),
    ...behaviour.extraFields,
  }
}
