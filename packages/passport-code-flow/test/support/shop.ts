import type { Express } from 'express'
import session from 'express-session'
import type { Passport } from 'passport'
import { keep } from '../../../../test/keep.js'
import {
  Strategy as MoneyPools,
  type StrategyOptions,
} from '../../../passport-moneypools/src/index'
import { startSngine, startZaloPay } from '../../../passport-provider-simulators/src/index'
import { Strategy as ZaloPay } from '../../../passport-zalopay-pkce/src/index'
import { challengesOf } from '../../src/pkce'

export const ORIGIN = 'https://shop.example'

/** Lets everybody in. */
export const verify = async (_accessToken: string, _refreshToken: unknown, profile: object) =>
  profile

/** Passport keeps users in the session as they are. */
export function keepUsers(passport: InstanceType<typeof Passport>): void {
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))
}

/** Sessions, in which Passport keeps users as they are. */
export function addSessions(
  app: Express,
  passport: InstanceType<typeof Passport>,
  options: Partial<session.SessionOptions> = {},
): Express {
  keepUsers(passport)
  app.use(session({ secret: 'test', resave: false, saveUninitialized: false, ...options }))
  return app.use(passport.session())
}

/** A MoneyPools, a strategy for it, and the address that it sends a browser back to. */
export async function openMoneyPools(callbackURL: string, more: Partial<StrategyOptions> = {}) {
  const moneypools = await keep(startSngine({ callbackURL }))
  const { clientID, clientSecret, url: baseURL } = moneypools
  const settings = { clientID, clientSecret, callbackURL, baseURL, ...more }
  const strategy = new MoneyPools(settings, verify)
  const wayBack = () => {
    const { pathname, search } = new URL(moneypools.redirectURL(moneypools.issueKey()))
    return pathname + search
  }
  return { moneypools, settings, strategy, wayBack }
}

/** A ZaloPay that has given a refresh token, and a strategy for it. */
export async function openZaloPay() {
  const zalopay = await keep(startZaloPay({ callbackURL: `${ORIGIN}/auth/zalopay/callback` }))
  const { clientID, clientSecret, url: baseURL, userInfoURL, callbackURL } = zalopay
  const settings = { clientID, clientSecret, baseURL, userInfoURL, callbackURL }
  const verifier = 'v'.repeat(43)
  const [codeChallenge = ''] = challengesOf(verifier, ['raw'])
  const answer = await fetch(`${baseURL}/oauth/v1/access_token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-secret-key': clientSecret },
    body: JSON.stringify({ code: zalopay.issueCode({ codeChallenge }), code_verifier: verifier }),
  })
  const { data } = (await answer.json()) as { data: { refresh_token: string } }
  const zalopayStrategy = new ZaloPay(settings, verify)
  return {
    zalopay,
    zalopayStrategy,
    zalopaySettings: settings,
    refreshToken: data.refresh_token,
  }
}
