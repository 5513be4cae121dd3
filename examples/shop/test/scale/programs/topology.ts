import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { PROVIDER_NAMES } from '../../../src/settings'
import { findBroken } from '../support/invariants'
import { startTopology, type Topology } from '../support/topology'
import { measureUsage } from '../support/usage'

// Starts Redis, PostgreSQL, the simulators, several processes of the site and a proxy, without
// Docker. With --minutes people log in all that time; without it the site waits for you.
const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '4' },
    sessions: { type: 'string', default: 'redis' },
    minutes: { type: 'string', default: '0' },
    rate: { type: 'string', default: '1000' },
  },
})
const processes = Number(values.processes)
const minutes = Number(values.minutes)
const perMinute = Number(values.rate)
if (!(processes > 0 && minutes >= 0 && perMinute > 0))
  throw new TypeError('--processes, --minutes and --rate must be numbers above zero')

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
  const sessions = values.sessions === 'postgres' ? 'postgres' : 'redis'
  const topology = await startTopology({ processes, sessions, users: USERS })
  const { front, running, redis, postgres, providers } = topology
  console.log(`the site          ${front.url}`)
  for (const { url, pid } of running) console.log(`  process ${pid}  ${url}`)
  console.log(`Redis             ${redis.url}${sessions === 'redis' ? '' : ' (not used)'}`)
  console.log(`PostgreSQL        ${postgres.url}`)
  console.log(`a MonPay phone    ${providers.monpay.url}`)
  console.log(`a ZaloPay app     ${providers.zalopay.url}`)
  console.log(`a MoneyPools site ${providers.moneypools.url}\n`)
  if (minutes > 0) return measure(topology).finally(() => topology.close())
  console.log('End a process with kill PID and watch the site. Ctrl+C stops everything.')
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void topology.close())
}

async function measure(topology: Topology): Promise<void> {
  const { redisWire, sqlWire, running } = topology
  console.log(`${processes} processes, ${perMinute} logins a minute for ${minutes} minutes`)
  console.log(`${cpus().length} cores; load average before: ${describeLoad()}`)
  // every process has compiled its paths and filled its pools before anything is counted
  await drive(topology, Math.min(1, minutes / 4), { milliseconds: [], failures: [] })
  const [commands, statements] = [redisWire.sent.length, sqlWire.sent.length]
  const cpuBefore = measureCPU(topology)
  const score: Score = { milliseconds: [], failures: [] }
  const look = () => {
    const sizes = measureUsage(running.map(({ pid }) => pid)).map(({ mib }) => mib)
    console.log(`${score.milliseconds.length} logins: ${sizes.join(', ')} MiB resident`)
  }
  look()
  const timer = setInterval(look, SAMPLE_EVERY)
  await drive(topology, minutes, score).finally(() => clearInterval(timer))
  look()
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
    const spent = perLogin(1000 * (seconds - (cpuBefore[what] ?? 0)))
    console.log(`CPU for a login and its account page, ${what}: ${spent} ms`)
  }
  console.log(`load average after: ${describeLoad()}`)
  const broken = await findBroken(topology)
  const complaints = running.map((site) => site.complaints()).join('')
  if (broken.length > 0 || complaints) console.log(broken.join(', '), complaints.slice(0, 2000))
  if (score.failures.length > 0 || broken.length > 0 || complaints) process.exitCode = 1
}

/** Starts logins at the rate, also while earlier ones are running; waits for the last one. */
async function drive(topology: Topology, duration: number, score: Score): Promise<void> {
  const total = Math.round(perMinute * duration)
  const startedAt = performance.now()
  const logins: Promise<void>[] = []
  while (logins.length < total) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    const due = Math.min(total, ((performance.now() - startedAt) / 60_000) * perMinute)
    while (logins.length < due) logins.push(tryLogin(topology, started++, score))
  }
  await Promise.all(logins)
}

async function tryLogin({ front, person }: Topology, turn: number, score: Score): Promise<void> {
  const name = PROVIDER_NAMES[turn % PROVIDER_NAMES.length] ?? 'monpay'
  const visitor = person((Math.floor(turn / PROVIDER_NAMES.length) % USERS) + 1)
  const startedAt = performance.now()
  try {
    const { status, text } = await visitor.logIn(name, front.url)
    score.milliseconds.push(performance.now() - startedAt)
    if (status !== 303) throw new Error(`${status} ${/<h1>.*<\/h1>/.exec(text)?.[0]}`)
    const account = await visitor.account(front.url)
    if (!account?.includes(visitor.name)) throw new Error('the account page is not theirs')
  } catch (error) {
    score.failures.push(`${name}: ${String(error)}`)
  }
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

const describeLoad = () => String(loadavg().map((load) => load.toFixed(1)))

run().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
