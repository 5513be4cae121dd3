// Prints the last line of a run: how many tests were not run, why, and what to install.
const NOT_TESTED = /^NOT TESTED \((.*?)\): /

module.exports = class NotTested {
  onRunComplete(_contexts, { testResults }) {
    const counts = new Map()
    for (const { status, ancestorTitles } of testResults.flatMap((file) => file.testResults)) {
      const [reason] = ancestorTitles.flatMap((title) => NOT_TESTED.exec(title)?.[1] ?? [])
      if (status === 'pending' && reason) counts.set(reason, (counts.get(reason) ?? 0) + 1)
    }
    const reasons = [...counts].map(([reason, count]) => `${count} (${reason})`)
    if (reasons.length > 0) console.error(`\nNOT TESTED: ${reasons.join(', ')}`)
  }
}
