import * as fc from 'fast-check'
import { isLong } from '../../../../test/long.js'
import type { Law } from './hostile.js'

const RUNS = 10_000

/** Tests laws; `npm run test:long` tries every one with all 10 000 inputs. */
export function checkLaws(laws: Record<string, Law[]>): void {
  describe.each(Object.entries(laws))('%s', (_subject, given) => {
    // a failure prints its seed and the smallest input that shows it
    it.each(given)(
      '$name',
      async ({ property, runs = RUNS }) => {
        const details = await fc.check(property, { numRuns: isLong ? RUNS : runs })
        expect(fc.defaultReportMessage(details)).toBeUndefined()
      },
      120_000,
    )
  })
}
