import { randomBytes } from 'node:crypto'
import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { Config } from '../settings.js'

/** Security headers for every page; a script runs only with the nonce in `res.locals.nonce`. */
export function securityHeaders(config: Config): RequestHandler {
  const simulators = Object.values(config.demo ?? {}).map(({ url }) => new URL(url).origin)
  const { moneypools } = config.providers
  const secure = config.baseURL.protocol === 'https:'
  return (req, res, next) => {
    const nonce = randomBytes(16).toString('base64')
    res.locals['nonce'] = nonce
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: [`'nonce-${nonce}'`],
          styleSrc: ["'self'"],
          // Providers keep pictures on hosts that this site does not know.
          imgSrc: ["'self'", 'https:', ...simulators],
          connectSrc: ["'self'"],
          // Browsers check this for the redirect after a form too. The login form redirects to
          // MoneyPools.
          formAction: ["'self'", ...(moneypools ? [new URL(moneypools.baseURL).origin] : [])],
          baseUri: ["'none'"],
          frameAncestors: config.frameAncestors ?? ["'none'"],
        },
      },
      // X-Frame-Options cannot have a list of origins.
      xFrameOptions: config.frameAncestors ? false : { action: 'deny' },
      // The forms of this site need the Origin header. With `no-referrer` it would be `null`.
      referrerPolicy: { policy: 'same-origin' },
      strictTransportSecurity: secure && { maxAge: 31_536_000 },
    })(req, res, next)
  }
}

/** No cache stores the answer, not even a redirect: it is for one visitor. */
export const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}

/** For callbacks: no other site gets the address. */
export const hideAddress: RequestHandler = (_req, res, next) => {
  res.set('Referrer-Policy', 'no-referrer')
  next()
}
