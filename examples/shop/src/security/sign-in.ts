import type { Request } from 'express'
import type { User as UserRow } from '../data/schema.js'
import { endSignIn, findSignedInUser, recordSignIn, SIGN_IN_LASTS } from '../data/sign-ins.js'
import { describeDevice } from '../device.js'
import type { Passport, Site } from '../site.js'

declare global {
  namespace Express {
    interface User extends UserRow {
      /** The row of `sessions` that keeps this browser signed in. */
      signInId: string
    }
  }
}

/** Keeps in the session only the id of the sign-in; ending that row signs the browser out. */
export function keepUsersSignedIn(passport: Passport, db: Site['db']): void {
  passport.serializeUser((user, done) => done(null, user.signInId))
  passport.deserializeUser(
    (signInId: unknown, done: (e: unknown, user?: Express.User | false) => void) => {
      findSignedInUser(db, String(signInId)).then(
        (user) => done(null, user ? { ...user, signInId: String(signInId) } : false),
        done,
      )
    },
  )
}

/** Who signs in, and how. */
export interface Arrival {
  user: UserRow
  provider: string
  /** The provider opened the session unasked: it stays unconfirmed. */
  unsolicited: boolean
}

/** Signs a user in with a new session: new id, nothing of the old one left, not even its CSRF token. */
export async function signIn(site: Site, req: Request, arrival: Arrival): Promise<void> {
  const { user, provider, unsolicited } = arrival
  if (req.user) await endSignIn(site.db, req.user.signInId)
  const device = describeDevice(req.headers['user-agent'])
  const signInId = await recordSignIn(site.db, { userId: user.id, provider, device })
  await new Promise<void>((resolve, reject) => {
    req.logIn({ ...user, signInId }, (error) => (error ? reject(error) : resolve()))
  })
  req.session.cookie.maxAge = SIGN_IN_LASTS
  if (unsolicited) req.session.unsolicited = true
  else req.session.confirmedAt = Date.now()
  await saveSession(req)
  site.steps?.add({ strategy: provider, step: 'session', outcome: 'ok' })
}

/** Signs this browser out; the session gets a new id. */
export async function signOut(site: Site, req: Request): Promise<void> {
  if (req.user) await endSignIn(site.db, req.user.signInId)
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
