import { PROVIDER_NAMES, type ProviderName } from '../../src/settings'
import { describeMany } from './support/many'
import { start, Browser, finish, type Page } from './support/people'
import type { Topology } from './support/topology'

/** Trials of each provider: more than a thousand in all. */
const TRIALS = 340
const AT_ONCE = 10

const PATIENCE = 180_000

/** Runs `trial` with each number below `trials`, some at the same time. */
async function repeat(trials: number, trial: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < trials; index = next++) await trial(index)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function duel(
  { running, providers, keys }: Topology,
  name: ProviderName,
  index: number,
): Promise<[Page, Page]> {
  const [one, other] = running
  if (!one || !other) throw new Error('two processes are needed')
  const browser = new Browser()
  const callback = await start(name, browser, one.url, providers, index + 1)
  const answers = await Promise.all([
    finish(browser, one.url, callback),
    finish(browser, other.url, callback),
  ])
  // the others count as junk codes, and a hundred of them would stop everybody
  await keys.del('limit:junk:all')
  return answers
}

describeMany(
  'two processes that get the same callback',
  { processes: 2, users: TRIALS },
  (many) => {
    it.each(PROVIDER_NAMES)(
      `exchange a code of %s once in ${TRIALS} trials, and log in once`,
      async (name) => {
        const { providers, sql } = many()
        const before = providers[name].requests.length
        const endings: string[] = []
        await repeat(TRIALS, async (index) => {
          const statuses = (await duel(many(), name, index)).map(({ status }) => status)
          endings.push(`${Math.min(...statuses)} and ${Math.max(...statuses)}`)
        })
        expect(endings).toEqual(Array.from({ length: TRIALS }, () => '303 and 403'))
        const exchanges = providers[name].requests
          .slice(before)
          .filter(({ endpoint }) => endpoint === 'token')
        expect(exchanges).toHaveLength(TRIALS)
        const { rows } = await sql.query(
          'SELECT count(*)::int AS logins FROM browsers WHERE provider = $1',
          [name],
        )
        expect(rows).toEqual([{ logins: TRIALS }])
      },
      PATIENCE,
    )

    it('keep the browser logged in whichever answer comes last', async () => {
      const { running, providers } = many()
      const [one, other] = running
      for (const name of PROVIDER_NAMES) {
        const browser = new Browser()
        const callback = await start(name, browser, one?.url ?? '', providers, 1)
        expect((await finish(browser, one?.url ?? '', callback)).status).toBe(303)
        const again = await finish(browser, other?.url ?? '', callback)
        expect(again.status).toBe(200)
        expect(again.text).toContain('You are logged in as')
        expect(await browser.account(other?.url ?? '')).toBeDefined()
      }
    })
  },
)
