import { PROVIDER_NAMES } from '../../src/settings'
import { describeMany } from './support/many'
import { start, Browser, finish, logIn, nameOf } from './support/people'

const TOPOLOGIES = [
  ['two processes, Redis and PostgreSQL', { processes: 2 }],
  ['three processes and PostgreSQL alone', { processes: 3, sessions: 'postgres' }],
  ['four processes, Redis and PostgreSQL', { processes: 4 }],
] as const

for (const [title, plan] of TOPOLOGIES) {
  describeMany(title, plan, (many) => {
    it.each(PROVIDER_NAMES)(
      'logs in with %s although every request meets another process',
      async (name) => {
        const { front, providers } = many()
        const browser = new Browser()
        const seen = front.served.length
        expect(await logIn(name, browser, front.url, providers, 1)).toMatchObject({
          status: 303,
          location: '/account',
        })
        expect(await browser.account(front.url)).toContain(nameOf(1))
        const served = front.served.slice(seen)
        const backends = served.map(({ backend }) => backend)
        expect(new Set(backends).size).toBe(Math.min(plan.processes, served.length))
        for (const [turn, backend] of backends.entries())
          expect(backend).not.toBe(backends[turn - 1])
      },
    )

    it.each(['zalopay', 'moneypools'] as const)(
      'finishes on each process a login with %s that started on another',
      async (name) => {
        const { running, providers } = many()
        for (const first of running) {
          for (const second of running.filter((one) => one !== first)) {
            const browser = new Browser()
            const callback = await start(name, browser, first.url, providers, 2)
            expect((await finish(browser, second.url, callback)).status).toBe(303)
            for (const { url } of running) {
              expect(await browser.account(url)).toContain(nameOf(2))
            }
          }
        }
      },
    )

    it('logs out every browser, at whichever process it has logged in', async () => {
      const { running, providers } = many()
      const browsers = running.map(() => new Browser())
      for (const [index, browser] of browsers.entries()) {
        const { url } = running[index] ?? { url: '' }
        expect((await logIn('zalopay', browser, url, providers, 3)).status).toBe(303)
      }
      const [first, ...others] = browsers
      const site = running.at(-1)?.url ?? ''
      expect((await first?.submit(site, '/account', '/logout/everywhere'))?.status).toBe(303)
      for (const browser of others) {
        for (const { url } of running) expect(await browser.account(url)).toBeUndefined()
      }
    })
  })
}
