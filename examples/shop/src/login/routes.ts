import { type Request, type RequestHandler, Router, json, urlencoded } from 'express'
import { launchPage } from 'passport-zalopay-pkce'
import { findUser } from '../account/accounts.js'
import { localeOf } from '../pages/render.js'
import { privateAnswer } from '../protect/headers.js'
import { requireFormToken, requireUser } from '../protect/require.js'
import type { Site } from '../app.js'
import { showMessage } from './failures.js'
import { completeLogin, startLogin } from './login.js'
import { logIn, saveSession } from './session.js'

/**
 * The launch page uses the browser's language. This gives it the language that the visitor chose.
 */
const askInChosenLanguage: RequestHandler = (req, res, next) => {
  req.headers['accept-language'] = localeOf(res)
  next()
}

/** The addresses that providers and login buttons use, and the page that asks before a switch. */
export function loginRoutes(site: Site): Router {
  const { monpay, zalopay, moneypools } = site.config.providers
  const router = Router()
  const form = urlencoded({ extended: false, limit: '16kb' })
  const start: RequestHandler[] = [form, requireFormToken, site.limits.starts]

  if (monpay) {
    const pause =
      (seconds: number): RequestHandler =>
      (req, res, next) => {
        res.set('Retry-After', String(seconds))
        showMessage(site.render, 'paused')(req, res, next)
      }
    router.all(
      '/auth/monpay',
      privateAnswer,
      ...site.limits.guardJunk,
      form,
      site.breaker.guard(pause),
      completeLogin(site, 'monpay'),
    )
  }
  if (zalopay) {
    router.post('/auth/zalopay', ...start, startLogin(site, 'zalopay', 'login'))
    router.get(
      '/auth/zalopay/launch',
      privateAnswer,
      askInChosenLanguage,
      launchPage({
        sdkURL: zalopay.sdkURL,
        callbackURL: zalopay.callbackURL,
        frameAncestors: site.config.frameAncestors,
      }),
    )
    router.all(
      '/auth/zalopay/callback',
      privateAnswer,
      form,
      json({ limit: '16kb' }),
      completeLogin(site, 'zalopay'),
    )
  }
  if (moneypools) {
    router.post('/auth/moneypools', ...start, startLogin(site, 'moneypools', 'login'))
    router.all('/auth/moneypools/callback', privateAnswer, completeLogin(site, 'moneypools'))
  }
  return router.use(switchRoutes(site))
}

/** Asks before a switch from one logged-in account to another, and then does it. */
function switchRoutes(site: Site): Router {
  const router = Router()
  const form = urlencoded({ extended: false, limit: '4kb' })

  router.get('/auth/switch', requireUser, async (req, res, next) => {
    const arrival = readArrival(req)
    if (!arrival) return showMessage(site.render, 'expired')(req, res, next)
    const owner = await findUser(site.db, arrival.person)
    const { person } = arrival
    return site.render(req, res, 'switch', {
      arrivalId: arrival.id,
      provider: person.provider,
      isNew: !owner,
      arriving: {
        ...(owner ?? { display_name: person.displayName, picture: person.picture }),
        provider: person.provider,
      },
    })
  })

  router.post('/auth/switch', form, requireFormToken, requireUser, async (req, res, next) => {
    const arrival = readArrival(req)
    // Another login may have ended in another tab. The form is valid only for the login that its
    // page named.
    if (!arrival || req.body.arrival !== arrival.id) {
      return showMessage(site.render, 'expired')(req, res, next)
    }
    delete req.session.arrival
    if (req.body.choice === 'switch') {
      await logIn(site, req, arrival)
    } else {
      req.session.notice = 'notice.stayed'
      await saveSession(req)
    }
    return res.redirect(303, '/account')
  })

  return router
}

/** It is in the session, so that no part of it comes from the form. */
function readArrival(req: Request) {
  const { arrival } = req.session
  return arrival && arrival.until > Date.now() ? arrival : undefined
}
