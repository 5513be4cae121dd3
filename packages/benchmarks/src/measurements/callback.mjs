import { CONTENDERS, FLOORS, OURS, PEER, PEERS } from '../contenders/index.mjs'
import { startChild } from '../harness/child.mjs'
import { runFleets, startProvider } from '../harness/rounds.mjs'
import { median, ratio, spread } from '../harness/statistics.mjs'

const NAMES = [...FLOORS, ...OURS, ...PEERS]

const CONCURRENT = [1, 32]

/** The callback leg in process, one login at a time and 32. */
export async function measureCallback({ quick }) {
  const provider = await startProvider()
  const url = await provider.ask('url')
  const count = quick ? 250 : 1500
  const answers = await runFleets({
    fleets: quick ? 1 : 2,
    rounds: quick ? 3 : 6,
    seconds: quick ? 15 : 130,
    names: NAMES,
    async start(name) {
      const child = await startChild('workers/login.mjs', [name, url], {
        execArgv: ['--expose-gc'],
      })
      // a server runs longer than it takes V8 to optimise it
      await child.ask('round', quick ? 1000 : 8000, 8)
      return child
    },
    async measure(child) {
      // a process that has waited for the others is cold again, which no server under load is
      await child.ask('round', count / 2, 8)
      const rounds = []
      for (const concurrent of CONCURRENT) rounds.push(await child.ask('round', count, concurrent))
      return rounds
    },
  })
  await provider.stop()
  return CONCURRENT.map((concurrent, position) =>
    tabulate(
      concurrent,
      new Map([...answers].map(([name, rounds]) => [name, rounds.map((both) => both[position])])),
    ),
  )
}

function tabulate(concurrent, answers) {
  const cpu = (name) => answers.get(name).map((round) => round.cpu)
  const middle = (name, what) => median(answers.get(name).map((round) => round[what]))
  const rows = NAMES.map((name) => ({
    name,
    cpu: spread(cpu(name)),
    toFloor: ratio(cpu(name), cpu(CONTENDERS.get(name).floor)),
    toPeer: ratio(cpu(name), cpu(PEER)),
    perSecond: middle(name, 'perSecond'),
    p50: middle(name, 'p50'),
    p99: middle(name, 'p99'),
  }))
  const worst = (what) =>
    Math.max(...rows.filter(({ name }) => OURS.includes(name)).map((row) => row[what]))
  const where = `callback leg, ${concurrent} at a time`
  return {
    title: `Callback leg in process, ${concurrent} at a time`,
    id: `callback-${concurrent}`,
    head: [
      '',
      'CPU per login, µs (min to max)',
      '× floor',
      '× passport-oauth2',
      'logins/s',
      'p50 ms',
      'p99 ms',
    ],
    rows: rows.map((row) => [
      row.name,
      `${row.cpu.median.toFixed(0)} (${row.cpu.min.toFixed(0)} to ${row.cpu.max.toFixed(0)})`,
      row.toFloor.toFixed(2),
      row.toPeer.toFixed(2),
      row.perSecond.toFixed(0),
      row.p50.toFixed(2),
      row.p99.toFixed(2),
    ]),
    bars: {
      label: 'CPU per login, × floor of the same calls',
      limit: 1.1,
      values: rows.map(({ name, toFloor }) => ({ name, value: toFloor })),
    },
    targets: [
      {
        what: `${where}: CPU`,
        limit: '≤ 1.10 × floor',
        value: worst('toFloor'),
        met: (v) => v <= 1.1,
        unit: '×',
      },
      {
        what: `${where}: CPU`,
        limit: '≤ 0.92 × passport-oauth2',
        value: worst('toPeer'),
        met: (v) => v <= 0.92,
        unit: '×',
      },
    ],
  }
}
