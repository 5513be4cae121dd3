import * as fc from 'fast-check'
import { isLong } from '../../../../test/long.js'
import { LAWS } from './laws.js'

// `npm run test:long` tries every law with all 10 000 inputs
const RUNS = 10_000

describe.each(Object.entries(LAWS))('%s', (_subject, laws) => {
  // a failure prints its seed and the smallest input that shows it
  it.each(laws)(
    '$name',
    async ({ property, runs = RUNS }) => {
      const details = await fc.check(property, { numRuns: isLong ? RUNS : runs })
      expect(fc.defaultReportMessage(details)).toBeUndefined()
    },
    120_000,
  )
})
