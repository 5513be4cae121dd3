import type { RequestHandler } from 'express'

/** Stops calling a provider that keeps refusing, and tries again after a pause. */
export interface Breaker {
  /** Answers through `refuse` while the provider is left alone. */
  guard(refuse: (retryAfterSeconds: number) => RequestHandler): RequestHandler
  /** Tells how a call to the provider ended. */
  record(accepted: boolean): void
}

/** Opens after `limit` refusals in a row; then one call per `pauseMs` tries, until one succeeds. */
export function createBreaker({ limit = 30, pauseMs = 30_000, now = Date.now } = {}): Breaker {
  let refusals = 0
  let closedUntil = 0
  return {
    guard: (refuse) => (req, res, next) => {
      const wait = closedUntil - now()
      if (wait > 0) {
        void refuse(Math.ceil(wait / 1000))(req, res, next)
        return
      }
      if (refusals >= limit) closedUntil = now() + pauseMs
      next()
    },
    record(accepted) {
      refusals = accepted ? 0 : refusals + 1
      closedUntil = refusals >= limit ? now() + pauseMs : 0
    },
  }
}
