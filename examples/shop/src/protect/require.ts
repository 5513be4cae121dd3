import { csrfSync } from 'csrf-sync'
import type { Request, RequestHandler } from 'express'

/** How long a fresh login counts as a confirmation, in milliseconds. */
export const CONFIRMED_LASTS = 10 * 60 * 1000

/** True while the person behind the session has proved lately to be the account's owner. */
export function isConfirmed(req: Request, now = Date.now()): boolean {
  const { unsolicited, confirmedAt } = req.session
  return !unsolicited && confirmedAt !== undefined && now - confirmedAt < CONFIRMED_LASTS
}

/** Remembers that the person has just proved to be the account's owner. */
export function markConfirmed(req: Request): void {
  delete req.session.unsolicited
  delete req.session.confirmUntil
  req.session.confirmedAt = Date.now()
}

/**
 * Lets a sensitive change through only after a login that was started here lately; everybody else is
 * asked for a second step. A login that a provider started never passes by itself.
 */
export const requireConfirmed: RequestHandler = (req, res, next) => {
  if (isConfirmed(req)) next()
  else res.redirect(303, '/auth/confirm')
}

/** Sends people who are not logged in to the home page, and back here afterwards. */
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

/** Refuses a form that was not made for this session, with an error of status 403. */
export const requireFormToken = csrf.csrfSynchronisedProtection

/** The token of this session's forms. Passport makes a new session at login, hence a new token. */
export function formToken(req: Request): string {
  return csrf.generateToken(req)
}
