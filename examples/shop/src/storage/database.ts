import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { Kysely, PostgresDialect } from 'kysely'
import LibSql from 'libsql'
import { Pool } from 'pg'
import { reach } from '../settings.js'
import { ImmediateSqliteDialect, MigrationDialect } from './dialects.js'
import { migrate, type Schema } from './tables.js'

/** The application's database; `pool` is there when it is PostgreSQL. */
export interface Database {
  db: Kysely<Schema>
  pool?: Pool
  close(): Promise<void>
}

/** Where the data lives: a PostgreSQL URL, or the path of an embedded file. */
export interface DatabaseLocation {
  databaseURL?: string | undefined
  databaseConnections?: number | undefined
  file: string
}

/** Opens the database and brings its tables up to date. */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  const database = location.databaseURL
    ? await reach(
        'DATABASE_URL',
        connectPostgres(location.databaseURL, location.databaseConnections),
      )
    : await reach('DATA_DIR', openFile(location.file))
  const { db, pool } = database
  await migrate(pool ? new Kysely<Schema>({ dialect: new MigrationDialect({ pool }) }) : db)
  return database
}

async function connectPostgres(url: string, max: number | undefined): Promise<Database> {
  const pool = new Pool({ connectionString: url, max, connectionTimeoutMillis: 5000 })
  // An idle connection that breaks is replaced by the pool; without a listener it ends the process.
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
  const db = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect({ database: sqlite }) })
  return { db, close: () => db.destroy() }
}
