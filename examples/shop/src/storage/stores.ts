import connectPgSimple from 'connect-pg-simple'
import { RedisStore } from 'connect-redis'
import session, { type Store } from 'express-session'
import { postgresOnce, redisOnce } from 'passport-code-flow'
import { createClient, type RedisClientType } from 'redis'
import type { Database } from './database.js'
import { databaseOnce, DatabaseSessionStore } from './embedded.js'

/** What all processes of one site share besides the database. */
export interface SharedStores {
  sessions: Store
  once: { claim(key: string, ttlMs: number): Promise<boolean> }
  redis?: RedisClientType
  close(): Promise<void>
}

/** Redis when there is one, else PostgreSQL, else the embedded database. */
export async function openStores(database: Database, redisURL?: string): Promise<SharedStores> {
  if (redisURL) return redisStores(redisURL)
  if (database.pool) return postgresStores(database.pool)
  const sessions = new DatabaseSessionStore(database.db)
  return { sessions, once: databaseOnce(database.db), close: async () => sessions.close() }
}

async function redisStores(url: string): Promise<SharedStores> {
  const redis: RedisClientType = createClient({ url, disableOfflineQueue: true })
  // The client reconnects by itself; without a listener its error ends the process.
  redis.on('error', () => undefined)
  await redis.connect()
  return {
    sessions: new RedisStore({ client: redis, prefix: 'session:' }),
    once: redisOnce(redis),
    redis,
    close: () => redis.close(),
  }
}

function postgresStores(pool: NonNullable<Database['pool']>): SharedStores {
  const PostgresSessions = connectPgSimple(session)
  const sessions = new PostgresSessions({ pool, tableName: 'sessions' })
  return {
    sessions,
    once: postgresOnce(pool),
    close: async () => sessions.close(),
  }
}
