import { memoryOnce } from '../../src/index'
import { everywhere } from './support/drivers'
import { until } from './support/oracle'
import { closeWorlds, openLogin } from './support/world'

afterEach(closeWorlds)

/** A single-use guard that answers nobody until it is opened: logins meet in front of it. */
function holdingOnce() {
  const guard = memoryOnce()
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  const claim = async (key: string, ttlMs: number) => {
    await opened
    return guard.claim(key, ttlMs)
  }
  return { claim, open: () => open() }
}

describe.each(everywhere())('%s', (_row, name, driver) => {
  it('A29 twenty identical callbacks at once make one exchange and have one outcome', async () => {
    const once = holdingOnce()
    const { world, browser, begun, code } = await openLogin(name, driver, { options: { once } })
    const before = world.flows.length
    const waiting = Array.from({ length: 20 }, () => browser.finish(code, begun))
    await until(() => world.flows.length === before + 20)
    once.open()
    const answers = await Promise.all(waiting)
    expect(answers.filter(({ end }) => end !== 'success')).toEqual([])
    expect(world.calls()).toEqual(['token', 'profile'])
    expect(world.verified).toHaveLength(1)
    expect(await browser.account()).toBe(world.verified[0]?.profile['id'])
  })

  it('A28 A34 A35 a used callback logs nobody in: at a reload, after logout, in another browser', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    // what the address bar shows afterwards holds no code
    expect((await browser.finish(code, begun)).headers.location).toBe('/account')
    const id = await browser.account()
    expect(id).toBe(world.verified[0]?.profile['id'])
    expect((await browser.finish(code, begun)).end).toMatch(/^fail \w+ 403$/)
    expect(await browser.account()).toBe(id)
    await browser.visit({ method: 'POST', path: '/logout' })
    expect((await browser.finish(code, begun)).end).toMatch(/^fail \w+ 403$/)
    // a thief with a login of his own: the code alone is what he replays
    const thief = world.browser()
    expect((await thief.finish(code, await thief.begin())).end).toBe('fail code_already_used 403')
    for (const one of [browser, thief]) expect(await one.account()).toBeUndefined()
    expect(world.calls()).toEqual(['token', 'profile'])
  })
})
