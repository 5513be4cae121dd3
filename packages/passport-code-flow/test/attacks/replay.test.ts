import { createClient } from 'redis'
import { memoryOnce, redisOnce } from '../../src/index'
import { describeWith, startRedis, type Service } from '../support/services'
import { everywhere, inside } from './support/drivers'
import { holdingOnce } from './support/guard'
import { until } from './support/oracle'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(closeWorlds)

describeWith('Redis', 'A30', () => {
  let redis: Service
  const clients: { destroy(): void }[] = []

  beforeAll(async () => {
    redis = await startRedis()
  })
  afterEach(() => clients.splice(0).forEach((client) => client.destroy()))
  afterAll(() => redis.stop())

  async function connect() {
    const client = createClient({ url: redis.url })
    client.on('error', () => undefined)
    clients.push(client)
    await client.connect()
    return redisOnce(client)
  }

  it.each(everywhere())(
    'A30 the same callback on two processes at once makes one exchange: %s',
    async (_title, name, driver) => {
      const world = await openWorld(name, driver, { options: { once: await connect() } })
      const other = await world.addSite({ options: { once: await connect() } })
      const browser = world.browser()
      const begun = await browser.begin()
      const code = world.issue(begun)
      const both = [browser.finish(code, begun), browser.at(other).finish(code, begun)]
      const ends = (await Promise.all(both)).map(({ end }) => end)
      expect(ends.filter((end) => end === 'success')).toHaveLength(1)
      expect(ends.filter((end) => /code_already_used|no_pending_login/.test(end))).toHaveLength(1)
      expect(world.calls()).toEqual(['token', 'profile'])
    },
  )
})

const PREFETCHES: Record<string, string>[] = [
  { 'sec-purpose': 'prefetch' },
  { 'sec-purpose': 'prefetch;prerender' },
  { purpose: 'prefetch' },
  { 'x-moz': 'prefetch' },
  { 'x-purpose': 'preview' },
  { 'sec-fetch-dest': 'image' },
  { 'sec-fetch-dest': 'iframe' },
]

describe.each(everywhere())('%s', (_row, name, driver) => {
  it('A28 the same callback from another browser makes no call to the provider', async () => {
    const world = await openWorld(name, driver)
    const [victim, thief] = [world.browser(), world.browser()]
    const begun = await victim.begin()
    const code = world.issue(begun)
    expect((await victim.finish(code, begun)).end).toBe('success')
    // a thief with a login of his own: the code alone is what he replays
    const own = await thief.begin()
    expect((await thief.finish(code, own)).end).toBe('fail code_already_used 403')
    expect(world.calls()).toEqual(['token', 'profile'])
    expect(await thief.account()).toBeUndefined()
  })

  it('A29 twenty identical callbacks at once make one exchange and have one outcome', async () => {
    const once = holdingOnce()
    const { world, browser, begun, code } = await openLogin(name, driver, { options: { once } })
    const before = world.flows.length
    const waiting = Array.from({ length: 20 }, () => browser.finish(code, begun))
    await until(() => world.flows.length === before + 20)
    once.open()
    const answers = await Promise.all(waiting)
    expect(new Set(answers.map(({ end }) => end))).toEqual(new Set(['success']))
    expect(world.calls()).toEqual(['token', 'profile'])
    expect(world.verified).toHaveLength(1)
    expect(await browser.account()).toBe(world.verified[0]?.profile['id'])
  })

  it('A29 twenty callbacks that arrive one after the other make one exchange too', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    const answers = await Promise.all(Array.from({ length: 20 }, () => browser.finish(code, begun)))
    const ends = new Set(answers.map(({ end }) => end))
    expect(answers[0]?.end ?? '').toBe('success')
    for (const end of ends)
      expect(['success', 'fail code_already_used 403', 'fail no_pending_login 403']).toContain(end)
    expect(world.calls()).toEqual(['token', 'profile'])
    expect(await browser.account()).toBe(world.verified[0]?.profile['id'])
  })

  it('A31 a method other than GET and POST uses up no code and ends no login', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'])
      expect((await browser.finish(code, begun, { method })).end).toBe(
        'fail method_not_allowed 405',
      )
    expect(world.calls()).toEqual([])
    expect((await browser.finish(code, begun)).end).toBe('success')
  })

  it('A32 a prefetch or a preview uses up no code', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    for (const headers of PREFETCHES)
      expect((await browser.finish(code, begun, { headers })).end).toBe('fail prefetch 403')
    expect(world.calls()).toEqual([])
    expect((await browser.finish(code, begun)).end).toBe('success')
  })

  it('A34 a callback that is repeated after logout logs nobody in', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    await browser.finish(code, begun)
    await browser.visit({ method: 'POST', path: '/logout' })
    expect((await browser.finish(code, begun)).end).toMatch(/^fail \w+ 403$/)
    expect(await browser.account()).toBeUndefined()
    expect(world.calls()).toEqual(['token', 'profile'])
  })

  it('A35 a reload after success makes no exchange and leaves the browser logged in', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    const { headers } = await browser.finish(code, begun)
    // what the address bar shows afterwards holds no code
    expect(headers.location).toBe('/account')
    const id = await browser.account()
    expect(id).toBe(world.verified[0]?.profile['id'])
    expect((await browser.finish(code, begun)).end).toMatch(/^fail \w+ 403$/)
    expect(await browser.account()).toBe(id)
    expect(world.calls()).toEqual(['token', 'profile'])
  })
})

describe.each(everywhere('monpay'))('%s', (_row, name, driver) => {
  it('A29 of twenty browsers without a session that send one code, one is logged in', async () => {
    const once = holdingOnce()
    const world = await openWorld(name, driver, { options: { once } })
    const code = world.issue()
    const waiting = Array.from({ length: 20 }, () => world.browser().finish(code))
    await until(() => world.flows.length === 20)
    once.open()
    const ends = (await Promise.all(waiting)).map(({ end }) => end)
    expect(ends.filter((end) => end === 'success')).toHaveLength(1)
    expect(ends.filter((end) => end === 'fail code_already_used 403')).toHaveLength(19)
    expect(world.calls()).toEqual(['token', 'profile'])
  })
})

describe.each(inside())('%s', (_row, name, driver) => {
  it('A34 a callback that is repeated after a restart logs nobody in, with and without a shared guard', async () => {
    for (const once of [memoryOnce(), undefined]) {
      const shared = { options: once ? { once } : {} }
      const { world, browser, begun, code } = await openLogin(name, driver, shared)
      await browser.finish(code, begun)
      const thief = world.browser(await world.addSite(shared))
      const own = await thief.begin()
      // without a shared guard the provider is asked, and says no
      expect((await thief.finish(code, own)).end).toBe(
        once ? 'fail code_already_used 403' : 'fail invalid_code 401',
      )
    }
  })
})

describe.each(inside('zalopay'))('%s', (_row, name, driver) => {
  it('A34 a login that newer ones have replaced in the session is refused', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver, {
      options: { maxPending: 2 },
    })
    for (let starts = 0; starts < 2; starts++) await browser.begin()
    expect((await browser.finish(code, begun)).end).toBe('fail no_pending_login 403')
    expect(world.calls()).toEqual([])
  })
})
