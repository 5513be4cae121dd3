import * as fc from 'fast-check'
import { LAWS } from './laws.js'

const RUNS = 10_000

describe.each(Object.entries(LAWS))('%s', (_subject, laws) => {
  // a failure prints its seed and the smallest input that shows it
  it.each(laws)(
    '$name',
    async ({ property }) => {
      const details = await fc.check(property, { numRuns: RUNS })
      expect(fc.defaultReportMessage(details)).toBeUndefined()
    },
    120_000,
  )
})
