import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { PROVIDER_NAMES } from '../../../src/settings'
import { findBroken } from '../support/invariants'
import { Browser, logIn, nameOf } from '../support/people'
import { startTopology, type Topology } from '../support/topology'
import { measureUsage } from '../support/usage'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    processes: { type: 'string', default: '4' },
    rate: { type: 'string', default: '1000' },
  },
})
const minutes = Number(values.minutes)
const processes = Number(values.processes)
const perMinute = Number(values.rate)
if (![minutes, processes, perMinute].every((number) => number > 0)) {
  throw new TypeError('--minutes, --processes and --rate must be numbers above zero')
}

const USERS = 600
const SAMPLE_EVERY = 15_000

/** Logins started so far. A person logs in at most once in the minute that a MoneyPools token lasts. */
let started = 0

/** The results of the logins. */
interface Score {
  milliseconds: number[]
  failures: string[]
}

async function run(): Promise<void> {
  const topology = await startTopology({ processes, users: USERS })
  try {
    const { redisWire, sqlWire } = topology
    console.log(`${processes} processes, ${perMinute} logins a minute for ${minutes} minutes`)
    console.log(`${cpus().length} cores; load average before: ${describeLoad()}`)
    // every process has compiled its paths and filled its pools before anything is counted
    await drive(topology, Math.min(1, minutes / 4), { milliseconds: [], failures: [] })
    const [commands, statements] = [redisWire.sent.length, sqlWire.sent.length]
    const cpuBefore = measureCPU(topology)
    const score: Score = { milliseconds: [], failures: [] }
    const sampling = new AbortController()
    const sampled = sample(topology, score, sampling.signal)
    await drive(topology, minutes, score)
    sampling.abort()
    await sampled
    const cpu = measureCPU(topology)
    const logins = score.milliseconds.length
    console.log(`${logins} logins, ${score.failures.length} failures`)
    for (const failure of score.failures.slice(0, 10)) console.log(`  ${failure}`)
    console.log(`p50 ${percentile(score, 0.5)} ms, p99 ${percentile(score, 0.99)} ms for a login`)
    const perLogin = (count: number) => (count / logins).toFixed(1)
    console.log(
      `a login and its account page: ${perLogin(redisWire.sent.length - commands)} Redis commands, ` +
        `${perLogin(sqlWire.sent.length - statements)} SQL statements`,
    )
    for (const [what, seconds] of Object.entries(cpu)) {
      const spent = (1000 * (seconds - (cpuBefore[what] ?? 0))) / logins
      console.log(`CPU for a login and its account page, ${what}: ${spent.toFixed(1)} ms`)
    }
    console.log(`load average after: ${describeLoad()}`)
    const broken = await findBroken(topology)
    const complaints = topology.running.map((site) => site.complaints()).join('')
    if (broken.length > 0 || complaints) console.log(broken.join(', '), complaints.slice(0, 2000))
    if (score.failures.length > 0 || broken.length > 0 || complaints) process.exitCode = 1
  } finally {
    await topology.close()
  }
}

/** Starts logins at the rate, also while earlier ones are running; waits for the last one. */
async function drive(topology: Topology, duration: number, score: Score): Promise<void> {
  const total = Math.round(perMinute * duration)
  const startedAt = performance.now()
  const logins: Promise<void>[] = []
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, ((performance.now() - startedAt) / 60_000) * perMinute)
      while (logins.length < due) logins.push(tryLogin(topology, started++, score))
      if (logins.length < total) return
      clearInterval(timer)
      resolve()
    }, 10)
  })
  await Promise.all(logins)
}

async function tryLogin(topology: Topology, turn: number, score: Score): Promise<void> {
  const { front, providers } = topology
  const name = PROVIDER_NAMES[turn % PROVIDER_NAMES.length] ?? 'monpay'
  const person = (Math.floor(turn / PROVIDER_NAMES.length) % USERS) + 1
  const browser = new Browser()
  const startedAt = performance.now()
  try {
    const { status, text } = await logIn(name, browser, front.url, providers, person)
    score.milliseconds.push(performance.now() - startedAt)
    if (status !== 303) throw new Error(`${status} ${/<h1>.*<\/h1>/.exec(text)?.[0]}`)
    const account = await browser.account(front.url)
    if (!account?.includes(nameOf(person))) throw new Error('the account page is not theirs')
  } catch (error) {
    score.failures.push(`${name}: ${String(error)}`)
  }
}

/** Prints the size of the processes from time to time, until it is stopped. */
async function sample(topology: Topology, score: Score, stop: AbortSignal): Promise<void> {
  const look = () => {
    const usage = measureUsage(topology.running.map(({ pid }) => pid))
    const sizes = usage.map(({ mib }) => mib).join(', ')
    console.log(`${score.milliseconds.length} logins: ${sizes} MiB resident`)
  }
  look()
  const timer = setInterval(look, SAMPLE_EVERY)
  await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }))
  clearInterval(timer)
  look()
}

/** Seconds of CPU so far. */
function measureCPU({ running, redis, postgres }: Topology): Record<string, number> {
  const usage = measureUsage([redis.pid, postgres.pid, ...running.map(({ pid }) => pid)])
  const [inRedis, inPostgres, ...sites] = usage.map(({ seconds }) => seconds)
  const inSites = sites.reduce((sum, seconds) => sum + seconds, 0)
  return { 'all site processes': inSites, Redis: inRedis ?? 0, PostgreSQL: inPostgres ?? 0 }
}

function percentile({ milliseconds }: Score, share: number): number {
  const sorted = [...milliseconds].sort((one, other) => one - other)
  return Math.round(sorted[Math.floor(sorted.length * share)] ?? 0)
}

function describeLoad(): string {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')
}

run().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
