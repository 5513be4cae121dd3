import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { isLong } from '../../../../test/long.js'
import type { FaultName } from '../../../passport-provider-simulators/src/index.js'
import { type Kind, KINDS, type Provider } from '../attacks/support/kinds.js'
import type { Report, Task } from './programs/many-logins.js'

const LOGINS = 200

/**
 * Megabytes that 200 parallel logins may take on top of the process itself. They may hold 12.5 of
 * their answers. Measured: 15 to 50, for sockets, requests and timers. One megabyte kept of each
 * answer would be 200; the last test shows that more is seen.
 */
const BOUND = 80

const FAULTS = [
  ['huge', 'error too_large 502'],
  ['gzip-bomb', 'error too_large 502'],
  ['slow-drip', 'error timeout 504'],
] as const

// what is read of an answer is the core's to say: each fault once, and `npm run test:long` all nine
const ROWS = Object.values(KINDS).flatMap(({ name }, at) =>
  FAULTS.filter((_fault, turn) => isLong || turn === at).map((fault) => [name, ...fault] as const),
)

const folder = mkdtempSync(path.join(tmpdir(), 'program-'))
const program = path.join(folder, 'program.cjs')
let provider: Provider

beforeAll(() =>
  build({
    entryPoints: [path.join(__dirname, 'programs/many-logins.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    alias: { 'passport-code-flow': path.join(__dirname, '../../src/index.ts') },
  }),
)

afterEach(() => provider.close())
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the logins in a process of their own, against a provider in this one. */
async function logInAtOnce(name: Kind['name'], fault: FaultName, more: object = {}) {
  provider = await KINDS[name].open('https://shop.test/callback')
  provider.misbehave(fault)
  const { clientID, clientSecret, url, callbackURL } = provider
  const given = { clientID, clientSecret, url, callbackURL, userInfoURL: '/simulated/user-info' }
  // long enough that only an answer without end meets the deadline
  const options = { timeout: fault === 'slow-drip' ? 1000 : 60_000, ...more }
  const child = fork(program, { execArgv: ['--expose-gc'] })
  try {
    child.send({ name, provider: given, logins: LOGINS, options } satisfies Task)
    const [report] = (await once(child, 'message')) as [Report]
    return report
  } finally {
    child.kill('SIGKILL')
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

it('200 logins that keep 3 MB each take more than the bound, so the tests above can fail', async () => {
  const kept = await logInAtOnce('monpay', 'huge', { maxResponseBytes: 3 * 2 ** 20 })
  expect(kept.endings).toEqual({ 'error too_large 502': LOGINS })
  expect(kept.atPeak).toBeGreaterThan(BOUND)
}, 120_000)
