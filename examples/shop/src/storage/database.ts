import { mkdirSync } from 'node:fs'
import path from 'node:path'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresDriver,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely'
import LibSql from 'libsql'
import { Pool } from 'pg'
import { reach } from '../settings.js'
import { type Schema, migrate } from './tables.js'

/** The application's database; `pool` is there when it is PostgreSQL. */
export interface Database {
  db: Kysely<Schema>
  pool?: Pool
  close(): Promise<void>
}

/** Where the data is: a PostgreSQL URL, or the path of an embedded file. */
export interface DatabaseLocation {
  databaseURL?: string | undefined
  databaseConnections?: number | undefined
  file: string
}

/** Opens the database and updates its tables. */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  const { databaseURL, databaseConnections, file } = location
  const database = databaseURL
    ? await reach('DATABASE_URL', connectPostgres(databaseURL, databaseConnections))
    : await reach('DATA_DIR', openFile(file))
  const { db, pool } = database
  await migrate(pool ? new Kysely<Schema>({ dialect: migrationDialect(pool) }) : db)
  return database
}

async function connectPostgres(url: string, max: number | undefined): Promise<Database> {
  const pool = new Pool({ connectionString: url, max, connectionTimeoutMillis: 5000 })
  // The pool replaces an idle connection that breaks. Without a listener the error ends the
  // process.
  pool.on('error', () => undefined)
  await pool.query('select 1')
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  return { db, pool, close: () => db.destroy() }
}

async function openFile(file: string): Promise<Database> {
  mkdirSync(path.dirname(file), { recursive: true })
  const sqlite = new LibSql(file)
  for (const pragma of ['journal_mode = wal', 'busy_timeout = 5000', 'foreign_keys = on']) {
    sqlite.pragma(pragma)
  }
  const db = new Kysely<Schema>({ dialect: fileDialect({ database: sqlite }) })
  return { db, close: () => db.destroy() }
}

/** A number that nothing else in this database uses as a lock. */
const LOCK = CompiledQuery.raw('select pg_advisory_xact_lock(7294051863)')

class LockingDriver extends PostgresDriver {
  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    await super.beginTransaction(connection, settings)
    await connection.executeQuery(LOCK)
  }
}

class TransactionAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}

  override async releaseMigrationLock(): Promise<void> {}
}

/**
 * PostgreSQL for migrations: their transaction is their lock. The lock that Kysely takes belongs to
 * a connection. Behind a pooler another connection may unlock it, and the lock would stay for an
 * hour.
 */
function migrationDialect(pool: Pool): Dialect {
  return Object.assign(new PostgresDialect({ pool }), {
    createAdapter: () => new TransactionAdapter(),
    createDriver: () => new LockingDriver({ pool }),
  })
}

/** Takes the write lock when a transaction begins. Then a second process waits and does not fail. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

/** SQLite can commit a migration and the record of it together. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** SQLite with immediate transactions. Migrations run in one of them, which is also their lock. */
function fileDialect(config: SqliteDialectConfig): Dialect {
  return Object.assign(new SqliteDialect(config), {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => new ImmediateDriver(config),
  })
}
