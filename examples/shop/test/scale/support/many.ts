import { describeUnless } from '../../../../../test/needs'
import {
  findPostgres,
  findProgram,
} from '../../../../../packages/passport-code-flow/test/support/programs'
import { startTopology, type Plan, type Topology } from './topology'

/** What has to be installed here before many processes can be tried, or nothing. */
export function findMissing(): string | undefined {
  if (!findProgram('redis-server')) return 'install redis-server'
  return findPostgres() ? undefined : 'install postgresql'
}

/** Tests of many processes; they are skipped where Redis or PostgreSQL is not installed. */
export function describeMany(title: string, plan: Plan, tests: (many: () => Topology) => void) {
  describeUnless(findMissing(), title, () => {
    let topology: Topology

    beforeAll(async () => {
      topology = await startTopology(plan)
    })

    afterAll(() => topology?.close())

    tests(() => topology)
  })
}
