import { CONTENDERS, FLOORS, OURS, PEER, PEERS } from '../contenders/index.mjs'
import { startChild } from '../harness/child.mjs'
import { inPairs, startProvider } from '../harness/rounds.mjs'
import { median } from '../harness/statistics.mjs'

const NAMES = [...FLOORS, ...OURS, ...PEERS]
const KB = (bytes) => (bytes / 1000).toFixed(1)

/** What a login takes of the heap, and what of it stays. */
export async function measureAllocation({ quick }) {
  const provider = await startProvider()
  const url = await provider.ask('url')
  const rows = await inPairs(NAMES, (name) => weigh(name, url, quick))
  await provider.stop()
  const of = (name) => rows.find((row) => row.name === name)
  const toFloor = ({ name, taken }) => taken / of(CONTENDERS.get(name).floor).taken
  const ours = rows.filter(({ name }) => OURS.includes(name))
  return {
    title: 'Allocation per login',
    id: 'allocation',
    head: ['', 'kB taken', '× floor', '× passport-oauth2', 'bytes still held'],
    rows: rows.map((row) => [
      row.name,
      KB(row.taken),
      toFloor(row).toFixed(2),
      (row.taken / of(PEER).taken).toFixed(2),
      // too few logins in a quick run to tell
      quick ? '' : row.kept.toFixed(0),
    ]),
    notes: [
      'Growth of heap and buffers over 300 logins without a collection (`--min-semi-space-size=128`); held: growth of the heap over thousands of logins, after a collection. Ours hold the hash of each used code for an hour, and the names of logins that were served, so long as they are among the last 100 000 and 10 000.',
    ],
    bars: {
      label: 'bytes allocated per login, × floor of the same calls',
      limit: 1.15,
      values: rows.map((row) => ({ name: row.name, value: toFloor(row) })),
    },
    targets: [
      {
        what: 'allocation per login',
        limit: '≤ 1.15 × floor',
        value: Math.max(...ours.map(toFloor)),
        met: (value) => value <= 1.15,
        unit: '×',
      },
    ],
  }
}

/** One contender in a process of its own. */
async function weigh(name, url, quick) {
  // no collection happens within a nursery of this size, so the heap's growth is what was taken
  const child = await startChild('workers/login.mjs', [name, url], {
    execArgv: ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'],
  })
  await child.ask('round', quick ? 300 : 2000, 8)
  const taken = []
  for (let trial = 0; trial < (quick ? 1 : 3); trial++) {
    const one = await child.ask('allocations', 300)
    if (one.collections === 0) taken.push(one.allocated + one.external)
  }
  const before = await child.ask('held', quick ? 100 : 500)
  const more = quick ? 300 : 3000
  const after = await child.ask('held', more)
  await child.stop()
  return { name, taken: median(taken), kept: (after - before) / more }
}
