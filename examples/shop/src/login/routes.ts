import { type Request, type RequestHandler, Router, json, urlencoded } from 'express'
import { launchPage } from 'passport-zalopay-pkce'
import { findUser, linkIdentity } from '../account/accounts.js'
import { localeOf } from '../pages/render.js'
import { hideAddress } from '../protect/headers.js'
import { requireFormToken, requireUser } from '../protect/require.js'
import type { Site } from '../app.js'
import { showMessage } from './failures.js'
import { completeLogin, showResult, startLogin } from './login.js'
import { logIn, saveSession } from './session.js'

/**
 * The launch page uses the browser's language. This gives it the language that the visitor chose.
 */
const askInChosenLanguage: RequestHandler = (req, res, next) => {
  req.headers['accept-language'] = localeOf(res)
  next()
}

/** The addresses that providers and login buttons use, and the pages that ask the visitor. */
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
    // Not a POST: with a form of another site browsers send no cookie, and nobody could be asked.
    router.get(
      '/auth/monpay',
      hideAddress,
      ...site.limits.guardJunk,
      site.breaker.guard(pause),
      completeLogin(site, 'monpay'),
    )
    // The other logins need a cookie before they end. A MonPay login shows only here that it is lost.
    router.get('/auth/arrived', (req, res, next) => {
      if (req.user) res.redirect(303, '/account')
      else showMessage(site.render, 'cookieless')(req, res, next)
    })
  }
  if (zalopay) {
    router.post('/auth/zalopay', ...start, startLogin(site, 'zalopay', 'login'))
    router.get(
      '/auth/zalopay/launch',
      hideAddress,
      askInChosenLanguage,
      launchPage({
        sdkURL: zalopay.sdkURL,
        callbackURL: zalopay.callbackURL,
        frameAncestors: site.config.frameAncestors,
      }),
    )
    router.all(
      '/auth/zalopay/callback',
      hideAddress,
      form,
      json({ limit: '16kb' }),
      completeLogin(site, 'zalopay'),
    )
  }
  if (moneypools) {
    router.post('/auth/moneypools', ...start, startLogin(site, 'moneypools', 'login'))
    router.all('/auth/moneypools/callback', hideAddress, completeLogin(site, 'moneypools'))
  }
  return router.use(questionRoutes(site))
}

/** Asks before a switch from one logged-in account to another, and before a link. */
function questionRoutes(site: Site): Router {
  const router = Router()
  const form = urlencoded({ extended: false, limit: '4kb' })
  const pages = ['/auth/switch', '/auth/link']

  router.get(pages, requireUser, async (req, res, next) => {
    // *Back* after an answer: the account page shows what is true now
    if (!req.session.question) return res.redirect(303, '/account')
    const question = readQuestion(req)
    if (!question) return showMessage(site.render, 'expired')(req, res, next)
    const { id, page, person } = question
    const owner = await findUser(site.db, person)
    return site.render(req, res, page === '/auth/link' ? 'link' : 'switch', {
      questionId: id,
      provider: person.provider,
      isNew: !owner,
      arriving: {
        ...(owner ?? { display_name: person.displayName, picture: person.picture }),
        provider: person.provider,
      },
    })
  })

  router.post(pages, form, requireFormToken, requireUser, async (req, res, next) => {
    const question = readQuestion(req)
    // Another login may have ended in another tab. The form is valid only for the login that its
    // page named.
    if (!question || req.body.question !== question.id) {
      return showMessage(site.render, 'expired')(req, res, next)
    }
    delete req.session.question
    const { page, person } = question
    if (req.user && page === '/auth/link' && req.body.choice === 'link') {
      return showResult(site, req, res, await linkIdentity(site.db, req.user.id, person))
    }
    if (page === '/auth/switch' && req.body.choice === 'switch') {
      await logIn(site, req, question)
    } else {
      req.session.notice = 'notice.stayed'
      await saveSession(req)
    }
    return res.redirect(303, '/account')
  })

  return router
}

/** It is in the session, so that no part of it comes from the form. */
function readQuestion(req: Request) {
  const { question } = req.session
  return question?.page === req.path && question.until > Date.now() ? question : undefined
}
