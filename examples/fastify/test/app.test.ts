import { Authenticator } from '@fastify/passport'
import fastify from 'fastify'
import { failureMessage } from 'passport-code-flow'
import { askTarget, askTwice, NO_PATHS } from '../../../test/server'
import { createApp } from '../src/app'
import { inCookie, inMemory } from '../src/sessions'
import { checkLogin, LOGINS, openBrowser, startProviders } from '../../simulated/src/index'

const APP = 'http://shop.test'
const SECRET = 'thirty-two letters or more of a secret'

let providers: Awaited<ReturnType<typeof startProviders>>
let app: Awaited<ReturnType<typeof createApp>>

async function open(sessions: typeof inMemory): Promise<string> {
  providers = await startProviders(APP)
  app = await createApp(providers.settings, SECRET, sessions)
  return app.listen({ port: 0, host: '127.0.0.1' })
}

afterEach(async () => {
  app.server.closeAllConnections()
  await app.close()
  await providers.close()
})

describe.each([
  ['session', inMemory],
  ['secure-session', inCookie],
])('Fastify with @fastify/%s', (_, sessions) => {
  it.each(['monpay', 'zalopay', 'moneypools'] as const)('logs in with %s', async (name) => {
    await expect(checkLogin(await open(sessions), providers, name)).resolves.toBeUndefined()
  })

  it('answers a login that is not ours with the text of its failure', async () => {
    const browser = openBrowser(await open(sessions))
    const page = await browser.visit('/auth/zalopay/callback?code=stolen')
    expect(page).toMatchObject({ status: 403, text: failureMessage('no_pending_login', 'en') })
  })

  it("answers with the LoginError's status when a provider is down", async () => {
    const url = await open(sessions)
    providers.moneypools.misbehave('status-500')
    expect((await LOGINS.moneypools(openBrowser(url), providers)).status).toBe(502)
  })

  it.each([...NO_PATHS, ['GET', 'http://shop.test/']])(
    'answers 400 to %s %s, which is no path',
    async (method, target) => {
      expect(await askTarget(await open(sessions), method, target)).toBe(400)
    },
  )
})

it.each([
  ['session', inMemory, [303, 303]],
  ['secure-session', inCookie, [303, 403]],
])(
  'a page opened twice at once is one login where sessions have ids: %s',
  async (_, kind, ends) => {
    const url = await open(kind)
    const { visit, cookies } = openBrowser(url)
    await visit('/auth/moneypools', {})
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const page = `${url}/auth/monpay?code=${providers.monpay.issueCode()}`
    expect((await askTwice(page, cookie)).sort((one, other) => one - other)).toEqual(ends)
  },
)

it('without a session Fastify does not start, and says why', async () => {
  providers = await startProviders(APP)
  app = fastify()
  const registered = app.register(new Authenticator().initialize())
  await expect(registered.ready()).rejects.toThrow("'session' required by")
})
