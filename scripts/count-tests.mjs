// Prints `N passed, N failed` from Jest's reports; the first argument is how many other checks failed.
import { readFileSync } from 'node:fs'

const [otherFailures, ...reports] = process.argv.slice(2)
const counts = reports.map(count)
const total = (key) => counts.reduce((sum, one) => sum + one[key], 0)
console.log(`${total('passed')} passed, ${total('failed') + Number(otherFailures)} failed`)

/** A suite that could not run, or a run that wrote no report, counts as one failure. */
function count(file) {
  try {
    const run = JSON.parse(readFileSync(file, 'utf8'))
    const failures = run.numFailedTests + run.numRuntimeErrorTestSuites
    return { passed: run.numPassedTests, failed: run.success ? 0 : Math.max(failures, 1) }
  } catch {
    return { passed: 0, failed: 1 }
  }
}
