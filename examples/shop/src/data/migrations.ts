import { Migrator, sql, type Kysely, type Migration } from 'kysely'
import type { Schema } from './schema.js'

const first: Migration = {
  async up(db: Kysely<Schema>) {
    await db.schema
      .createTable('users')
      .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
      .addColumn('display_name', 'text', (column) => column.notNull())
      .addColumn('given_name', 'text')
      .addColumn('family_name', 'text')
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
      .addColumn('given_name', 'text')
      .addColumn('family_name', 'text')
      .addColumn('picture', 'text')
      .addColumn('email', 'text')
      .addColumn('phone', 'text')
      .addColumn('created_at', 'varchar(30)', (column) => column.notNull())
      .addColumn('last_login_at', 'varchar(30)', (column) => column.notNull())
      .addUniqueConstraint('identities_subject', ['provider', 'site', 'subject'])
      .execute()
    await db.schema.createIndex('identities_user').on('identities').column('user_id').execute()

    await db.schema
      .createTable('sessions')
      .addColumn('id', 'varchar(36)', (column) => column.primaryKey())
      .addColumn('user_id', 'varchar(36)', (column) =>
        column.notNull().references('users.id').onDelete('cascade'),
      )
      .addColumn('provider', 'varchar(32)', (column) => column.notNull())
      .addColumn('device', 'text', (column) => column.notNull())
      .addColumn('created_at', 'varchar(30)', (column) => column.notNull())
      .addColumn('last_seen_at', 'varchar(30)', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('sessions_user').on('sessions').column('user_id').execute()

    await db.schema
      .createTable('web_sessions')
      .addColumn('sid', 'varchar', (column) => column.primaryKey())
      .addColumn('sess', 'json', (column) => column.notNull())
      .addColumn('expire', sql`timestamp(6)`, (column) => column.notNull())
      .execute()
    await db.schema.createIndex('web_sessions_expire').on('web_sessions').column('expire').execute()

    await db.schema
      .createTable('used_codes')
      .addColumn('key', 'varchar(128)', (column) => column.primaryKey())
      .addColumn('expires_at', 'varchar(30)', (column) => column.notNull())
      .execute()
  },
}

/** Every change of the tables, in order; a new one gets a new name and old ones never change. */
const migrations: Record<string, Migration> = { '001-accounts': first }

/** Runs what is missing, once, however many processes start together; throws when one fails. */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}
