import { isDeepStrictEqual } from 'node:util'
import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import type { Settings } from 'example-simulated'
import Koa, { type Context } from 'koa'
import { createSession } from 'koa-session'
import { failureMessage, type FailureInfo, type LoginInfo } from 'passport-code-flow'
import { launchPage } from 'passport-zalopay-pkce'
import { memoryStore } from './memory-store.js'
import { createPassport } from './passport.js'

type Info = FailureInfo & LoginInfo

const HOME = `<form method="post"><button formaction="/auth/zalopay">ZaloPay</button>
<button formaction="/auth/moneypools">MoneyPools</button></form>`

/** Three logins on Koa; `secret` signs the session cookie. MonPay starts its own logins. */
export function createApp(settings: Settings, secret: string): Koa {
  const app = new Koa()
  const passport = createPassport(settings)
  app.keys = [secret]
  // Koa cannot read a target such as `*`
  app.use((ctx, next) =>
    ctx.url.startsWith('/') || URL.canParse(ctx.url) ? next() : ctx.throw(400),
  )
  app.use(createSession({ store: memoryStore(), sameSite: 'lax' }, app))
  app.use(bodyParser()).use(passport.initialize()).use(passport.session())

  const finish = (name: string) => (ctx: Context, next: Koa.Next) => {
    const answer = async (error: unknown, user: object, info: Info, status: number) => {
      if (error) throw error // a LoginError has a status, which Koa answers with
      ctx.status = 303
      // Back, a reload or a second tab sends the callback again, and the user is logged in
      const repeated = /^(code_already_used|no_pending_login)$/
      if (!user && ctx.state['user'] && repeated.test(info.code)) return ctx.redirect('/')
      if (!user) return Object.assign(ctx, { status, body: failureMessage(info.code, 'en') })
      // anybody can send a link with a MonPay code: it must not change who is logged in
      const isOther = ctx.state['user'] && !isDeepStrictEqual(ctx.state['user'], user)
      if (isOther && info.initiatedBy === 'provider')
        return Object.assign(ctx, { status: 409, body: 'Log out first' })
      await ctx.login(user)
      return ctx.redirect('/')
    }
    return passport.authenticate(name, answer)(ctx, next)
  }
  const launch = launchPage({ sdkURL: settings.sdkURL, callbackURL: settings.zalopay.callbackURL })
  const router = new Router()
  router.get('/', (ctx) => {
    ctx.set('Cache-Control', 'no-store') // else a cache may show one user's page to another
    ctx.body = ctx.state['user'] ?? HOME
  })
  router.get('/auth/monpay', finish('monpay'))
  router.post('/auth/zalopay', passport.authenticate('zalopay'))
  router.get('/auth/zalopay/launch', (ctx) => {
    ctx.respond = false
    launch(ctx.req, ctx.res)
  })
  router.all('/auth/zalopay/callback', finish('zalopay'))
  router.post('/auth/moneypools', passport.authenticate('moneypools'))
  router.get('/auth/moneypools/callback', finish('moneypools'))
  app.use(router.routes())
  return app
}
