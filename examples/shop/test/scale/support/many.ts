import { describeWith } from '../../../../../packages/passport-code-flow/test/support/services'
import { startTopology, type Plan, type Topology } from './topology'

/** Tests of many processes; they are skipped where Redis or PostgreSQL is not installed. */
export function describeMany(title: string, plan: Plan, tests: (many: () => Topology) => void) {
  describeWith(['Redis', 'PostgreSQL'], title, () => {
    let topology: Topology

    beforeAll(async () => {
      topology = await startTopology(plan)
    })

    afterAll(() => topology?.close())

    tests(() => topology)
  })
}
