import { createHash } from 'node:crypto'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import { Authenticator } from '@fastify/passport'
import secureSession from '@fastify/secure-session'
import session from '@fastify/session'
import type { Settings } from 'example-simulated'
import fastify from 'fastify'
import { failureMessage, type Profile, type VerifyDone } from 'passport-code-flow'
import { Strategy as MoneyPools } from 'passport-moneypools'
import { Strategy as MonPay } from 'passport-monpay'
import { launchPage, Strategy as ZaloPay } from 'passport-zalopay-pkce'

type Name = 'monpay' | 'zalopay' | 'moneypools'

/** Where a person starts; MonPay's logins start on its phone. */
const HOME = `<form method="post"><button formaction="/auth/zalopay">ZaloPay</button>
<button formaction="/auth/moneypools">MoneyPools</button></form>`

/** Three logins on Fastify; `secret` has 32 letters or more. */
export async function createApp(settings: Settings, secret: string, sessions = 'session') {
  const app = fastify()
  const passport = new Authenticator()
  const verify = (_token: string, _refresh: unknown, user: Profile, done: VerifyDone) =>
    done(null, { provider: user.provider, id: user.id })
  passport.use(new MonPay(settings.monpay, verify))
  passport.use(new ZaloPay(settings.zalopay, verify))
  passport.use(new MoneyPools(settings.moneypools, verify))
  passport.registerUserSerializer(async (user) => user)
  passport.registerUserDeserializer(async (user) => user)

  const cookies = { path: '/', secure: 'auto' as const, sameSite: 'lax' as const }
  const key = createHash('sha256').update(secret).digest()
  if (sessions === 'session')
    await app.register(cookie).register(session, { secret, cookie: cookies })
  else await app.register(secureSession, { key, cookie: cookies })
  await app.register(formbody).register(passport.initialize()).register(passport.secureSession())

  const finish = (name: Name) =>
    passport.authenticate(name, async (request, reply, error, user, info, status) => {
      if (error) throw error // a LoginError has a status, which Fastify answers with
      if (!user) return void reply.code(status ?? 401).send(failureMessage(codeOf(info), 'en'))
      await request.logIn(user)
      await reply.redirect('/me', 303)
    })
  const never = () => {} // Passport has answered
  app.get('/', async (_request, reply) => reply.type('text/html').send(HOME))
  app.get('/auth/monpay', { preValidation: finish('monpay') }, never)
  app.post('/auth/zalopay', { preValidation: passport.authenticate('zalopay') }, never)
  app.get('/auth/zalopay/launch', (request, reply) => {
    reply.hijack()
    launchPage({ ...settings.zalopay, sdkURL: settings.sdkURL })(request.raw, reply.raw)
  })
  const method = ['GET', 'POST']
  const zalopay = { method, preValidation: finish('zalopay'), handler: never }
  app.route({ ...zalopay, url: '/auth/zalopay/callback' })
  app.post('/auth/moneypools', { preValidation: passport.authenticate('moneypools') }, never)
  app.get('/auth/moneypools/callback', { preValidation: finish('moneypools') }, never)
  app.get('/me', async (request, reply) => reply.send(JSON.stringify(request.user ?? null)))
  return app
}

function codeOf(info: unknown): unknown {
  return info instanceof Object && 'code' in info ? info.code : undefined
}
