import path from 'node:path'
import express, { type Express, type RequestHandler } from 'express'
import { Passport } from 'passport'
import type { Logger } from 'pino'
import type { Config } from './settings.js'
import { openDatabase } from './storage/database.js'
import { openStores } from './storage/stores.js'
import { handleErrors, showMessage } from './login/failures.js'
import { createLogger, logRequests } from './log.js'
import { chooseLanguage, createRenderer } from './pages/render.js'
import { accountRoutes } from './account/routes.js'
import { authRoutes } from './login/routes.js'
import { healthRoutes } from './health.js'
import { homeRoutes } from './pages/home.js'
import { switchRoutes } from './login/switch.js'
import { createBreaker } from './protect/breaker.js'
import { securityHeaders } from './protect/headers.js'
import { createLimits } from './protect/limits.js'
import { sessions } from './storage/sessions.js'
import { keepUsersLoggedIn } from './login/session.js'
import type { Site } from './site.js'
import { followSteps } from './demo/steps.js'
import { createStrategies } from './login/strategies.js'

/** A running site, without a port. */
export interface App {
  app: Express
  /** From now on `/readyz` says no, so that a load balancer sends nobody here any more. */
  drain(): void
  /** Closes the database and everything else; for when no request is left. */
  close(): Promise<void>
}

/** `OPTIONS *` and `GET *` are valid HTTP and name no page. */
const refuseOddTargets: RequestHandler = (req, res, next) => {
  if (req.url.startsWith('/') || URL.canParse(req.url)) next()
  else res.sendStatus(400)
}

/** Builds the site from its configuration; nothing else decides how it behaves. */
export async function createApp(
  config: Config,
  logger: Logger = createLogger(config.logLevel),
): Promise<App> {
  const file = path.join(config.dataDir, 'demo.db')
  const database = await openDatabase({ ...config, file })
  const stores = await openStores(database, config.redisURL)
  const { db } = database
  // beside this file's folder, also where all is bundled into one file
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
  // Only as many X-Forwarded-For entries as there are proxies: the rest is the visitor's own claim.
  app.set('trust proxy', config.trustProxy)
  app.use(refuseOddTargets)
  app.use(healthRoutes(database, stores, state))
  app.use(logRequests(logger))
  app.use(securityHeaders(config))
  app.use(chooseLanguage)
  app.use(express.static(path.join(__dirname, '..', 'public'), { index: false, maxAge: '1h' }))
  app.use(sessions(config, stores.sessions))
  app.use(passport.session())
  app.use(homeRoutes(site))
  app.use(authRoutes(site))
  app.use(switchRoutes(site))
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
