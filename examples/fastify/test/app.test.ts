import { Authenticator } from '@fastify/passport'
import fastify from 'fastify'
import { describeExample } from '../../../test/example'
import { askTarget, askTwice } from '../../../test/server'
import { openBrowser } from '../../simulated/src/index'
import { createApp } from '../src/app'
import { inCookie } from '../src/secure-sessions'
import { inMemory } from '../src/sessions'

const SECRET = 'thirty-two letters or more of a secret'

describe.each([
  ['session', inMemory, [303, 303]],
  // without a session id nothing shows that two requests are one visitor's
  ['secure-session', inCookie, [303, 403]],
])('Fastify with @fastify/%s', (_, sessions, ends) => {
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
  )

  it('answers 400 to GET http://shop.test/, which is no path', async () => {
    expect(await askTarget(example.url, 'GET', 'http://shop.test/')).toBe(400)
  })

  it('a page opened twice at once is one login where sessions have ids', async () => {
    const { visit, cookies } = openBrowser(example.url)
    await visit('/auth/moneypools', {})
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const page = `${example.url}/auth/monpay?code=${example.providers.monpay.issueCode()}`
    expect((await askTwice(page, cookie)).sort((one, other) => one - other)).toEqual(ends)
  })
})

it('without a session Fastify does not start, and says why', async () => {
  const registered = fastify().register(new Authenticator().initialize())
  await expect(registered.ready()).rejects.toThrow("'session' required by")
})
