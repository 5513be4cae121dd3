import http from 'node:http'
import { holdTime, pass, releaseTime, waiting } from '../support/time'
import { useTransports } from '../support/transports'
import { alone, everywhere } from './support/drivers'
import { until } from './support/oracle'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(closeWorlds)
afterEach(releaseTime)

describe.each(useTransports())('over %s', (_transport, own) => {
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
      const error = expect.objectContaining({ code: 'network', step: 'callback' }) as unknown
      expect(world.flows[length]?.results).toEqual([{ action: 'error', error }])
      expect(world.verified).toEqual([])
      expect(await browser.account()).toBeUndefined()
    },
  )
})

// what an address may be: settings.test.ts
it.each(alone())(
  'A74 A75 each address is checked, and a slash too many is dropped: %s',
  async (_title, name, driver) => {
    const { kind, provider } = await openWorld(name, driver)
    const make = (options: object) => () => kind.create(provider, { ...options }, () => false)
    for (const option of ['baseURL', 'tokenURL', 'userInfoURL']) {
      const given = { [option]: 'http://marker.example' }
      const said = `^passport-[a-z-]+: option ${option} must be https \\(option allowInsecure`
      expect(make(given)).toThrow(RegExp(said))
      expect(make({ ...given, allowInsecure: true })).not.toThrow()
      expect(make({ [option]: 'http://localhost:1' })).not.toThrow()
    }
    for (const more of ['?x=1', '#f', '/?']) {
      expect(make({ baseURL: `https://marker.example${more}` })).toThrow(TypeError)
      expect(make({ baseURL: `https://marker.example${more}` })).not.toThrow(/marker/)
    }
    const world = await openWorld(name, driver)
    const site = await world.addSite({ options: { baseURL: `${world.provider.url}///` } })
    expect((await world.browser(site).logIn()).end).toBe('success')
    for (const { path } of world.provider.requests) expect(path).not.toContain('//')
  },
)
