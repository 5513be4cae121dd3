import { createServer } from 'node:http'
import express from 'express'
import express4 from 'express4'
import passport from 'passport'
import type { LoginError } from '../../../src/index'
import { listen } from '../../../../../test/server'
import { type HttpAnswer, send, type Visit } from './http'
import { addSessions } from '../../support/shop'
import { CALLBACK } from './kinds'
import type { TestStore } from './store'

/** How a strategy is run. */
export interface Driver {
  framework: 'Express 4' | 'Express 5'
  parser: 'simple' | 'extended'
  /** Whether passport is given the strategy itself in place of its name. */
  byInstance: boolean
}

/** An application that logs people in. */
export interface Site {
  /** Answers a visit; `cookie` is the browser's, and its new one where the site sets one. */
  open(visit: Visit, cookie: string): Promise<HttpAnswer & { cookie?: string }>
  connections(): Promise<number>
  close(): Promise<void>
}

export async function openSite(
  { framework, parser, byInstance }: Driver,
  strategy: object,
  store: TestStore,
): Promise<Site> {
  const create = framework === 'Express 4' ? express4 : express
  const passports = new passport.Passport()
  passports.use('the-strategy', strategy as passport.Strategy)
  const by = byInstance ? (strategy as unknown as string) : 'the-strategy'
  const run: express.RequestHandler = (req, res, next) => {
    const end: passport.AuthenticateCallback = (error, user, info, status) => {
      if (error) return next(error)
      if (!user) return void res.status(Number(status)).json(info)
      return req.logIn(user, (failure) => (failure ? next(failure) : res.redirect(303, '/account')))
    }
    passports.authenticate(by, end)(req, res, next)
  }

  const app = create()
  app.set('query parser', parser)
  app.set('trust proxy', byInstance)
  addSessions(app, passports, { store })
  const size = { limit: '4mb' }
  app.use(create.urlencoded({ extended: parser === 'extended', parameterLimit: 1e6, ...size }))
  app.use(create.json(size))
  app.all('/auth/start', run)
  app.all(CALLBACK, run)
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
