import http from 'node:http'
import { Agent } from 'undici'
import { holdTime, pass, releaseTime, waiting } from '../support/time'
import { everywhere, inside } from './support/drivers'
import { KINDS } from './support/kinds'
import { until } from './support/oracle'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(closeWorlds)
afterEach(releaseTime)

const undici = new Agent()

afterAll(() => undici.destroy())

const TRANSPORTS = [
  ['node:http', {}],
  ['undici', { dispatcher: undici }],
] as const

describe.each(TRANSPORTS)('over %s', (_transport, own) => {
  it.each(everywhere())(
    'A79 a browser that closes its connection is not logged in later: %s',
    async (_title, name, driver) => {
      const { world, browser, begun, code } = await openLogin(name, driver, { options: own })
      world.misbehave('silence', 'token')
      const { length } = world.flows
      const gone = new AbortController()
      holdTime()
      const visit = browser.finish(code, begun, { signal: gone.signal }).catch(() => undefined)
      await until(() => world.calls().length === 1)
      const timers = waiting()
      gone.abort()
      // for a moment it goes on without a browser: a reload asks again
      await until(() => waiting() > timers)
      pass(999)
      await new Promise(setImmediate)
      expect(world.flows[length]?.results).toEqual([])
      pass(1)
      await visit
      await until(() => world.flows[length]?.results.length === 1)
      // the provider is hung up on as well
      await until(() => Object.keys(http.globalAgent.sockets).length === 0)
      expect(world.flows[length]?.results).toEqual([
        { action: 'error', error: expect.objectContaining({ code: 'network', step: 'token' }) },
      ])
      expect(world.verified).toEqual([])
      expect(await browser.account()).toBeUndefined()
    },
  )
})

const REMOTE = [
  'http://provider.example',
  'http://127.0.0.1.evil.example',
  'http://localhost.evil.example',
  'http://10.0.0.1',
  'http://[::2]',
  'http://0x7f.1.evil',
  'HTTP://provider.example',
]

it.each(['monpay', 'zalopay', 'moneypools'] as const)(
  'A74 an endpoint without TLS is refused, unless it is on this machine or allowed: %s',
  async (name) => {
    const kind = KINDS[name]
    const provider = await kind.open('https://site.test/auth/callback')
    for (const option of ['baseURL', 'tokenURL', 'userInfoURL']) {
      const make = (url: string, more = {}) =>
        kind.create(provider, { [option]: url, ...more }, () => false)
      for (const url of REMOTE) {
        expect(() => make(url)).toThrow(
          new RegExp(`^passport-[a-z-]+: option ${option} must be https \\(option allowInsecure`),
        )
        expect(() => make(url, { allowInsecure: true })).not.toThrow()
      }
      for (const url of [
        'http://127.0.0.1:1',
        'http://[::1]:1',
        'http://localhost:1',
        'http://127.9.9.9',
      ])
        expect(() => make(url)).not.toThrow()
    }
    await provider.close()
  },
)

it.each(inside())(
  'A75 a base URL with user info, a query, a fragment or no host is refused: %s',
  async (...row) => {
    const [, name, driver] = row
    const { kind, provider } = await openWorld(name, driver)
    for (const baseURL of [
      'https://user:marker-password@provider.example',
      'https://user@provider.example',
      'https://provider.example?x=1',
      'https://provider.example/?',
      'https://provider.example#f',
      '//provider.example',
      'https:provider.example',
      'https:/provider.example',
      'https:///provider.example',
      'ftp://provider.example',
      'provider.example',
      '',
      ' ',
      7,
    ]) {
      const make = () => kind.create(provider, { baseURL }, () => false)
      expect(make).toThrow(TypeError)
      expect(make).not.toThrow(/marker-password|provider\.example/)
    }
    for (const slashes of ['/', '///']) {
      const world = await openWorld(name, driver)
      const site = await world.addSite({ options: { baseURL: world.provider.url + slashes } })
      const browser = world.browser(site)
      expect((await browser.logIn()).end).toBe('success')
      for (const { path } of world.provider.requests) expect(path).not.toContain('//')
    }
  },
)

it.each(inside('zalopay'))(
  'A81 fifty refreshes of one token at once make one call and share its result: %s',
  async (_title, name, driver) => {
    const world = await openWorld(name, driver)
    await world.browser().logIn()
    const token = String(world.verified[0]?.refreshToken)
    const [strategy] = world.strategies as {
      refresh(token: string): Promise<{ refreshToken: string; accessToken: string }>
    }[]
    if (!strategy) throw new Error('there is no strategy')
    const refresh = () => Array.from({ length: 50 }, () => strategy.refresh(token))
    const [first, ...others] = await Promise.all(refresh())
    for (const tokens of [first?.accessToken, first?.refreshToken]) world.plant(String(tokens))
    expect(new Set(others)).toEqual(new Set([first]))
    expect(world.calls().filter((call) => call === 'refresh')).toHaveLength(1)
    // the old one is dead: whoever comes late learns so, and the new one stays good
    const late = await Promise.allSettled(refresh())
    for (const { status } of late) expect(status).toBe('rejected')
    expect(world.calls().filter((call) => call === 'refresh')).toHaveLength(2)
    const next = await strategy.refresh(String(first?.refreshToken))
    for (const text of [next.accessToken, next.refreshToken]) world.plant(text)
  },
)
