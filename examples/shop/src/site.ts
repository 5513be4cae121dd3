import type { PassportStatic } from 'passport'
import type { Config } from './config.js'
import type { Database } from './data/database.js'
import type { Render } from './pages.js'
import type { Breaker } from './security/breaker.js'
import type { Limits } from './security/limits.js'
import type { StepFeed } from './steps.js'

/** Passport of one site: what it is asked for here. */
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
