import type { Insertable, Selectable } from 'kysely'

/** A person who uses this site. Everything a provider told us stands in `identities`. */
export interface UsersTable {
  id: string
  display_name: string
  given_name: string | null
  family_name: string | null
  picture: string | null
  created_at: string
  updated_at: string
}

/** One account at one provider; (provider, site, subject) is unique, so it belongs to one user. */
export interface IdentitiesTable {
  id: string
  user_id: string
  provider: string
  /** Which installation of the provider: two Sngine sites both have a user "1". */
  site: string
  subject: string
  display_name: string
  given_name: string | null
  family_name: string | null
  picture: string | null
  email: string | null
  phone: string | null
  created_at: string
  last_login_at: string
}

/** One signed-in browser; without its row a session cookie signs nobody in. */
export interface SessionsTable {
  id: string
  user_id: string
  provider: string
  device: string
  created_at: string
  last_seen_at: string
}

/** What express-session keeps, in the columns that connect-pg-simple expects. */
export interface WebSessionsTable {
  sid: string
  sess: string
  expire: string
}

/** Codes that were exchanged; used by the embedded database only. */
export interface UsedCodesTable {
  key: string
  expires_at: string
}

/** All tables; times are ISO 8601 text in UTC, which sorts and compares in both databases. */
export interface Schema {
  users: UsersTable
  identities: IdentitiesTable
  sessions: SessionsTable
  web_sessions: WebSessionsTable
  used_codes: UsedCodesTable
}

/** A row of `users`. */
export type User = Selectable<UsersTable>
/** A row of `identities`. */
export type Identity = Selectable<IdentitiesTable>
/** A row of `sessions`. */
export type SignIn = Selectable<SessionsTable>
/** What is written into `identities`. */
export type NewIdentity = Insertable<IdentitiesTable>
