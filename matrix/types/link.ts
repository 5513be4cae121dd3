// link.ts
import type { Handler } from 'express'
import passport from 'passport'
import { type LoginInfo, type MoneyPoolsProfile, safeReturnTo } from 'passport-moneypools'

declare global {
  namespace Express {
    interface AuthInfo extends Partial<LoginInfo> {}
    interface Request {
      account?: MoneyPoolsProfile // what verify returned to passport.authorize
    }
  }
}

export const link: Handler[] = [
  passport.authorize('moneypools', { failureRedirect: '/login' }),
  (req, res) => {
    const { linkTo } = (req.authInfo?.state ?? {}) as { linkTo?: string }
    console.log(`link ${req.account?.id} to ${linkTo}`)
    res.redirect(303, safeReturnTo(req.authInfo?.returnTo))
  },
]
