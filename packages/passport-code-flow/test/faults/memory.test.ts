import { isLong } from '../../../../test/long.js'
import type { FaultName } from '../../../passport-provider-simulators/src/index.js'
import type { Report, Task } from './programs/many-logins.js'
import { Child } from './support/child.js'
import { NAMES, openProvider, type Provider } from './support/providers.js'

const MEGABYTE = 2 ** 20
const LOGINS = 200
/** The default: what 200 logins may hold of their answers is 12.5 MB. */
const CAP = 65_536

/**
 * Megabytes that 200 parallel logins may take on top of the process itself. Measured: 15 to 50,
 * for sockets, requests and timers. One megabyte kept of each answer would be 200; the last test shows that more is seen.
 */
const BOUND = 80

const FAULTS = [
  ['huge', 'error too_large'],
  ['gzip-bomb', 'error too_large'],
  ['slow-drip', 'error timeout'],
] as const

// what is read of an answer is the core's to say: each fault once, and `npm run test:long` all nine
const ROWS = NAMES.flatMap((name, at) =>
  FAULTS.filter((_fault, turn) => isLong || turn === at).map((fault) => [name, ...fault] as const),
)

let provider: Provider

afterEach(() => provider.simulator.close())

/** Runs the logins in a process of their own, against a provider in this one. */
async function logInAtOnce(
  strategy: Task['strategy'],
  fault: FaultName,
  more: Partial<Task> = {},
): Promise<{ endings: Report['endings']; atPeak: number; afterwards: number }> {
  provider = await openProvider(strategy)
  provider.simulator.misbehave(fault)
  // long enough that only an answer without end meets the deadline
  const timeout = fault === 'slow-drip' ? 1000 : 60_000
  const task = { strategy, baseURL: provider.simulator.url, logins: LOGINS, timeout }
  const child = await Child.start('many-logins')
  try {
    child.say({ ...task, maxResponseBytes: CAP, ...more })
    const { endings, before, peak, after } = await child.hear<Report>()
    const [atPeak, afterwards] = [peak, after].map((size) => (size - before) / MEGABYTE)
    return { endings, atPeak: atPeak ?? 0, afterwards: afterwards ?? 0 }
  } finally {
    await child.kill()
  }
}

it.each(ROWS)(
  '%s: 200 logins at once against %s all end in their code, in little memory',
  async (name, fault, ending) => {
    const { endings, atPeak, afterwards } = await logInAtOnce(name, fault)
    expect(endings).toEqual({ [ending]: LOGINS })
    expect(atPeak).toBeLessThan(BOUND)
    expect(afterwards).toBeLessThan(BOUND)
  },
  120_000,
)

it('would notice if answers were kept: with a cap of 3 MB, 200 of them break the bound', async () => {
  const kept = await logInAtOnce('monpay', 'huge', { maxResponseBytes: 3 * MEGABYTE })
  expect(kept.endings).toEqual({ 'error too_large': LOGINS })
  expect(kept.atPeak).toBeGreaterThan(BOUND)
}, 120_000)
