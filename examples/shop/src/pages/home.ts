import { Router, urlencoded } from 'express'
import { safeReturnTo } from 'passport-code-flow'
import { cookieOptions, readCookie } from '../login/session.js'
import { isLocale } from './texts.js'
import type { Site } from '../app.js'
import { takeNotice } from '../account/routes.js'

const YEAR = 365 * 24 * 3600 * 1000

/** The home page, the choice of language and, in the demo, the list of steps. */
export function homeRoutes(site: Site): Router {
  const router = Router()

  router.get('/', (req, res) => {
    const returnTo = safeReturnTo(req.query['returnTo'], '/account')
    site.render(req, res, 'home', {
      returnTo,
      here: req.query['returnTo'] ? `/?returnTo=${encodeURIComponent(returnTo)}` : '/',
      last: readCookie(req, 'last'),
      notice: takeNotice(req),
    })
  })

  // It needs no CSRF token: a form of another site could only change the language.
  router.post('/language', urlencoded({ extended: false, limit: '4kb' }), (req, res) => {
    const { lang, next } = req.body ?? {}
    if (isLocale(lang)) res.cookie('lang', lang, { ...cookieOptions(site.config), maxAge: YEAR })
    res.redirect(303, safeReturnTo(next))
  })

  const { steps } = site
  if (steps) router.get('/auth/steps', (req, res) => steps.stream(req, res))
  return router
}
