import type { RequestHandler } from 'express'

/** Stops calling a provider that keeps failing or refusing this site, and tries again later. */
export interface Breaker {
  /** Answers through `refuse` while the provider is left alone. */
  guard(refuse: (retryAfterSeconds: number) => RequestHandler): RequestHandler
  /** Tells whether a call got a proper answer; `undefined` when none was made. */
  record(answered: boolean | undefined): void
}

/** Opens after `limit` failures in a row; then one call per `pauseMs` tries, until one succeeds. */
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
      // The call that tries may be made by the next one.
      if (answered === undefined) {
        closedUntil = 0
        return
      }
      failures = answered ? 0 : failures + 1
      closedUntil = failures >= limit ? now() + pauseMs : 0
    },
  }
}
