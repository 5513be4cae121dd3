import { parseArgs } from 'node:util'
import { startTopology } from '../support/topology'

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '4' },
    sessions: { type: 'string', default: 'redis' },
  },
})

async function run(): Promise<void> {
  const sessions = values.sessions === 'postgres' ? 'postgres' : 'redis'
  const topology = await startTopology({ processes: Number(values.processes), sessions })
  const { front, running, redis, postgres, providers } = topology
  console.log(`the site          ${front.url}`)
  for (const { url, pid } of running) console.log(`  process ${pid}  ${url}`)
  console.log(`Redis             ${redis.url}${sessions === 'redis' ? '' : ' (not used)'}`)
  console.log(`PostgreSQL        ${postgres.url}`)
  console.log(`a MonPay phone    ${providers.monpay.url}`)
  console.log(`a ZaloPay app     ${providers.zalopay.url}`)
  console.log(`a MoneyPools site ${providers.moneypools.url}`)
  console.log('\nEnd a process with kill PID and watch the site. Ctrl+C stops everything.')
  const stop = () => void topology.close()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

run().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
