import type { Request } from 'express'
import type { User as UserRow } from '../storage/tables.js'
import {
  addBrowser,
  describeDevice,
  findLoggedInUser,
  LOGIN_LASTS,
  removeBrowser,
} from '../account/browsers.js'
import type { Passport, Site } from '../site.js'

declare global {
  namespace Express {
    interface User extends UserRow {
      /** The row of `browsers` that keeps this browser logged in. */
      browserId: string
      /** The provider of that login. */
      provider: string
    }
  }
}

/** Keeps in the session only the id of a row of `browsers`; without that row nobody is logged in. */
export function keepUsersLoggedIn(passport: Passport, db: Site['db']): void {
  passport.serializeUser((user, done) => done(null, user.browserId))
  passport.deserializeUser(
    (browserId: unknown, done: (e: unknown, user?: Express.User | false) => void) => {
      findLoggedInUser(db, String(browserId)).then(
        (user) => done(null, user ? { ...user, browserId: String(browserId) } : false),
        done,
      )
    },
  )
}

/** Who logs in, and how. */
export interface Arrival {
  user: UserRow
  provider: string
  /** The provider started the login: the session stays unconfirmed. */
  unsolicited: boolean
}

/** Logs a user in with a new session: new id, nothing of the old one left, not even its CSRF token. */
export async function logIn(site: Site, req: Request, arrival: Arrival): Promise<void> {
  const { user, provider, unsolicited } = arrival
  if (req.user) await removeBrowser(site.db, req.user.id, req.user.browserId)
  const device = describeDevice(req.headers['user-agent'])
  const browserId = await addBrowser(site.db, { userId: user.id, provider, device })
  await new Promise<void>((resolve, reject) => {
    req.logIn({ ...user, browserId, provider }, (error) => (error ? reject(error) : resolve()))
  })
  req.session.cookie.maxAge = LOGIN_LASTS
  if (unsolicited) req.session.unsolicited = true
  else req.session.confirmedAt = Date.now()
  await saveSession(req)
  site.steps?.add({ strategy: provider, step: 'session', outcome: 'ok' })
}

/** Logs this browser out; the session gets a new id. */
export async function logOut(site: Site, req: Request): Promise<void> {
  if (req.user) await removeBrowser(site.db, req.user.id, req.user.browserId)
  await new Promise<void>((resolve, reject) => {
    req.logOut((error) => (error ? reject(error) : resolve()))
  })
}

/** Waits until the session is stored: a redirect must not be faster than its session. */
export async function saveSession(req: Request): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    req.session.save((error) => (error ? reject(error) : resolve()))
  })
}
