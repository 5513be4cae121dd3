import crypto from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { startSngine } from '../../../passport-provider-simulators/src/index'
import { attempt, createSession, ending, request } from '../support/bare'
import { expectNoSecret, printed, secretsSeen } from '../support/oracle'
import { alone } from './support/drivers'
import { KINDS } from './support/kinds'
import { closeWorlds, openLogin, openWorld, ORIGIN } from './support/world'

afterEach(async () => {
  jest.restoreAllMocks()
  await closeWorlds()
})

const TOKEN = 'marker-access-token'

/** Paths of the requests that leave this process, as any instrumentation of `node:http` sees them. */
function observe() {
  const paths: string[] = []
  const undici = jest.fn()
  const note = (message: unknown) => {
    const { host, path } = (message as { request: ClientRequest }).request
    // the browser's own requests to the site are none of ours
    if (host === '127.0.0.1' && !/^\/(auth|hello|account)/.test(path)) paths.push(path)
  }
  subscribe('http.client.request.start', note)
  subscribe('undici:request:create', undici)
  const stop = () => {
    unsubscribe('http.client.request.start', note)
    unsubscribe('undici:request:create', undici)
  }
  return { paths, undici, stop }
}

describe.each(alone())('%s', (_row, name, driver) => {
  it('A83 a secret that the provider repeats in an answer is not shown', async () => {
    const awkward = ['marker/"secret"&<more>\\', "it's marker+secret=="]
    for (const clientSecret of ['marker-secret', ...awkward]) {
      const options = { clientSecret }
      const { world, browser, begun, code } = await openLogin(name, driver, { options })
      for (const [place, secrets] of [
        ['token', [clientSecret, code, ...world.store.verifiers]],
        ['profile', [clientSecret, TOKEN]],
      ] as const) {
        const spellings = (one: string) => [one, encodeURIComponent(one), JSON.stringify(one)]
        const echo = secrets.flatMap(spellings).join(' ')
        const info = { reason: echo, domain: echo }
        const details = { localized_message: { message: echo }, error_info: info }
        const error = name === 'zalopay' ? { error: echo, code: echo, details } : echo
        const words = { error_description: echo, message: echo, code: echo, info: echo }
        const body = { ...words, error, intCode: 7 }
        world.misbehave({ body: world.kind.tokens({ access_token: TOKEN }) }, 'token')
        world.misbehave({ body, status: 400 }, place)
        const again = place === 'token' ? code : world.issue(begun)
        const { end, result, text } = await browser.finish(again, begun)
        expect(end).not.toBe('success')
        for (const one of secrets)
          for (const spelled of [one, encodeURIComponent(one), JSON.stringify(one).slice(1, -1)])
            expect(`${printed(result)} ${text} ${world.heard.lines.join()}`).not.toContain(spelled)
      }
    }
  })

  it("A86 tracing of Node's HTTP client sees no secret in a path, except in Sngine's own queries", async () => {
    const seen = observe()
    const world = await openWorld(name, driver)
    expect((await world.browser().logIn()).end).toBe('success')
    seen.stop()
    expect(seen.paths).toHaveLength(2)
    expect(seen.undici).not.toHaveBeenCalled()
    const [token = '', profile = ''] = seen.paths
    expectNoSecret(secretsSeen(world.provider), token)
    // no version of Sngine reads the token from anywhere but the query
    const shown = secretsSeen(world.provider).filter((secret) => profile.includes(secret))
    expect(shown).toEqual(name === 'moneypools' ? [world.verified[0]?.accessToken] : [])
    expect(world.heard.events.length).toBeGreaterThan(0)
    expectNoSecret(secretsSeen(world.provider), world.heard.events)
  })
})

it('A86 A87 moneypools asks an old Sngine by POST first, and sends the secret in a path by GET alone', async () => {
  const sngine = await startSngine({ version: '3.13', callbackURL: `${ORIGIN}/auth/callback` })
  const seen = observe()
  const strategy = KINDS.moneypools.create(sngine, {}, () => Promise.resolve({ id: '1' }))
  for (const expected of [
    ['POST token', 'GET token', 'GET profile'],
    // once it is known what the site reads, that is what it is sent
    ['GET token', 'GET profile'],
  ]) {
    sngine.requests.length = 0
    const session = createSession()
    await attempt(strategy, request('/auth/start', { session }))
    const callback = request(`/auth/callback?auth_key=${sngine.issueKey()}`, { session })
    expect(await ending(strategy, callback)).toBe('success')
    expect(sngine.requests.map(({ method, endpoint }) => `${method} ${endpoint}`)).toEqual(expected)
  }
  seen.stop()
  expect(seen.paths[0]).toBe('/api/authorize')
  expect(seen.paths[1]).toContain(`app_secret=${sngine.clientSecret}`)
  await sngine.close()
})

it.each(alone('zalopay'))(
  'A91 login names of any length are compared in constant time: %s',
  async (_row, name, driver) => {
    const compare = jest.spyOn(crypto, 'timingSafeEqual')
    const { world, browser, code } = await openLogin(name, driver)
    const endOfGuess = async () => (await browser.finish(code, { login: 'a'.repeat(22) })).end
    expect(await endOfGuess()).toMatch(/no_pending_login/)
    expect(compare).toHaveBeenCalledTimes(1)
    for (const id of ['', 'A', 'A'.repeat(500), 'é'.repeat(11), 7]) {
      world.store.tamper((session) => {
        const key = Object.keys(session).find((one) => one.startsWith('passport-code-flow:'))!
        Object.assign((session[key] as object[])[0]!, { id })
      })
      expect(await endOfGuess()).toMatch(/no_pending_login/)
    }
    expect(world.calls()).toEqual([])
  },
)
