import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import session, { Store, type SessionData } from 'express-session'
import { Authenticator, type Strategy } from 'passport'
import type { LoginError } from '../../../src/index.js'

/** Where sessions are: Redis, PostgreSQL or a map. */
export interface Shelf {
  get(key: string): Promise<string | null | undefined>
  set(key: string, value: string): Promise<unknown>
  delete(key: string): Promise<unknown>
}

/** A session store as small as one can be. */
class ShelfStore extends Store {
  constructor(private readonly shelf: Shelf) {
    super()
  }

  override get(id: string, done: (error: unknown, found?: SessionData | null) => void): void {
    this.shelf
      .get(`session:${id}`)
      .then((text) => done(null, text ? JSON.parse(text) : null))
      .catch(done)
  }

  override set(id: string, data: SessionData, done: (error?: unknown) => void = () => {}): void {
    this.shelf
      .set(`session:${id}`, JSON.stringify(data))
      .then(() => done())
      .catch(done)
  }

  override destroy(id: string, done: (error?: unknown) => void = () => {}): void {
    this.shelf
      .delete(`session:${id}`)
      .then(() => done())
      .catch(done)
  }
}

/** A site with one strategy: `POST /login`, `GET /callback`, and `GET /me` for who is logged in. */
export function createSite(strategy: Strategy & { name: string }, shelf: Shelf): Express {
  const passport = new Authenticator()
  passport.use(strategy)
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))
  const site = express()
  const store = new ShelfStore(shelf)
  site.use(session({ store, secret: 'cookie secret', resave: false, saveUninitialized: false }))
  site.use(passport.session())
  site.post('/login', passport.authenticate(strategy.name) as RequestHandler)
  site.get('/callback', (req, res, next) => {
    const answer = (
      error: unknown,
      user?: Express.User,
      info?: { code?: string },
      status = 200,
    ) => {
      if (error) return next(error)
      if (!user) return void res.status(status).json({ code: info?.code })
      req.logIn(user, (failure: unknown) => (failure ? next(failure) : res.json({ user })))
    }
    ;(passport.authenticate(strategy.name, answer) as RequestHandler)(req, res, next)
  })
  site.get('/me', (req, res) => void res.json({ user: req.user ?? null }))
  const tell: ErrorRequestHandler = (error: LoginError, _req, res, next) => {
    // express-session reports a store that fails when the answer has been given already
    if (res.headersSent) return next()
    res.status(error.status ?? 500).json({ code: error.code })
  }
  site.use(tell)
  return site
}

/** A browser with one cookie jar for one site. */
export class Browser {
  private cookie = ''

  constructor(private readonly url: string) {}

  /** The same browser at another address. */
  at(url: string): Browser {
    const browser = new Browser(url)
    browser.cookie = this.cookie
    return browser
  }

  /** Status and body. */
  async ask(path: string, method = 'GET', signal?: AbortSignal) {
    const headers = { cookie: this.cookie, connection: 'close' }
    const init = { method, headers, redirect: 'manual' as const, ...(signal && { signal }) }
    const answer = await fetch(`${this.url}${path}`, init)
    const [given] = answer.headers.getSetCookie()
    if (given) this.cookie = given.split(';', 1)[0] ?? ''
    const text = await answer.text()
    const body: unknown = text.startsWith('{') ? JSON.parse(text) : text
    return { status: answer.status, body }
  }
}
