import { escapeEntities } from './escape.js'
import type { SngineLedger } from './api.js'
import type { SngineUser } from './options.js'
import type { Texts } from './texts.js'

/** Path of the avatar of users without a picture. */
export const DEFAULT_AVATAR = '/content/themes/default/images/blank_profile.svg'

function writePictures(user: SngineUser, { behaviour, url }: SngineLedger): Record<string, string> {
  const { profilePictures, uploadsURL } = behaviour
  if (profilePictures === 'absent') return {}
  const uploads = `${uploadsURL ?? `${url}/content/uploads`}/`
  const own = profilePictures === 'fixed' && user.user_picture
  return {
    profile_picture: own ? uploads + user.user_picture : url + DEFAULT_AVATAR,
    // Only the folder: every version of Sngine leaves out the path of the cover.
    profile_cover: uploads,
  }
}

/** A user row as the API returns it: escaped text or null in every field. */
export function writeUser(user: SngineUser, ledger: SngineLedger, { genders }: Texts) {
  const { extraFields, values } = ledger.behaviour
  const gender = user.user_gender
  const row = {
    user_id: user.user_id,
    user_name: user.user_name,
    user_email: user.user_email,
    user_firstname: user.user_firstname,
    user_lastname: user.user_lastname,
    user_gender: gender ? (genders[gender] ?? gender) : 'N/A',
    user_birthdate: user.user_birthdate,
    user_picture: user.user_picture,
    user_cover: user.user_cover,
    user_registered: user.user_registered ?? '2024-01-15 08:00:00',
    user_verified: user.user_verified ?? 0,
    user_relationship: user.user_relationship,
    user_biography: user.user_biography,
    user_website: user.user_website,
  }
  const write = (value: string | number | null = null) => {
    if (typeof value === 'string') return escapeEntities(value)
    return value === null || values === 'typed' ? value : String(value)
  }
  const written = Object.entries(row).map(([name, value]) => [name, write(value)] as const)
  return { ...Object.fromEntries(written), ...writePictures(user, ledger), ...extraFields }
}
