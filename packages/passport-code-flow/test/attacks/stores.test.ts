import { everywhere } from './support/drivers'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(closeWorlds)

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
    const { end } = await bare.finish(world.forge(), { login: 'A'.repeat(22) })
    expect(end).toBe('error config 500')
    expect(world.calls()).toEqual([])
  })
})

it.each(
  everywhere().flatMap(([title, name, driver]) => [
    [title, 'written', 'set', name, driver] as const,
    // without a framework the test itself reads its store
    ...(driver.framework === 'bare' ? [] : [[title, 'read', 'get', name, driver] as const]),
  ]),
)('A105 %s: a session store that cannot be %s logs nobody in', async (...row) => {
  const [, , fault, name, driver] = row
  const { world, browser, begun, code } = await openLogin(name, driver)
  world.store.fault = fault
  const failed = await browser.finish(code, begun)
  // without a framework the test itself stores the session of the user
  expect([500, driver.framework === 'bare' ? 303 : 500]).toContain(failed.status)
  world.store.fault = undefined
  expect(await browser.account()).toBeUndefined()
  // once the provider has accepted the code, code and login are used up: they open nothing later
  const again = (await browser.finish(code, begun)).end
  expect(again).toMatch(fault === 'get' ? /^success/ : /^fail (code_already|no_pending)/)
})
