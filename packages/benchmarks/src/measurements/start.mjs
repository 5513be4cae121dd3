import { CONTENDERS, OURS, PEER, PEERS } from '../contenders/index.mjs'
import { startChild } from '../harness/child.mjs'
import { runFleets } from '../harness/rounds.mjs'
import { ratio, spread } from '../harness/statistics.mjs'

const NAMES = [...OURS, ...PEERS].filter((name) => CONTENDERS.get(name).starts)
const LIMITS = { bare: 0.35, session: 0.85 }

/** The start leg in process: on a plain object, or on express-session. */
export async function measureStart({ withSession, quick }) {
  const count = quick ? 1000 : 5000
  const answers = await runFleets({
    fleets: quick ? 1 : 3,
    rounds: quick ? 5 : 12,
    seconds: quick ? 3 : 30,
    names: NAMES,
    async start(name) {
      const args = [name, 'http://127.0.0.1:9']
      const child = await startChild('workers/start.mjs', args)
      await child.ask('round', quick ? 1500 : 5000, withSession)
      return child
    },
    measure: (child) => child.ask('round', count, withSession),
  })
  const cpu = (name) => answers.get(name).map((round) => round.cpu)
  const rows = NAMES.map((name) => ({
    name,
    cpu: spread(cpu(name)),
    toPeer: ratio(cpu(name), cpu(PEER)),
  }))
  const limit = withSession ? LIMITS.session : LIMITS.bare
  const where = withSession ? 'start leg under express-session' : 'start leg'
  return {
    title: withSession ? 'Start leg under express-session' : 'Start leg alone',
    id: withSession ? 'start-session' : 'start',
    head: ['', 'CPU per start, µs (min to max)', '× passport-oauth2'],
    rows: rows.map(({ name, cpu: { median, min, max }, toPeer }) => [
      name,
      `${median.toFixed(1)} (${min.toFixed(1)} to ${max.toFixed(1)})`,
      toPeer.toFixed(2),
    ]),
    bars: {
      label: 'CPU per start, × passport-oauth2',
      limit,
      values: rows.map(({ name, toPeer }) => ({ name, value: toPeer })),
    },
    targets: [
      {
        what: `${where}: CPU`,
        limit: `≤ ${limit.toFixed(2)} × passport-oauth2`,
        value: Math.max(...rows.filter(({ name }) => OURS.includes(name)).map((row) => row.toPeer)),
        met: (value) => value <= limit,
        unit: '×',
      },
    ],
  }
}
