import { Authenticator } from '@fastify/passport'
import fastify from 'fastify'
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
