import type { RequestHandler } from 'express'
import session, { type Store } from 'express-session'
import type { Person } from '../account/accounts.js'
import type { Config } from '../settings.js'

/** How long the session of a visitor who has not logged in lasts, in milliseconds. */
const VISIT_LASTS = 3600 * 1000

declare module 'express-session' {
  interface SessionData {
    /** The provider started this login (a code arrived): see `requireConfirmed`. */
    unsolicited?: boolean
    /** The visitor has said that an account opened in this way is theirs; it proves nothing. */
    recognised?: boolean
    /** When the logged-in person last proved to be there, in milliseconds. */
    confirmedAt?: number
    /** A MonPay code that arrives before this time confirms instead of logging in. */
    confirmUntil?: number
    /** Who arrived while somebody else was logged in, until the visitor has decided. */
    arrival?: { id: string; person: Person; unsolicited: boolean; until: number }
    /** A line for the next page, by the key of its text. */
    notice?: string
  }
}

/**
 * What this site's cookies have in common: scripts cannot read them, and other sites' forms do not
 * bring them along. In a frame of another site only a `Partitioned` cookie comes back; then the
 * forms' tokens alone keep other sites' forms out.
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
