import { OURS, PEER, PEERS } from '../contenders/index.mjs'
import { startChild } from '../harness/child.mjs'
import { withPacked } from '../harness/packed.mjs'
import { median, ratio, spread } from '../harness/statistics.mjs'

const NAMES = [...OURS, ...PEERS]
const KiB = (bytes) => (bytes / 1024).toFixed(0)

/** What it costs to load a strategy into an application that has Express and Passport already. */
export async function measureImport({ quick }) {
  const answers = new Map(NAMES.map((name) => [name, []]))
  await withPacked(OURS, async (folder) => {
    for (let round = 0; round < (quick ? 2 : 11); round++)
      for (const name of NAMES) {
        const args = OURS.includes(name) ? [name, folder] : [name]
        const child = await startChild('workers/import.mjs', args, { execArgv: ['--expose-gc'] })
        answers.get(name).push(await child.ask('load'))
        await child.stop()
      }
  })
  const of = (name, what) => answers.get(name).map((one) => one[what])
  const rows = NAMES.map((name) => ({
    name,
    ms: spread(of(name, 'ms')),
    toPeer: ratio(of(name, 'ms'), of(PEER, 'ms')),
    heap: median(of(name, 'heap')),
    resident: median(of(name, 'resident')),
  }))
  return {
    title: 'Import into a loaded application',
    id: 'import',
    head: ['', 'ms (min to max)', '× passport-oauth2', 'heap, KiB', 'resident size, KiB'],
    rows: rows.map(({ name, ms, toPeer, heap, resident }) => [
      name,
      `${ms.median.toFixed(1)} (${ms.min.toFixed(1)} to ${ms.max.toFixed(1)})`,
      toPeer.toFixed(2),
      KiB(heap),
      KiB(resident),
    ]),
    notes: ['Ours as `pnpm pack` packs them.'],
    bars: {
      label: 'import time, × passport-oauth2',
      limit: 0.75,
      values: rows.map(({ name, toPeer }) => ({ name, value: toPeer })),
    },
    targets: [
      {
        what: 'import time',
        limit: '≤ 0.75 × passport-oauth2',
        value: Math.max(...rows.filter(({ name }) => OURS.includes(name)).map((row) => row.toPeer)),
        met: (value) => value <= 0.75,
        unit: '×',
      },
    ],
  }
}
