import {
  Migrator,
  sql,
  type Insertable,
  type Kysely,
  type Migration,
  type Selectable,
} from 'kysely'

/** A user of this site. What the providers say about the user is in `identities`. */
export interface UsersTable {
  id: string
  /**
   * The name as a provider wrote it, in its owner's order. Empty without a name and a phone number.
   */
  display_name: string
  picture: string | null
  created_at: string
  updated_at: string
}

/** One account at one provider; (provider, site, subject) is unique, so it belongs to one user. */
export interface IdentitiesTable {
  id: string
  user_id: string
  provider: string
  /** The installation of the provider: two Sngine sites can both have a user "1". */
  site: string
  subject: string
  display_name: string
  picture: string | null
  email: string | null
  phone: string | null
  created_at: string
  last_login_at: string
}

/** One logged-in browser. Without its row, a session cookie logs nobody in. */
export interface BrowsersTable {
  id: string
  user_id: string
  /** What it has logged in by. Null when it has unlinked that identity itself. */
  identity_id: string | null
  provider: string
  device: string
  created_at: string
  last_seen_at: string
}

/** A session of express-session, in the columns that connect-pg-simple expects. */
export interface SessionsTable {
  sid: string
  sess: string
  expire: string
}

/** Used codes. Only the embedded database has this table. */
export interface UsedCodesTable {
  key: string
  expires_at: string
}

/** All tables. Times are ISO 8601 texts in UTC, which both databases can sort and compare. */
export interface Schema {
  users: UsersTable
  identities: IdentitiesTable
  browsers: BrowsersTable
  sessions: SessionsTable
  used_codes: UsedCodesTable
}

/** A row of `users`. */
export type User = Selectable<UsersTable>
/** A row of `identities`. */
export type Identity = Selectable<IdentitiesTable>
/** A row of `browsers`. */
export type Browser = Selectable<BrowsersTable>
/** What is written into `identities`. */
export type NewIdentity = Insertable<IdentitiesTable>

/** Each is SQL for both databases. */
const FIRST = [
  `create table users (
    id varchar(36) primary key, display_name text not null, picture text,
    created_at varchar(30) not null, updated_at varchar(30) not null)`,
  `create table identities (
    id varchar(36) primary key,
    user_id varchar(36) not null references users (id) on delete cascade,
    provider varchar(32) not null, site text not null, subject text not null,
    display_name text not null, picture text, email text, phone text,
    created_at varchar(30) not null, last_login_at varchar(30) not null,
    constraint identities_subject unique (provider, site, subject))`,
  'create index identities_user on identities (user_id)',
  `create table browsers (
    id varchar(36) primary key,
    user_id varchar(36) not null references users (id) on delete cascade,
    provider varchar(32) not null, device text not null,
    created_at varchar(30) not null, last_seen_at varchar(30) not null)`,
  'create index browsers_user on browsers (user_id)',
  'create table sessions (sid varchar primary key, sess json not null, expire timestamp(6) not null)',
  'create index sessions_expire on sessions (expire)',
  'create table used_codes (key varchar(128) primary key, expires_at varchar(30) not null)',
]

const BROWSERS_OF_IDENTITIES = [
  `alter table browsers add column identity_id varchar(36)
    references identities (id) on delete cascade`,
  'create index browsers_identity on browsers (identity_id)',
  // Older rows have only the provider. Few users have two identities of one provider.
  `update browsers set identity_id = (select min(id) from identities
    where user_id = browsers.user_id and provider = browsers.provider having count(*) = 1)`,
]

function migration(statements: string[]): Migration {
  return {
    async up(db) {
      for (const statement of statements) await sql.raw(statement).execute(db)
    },
  }
}

/** Every change of the tables, in order. A new change gets a new name. Old ones are never edited. */
const migrations = {
  '001-accounts': migration(FIRST),
  '002-browsers-of-identities': migration(BROWSERS_OF_IDENTITIES),
}

/** Runs the missing migrations, once, also when many processes start together. */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const provider = { getMigrations: async () => migrations }
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error) throw error
}
