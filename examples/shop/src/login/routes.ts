import { json, Router, urlencoded, type RequestHandler } from 'express'
import { launchPage } from 'passport-zalopay-pkce'
import { localeOf } from '../pages/render.js'
import { showMessage } from './failures.js'
import { requireFormToken } from '../protect/require.js'
import { privateAnswer } from '../protect/headers.js'
import type { Site } from '../site.js'
import { completeLogin, startLogin } from './login.js'

/** The launch page reads what the browser asks for; the visitor may have chosen otherwise. */
const askInChosenLanguage: RequestHandler = (req, res, next) => {
  req.headers['accept-language'] = localeOf(res)
  next()
}

/** The addresses that providers and login buttons use. */
export function authRoutes(site: Site): Router {
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
  return router
}
