import { CONTENDERS, OURS, PEERS } from '../contenders/index.mjs'
import { startChild } from '../harness/child.mjs'

const NAMES = [...OURS, ...PEERS].filter((name) => CONTENDERS.get(name).starts)
const COUNTS = [0, 1, 5, 10_000]

/** What logins that nobody finishes leave in one session, as JSON. */
export async function measurePending() {
  const rows = []
  for (const name of NAMES) {
    const child = await startChild('workers/start.mjs', [name, 'http://127.0.0.1:9'])
    rows.push({ name, ...(await child.ask('pending', COUNTS)) })
    await child.stop()
  }
  const each = ({ sizes, entries }) => (sizes.at(-1) - sizes[0]) / entries
  const ours = rows.filter(({ name }) => OURS.includes(name))
  return {
    title: 'Pending logins in one session',
    id: 'pending',
    head: ['bytes of JSON', 'after 1', 'after 5', 'after 10 000', 'kept', 'bytes each'],
    rows: rows.map((row) => [
      row.name,
      ...row.sizes.slice(1).map(String),
      String(row.entries),
      each(row).toFixed(0),
    ]),
    notes: [
      'The peers keep one: a second tab overwrites the first one’s login. Ours include the session’s key in their share.',
    ],
    bars: {
      label: 'bytes of JSON per pending login',
      limit: 130,
      values: rows.map((row) => ({ name: row.name, value: each(row) })),
    },
    targets: [
      {
        what: 'pending login: bytes of JSON',
        limit: '≤ 130',
        value: Math.max(...ours.map(each)),
        met: (value) => value <= 130,
        unit: '',
      },
      {
        what: 'pending logins in a session after 10 000 starts',
        limit: '≤ 5',
        value: Math.max(...ours.map(({ entries }) => entries)),
        met: (value) => value <= 5,
        unit: '',
      },
    ],
  }
}
