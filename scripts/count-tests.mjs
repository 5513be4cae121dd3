// Prints `N passed, N failed, N skipped` from Jest's reports; the first argument is how many other checks failed.
import { readFileSync } from 'node:fs'

const [otherFailures, ...reports] = process.argv.slice(2)
const counts = reports.map(count)
const total = (key) => counts.reduce((sum, one) => sum + one[key], 0)
const allFailed = total('failed') + Number(otherFailures)
console.log(`${total('passed')} passed, ${allFailed} failed, ${total('skipped')} skipped`)

/** A suite that could not run, or a run that wrote no report, counts as one failure. */
function count(file) {
  try {
    const run = JSON.parse(readFileSync(file, 'utf8'))
    const failures = run.numFailedTests + run.numRuntimeErrorTestSuites
    const failed = run.success ? 0 : Math.max(failures, 1)
    return { passed: run.numPassedTests, failed, skipped: run.numPendingTests }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
