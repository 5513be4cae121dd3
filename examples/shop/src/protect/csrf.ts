import { csrfSync } from 'csrf-sync'
import type { Request } from 'express'

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
