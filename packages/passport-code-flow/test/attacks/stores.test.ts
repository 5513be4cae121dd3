import { holdTime, pass, releaseTime } from '../support/time'
import { everywhere, inside } from './support/drivers'
import { until } from './support/oracle'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(closeWorlds)
afterEach(releaseTime)

describe.each(everywhere('zalopay', 'moneypools'))('%s', (_row, name, driver) => {
  it('A105 a start whose session cannot be saved does not redirect, and without sessions nothing starts', async () => {
    const world = await openWorld(name, driver)
    world.store.fault = 'set'
    const start = { method: 'POST', path: '/auth/start' }
    const failed = await world.browser().visit(start)
    expect(failed.end).toBe('error session 500')
    expect(failed.headers.location).toBeUndefined()
    world.store.fault = undefined
    const bare = world.browser(await world.addSite({ sessions: false }))
    expect((await bare.visit(start)).end).toBe('error config 500')
    expect((await bare.finish(world.forge(), { login: 'A'.repeat(22) })).end).toBe(
      'error config 500',
    )
    expect(world.calls()).toEqual([])
  })

  it('A105 nobody is logged in when the session cannot be saved after the code was accepted', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    world.store.fault = 'set'
    await browser.finish(code, begun)
    world.store.fault = undefined
    expect(await browser.account()).toBeUndefined()
    // code and login are used up: they open nothing later
    expect((await browser.finish(code, begun)).end).toMatch(/^fail (code_already|no_pending)/)
    expect((await browser.finish(world.issue(begun, 1), begun)).end).toMatch(/^fail no_pending/)
    expect(world.verified).toHaveLength(1)
    expect(await browser.account()).toBeUndefined()
  })

  it('A105 a refused code that cannot be counted ends in session', async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    world.store.fault = 'set'
    expect((await browser.finish(world.forge(), begun)).end).toBe('error session 500')
    world.store.fault = undefined
    expect((await browser.finish(world.issue(begun), begun)).end).toBe('success')
  })
})

it.each(inside('zalopay', 'moneypools').filter(([, , { framework }]) => framework === 'bare'))(
  'A105 a session store that never answers ends in session at the deadline: %s',
  async (_t, name, driver) => {
    const world = await openWorld(name, driver, { options: { timeout: 5000 } })
    world.store.fault = 'silent'
    holdTime()
    const visit = world.browser().visit({ method: 'POST', path: '/auth/start' })
    await until(() => world.flows.length === 1)
    pass(5000)
    await until(() => world.flows[0]?.results.length === 1)
    world.store.fault = undefined
    expect(world.flows[0]?.results).toMatchObject([{ action: 'error', error: { code: 'session' } }])
    // the site itself waits for its store as well
    void visit
  },
)

it.each(everywhere().filter(([, , { framework }]) => framework !== 'bare'))(
  'A105 a session store that cannot be read or written logs nobody in: %s',
  async (_t, name, driver) => {
    for (const fault of ['get', 'set'] as const) {
      const world = await openWorld(name, driver)
      const browser = world.browser()
      const begun = await browser.begin()
      const code = world.issue(begun)
      world.store.fault = fault
      const { status } = await browser.finish(code, begun)
      expect(status).toBe(500)
      world.store.fault = undefined
      expect(await browser.account()).toBeUndefined()
    }
  },
)
