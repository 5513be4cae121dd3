import type { Request, RequestHandler } from 'express'
import session, { type Store } from 'express-session'
import { findOrCreateUser, findUser, type Owner, type Person } from '../account/accounts.js'
import {
  LOGIN_LASTS,
  addBrowser,
  describeDevice,
  findLoggedInUser,
  removeBrowser,
} from '../account/browsers.js'
import type { Config } from '../settings.js'
import type { Passport, Site } from '../app.js'
import type { User as UserRow } from '../storage/tables.js'

/** How long the session of a visitor who has not logged in lasts, in milliseconds. */
const VISIT_LASTS = 3600 * 1000

/** How long a browser keeps the name of the provider that it has logged in with last. */
const LAST_LASTS = 180 * 24 * 3600 * 1000

/** A question about a person who has logged in: whether to switch to this account, or to add it. */
export interface Question {
  page: '/auth/switch' | '/auth/link'
  id: string
  person: Person
  unsolicited: boolean
  until: number
}

declare module 'express-session' {
  interface SessionData {
    /** The provider started this login, not this site: see `requireConfirmed`. */
    unsolicited?: boolean
    /** The visitor has said that this account is theirs. It is no proof. */
    recognised?: boolean
    /** When the user last proved who they are by a login, in milliseconds. */
    confirmedAt?: number
    /** A MonPay login that ends before this time is a confirmation. */
    confirmUntil?: number
    /** What a page asks the visitor. */
    question?: Question
    /** The key of a text for the next page. */
    notice?: string
  }
}

/**
 * The options of all cookies of this site. Scripts cannot read the cookies, and browsers do not
 * send them with forms of other sites. In a frame of another site browsers send only `Partitioned`
 * cookies, also with forms of other sites. There, only the tokens in the forms protect them.
 */
export function cookieOptions(config: Config) {
  const common = { httpOnly: true, path: '/', secure: config.baseURL.protocol === 'https:' }
  return config.frameAncestors
    ? ({ ...common, sameSite: 'none', partitioned: true } as const)
    : ({ ...common, sameSite: 'lax' } as const)
}

/** Sessions in a cookie of this site. */
export function sessions(config: Config, store: Store): RequestHandler {
  const cookie = { ...cookieOptions(config), maxAge: VISIT_LASTS }
  return session({
    store,
    secret: config.sessionSecret,
    // Browsers accept this prefix only with Secure, Path=/ and no Domain.
    name: cookie.secure ? '__Host-session' : 'session',
    cookie,
    proxy: config.trustProxy > 0,
    resave: false,
    saveUninitialized: false,
  })
}

declare global {
  namespace Express {
    interface User extends UserRow {
      /** The id of the row of `browsers` for this browser. */
      browserId: string
      /** The provider that this browser has logged in with. */
      provider: string
    }
  }
}

/** The session has only the id of a row of `browsers`. Without that row, nobody is logged in. */
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
  person: Person
  /** The result of an earlier `findUser`. */
  known?: Owner | undefined
  /** True when the provider started the login: changes then need a confirmation. */
  unsolicited: boolean
}

/**
 * Logs a user in with a new session. It has a new id and nothing of the old session, also no CSRF
 * token.
 */
export async function logIn(site: Site, req: Request, arrival: Arrival): Promise<void> {
  const { person, known, unsolicited } = arrival
  const user = await enterAccount(site, req, person, known)
  if (req.user) await removeBrowser(site.db, req.user.id, req.user.browserId)
  await new Promise<void>((resolve, reject) => {
    req.logIn(user, (error) => (error ? reject(error) : resolve()))
  })
  req.session.cookie.maxAge = LOGIN_LASTS
  if (unsolicited) req.session.unsolicited = true
  else req.session.confirmedAt = Date.now()
  await saveSession(req)
  req.res?.cookie('last', person.provider, { ...cookieOptions(site.config), maxAge: LAST_LASTS })
  site.steps?.add({ strategy: person.provider, step: 'session', outcome: 'ok' })
}

/** Adds this browser to the person's account; a new account at the first login. */
async function enterAccount(
  site: Site,
  req: Request,
  person: Person,
  known: Owner | undefined,
): Promise<Express.User> {
  const { identity_id: identityId, ...user } = await findOrCreateUser(site.db, person, known)
  const { provider } = person
  const device = describeDevice(req.headers['user-agent'])
  try {
    const row = { userId: user.id, identityId, provider, device }
    return { ...user, browserId: await addBrowser(site.db, row), provider }
  } catch (error) {
    // Another browser may have unlinked the identity meanwhile. Then this is a first login.
    const owner = await findUser(site.db, person)
    if (owner?.identity_id === identityId) throw error
    return enterAccount(site, req, person, owner)
  }
}

/** The word in a cookie: the chosen language, or the provider of this browser's last login. */
export function readCookie(req: Request, name: 'lang' | 'last'): string | undefined {
  return new RegExp(`(?:^|;\\s*)${name}=(\\w+)`).exec(req.headers.cookie ?? '')?.[1]
}

/** Logs this browser out; the session gets a new id. */
export async function logOut(site: Site, req: Request): Promise<void> {
  if (req.user) await removeBrowser(site.db, req.user.id, req.user.browserId)
  await new Promise<void>((resolve, reject) => {
    req.logOut((error) => (error ? reject(error) : resolve()))
  })
}

/** Waits until the session is stored. Otherwise the next request could come before it. */
export async function saveSession(req: Request): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    req.session.save((error) => (error ? reject(error) : resolve()))
  })
}
