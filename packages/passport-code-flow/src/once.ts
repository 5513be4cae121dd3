import { RecentKeys } from './recent-keys.js'
import { sha256 } from './sha256.js'

/** Single use of codes. `claim` is atomic: for each key the first caller alone gets `true`. */
export interface Once {
  /** `ttlMs`: milliseconds to remember the key, longer than a code can live. */
  claim(key: string, ttlMs: number): Promise<boolean>
}

/** A client of node-redis or ioredis, as far as it is used here. */
export interface RedisClient {
  set(...args: never[]): Promise<unknown>
  /** Only ioredis has it. */
  call?: unknown
}

/** A pool of `pg`, as far as it is used here. */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<{ rowCount: number | null }>
}

const TABLE = 'passport_code_flow_once'
const CLEAN_EVERY_MS = 60_000

/** What is claimed for a code: no store ever sees the code itself. */
export function codeKey(strategy: string, code: string): string {
  return `passport-code-flow:${sha256(`${strategy}\0${code}`, 'hex')}`
}

/**
 * Remembers keys in this process, for one process alone: those of the last `max` claims (default
 * 100 000) in any case, and never more than twice as many.
 */
export function memoryOnce({ max = 100_000 }: { max?: number } = {}): Once {
  const keys = new RecentKeys(max)
  return { claim: (key, ttlMs) => Promise.resolve(keys.claim(key, ttlMs)) }
}

/**
 * Remembers keys in Redis, for all processes that share it: one `SET … NX PX` per login. Switch off
 * the client's offline queue (`disableOfflineQueue`, ioredis `enableOfflineQueue: false`): a claim
 * that waited in it is sent after its login has failed.
 */
export function redisOnce(client: RedisClient): Once {
  const set = client.set.bind(client) as (...args: unknown[]) => Promise<unknown>
  // ioredis takes the command's words, node-redis an object
  const isIoredis = typeof client.call === 'function'
  return {
    async claim(key, ttlMs) {
      const answer = isIoredis
        ? await set(key, '1', 'PX', ttlMs, 'NX')
        : await set(key, '1', { NX: true, PX: ttlMs })
      return answer === 'OK'
    },
  }
}

/**
 * Remembers keys in PostgreSQL, for all processes that share it: one `INSERT` per login. Makes the
 * table `passport_code_flow_once (key text primary key, expires_at timestamptz not null)` at its
 * first use, unless it is there, and deletes what is too old once a minute.
 */
export function postgresOnce(pool: PostgresPool): Once {
  let table: Promise<unknown> | undefined
  let cleaned = Date.now()
  const createTable = async () => {
    const found = await pool.query('SELECT 1 WHERE to_regclass($1) IS NOT NULL', [TABLE])
    if (found.rowCount) return
    // two processes that create it at the same moment collide in PostgreSQL's own catalogue
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
    // no login waits for the cleaning or fails with it
    pool.query(`DELETE FROM ${TABLE} WHERE expires_at <= now()`).catch(() => undefined)
  }
  return {
    async claim(key, ttlMs) {
      table ??= createTable()
      try {
        await table
        clean()
        return await insert(key, ttlMs)
      } catch (failure) {
        // the database may come back without its table
        table = undefined
        throw failure
      }
    },
  }
}
