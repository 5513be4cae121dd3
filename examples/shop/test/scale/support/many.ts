import { describeUnless } from '../../../../../test/needs'
import { findMissing } from './stores'
import { startTopology, type Plan, type Topology } from './topology'

const missing = findMissing()

/** Tests of many processes; they are skipped where Redis or PostgreSQL is not installed. */
export function describeMany(title: string, plan: Plan, tests: (many: () => Topology) => void) {
  describeUnless(missing, title, () => {
    let topology: Topology

    beforeAll(async () => {
      topology = await startTopology(plan)
    })

    afterAll(() => topology?.close())

    tests(() => topology)
  })
}
