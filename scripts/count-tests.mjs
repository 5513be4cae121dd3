// Prints `N passed, N failed` from Jest's report; the second argument is how many other checks failed.
import { readFileSync } from 'node:fs'

const [report, otherFailures] = process.argv.slice(2)
const { passed, failed } = count(report)
console.log(`${passed} passed, ${failed + Number(otherFailures)} failed`)

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
