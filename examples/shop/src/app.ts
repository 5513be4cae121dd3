import path from 'node:path'
import express, { type Express, type RequestHandler } from 'express'
import { Passport, type PassportStatic } from 'passport'
import type { Logger } from 'pino'
import { accountRoutes } from './account/routes.js'
import { type StepFeed, followSteps } from './demo/steps.js'
import { healthRoutes } from './health.js'
import { createLogger, logRequests } from './log.js'
import { handleErrors, showMessage } from './login/failures.js'
import { loginRoutes } from './login/routes.js'
import { keepUsersLoggedIn, sessions } from './login/session.js'
import { createStrategies } from './login/strategies.js'
import { homeRoutes } from './pages/home.js'
import { type Render, chooseLanguage, createRenderer } from './pages/render.js'
import { noStore, securityHeaders } from './protect/headers.js'
import { type Breaker, type Limits, createBreaker, createLimits } from './protect/limits.js'
import type { Config } from './settings.js'
import { type Database, openDatabase } from './storage/database.js'
import { openStores } from './storage/stores.js'

/** A running site, without a port. */
export interface App {
  app: Express
  /** From now on `/readyz` answers 503, so that a load balancer sends no more requests here. */
  drain(): void
  /** Closes the database and everything else. Call it when no request is running. */
  close(): Promise<void>
}

/** The Passport of one site: only the functions that this site uses. */
export type Passport = Pick<PassportStatic, 'authenticate' | 'serializeUser' | 'deserializeUser'>

/** What the routes share. */
export interface Site {
  config: Config
  db: Database['db']
  passport: Passport
  render: Render
  limits: Limits
  breaker: Breaker
  /** Only in the demo. */
  steps: StepFeed | undefined
}

/** `OPTIONS *` and `GET *` are valid HTTP, but name no page. */
const refuseOddTargets: RequestHandler = (req, res, next) => {
  if (req.url.startsWith('/') || URL.canParse(req.url)) next()
  else res.sendStatus(400)
}

/** Builds the site. Only the configuration decides how it behaves. */
export async function createApp(
  config: Config,
  logger: Logger = createLogger(config.logLevel),
): Promise<App> {
  const file = path.join(config.dataDir, 'demo.db')
  const database = await openDatabase({ ...config, file })
  const stores = await openStores(database, config.redisURL)
  const { db } = database
  // next to this file's folder, also when everything is bundled into one file
  const render = createRenderer(config, path.join(__dirname, '..', 'views'))
  const passport = new Passport()
  for (const strategy of createStrategies(config, stores.once)) passport.use(strategy)
  keepUsersLoggedIn(passport, db)
  const steps = config.demo && followSteps()
  const limits = createLimits(showMessage(render, 'limit'), stores.redis)
  const site: Site = { config, db, passport, render, limits, breaker: createBreaker(), steps }
  const state = { draining: false }
  let closed: Promise<void> | undefined

  const app = express()
  app.disable('x-powered-by')
  // Trusts one X-Forwarded-For entry per proxy. Visitors can write the other entries themselves.
  app.set('trust proxy', config.trustProxy)
  app.use(refuseOddTargets)
  app.use(healthRoutes(database, stores, state))
  app.use(logRequests(logger))
  app.use(securityHeaders(config))
  app.use(chooseLanguage)
  app.use(express.static(path.join(__dirname, '..', 'public'), { index: false, maxAge: '1h' }))
  app.use(noStore)
  app.use(sessions(config, stores.sessions))
  app.use(passport.session())
  app.use(homeRoutes(site))
  app.use(loginRoutes(site))
  app.use(accountRoutes(site))
  app.use(showMessage(render, 'missing'))
  app.use(handleErrors(render))

  return {
    app,
    drain() {
      state.draining = true
      steps?.close()
    },
    close() {
      steps?.close()
      closed ??= stores.close().then(() => database.close())
      return closed
    },
  }
}
