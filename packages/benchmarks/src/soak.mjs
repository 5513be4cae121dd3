import { startChild } from './harness/child.mjs'
import { startProvider } from './harness/rounds.mjs'
import { median } from './harness/statistics.mjs'
import { ranBy } from './report/performance.mjs'
import { writeBetween } from './report/file.mjs'

// `pnpm bench:soak [--logins n]`: many logins in one process while every hundredth answer is broken.
const given = process.argv.indexOf('--logins')
const LOGINS = given < 0 ? 100_000 : Number(process.argv[given + 1])
const STEPS = 20

const provider = await startProvider({ faults: 0.01 })
const child = await startChild('workers/soak.mjs', [await provider.ask('url')], {
  execArgv: ['--expose-gc'],
  timeout: 600_000,
})
const samples = []
console.log('logins  refused  resident MB  heap MB  sockets  listeners')
for (let step = 1; step <= STEPS; step++) {
  const ran = await child.ask('run', LOGINS / STEPS)
  const { open } = await provider.ask('counts')
  const sample = { ...ran, sockets: open }
  samples.push(sample)
  const { done, refused, resident, heap, sockets, listeners } = sample
  console.log(
    [done, refused, resident.toFixed(1), heap.toFixed(1), sockets, listeners]
      .map((value) => String(value).padEnd(8))
      .join(' '),
  )
}
const { outcomes, warnings } = await child.ask('end')
const { faults } = await provider.ask('counts')
await child.stop()
await provider.stop()
// the guards are full, and everything is compiled, after the first half; the second must be flat
const [early, late] = [samples.slice(STEPS / 2, (3 * STEPS) / 4), samples.slice((3 * STEPS) / 4)]
const middle = (part, what) => median(part.map((sample) => sample[what]))
const growth = (what) => middle(late, what) - middle(early, what)
const both = (what, digits) =>
  [early, late].map((part) => middle(part, what).toFixed(digits)).join(' and ')
const last = samples.at(-1)
const summary = `${last.done} logins in one process, ${faults} broken answers; outcomes ${JSON.stringify(outcomes)}. Medians of the third and of the last quarter: resident size ${both('resident', 1)} MB, heap after a collection ${both('heap', 1)} MB, open connections ${both('sockets', 0)}, listeners ${both('listeners', 0)}; ${warnings.length} warnings`
console.log(`\n${summary}`)
const isFlat =
  growth('resident') < 8 &&
  growth('heap') < 0.3 &&
  growth('sockets') <= 2 &&
  growth('listeners') <= 0
console.log(isFlat && warnings.length === 0 ? 'flat' : 'NOT flat')
writeBetween(
  'docs/performance.md',
  'soak',
  `${ranBy(`pnpm bench:soak${given < 0 ? '' : ` --logins ${LOGINS}`}`)}\n\n${summary}.`,
)
process.exit(isFlat && warnings.length === 0 ? 0 : 1)
