import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describeWith } from '../../../../packages/passport-code-flow/test/support/services'
import { PROVIDER_NAMES as NAMES } from '../../src/settings'
import { describeMany } from './support/many'

const TOPOLOGIES = [
  ['two processes, Redis and PostgreSQL', { processes: 2 }],
  ['three processes and PostgreSQL alone', { processes: 3, sessions: 'postgres' }],
  ['four processes, Redis and PostgreSQL', { processes: 4 }],
] as const

for (const [title, plan] of TOPOLOGIES) {
  describeMany(title, plan, (many) => {
    it.each(NAMES)('logs in with %s although every request meets another process', async (name) => {
      const { front, person } = many()
      const someone = person(1)
      const seen = front.served.length
      const answer = await someone.logIn(name, front.url)
      expect(answer).toMatchObject({ status: 303, location: '/account' })
      expect(await someone.account(front.url)).toContain(someone.name)
      const backends = front.served.slice(seen).map(({ backend }) => backend)
      expect(new Set(backends).size).toBe(Math.min(plan.processes, backends.length))
      for (const [turn, backend] of backends.entries()) expect(backend).not.toBe(backends[turn - 1])
    })

    it.each(['zalopay', 'moneypools'] as const)(
      'finishes on each process a login with %s that started on another',
      async (name) => {
        const sites = many().running.map(({ url }) => url)
        for (const first of sites)
          for (const second of sites.filter((site) => site !== first)) {
            const someone = many().person(2)
            const callback = await someone.start(name, first)
            expect((await someone.finish(second, callback)).status).toBe(303)
            for (const site of sites) expect(await someone.account(site)).toContain(someone.name)
          }
      },
    )

    it('logs out every browser, at whichever process it has logged in', async () => {
      const sites = many().running.map(({ url }) => url)
      const browsers = sites.map(() => many().person(3))
      for (const [index, browser] of browsers.entries())
        expect((await browser.logIn('zalopay', sites[index]!)).status).toBe(303)
      const [first, ...others] = browsers
      const answer = await first?.submit(sites.at(-1)!, '/account', '/logout/everywhere')
      expect(answer?.status).toBe(303)
      for (const browser of others)
        for (const site of sites) expect(await browser.account(site)).toBeUndefined()
    })
  })
}

describeWith(['Redis', 'PostgreSQL'], 'the command of docs/scaling.md', () => {
  it('B30 starts a site of two processes, and people log in', async () => {
    const program = 'examples/shop/scripts/topology.mjs'
    const plan = ['--processes', '2', '--minutes', '0.05', '--rate', '60']
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...plan])
    expect(stdout).toContain('3 logins, 0 failures')
  })
})
