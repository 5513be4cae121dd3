import { startChild } from './harness/child.mjs'
import { startProvider } from './harness/rounds.mjs'
import { facts } from './report/performance.mjs'
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
  const sample = await child.ask('run', LOGINS / STEPS)
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
// the guards are full, and everything is compiled, after a quarter of the logins
const warm = samples.slice(STEPS / 4)
const [first, last] = [warm[0], warm.at(-1)]
const growth = last.resident - first.resident
const summary = `${last.done} logins in one process, ${faults} broken answers: ${JSON.stringify(outcomes)}; resident size ${first.resident.toFixed(1)} MB after a quarter, ${last.resident.toFixed(1)} MB at the end; heap ${first.heap.toFixed(1)} and ${last.heap.toFixed(1)} MB; sockets ${first.sockets} and ${last.sockets}; listeners ${first.listeners} and ${last.listeners}; warnings: ${warnings.length}`
console.log(`\n${summary}`)
const flat = growth < 10 && last.sockets <= first.sockets + 5 && last.listeners <= first.listeners
console.log(flat && warnings.length === 0 ? 'flat' : 'NOT flat')
const day = new Date().toISOString().slice(0, 10)
writeBetween(
  'docs/performance.md',
  'soak',
  `Run on ${day} by \`pnpm bench:soak${given < 0 ? '' : ` --logins ${LOGINS}`}\`: ${facts()}.\n\n${summary}.`,
)
process.exit(flat && warnings.length === 0 ? 0 : 1)
