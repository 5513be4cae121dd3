import { measureAllocation } from './measurements/allocation.mjs'
import { measureCallback } from './measurements/callback.mjs'
import { measureDeadConnection } from './measurements/dead-connection.mjs'
import { measureFirstLogin } from './measurements/first-login.mjs'
import { measureImport } from './measurements/import.mjs'
import { measureInstalled } from './measurements/installed.mjs'
import { measurePending } from './measurements/pending.mjs'
import { measureSlowProvider } from './measurements/slow-provider.mjs'
import { measureStart } from './measurements/start.mjs'
import { measureWhole } from './measurements/whole.mjs'
import { judge, print, writePerformance } from './report/performance.mjs'

// `pnpm bench [--quick] [--only id] [--write]`: prints every measurement; a full run, or one with
// --write, puts them into docs/performance.md.
const quick = process.argv.includes('--quick')
const only = process.argv[process.argv.indexOf('--only') + 1]
const chosen = process.argv.includes('--only') ? [only] : undefined

const MEASUREMENTS = {
  callback: () => measureCallback({ quick }),
  start: () => measureStart({ withSession: false, quick }),
  'start-session': () => measureStart({ withSession: true, quick }),
  whole: () => measureWhole({ quick }),
  'first-login': () => measureFirstLogin({ quick }),
  'dead-connection': () => measureDeadConnection({ quick }),
  allocation: () => measureAllocation({ quick }),
  import: () => measureImport({ quick }),
  installed: () => measureInstalled(),
  pending: () => measurePending(),
  'slow-provider': () => measureSlowProvider({ quick }),
}

const began = performance.now()
const results = []
for (const id of chosen ?? Object.keys(MEASUREMENTS)) {
  const from = performance.now()
  const made = [await MEASUREMENTS[id]()].flat()
  results.push(...made)
  made.forEach(print)
  console.log(`(${((performance.now() - from) / 1000).toFixed(0)} s)`)
}
const minutes = ((performance.now() - began) / 60_000).toFixed(1)
const head = ['measurement', 'target', 'measured', '']
const rows = results.flatMap((result) => result.targets).map(judge)
print({ title: 'Targets (the worst of the three strategies)', head, rows })
console.log(`\n${minutes} minutes`)
if (!chosen && (!quick || process.argv.includes('--write')))
  await writePerformance(results, { command: `pnpm bench${quick ? ' --quick' : ''}`, minutes })
process.exit()
