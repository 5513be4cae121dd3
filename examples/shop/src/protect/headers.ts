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
          // Pictures come from wherever a provider keeps them.
          imgSrc: ["'self'", 'https:', ...simulators],
          connectSrc: ["'self'"],
          // Browsers apply this to the redirect after a form too: the login form ends at MoneyPools.
          formAction: ["'self'", ...(moneypools ? [new URL(moneypools.baseURL).origin] : [])],
          baseUri: ["'none'"],
          frameAncestors: config.frameAncestors ?? ["'none'"],
        },
      },
      // The older header knows no list of origins.
      xFrameOptions: config.frameAncestors ? false : { action: 'deny' },
      // Forms of this site need their Origin header, which `no-referrer` would blank.
      referrerPolicy: { policy: 'same-origin' },
      strictTransportSecurity: secure && { maxAge: 31_536_000 },
    })(req, res, next)
  }
}

/** For callbacks: nobody stores the answer, and no address leaks from it. */
export const privateAnswer: RequestHandler = (_req, res, next) => {
  res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' })
  next()
}
