import type { Once } from './claim.js'

/** A client of Redis or Valkey, as far as it is used here. */
export interface RedisClient {
  /** Sends the command SET. */
  set(...args: never[]): Promise<unknown>
  /** ioredis and iovalkey have it: their `set` takes the command's words. */
  call?: unknown
  /** Valkey's own client has it: it takes the command's words. */
  customCommand?: unknown
}

type Send = (...args: unknown[]) => Promise<unknown>

/**
 * Remembers keys in Redis, for all processes that share it: one `SET … NX PX` per login. Takes a
 * client of node-redis 4 or later (cluster too), ioredis, iovalkey, `@upstash/redis` or
 * `@valkey/valkey-glide`. Throws a `TypeError` for an object that has none of their methods.
 * Switch off the client's offline queue (`disableOfflineQueue`, ioredis `enableOfflineQueue: false`):
 * a claim that waits in the queue is sent after the login has failed.
 */
export function redisOnce(client: RedisClient): Once {
  const set = setterOf(client)
  return {
    // an option of a client can make it answer with bytes
    claim: async (key, ttlMs) => String(await set(key, ttlMs)) === 'OK',
  }
}

function setterOf(client: RedisClient): (key: string, ttlMs: number) => Promise<unknown> {
  const custom = methodOf(client, 'customCommand')
  if (custom) return (key, ttlMs) => custom(['SET', key, '1', 'PX', `${ttlMs}`, 'NX'])
  const set = methodOf(client, 'set')
  if (!set)
    throw new TypeError('redisOnce: client must be a Redis client with set or customCommand')
  if (methodOf(client, 'call')) return (key, ttlMs) => set(key, '1', 'PX', ttlMs, 'NX')
  // node-redis reads NX and PX, Upstash nx and px: each leaves out the names it does not know
  return (key, ttlMs) => set(key, '1', { NX: true, PX: ttlMs, nx: true, px: ttlMs })
}

function methodOf(client: RedisClient | undefined, name: keyof RedisClient): Send | undefined {
  // a caller in plain JavaScript may give nothing at all
  const method: unknown = client?.[name]
  return typeof method === 'function' ? (method.bind(client) as Send) : undefined
}
