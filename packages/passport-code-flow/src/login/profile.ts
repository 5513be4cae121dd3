import { copyMembers } from '../members.js'
import type { Answer, Profile, UserReading } from '../provider.js'
import { day, identifier, phone, plainText, text, webURL } from '../read.js'

// Step 6: makes Passport's profile from the provider's user.

/** Some people choose a name of invisible letters, such as Hangul fillers. */
const VISIBLE = /[^\s\p{Default_Ignorable_Code_Point}]/u

/** The profile made from a user's raw values; undefined without a usable id. */
export function toProfile(
  provider: string,
  given: UserReading | undefined,
  { text: _raw, body: _json }: Answer,
): Profile | undefined {
  const user: Partial<UserReading> = copyMembers(given ?? {})
  const id = identifier(user.id)
  if (id === undefined) return undefined
  const username = word(user.username)
  const givenName = word(user.givenName)
  const familyName = word(user.familyName)
  const profile: Profile = { provider, id, _raw, _json }
  const named = user.displayName
  const displayName = Array.isArray(named) ? named.map(word).filter(Boolean).join(' ') : word(named)
  if (displayName || username) profile.displayName = displayName || username!
  if (username) profile.username = username
  if (givenName || familyName) profile.name = {}
  if (givenName) profile.name!.givenName = givenName
  if (familyName) profile.name!.familyName = familyName
  const email = plainText(user.email)
  if (email?.includes('@')) profile.emails = [{ value: email }]
  const number = phone(user.phone)
  if (number) profile.phoneNumbers = [{ value: number }]
  const picture = webURL(user.picture)
  if (picture) profile.photos = [{ value: picture }]
  const gender = word(user.gender)
  if (gender) profile.gender = gender
  const birthday = day(user.birthday)
  if (birthday) profile.birthday = birthday
  const profileUrl = webURL(user.profileUrl)
  if (profileUrl) profile.profileUrl = profileUrl
  return profile
}

/** A text that can be seen. The number 0 is no text: a database column may have it for no value. */
function word(value: unknown): string | undefined {
  const found = value === 0 ? undefined : text(value)
  return found !== undefined && VISIBLE.test(found) ? found : undefined
}
