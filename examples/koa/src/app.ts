import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import type { Settings } from 'example-simulated'
import Koa, { type Context } from 'koa'
import { KoaPassport } from 'koa-passport'
import { createSession } from 'koa-session'
import { failureMessage, type FailureInfo, type Profile, type VerifyDone } from 'passport-code-flow'
import { Strategy as MoneyPools } from 'passport-moneypools'
import { Strategy as MonPay } from 'passport-monpay'
import { launchPage, Strategy as ZaloPay } from 'passport-zalopay-pkce'
import { memoryStore } from './memory-store.js'

/** Where a person starts; MonPay's logins start on its phone. */
const HOME = `<form method="post"><button formaction="/auth/zalopay">ZaloPay</button>
<button formaction="/auth/moneypools">MoneyPools</button></form>`

/** Three logins on Koa; `secret` signs the session cookie. */
export function createApp(settings: Settings, secret: string): Koa {
  const app = new Koa()
  const passport = new KoaPassport()
  const verify = (_token: string, _refresh: unknown, user: Profile, done: VerifyDone) =>
    done(null, { provider: user.provider, id: user.id })
  passport.use(new MonPay(settings.monpay, verify))
  passport.use(new ZaloPay(settings.zalopay, verify))
  passport.use(new MoneyPools(settings.moneypools, verify))
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))

  app.keys = [secret]
  app.use(createSession({ store: memoryStore(), sameSite: 'lax' }, app))
  app.use(bodyParser()).use(passport.initialize()).use(passport.session())

  const finish = (name: string) => (ctx: Context, next: Koa.Next) =>
    passport.authenticate(
      name,
      async (error: Error | null, user: object | false, info: FailureInfo, status: number) => {
        if (error) throw error // a LoginError has a status, which Koa answers with
        if (!user) return Object.assign(ctx, { status, body: failureMessage(info.code, 'en') })
        await ctx.login(user)
        ctx.status = 303
        ctx.redirect('/me')
      },
    )(ctx, next)
  const router = new Router()
  router.get('/', (ctx) => {
    ctx.body = HOME
  })
  router.get('/auth/monpay', finish('monpay'))
  router.post('/auth/zalopay', passport.authenticate('zalopay'))
  router.get('/auth/zalopay/launch', (ctx) => {
    ctx.respond = false
    launchPage({ ...settings.zalopay, sdkURL: settings.sdkURL })(ctx.req, ctx.res)
  })
  router.register('/auth/zalopay/callback', ['GET', 'POST'], finish('zalopay'))
  router.post('/auth/moneypools', passport.authenticate('moneypools'))
  router.get('/auth/moneypools/callback', finish('moneypools'))
  router.get('/me', (ctx) => {
    ctx.body = JSON.stringify(ctx.state['user'] ?? null)
  })
  app.use(router.routes())
  return app
}
