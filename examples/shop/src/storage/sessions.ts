import type { RequestHandler } from 'express'
import session, { type Store } from 'express-session'
import type { Person } from '../account/accounts.js'
import type { Config } from '../settings.js'

/** How long the session of a visitor who has not logged in lasts, in milliseconds. */
const VISIT_LASTS = 3600 * 1000

declare module 'express-session' {
  interface SessionData {
    /** The provider opened this session unasked (a code arrived): see `requireConfirmed`. */
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

/** The session cookie: unreadable for scripts, not sent along by other sites' forms. */
export function sessions(config: Config, store: Store): RequestHandler {
  const secure = config.baseURL.protocol === 'https:'
  return session({
    store,
    secret: config.sessionSecret,
    // Browsers accept this prefix only with Secure, Path=/ and no Domain.
    name: secure ? '__Host-session' : 'session',
    cookie: { secure, httpOnly: true, sameSite: 'lax', path: '/', maxAge: VISIT_LASTS },
    proxy: config.trustProxy > 0,
    resave: false,
    saveUninitialized: false,
  })
}
