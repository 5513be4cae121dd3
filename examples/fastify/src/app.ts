import { isDeepStrictEqual } from 'node:util'
import formbody from '@fastify/formbody'
import type { Settings } from 'example-simulated'
import fastify from 'fastify'
import { failureMessage, type FailureInfo, type LoginInfo } from 'passport-code-flow'
import { launchPage } from 'passport-zalopay-pkce'
import { createPassport } from './passport.js'
import { inMemory } from './sessions.js'

const HOME = `<form method="post"><button formaction="/auth/zalopay">ZaloPay</button>
<button formaction="/auth/moneypools">MoneyPools</button></form>`

/** Three logins on Fastify; `secret` has 32 letters or more. MonPay starts its own logins. */
export async function createApp(settings: Settings, secret: string, addSessions = inMemory) {
  const app = fastify()
  const passport = createPassport(settings)
  // a target such as `*` names no page and would get no session
  app.addHook('onRequest', async ({ url }, reply) => {
    if (!url.startsWith('/')) await reply.code(400).send('Bad request')
  })
  await addSessions(app, secret)
  await app.register(formbody).register(passport.initialize()).register(passport.secureSession())

  const start = (name: string) => ({ preValidation: passport.authenticate(name) })
  const finish = (name: string) => {
    const end = passport.authenticate(name, async (request, reply, error, user, info, status) => {
      if (error) throw error // a LoginError has a status, which Fastify answers with
      const { code, initiatedBy } = info as FailureInfo & LoginInfo
      // Back, a reload or a second tab sends the callback again, and the user is logged in
      const repeated = /^(code_already_used|no_pending_login)$/
      if (!user && request.user && repeated.test(code)) return void reply.redirect('/', 303)
      if (!user) return void reply.code(status ?? 401).send(failureMessage(code, 'en'))
      // anybody can send a link with a MonPay code: it must not change who is logged in
      const isOther = request.user && !isDeepStrictEqual(request.user, user)
      if (isOther && initiatedBy === 'provider') return void reply.code(409).send('Log out first')
      await request.logIn(user)
      await reply.redirect('/', 303)
    })
    return { preValidation: end }
  }
  const launch = launchPage({ sdkURL: settings.sdkURL, callbackURL: settings.zalopay.callbackURL })
  const never = () => {} // Passport has answered
  app.get('/', async (request, reply) => {
    reply.header('cache-control', 'no-store') // else a cache may show one user's page to another
    return request.user ?? reply.type('text/html').send(HOME)
  })
  app.get('/auth/monpay', finish('monpay'), never)
  app.post('/auth/zalopay', start('zalopay'), never)
  app.get('/auth/zalopay/launch', (request, reply) => {
    reply.hijack()
    launch(request.raw, reply.raw)
  })
  app.all('/auth/zalopay/callback', finish('zalopay'), never)
  app.post('/auth/moneypools', start('moneypools'), never)
  app.get('/auth/moneypools/callback', finish('moneypools'), never)
  return app
}
