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

describe.each(everywhere())('%s', (_row, name, driver) => {
  it.each([
    ['read', 'get'],
    ['written', 'set'],
  ] as const)('A105 a session store that cannot be %s logs nobody in', async (_how, fault) => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    world.store.fault = fault
    expect((await browser.finish(code, begun)).status).toBe(500)
    world.store.fault = undefined
    expect(await browser.account()).toBeUndefined()
    // once the provider has accepted the code, code and login are used up: they open nothing later
    const again = (await browser.finish(code, begun)).end
    expect(again).toMatch(fault === 'get' ? /^success/ : /^fail (code_already|no_pending)/)
  })
})
