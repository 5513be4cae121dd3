import { reportMissing } from '../../support/databases'
import { findMissing } from './stores'
import { startTopology, type Plan, type Topology } from './topology'

const missing = findMissing()

/**
 * Tests of many processes. Where Redis or PostgreSQL is not installed, one test stands in for them
 * that says so loudly, and fails with CI.
 */
export function describeMany(title: string, plan: Plan, tests: (many: () => Topology) => void) {
  if (missing) {
    reportMissing(`${title}: ${missing}`)
    return
  }
  describe(title, () => {
    let topology: Topology

    beforeAll(async () => {
      topology = await startTopology(plan)
    })

    afterAll(() => topology?.close())

    tests(() => topology)
  })
}
