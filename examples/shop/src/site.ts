import type { PassportStatic } from 'passport'
import type { Config } from './settings.js'
import type { Database } from './storage/database.js'
import type { Render } from './pages/render.js'
import type { Breaker } from './protect/breaker.js'
import type { Limits } from './protect/limits.js'
import type { StepFeed } from './demo/steps.js'

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
