import { PROVIDER_NAMES } from '../../src/settings'
import { findBroken } from './support/invariants'
import { describeMany } from './support/many'
import { start, Browser, finish, logIn, nameOf } from './support/people'
import type { Topology } from './support/topology'

/** Waits until every process is ready. */
async function untilReady({ running }: Topology): Promise<void> {
  for (const { url } of running) {
    while ((await fetch(`${url}/readyz`)).status !== 200) await new Promise(setImmediate)
  }
}

async function expectNotReady({ running }: Topology): Promise<void> {
  for (const { url } of running) {
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  }
}

const CALM = /Reference for support: \w+/

describeMany('two processes of which', { processes: 2 }, (many) => {
  let person = 0

  it.each(PROVIDER_NAMES)(
    'Redis ends while somebody is at %s: a clear failure, then the same login goes on by itself',
    async (name) => {
      person += 1
      const { front, providers, redis, running } = many()
      const browser = new Browser()
      const callback = await start(name, browser, front.url, providers, person)
      const exchanges = providers[name].requests.length
      await redis.kill()
      const failed = await finish(browser, front.url, callback)
      expect(failed.status).toBeGreaterThanOrEqual(500)
      expect(failed.text).toMatch(CALM)
      expect(providers[name].requests).toHaveLength(exchanges)
      await expectNotReady(many())
      const pids = running.map(({ pid }) => pid)
      await redis.start()
      await untilReady(many())
      // the code was not used up: a reload of the same page finishes the login
      expect((await finish(browser, front.url, callback)).status).toBe(303)
      expect(await browser.account(front.url)).toContain(nameOf(person))
      expect(running.map(({ pid }) => pid)).toEqual(pids)
    },
  )

  it.each(PROVIDER_NAMES)(
    'PostgreSQL ends while somebody is at %s: a clear failure, then logins work again',
    async (name) => {
      person += 1
      const { front, providers, postgres, running } = many()
      const browser = new Browser()
      const callback = await start(name, browser, front.url, providers, person)
      await postgres.kill()
      const failed = await finish(browser, front.url, callback)
      expect(failed.status).toBe(500)
      expect(failed.text).toMatch(CALM)
      await expectNotReady(many())
      const pids = running.map(({ pid }) => pid)
      await postgres.start()
      await untilReady(many())
      expect(await browser.account(front.url)).toBeUndefined()
      expect((await logIn(name, browser, front.url, providers, person)).status).toBe(303)
      expect(await browser.account(front.url)).toContain(nameOf(person))
      expect(running.map(({ pid }) => pid)).toEqual(pids)
    },
  )

  it.each(['redis', 'postgres'] as const)(
    '%s is restarted between start and callback: the login does not notice',
    async (store) => {
      person += 1
      const { front, providers } = many()
      const browser = new Browser()
      const callback = await start('zalopay', browser, front.url, providers, person)
      await many()[store].kill()
      await many()[store].start()
      await untilReady(many())
      expect((await finish(browser, front.url, callback)).status).toBe(303)
      expect(await browser.account(front.url)).toContain(nameOf(person))
    },
  )

  it('people stay logged in over a restart of both stores', async () => {
    person += 1
    const { front, providers, redis, postgres } = many()
    const browser = new Browser()
    await logIn('moneypools', browser, front.url, providers, person)
    await Promise.all([redis.kill(), postgres.kill()])
    await Promise.all([redis.start(), postgres.start()])
    await untilReady(many())
    expect(await browser.account(front.url)).toContain(nameOf(person))
  })

  it('after every outage the data is consistent', async () => {
    expect(await findBroken(many())).toEqual([])
  })
})
