import { PROVIDER_NAMES, type ProviderName } from '../../src/settings'
import { findBroken } from './support/invariants'
import { describeMany } from './support/many'
import type { Person } from './support/people'

type Store = 'redis' | 'postgres'

const STORES: Store[] = ['redis', 'postgres']

describeMany('two processes of which', { processes: 2 }, (many) => {
  let number = 0
  let person: Person
  let site: string

  beforeEach(() => {
    number += 1
    person = many().person(number)
    site = many().front.url
  })

  const expectThem = async () => expect(await person.account(site)).toContain(person.name)

  /** Starts stores again, and waits until every process is ready. */
  async function restart(...stores: Store[]): Promise<void> {
    await Promise.all(stores.map((store) => many()[store].start()))
    for (const { url } of many().running)
      while ((await fetch(`${url}/readyz`)).status !== 200) await new Promise(setImmediate)
  }

  /**
   * Somebody comes back from a provider while a store is ended: a page with a reference. Every
   * process says that it is not ready, and none of them ends. Returns the callback.
   */
  async function comeBackWithout(store: Store, name: ProviderName) {
    const callback = await person.start(name, site)
    const pids = many().running.map(({ pid }) => pid)
    const calls = many().providers[name].requests.length
    await many()[store].kill()
    const { status, text } = await person.finish(site, callback)
    expect(text).toMatch(/Reference for support: \w+/)
    for (const { url } of many().running) {
      expect((await fetch(`${url}/readyz`)).status).toBe(503)
      expect((await fetch(`${url}/healthz`)).status).toBe(200)
    }
    const asked = many().providers[name].requests.length - calls
    await restart(store)
    expect(many().running.map(({ pid }) => pid)).toEqual(pids)
    return { callback, status, asked }
  }

  it.each(PROVIDER_NAMES)(
    'Redis ends while somebody is at %s: a clear failure, then the same login goes on by itself',
    async (name) => {
      const { callback, status, asked } = await comeBackWithout('redis', name)
      expect(status).toBeGreaterThanOrEqual(500)
      // the code was not used up: a reload of the same page finishes the login
      expect(asked).toBe(0)
      expect((await person.finish(site, callback)).status).toBe(303)
      await expectThem()
    },
  )

  it.each(PROVIDER_NAMES)(
    'PostgreSQL ends while somebody is at %s: a clear failure, then logins work again',
    async (name) => {
      expect((await comeBackWithout('postgres', name)).status).toBe(500)
      expect(await person.account(site)).toBeUndefined()
      expect((await person.logIn(name, site)).status).toBe(303)
      await expectThem()
    },
  )

  it.each(STORES)(
    '%s is restarted between start and callback: the login does not notice',
    async (store) => {
      const callback = await person.start('zalopay', site)
      await many()[store].kill()
      await restart(store)
      expect((await person.finish(site, callback)).status).toBe(303)
      await expectThem()
    },
  )

  it('people stay logged in over a restart of both stores', async () => {
    await person.logIn('moneypools', site)
    await Promise.all(STORES.map((store) => many()[store].kill()))
    await restart(...STORES)
    await expectThem()
  })

  it('after every outage the data is consistent', async () => {
    expect(await findBroken(many())).toEqual([])
  })
})
