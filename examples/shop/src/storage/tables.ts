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

const first: Migration = {
  async up(db: Kysely<Schema>) {
    await db.schema
      .createTable('users')
      .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
      .addColumn('display_name', 'text', (column) => column.notNull())
      .addColumn('picture', 'text')
      .addColumn('created_at', 'varchar(30)', (column) => column.notNull())
      .addColumn('updated_at', 'varchar(30)', (column) => column.notNull())
      .execute()

    await db.schema
      .createTable('identities')
      .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
      .addColumn('user_id', 'varchar(36)', (column) =>
        column.notNull().references('users.id').onDelete('cascade'),
      )
      .addColumn('provider', 'varchar(32)', (column) => column.notNull())
      .addColumn('site', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('display_name', 'text', (column) => column.notNull())
      .addColumn('picture', 'text')
      .addColumn('email', 'text')
      .addColumn('phone', 'text')
      .addColumn('created_at', 'varchar(30)', (column) => column.notNull())
      .addColumn('last_login_at', 'varchar(30)', (column) => column.notNull())
      .addUniqueConstraint('identities_subject', ['provider', 'site', 'subject'])
      .execute()
    await db.schema.createIndex('identities_user').on('identities').column('user_id').execute()

    await db.schema
      .createTable('browsers')
      .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
      .addColumn('user_id', 'varchar(36)', (column) =>
        column.notNull().references('users.id').onDelete('cascade'),
      )
      .addColumn('provider', 'varchar(32)', (column) => column.notNull())
      .addColumn('device', 'text', (column) => column.notNull())
      .addColumn('created_at', 'varchar(30)', (column) => column.notNull())
      .addColumn('last_seen_at', 'varchar(30)', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('browsers_user').on('browsers').column('user_id').execute()

    await db.schema
      .createTable('sessions')
      .addColumn('sid', 'varchar', (column) => column.primaryKey())
      .addColumn('sess', 'json', (column) => column.notNull())
      .addColumn('expire', sql`timestamp(6)`, (column) => column.notNull())
      .execute()
    await db.schema.createIndex('sessions_expire').on('sessions').column('expire').execute()

    await db.schema
      .createTable('used_codes')
      .addColumn('key', 'varchar(128)', (column) => column.primaryKey())
      .addColumn('expires_at', 'varchar(30)', (column) => column.notNull())
      .execute()
  },
}

const browsersOfIdentities: Migration = {
  async up(db: Kysely<Schema>) {
    await db.schema
      .alterTable('browsers')
      .addColumn('identity_id', 'varchar(36)', (column) =>
        column.references('identities.id').onDelete('cascade'),
      )
      .execute()
    await db.schema.createIndex('browsers_identity').on('browsers').column('identity_id').execute()
    // Older rows have only the provider. Few users have two identities of one provider.
    await sql`update browsers set identity_id = (select min(id) from identities
      where user_id = browsers.user_id and provider = browsers.provider
      having count(*) = 1)`.execute(db)
  },
}

/**
 * Every change of the tables, in order. A new change gets a new name. Old changes are never edited.
 */
const migrations: Record<string, Migration> = {
  '001-accounts': first,
  '002-browsers-of-identities': browsersOfIdentities,
}

/**
 * Runs the missing migrations once, also when many processes start together. Throws when one fails.
 */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}
