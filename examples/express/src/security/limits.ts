import type { Request, RequestHandler, Response } from 'express'
import { rateLimit, type Store } from 'express-rate-limit'
import { RedisStore } from 'rate-limit-redis'
import type { RedisClientType } from 'redis'

/** The limits of this site; each answers through `refuse` when it is reached. */
export interface Limits {
  /** Junk codes from one address: 10 in five minutes. */
  junkPerAddress: RequestHandler
  /** Junk codes from everywhere: 300 in a minute. */
  junkInAll: RequestHandler
  /** Logins begun from one address: 60 in five minutes. */
  starts: RequestHandler
}

const MINUTE = 60_000

/** Counts in Redis when there is one, so that all processes count together; else in memory. */
export function createLimits(refuse: RequestHandler, redis?: RedisClientType): Limits {
  const limit = (name: string, options: Parameters<typeof rateLimit>[0]) =>
    rateLimit({
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      handler: refuse,
      ...(redis ? { store: redisStore(redis, name) } : {}),
      ...options,
    })
  return {
    junkPerAddress: limit('junk-address', {
      windowMs: 5 * MINUTE,
      limit: 10,
      skipSuccessfulRequests: true,
      requestWasSuccessful: isNotJunk,
    }),
    junkInAll: limit('junk-all', {
      windowMs: MINUTE,
      limit: 300,
      keyGenerator: () => 'all',
      skipSuccessfulRequests: true,
      requestWasSuccessful: isNotJunk,
    }),
    starts: limit('starts', { windowMs: 5 * MINUTE, limit: 60 }),
  }
}

/** Marks the answer to a code that no provider gave out; only these count as junk. */
export function markJunk(res: Response): void {
  res.locals['junk'] = true
}

function isNotJunk(_req: Request, res: Response): boolean {
  return res.locals['junk'] !== true
}

function redisStore(client: RedisClientType, name: string): Store {
  return new RedisStore({
    prefix: `limit:${name}:`,
    sendCommand: (...command: string[]) => client.sendCommand(command),
  })
}
