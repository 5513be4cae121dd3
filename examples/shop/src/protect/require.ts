import { csrfSync } from 'csrf-sync'
import type { Request, RequestHandler } from 'express'

/** How long a login counts as a confirmation, in milliseconds. */
export const CONFIRMED_LASTS = 10 * 60 * 1000

/** True while the last confirmation of this session is still valid. */
export function isConfirmed(req: Request, now = Date.now()): boolean {
  const { unsolicited, confirmedAt } = req.session
  return !unsolicited && confirmedAt !== undefined && now - confirmedAt < CONFIRMED_LASTS
}

/** Stores that the user has just confirmed by a login. */
export function markConfirmed(req: Request): void {
  delete req.session.unsolicited
  delete req.session.confirmUntil
  req.session.confirmedAt = Date.now()
}

/**
 * Allows an important change only shortly after a login that was started here. Otherwise it asks
 * for a confirmation. A login that a provider started is not enough.
 */
export const requireConfirmed: RequestHandler = (req, res, next) => {
  if (isConfirmed(req)) next()
  else res.redirect(303, '/auth/confirm')
}

/** Sends visitors who are not logged in to the home page, and back here after the login. */
export const requireUser: RequestHandler = (req, res, next) => {
  if (req.user) next()
  else
    res.redirect(
      303,
      `/?returnTo=${encodeURIComponent(req.method === 'GET' ? req.path : '/account')}`,
    )
}

const csrf = csrfSync({
  getTokenFromRequest: (req) => {
    const body: unknown = req.body
    return typeof body === 'object' && body !== null && 'csrf' in body ? String(body.csrf) : ''
  },
})

/** Refuses a form that was not made for this session: an error with status 403. */
export const requireFormToken = csrf.csrfSynchronisedProtection

/** The token for the forms of this session. A login makes a new session, and so a new token. */
export function formToken(req: Request): string {
  return csrf.generateToken(req)
}
