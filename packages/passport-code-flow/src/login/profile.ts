import { copyMembers } from '../members.js'
import type { Answer, Profile, UserReading } from '../provider.js'
import { day, identifier, phone, plainText, text, webURL } from '../read.js'

// Step 6: makes Passport's profile from the provider's user.

/** The profile made from a user's raw values; undefined without a usable id. */
export function toProfile(
  provider: string,
  given: UserReading | undefined,
  { text: _raw, body: _json }: Answer,
): Profile | undefined {
  const user: Partial<UserReading> = copyMembers(given ?? {})
  const id = identifier(user.id)
  if (id === undefined) return undefined
  const username = text(user.username)
  const givenName = text(user.givenName)
  const familyName = text(user.familyName)
  const profile: Profile = { provider, id, _raw, _json }
  const named = user.displayName
  const displayName = Array.isArray(named) ? named.map(text).filter(Boolean).join(' ') : text(named)
  if (displayName || username) profile.displayName = displayName || username!
  if (username) profile.username = username
  if (givenName || familyName)
    profile.name = { ...(givenName && { givenName }), ...(familyName && { familyName }) }
  const email = plainText(user.email)
  if (email) profile.emails = [{ value: email }]
  const number = phone(user.phone)
  if (number) profile.phoneNumbers = [{ value: number }]
  const picture = webURL(user.picture)
  if (picture) profile.photos = [{ value: picture }]
  const gender = text(user.gender)
  if (gender) profile.gender = gender
  const birthday = day(user.birthday)
  if (birthday) profile.birthday = birthday
  const profileUrl = webURL(user.profileUrl)
  if (profileUrl) profile.profileUrl = profileUrl
  return profile
}
