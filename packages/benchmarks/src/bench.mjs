import { OURS, OVER_UNDICI, PEERS } from './contenders.mjs'
import {
  measureAllocation,
  measureCallback,
  measurePending,
  measureStart,
} from './measurements/legs.mjs'
import { measureLoading } from './measurements/loading.mjs'
import { measureDeadConnection, measureFirstLogin } from './measurements/network.mjs'
import { measureWhole } from './measurements/whole.mjs'
import { print, printStanding, writePage } from './report.mjs'

// `npm run bench [--dispatcher] [--quick] [--only name] [--write]`: prints every measurement. A full run,
// or one with --write, puts them into docs/performance.md.
const has = (flag) => process.argv.includes(flag)
const quick = has('--quick')
const only = has('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined
const strategies = [...OURS, ...PEERS]
// with --dispatcher, ours are measured a second time, over undici, where CPU is what is asked for
const both = has('--dispatcher') ? [...OURS, ...OVER_UNDICI, ...PEERS] : strategies

const MEASUREMENTS = {
  whole: measureWhole,
  callback: measureCallback,
  start: measureStart,
  'first-login': measureFirstLogin,
  'dead-connection': measureDeadConnection,
  allocation: measureAllocation,
  loading: measureLoading,
  pending: measurePending,
}

const began = performance.now()
const results = []
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  if (only !== undefined && only !== name) continue
  const from = performance.now()
  const made = [await measure({ strategies, both, quick })].flat()
  made.forEach(print)
  results.push(...made)
  console.log(`(${((performance.now() - from) / 1000).toFixed(0)} s)`)
}
const minutes = ((performance.now() - began) / 60_000).toFixed(1)
printStanding(results)
console.log(`\n${minutes} minutes`)
const flags = ['--dispatcher', '--quick'].filter(has)
if (only === undefined && (!quick || has('--write')))
  await writePage(results, {
    command: ['npm run bench', ...(flags.length > 0 ? ['--', ...flags] : [])].join(' '),
    minutes,
  })
process.exit()
