import { PROVIDER_NAMES } from '../../src/settings'
import { findBroken } from './support/invariants'
import { describeMany } from './support/many'

const WORKERS = 8
const USERS = 600

describeMany('four processes under load', { processes: 4, users: USERS }, (many) => {
  it('are restarted one after another, and not one login is lost', async () => {
    const { front, providers, running, add, forget, person } = many()
    const { monpay } = providers
    const old = [...running]
    const endings = new Map<string, number>()
    const restart = { done: false }
    let turn = 0

    async function work(): Promise<void> {
      while (!restart.done) {
        turn += 1
        const name = PROVIDER_NAMES[turn % PROVIDER_NAMES.length] ?? 'monpay'
        const { status } = await person((turn % (USERS - 1)) + 1).logIn(name, front.url)
        endings.set(`${name} ${status}`, (endings.get(`${name} ${status}`) ?? 0) + 1)
      }
    }
    const workers = Array.from({ length: WORKERS }, work)
    for (const site of old) {
      await add()
      // as a load balancer does: it sends no new request there, and the earlier ones have arrived
      forget(site)
      await fetch(`${site.url}/healthz`)
      // the process is stopped when it has asked the provider about a code
      const code = monpay.issueCode(monpay.users[USERS - 1])
      const answer = person(USERS).visit(`${site.url}/auth/monpay?code=${code}`)
      while (!monpay.requests.some(({ form }) => form?.['code'] === code))
        await new Promise(setImmediate)
      expect(await site.stop()).toBe(0)
      expect((await answer).status).toBe(303)
      expect(site.complaints()).toBe('')
    }
    restart.done = true
    await Promise.all(workers)
    expect([...endings.keys()].sort()).toEqual(['moneypools 303', 'monpay 303', 'zalopay 303'])
    expect(Math.min(...endings.values())).toBeGreaterThan(5)
    const served = new Set(front.served.map(({ backend }) => backend))
    for (const { url } of [...old, ...running]) expect(served).toContain(url)
    expect(await findBroken(many())).toEqual([])
  }, 120_000)
})
