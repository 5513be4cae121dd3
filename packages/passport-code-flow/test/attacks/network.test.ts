import http from 'node:http'
import { Agent } from 'undici'
import { holdTime, pass, releaseTime, waiting } from '../support/time'
import { everywhere, inside } from './support/drivers'
import { openTrap } from './support/http'
import { KINDS } from './support/kinds'
import { until } from './support/oracle'
import { closeWorlds, openLogin, openWorld, type World } from './support/world'

afterEach(closeWorlds)
afterEach(releaseTime)

const undici = new Agent()

afterAll(() => undici.destroy())

const PLACES = ['token', 'profile'] as const
const TIMEOUT = 5000

/** One login with a provider that misbehaves; fails when somebody is let in. */
async function fail(world: World): Promise<string> {
  const browser = world.browser()
  const { end } = await browser.logIn()
  expect(await browser.account()).toBeUndefined()
  expect(world.verified).toEqual([])
  return end
}

type Fault = Parameters<World['misbehave']>[0]

const twice = (end: string) => [end, end]
const [SLOW, LOST, LARGE] = ['error timeout 504', 'error network 502', 'error too_large 502']

const TRANSPORTS = [
  ['node:http', {}],
  ['undici', { dispatcher: undici }],
] as const
const ROWS = TRANSPORTS.flatMap(([transport, own]) =>
  inside().map(([title, name, driver]) => [transport, title, name, driver, own] as const),
)

describe.each(ROWS)('over %s: %s', (_transport, _title, name, driver, own) => {
  /** Logs in against a fault at either endpoint. */
  async function endings(
    fault: Fault,
    meanwhile: (worlds: World[]) => Promise<void> = async () => {},
  ): Promise<string[]> {
    const open = () => openWorld(name, driver, { options: { timeout: TIMEOUT, ...own } })
    const worlds = await Promise.all(PLACES.map(open))
    const logins = worlds.map((world, index) => {
      world.misbehave(fault, PLACES[index])
      return fail(world)
    })
    await meanwhile(worlds)
    const ends = await Promise.all(logins)
    expect(worlds.map((world) => world.calls())).toEqual([['token'], ['token', 'profile']])
    return ends
  }

  /** Logs in against a fault that nothing but the deadline ends. */
  async function endingsAtDeadline(fault: Fault): Promise<string[]> {
    holdTime()
    return endings(fault, async (worlds) => {
      const asked = (place: string, index: number) => worlds[index]?.calls().includes(place)
      await until(() => PLACES.every(asked))
      pass(TIMEOUT - 1)
      // a turn for whatever would have ended too early
      await new Promise(setImmediate)
      expect(worlds.flatMap(({ flows }) => flows.at(-1)?.results)).toEqual([])
      pass(1)
    })
  }

  it('A66 a provider that never answers ends the login in timeout', async () =>
    expect(await endingsAtDeadline('silence')).toEqual(twice(SLOW)))

  it('A67 an answer of one byte a second ends the login in timeout', async () =>
    expect(await endingsAtDeadline('slow-drip')).toEqual(twice(SLOW)))

  it('A68 an answer that ends too early, or a reset, ends the login in network', async () => {
    expect(await endings('cut')).toEqual(twice(LOST))
    for (const place of PLACES) {
      const world = await openWorld(name, driver, { options: own })
      world.misbehave('reset', place)
      expect(await fail(world)).toBe(LOST)
      // a kept connection may have been stale: docs/decisions/004-one-repeat.md
      expect(world.calls().filter((call) => call === place).length).toBeLessThanOrEqual(2)
    }
  })

  it('A69 an answer without end is too large, and one shorter than its length ends in timeout', async () => {
    expect(await endings('huge')).toEqual(twice(LARGE))
    expect(await endings({ body: 'a'.repeat(2 * 1_048_576) })).toEqual(twice(LARGE))
    const lying = (length: string) => ({ headers: { 'content-length': length }, body: '{}' })
    expect(await endings(lying('99999999'))).toEqual(twice(LARGE))
    expect(await endingsAtDeadline(lying('60000'))).toEqual(twice(SLOW))
  })

  it('A70 a compressed answer is not inflated', async () => {
    const before = process.memoryUsage().rss
    for (const end of await endings('gzip-bomb'))
      expect(end).toMatch(/^error (bad_response|too_large) 502$/)
    // 200 MB and more if it were
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1_048_576)
  })

  it('A71 A73 no redirect is followed, to another host or to another path', async () => {
    const refused = twice('error redirect_refused 502')
    const trap = await openTrap()
    for (const status of [301, 302, 303, 307, 308] as const)
      expect(await endings({ redirectTo: `${trap.url}/steal`, status })).toEqual(refused)
    expect(trap.seen).toEqual([])
    // the simulator's own: another path of the same host; a visit there would be among its requests
    expect(await endings('redirect')).toEqual(refused)
    await trap.close()
  })

  it('A78 429 and 503 with Retry-After are not repeated', async () => {
    for (const status of [429, 503])
      expect(await endings({ status, headers: { 'retry-after': '0' }, body: {} })).toEqual(
        twice('error provider_error 502'),
      )
  })
})

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
