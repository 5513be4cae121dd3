import { PROVIDER_NAMES } from '../../src/settings'
import { describeMany } from './support/many'

/** Trials of each provider: more than a thousand in all. */
const TRIALS = 340
const AT_ONCE = 10

const PLAN = { processes: 2, users: TRIALS }

describeMany('two processes that get the same callback', PLAN, (many) => {
  const sites = () => many().running.map(({ url }) => url)

  it.each(PROVIDER_NAMES)(
    `exchange a code of %s once in ${TRIALS} trials, and log in once`,
    async (name) => {
      const { providers, sql, keys, person } = many()
      const [first = ''] = sites()
      const before = providers[name].requests.length
      const endings: string[] = []
      let next = 0
      const worker = async () => {
        while (next < TRIALS) {
          next += 1
          const someone = person(next)
          const callback = await someone.start(name, first)
          const answers = await Promise.all(sites().map((site) => someone.finish(site, callback)))
          // the others count as junk codes, and a hundred of them would stop everybody
          await keys.del('limit:junk:all')
          const statuses = answers.map(({ status }) => status)
          endings.push(`${Math.min(...statuses)} and ${Math.max(...statuses)}`)
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
      expect(endings).toEqual(Array.from({ length: TRIALS }, () => '303 and 403'))
      const asked = providers[name].requests.slice(before)
      expect(asked.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(TRIALS)
      const count = 'SELECT count(*)::int AS logins FROM browsers WHERE provider = $1'
      expect((await sql.query(count, [name])).rows).toEqual([{ logins: TRIALS }])
    },
    180_000,
  )

  it('keep the browser logged in whichever answer comes last', async () => {
    const [one = '', other = ''] = sites()
    for (const name of PROVIDER_NAMES) {
      const someone = many().person(1)
      const callback = await someone.start(name, one)
      expect((await someone.finish(one, callback)).status).toBe(303)
      const again = await someone.finish(other, callback)
      expect(again.status).toBe(200)
      expect(again.text).toContain('You are logged in as')
      expect(await someone.account(other)).toBeDefined()
    }
  })
})
