import type { Request, RequestHandler } from 'express'
import { MemoryStore, type Store, ipKeyGenerator, rateLimit } from 'express-rate-limit'
import { RedisStore } from 'rate-limit-redis'
import type { RedisClientType } from 'redis'

/** The limits of this site. */
export interface Limits {
  /**
   * Stops an address after 10 junk codes in five minutes, and all addresses after 100 in one
   * minute.
   */
  guardJunk: RequestHandler[]
  /** Counts a junk code: one that no provider has issued. Successful logins are never counted. */
  countJunk(req: Request): Promise<unknown>
  /** Counts a code whose sender did not wait for the answer, as a junk code of its address. */
  countAborted(req: Request): Promise<unknown>
  /** Stops an address that has started 60 logins in five minutes. */
  starts: RequestHandler
}

const MINUTE = 60_000

/** Counts in Redis if there is one, so that all processes have one count. Otherwise in memory. */
export function createLimits(refuse: RequestHandler, redis?: RedisClientType): Limits {
  const openStore = (name: string): Store =>
    redis
      ? new RedisStore({
          prefix: `limit:${name}:`,
          sendCommand: (...command: string[]) => redis.sendCommand(command),
        })
      : new MemoryStore()
  const ofAddress = { windowMs: 5 * MINUTE, limit: 10, store: openStore('junk-address') }
  const ofAll = { windowMs: MINUTE, limit: 100, store: openStore('junk') }
  const perAddress = limitJunk(ofAddress, addressOf, refuse)
  const inAll = limitJunk(ofAll, () => 'all', refuse)
  return {
    guardJunk: [perAddress.guard, inAll.guard],
    countJunk: (req) => Promise.all([perAddress.count(req), inAll.count(req)]),
    // Not in all: on a busy site many people lose their connection.
    countAborted: perAddress.count,
    starts: rateLimit({
      windowMs: 5 * MINUTE,
      limit: 60,
      store: openStore('starts'),
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      handler: refuse,
    }),
  }
}

/** Only the exchange shows what is junk. So a code is counted after it, by another call. */
function limitJunk(
  options: { windowMs: number; limit: number; store: Store },
  keyOf: (req: Request) => string,
  refuse: RequestHandler,
) {
  const { windowMs, limit, store } = options
  const { getKey } = rateLimit(options)
  const guard: RequestHandler = async (req, res, next) => {
    const counted = await getKey(keyOf(req))
    // The Redis store gives NaN for an address that it does not know.
    if (!counted || !(counted.totalHits >= limit)) return next()
    const end = counted.resetTime?.getTime() ?? Date.now() + windowMs
    res.set('Retry-After', String(Math.max(1, Math.ceil((end - Date.now()) / 1000))))
    return refuse(req, res, next)
  }
  return { guard, count: async (req: Request) => store.increment(keyOf(req)) }
}

/** An IPv6 visitor has a whole subnet of addresses. They count as one address. */
function addressOf(req: Request): string {
  return ipKeyGenerator(req.ip ?? '')
}

/** Stops calls to a provider that fails again and again, and tries again later. */
export interface Breaker {
  /** Answers with `refuse` while no calls are made. */
  guard(refuse: (retryAfterSeconds: number) => RequestHandler): RequestHandler
  /** Takes the result of a call: true for a correct answer, `undefined` when no call was made. */
  record(answered: boolean | undefined): void
}

/**
 * Stops calls after `limit` failures without a success. Then it allows one call per `pauseMs`,
 * until one succeeds.
 */
export function createBreaker({ limit = 30, pauseMs = 30_000, now = Date.now } = {}): Breaker {
  let failures = 0
  let closedUntil = 0
  return {
    guard: (refuse) => (req, res, next) => {
      const wait = closedUntil - now()
      if (wait > 0) {
        void refuse(Math.ceil(wait / 1000))(req, res, next)
        return
      }
      if (failures >= limit) closedUntil = now() + pauseMs
      next()
    },
    record(answered) {
      // No call was made, so the next request may make it.
      if (answered === undefined) {
        closedUntil = 0
        return
      }
      failures = answered ? 0 : failures + 1
      closedUntil = failures >= limit ? now() + pauseMs : 0
    },
  }
}
