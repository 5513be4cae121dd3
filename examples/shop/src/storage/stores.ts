import connectPgSimple from 'connect-pg-simple'
import { RedisStore } from 'connect-redis'
import session, { type Store } from 'express-session'
import { postgresOnce, redisOnce } from 'passport-code-flow'
import { createClient, type RedisClientType } from 'redis'
import { reach } from '../settings.js'
import type { Database } from './database.js'
import { databaseOnce, DatabaseSessionStore } from './embedded.js'

/** The stores that all processes of one site share, without the database. */
export interface SharedStores {
  sessions: Store
  once: { claim(key: string, ttlMs: number): Promise<boolean> }
  redis?: RedisClientType
  close(): Promise<void>
}

/** Redis if there is one, else PostgreSQL, else the embedded database. */
export async function openStores(database: Database, redisURL?: string): Promise<SharedStores> {
  if (redisURL) return redisStores(redisURL)
  if (database.pool) return postgresStores(database.pool)
  const sessions = new DatabaseSessionStore(database.db)
  return { sessions, once: databaseOnce(database.db), close: async () => sessions.close() }
}

async function redisStores(url: string): Promise<SharedStores> {
  // At the start, no answer is an error: the client would wait for ever. Later, a broken connection
  // may come back.
  const reconnectStrategy = (retries: number, cause: Error) =>
    isConnected ? Math.min(2 ** retries * 50, 2000) : cause
  let isConnected = false
  const redis: RedisClientType = createClient({
    url,
    disableOfflineQueue: true,
    socket: { reconnectStrategy },
  })
  // Without a listener its error ends the process.
  redis.on('error', () => undefined)
  await reach('REDIS_URL', redis.connect())
  isConnected = true
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
