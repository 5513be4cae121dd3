import type { Once } from './claim.js'

/** A pool of `pg`, as far as it is used here. PGlite also fits: its `rowCount` is optional. */
export interface PostgresPool {
  /** Sends one statement with its values. */
  query(text: string, values?: unknown[]): Promise<{ rowCount?: number | null }>
}

const TABLE = 'passport_code_flow_once'
const CLEAN_EVERY_MS = 60_000

/**
 * Remembers keys in PostgreSQL, for all processes that share it: one `INSERT` per login. The first
 * claim makes the table if it is missing: `passport_code_flow_once (key text primary key, expires_at
 * timestamptz not null)`. Deletes expired keys once a minute. Takes a pool, not a client of it: the
 * rollback of a client's transaction would remove a used key. Throws a `TypeError` for an object that
 * has no `query`.
 */
export function postgresOnce(pool: PostgresPool): Once {
  // a caller in plain JavaScript may give anything
  if (typeof (pool as PostgresPool | undefined)?.query !== 'function')
    throw new TypeError('postgresOnce: pool must be a pool of pg')
  let hasTable = false
  let cleaned = Date.now()
  const createTable = async () => {
    const found = await pool.query('SELECT 1 WHERE to_regclass($1) IS NOT NULL', [TABLE])
    if (found.rowCount) return
    // if two processes create it at the same moment, one gets an error from PostgreSQL's catalogue
    await pool.query(
      `DO $$ BEGIN
         CREATE TABLE IF NOT EXISTS ${TABLE} (key text PRIMARY KEY, expires_at timestamptz NOT NULL);
       EXCEPTION WHEN unique_violation OR duplicate_table OR duplicate_object THEN NULL;
       END $$`,
    )
  }
  const insert = async (key: string, ttlMs: number) => {
    const { rowCount } = await pool.query(
      `INSERT INTO ${TABLE} AS known (key, expires_at)
       VALUES ($1, now() + $2 * interval '1 millisecond')
       ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at
       WHERE known.expires_at <= now()`,
      [key, ttlMs],
    )
    return rowCount === 1
  }
  const clean = () => {
    if (Date.now() - cleaned < CLEAN_EVERY_MS) return
    cleaned = Date.now()
    // no login waits for this, or fails because this fails
    pool.query(`DELETE FROM ${TABLE} WHERE expires_at <= now()`).catch(() => undefined)
  }
  return {
    async claim(key, ttlMs) {
      try {
        // each claim asks for itself: a connection that never answers holds up its own claim only
        if (!hasTable) await createTable()
        hasTable = true
        clean()
        return await insert(key, ttlMs)
      } catch (failure) {
        // a restored database may lack the table: the next claim creates it
        hasTable = false
        throw failure
      }
    },
  }
}
