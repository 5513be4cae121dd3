import { EventEmitter } from 'node:events'
import { randomUUID } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import { parse } from 'node:querystring'
import express from 'express'
import express4 from 'express4'
import session from 'express-session'
import passport from 'passport'
import type { LoginError, LoginInfo } from '../../../src/index'
import { listen } from '../../../../../test/server'
import { bodyOf, type HttpAnswer, send, type Visit } from './http'
import { CALLBACK } from './kinds'
import type { TestStore } from './store'

/** How a strategy is run. */
export interface Driver {
  framework: 'bare' | 'Express 4' | 'Express 5'
  parser: 'simple' | 'extended'
  /** Whether passport is given the strategy itself in place of its name. */
  byInstance: boolean
}

/** What a site is made of. */
export interface SiteParts {
  strategy: object
  store: TestStore
  /** What `authenticate` is given at a start, and at the callback. */
  start: object
  callback: object
  /** False for a site that has forgotten its session middleware. */
  sessions: boolean
}

/** An application that logs people in. */
export interface Site {
  /** Answers a visit; `cookie` is the browser's, and its new one where the site sets one. */
  open(visit: Visit, cookie: string): Promise<HttpAnswer & { cookie?: string }>
  connections(): Promise<number>
  close(): Promise<void>
}

export function openSite(driver: Driver, parts: SiteParts): Promise<Site> {
  return driver.framework === 'bare'
    ? Promise.resolve(openBare(driver, parts))
    : openExpress(driver, parts)
}

async function openExpress(
  { framework, parser, byInstance }: Driver,
  { strategy, store, start, callback, sessions }: SiteParts,
): Promise<Site> {
  const create = framework === 'Express 4' ? express4 : express
  const passports = new passport.Passport()
  passports.serializeUser((user, done) => done(null, user))
  passports.deserializeUser((user: Express.User, done) => done(null, user))
  passports.use('the-strategy', strategy as passport.Strategy)
  const by = byInstance ? (strategy as unknown as string) : 'the-strategy'
  const run =
    (options: object): express.RequestHandler =>
    (req, res, next) => {
      const end: passport.AuthenticateCallback = (error, user, info, status) => {
        if (error) return next(error)
        if (!user) return void res.status(Number(status)).json(info)
        const { returnTo = '/account' } = info as unknown as LoginInfo
        req.logIn(user, (failure) => (failure ? next(failure) : res.redirect(303, returnTo)))
      }
      passports.authenticate(by, options, end)(req, res, next)
    }

  const app = create()
  app.set('query parser', parser)
  app.set('trust proxy', byInstance)
  if (sessions)
    app.use(session({ secret: 'for tests', resave: false, saveUninitialized: false, store }))
  const size = { limit: '4mb' }
  app.use(create.urlencoded({ extended: parser === 'extended', parameterLimit: 1e6, ...size }))
  app.use(create.json(size))
  if (sessions) app.use(passports.initialize(), passports.session())
  app.all('/auth/start', run(start))
  app.all(CALLBACK, run(callback))
  app.get('/hello', (req, res) => {
    Object.assign(req.session, { visited: true })
    res.end()
  })
  app.get('/account', (req, res) => void res.json(req.user ?? null))
  app.post('/logout', (req, res, next) => req.logOut((error) => (error ? next(error) : res.end())))
  app.use(((error: Partial<LoginError>, _req, res, _next) => {
    console.error(error)
    res.status(error.status ?? 500).json({ code: error.code ?? 'unknown' })
  }) as express.ErrorRequestHandler)

  // queries of a megabyte have to reach the strategy
  const server = createServer({ maxHeaderSize: 4_194_304 }, app)
  const { url, close } = await listen(server)
  return {
    async open(visit, cookie) {
      const answer = await send(url, visit, cookie)
      const set = answer.headers['set-cookie']?.[0]?.split(';', 1)[0]
      return { ...answer, ...(set !== undefined && { cookie: set }) }
    },
    connections: () =>
      new Promise((resolve) => server.getConnections((_error, count) => resolve(count))),
    close,
  }
}

/** The same application without a framework: the strategy's bare actions, a session, a store. */
function openBare({ byInstance }: Driver, parts: SiteParts): Site {
  const { strategy, store, start, callback, sessions } = parts
  return {
    async open(visit, cookie) {
      const { method = 'GET', path, headers = {}, json } = visit
      const known = store.read(cookie)
      const sid = known ? cookie : randomUUID()
      const own = Object.defineProperty({ ...known }, 'save', {
        value: (done: () => void) => store.set(sid, own, done),
      }) as object as Record<string, unknown>
      const { pathname } = new URL(path, 'https://site.test')
      const query = path.split('?').slice(1).join('?')
      const keep = async () => {
        if (known || Object.keys(own).length > 0)
          await new Promise<void>((resolve) => store.set(sid, own, () => resolve()))
      }
      if (pathname === '/account') return bareAnswer(200, own['user'] ?? null)
      if (pathname === '/logout') delete own['user']
      if (pathname === '/hello') own['visited'] = true
      if (pathname === '/logout' || pathname === '/hello') {
        await keep()
        return { ...bareAnswer(200), cookie: sid }
      }
      const res = new EventEmitter() as ServerResponse
      visit.signal?.addEventListener('abort', () => res.emit('close'))
      const req = {
        method,
        url: path,
        originalUrl: path,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
        ),
        query: parse(query),
        body: json ?? parse(bodyOf(visit).body),
        ...(sessions && { session: own, sessionID: sid }),
        res,
      }
      const ended = await new Promise<Ending>((resolve) => {
        const run = (byInstance ? strategy : Object.create(strategy)) as {
          authenticate(req: object, options: object): void
        }
        Object.assign(run, {
          success: (user: unknown, info: LoginInfo) => resolve({ user, to: info.returnTo }),
          fail: (info: unknown, status: number) => resolve({ status, text: info }),
          redirect: (url: string) => resolve({ status: 302, to: url }),
          error: (error: LoginError) => {
            console.error(error)
            resolve({ status: error.status ?? 500, text: { code: error.code } })
          },
        })
        run.authenticate(req, pathname === CALLBACK ? callback : start)
      })
      if ('user' in ended) {
        // as passport does: whoever logs in gets another session
        store.destroy(sid)
        const fresh = randomUUID()
        await new Promise<void>((resolve) =>
          store.set(fresh, { user: ended.user }, () => resolve()),
        )
        return { ...bareAnswer(303, '', ended.to ?? '/account'), cookie: fresh }
      }
      await keep()
      return { ...bareAnswer(ended.status, ended.text, ended.to), cookie: sid }
    },
    connections: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  }
}

type Ending =
  | { user: unknown; to?: string | undefined }
  | { status: number; text?: unknown; to?: string }

function bareAnswer(status: number, body: unknown = '', location?: string): HttpAnswer {
  return { status, headers: location === undefined ? {} : { location }, text: JSON.stringify(body) }
}
