import { readFileSync } from 'node:fs'
import path from 'node:path'
import { runInNewContext } from 'node:vm'
import cookie from '@fastify/cookie'
import { Authenticator } from '@fastify/passport'
import session from '@fastify/session'
import fastify, { type FastifyInstance } from 'fastify'
import { Passport } from 'passport'
import { Strategy } from 'passport-moneypools'
import { describeExample } from '../../../test/example'
import { askTarget } from '../../../test/server'
import { createApp } from '../src/app'
import { inCookie } from '../src/secure-sessions'
import { inMemory } from '../src/sessions'

const SECRET = 'thirty-two letters or more of a secret'

describe.each([
  ['session', inMemory, [303, 303]],
  // without a session id nothing shows that two requests are one visitor's
  ['secure-session', inCookie, [303, 403]],
])('Fastify with @fastify/%s', (_, sessions, twice) => {
  const example = describeExample(
    async (settings) => {
      const app = await createApp(settings, SECRET, sessions)
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      const close = () => {
        app.server.closeAllConnections()
        return app.close()
      }
      return { url, close }
    },
    [400],
    { twice },
  )

  it('answers 400 to GET http://shop.test/, which is no path', async () => {
    expect(await askTarget(example.url, 'GET', 'http://shop.test/')).toBe(400)
  })
})

it('without a session Fastify does not start, and says why', async () => {
  const registered = fastify().register(new Authenticator().initialize())
  await expect(registered.ready()).rejects.toThrow("'session' required by")
})

const page = readFileSync(path.join(__dirname, '../../../docs/frameworks.md'), 'utf8')

/** A login by Passport itself, which Nest calls with the requests and replies of Fastify. */
async function openPassport(prepare: (app: FastifyInstance) => void) {
  const app = fastify()
  prepare(app)
  await app.register(cookie)
  await app.register(session, { secret: SECRET.repeat(2), cookie: { secure: false } })
  const callbackURL = 'http://shop.test/callback'
  const settings = { clientID: '1', clientSecret: 'secret', callbackURL }
  const passport = new Passport().use(new Strategy(settings, () => false))
  const login = passport.authenticate('moneypools', { failureRedirect: '/login' }) as (
    ...given: [object, object, (problem: Error) => void]
  ) => void
  app.get('*', (req, reply) => {
    login(req, reply, (problem) => void reply.code(500).send({ said: problem.message }))
    return reply
  })
  return (url: string) => app.inject({ url })
}

it('FR77 Passport redirects on Fastify with the two functions that docs/frameworks.md gives its replies', async () => {
  const bare = await openPassport(() => undefined)
  expect((await bare('/start')).json()).toEqual({ said: 'res.setHeader is not a function' })
  const [hook] = /^fastify\.addHook\('onRequest', [^]*?^}\)$/m.exec(page) ?? ['']
  const ask = await openPassport((app) => void runInNewContext(hook, { fastify: app }))
  const { statusCode, headers } = await ask('/start')
  expect([statusCode, headers.location]).toEqual([302, expect.stringContaining('/api/oauth?')])
  expect(headers['set-cookie']).toMatch(/^sessionId=/)
  expect((await ask('/callback?auth_key=stolen')).headers.location).toBe('/login')
})
