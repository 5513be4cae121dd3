import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Server } from 'node:net'
import { type Settings, startProviders } from './providers.js'

/** Starts an application on a port; returns its server, or a promise for the end of the start. */
type Start = (settings: Settings, secret: string, port: number) => unknown

/** Runs an application on `PORT` with three simulated providers: no account is needed. */
export function runExample(start: Start): void {
  const port = Number(process.env.PORT ?? 3000)
  const isPort = Number.isInteger(port) && port > 0 && port < 65_536
  if (!isPort) return end('PORT must be a number from 1 to 65535')
  run(start, port).catch((error: unknown) => end(explain(error)))
}

async function run(start: Start, port: number): Promise<void> {
  const url = `http://localhost:${port}`
  const { settings, monpay, zalopay } = await startProviders(url)
  const server = await start(settings, randomBytes(32).toString('hex'), port)
  if (server instanceof Server && !server.listening) await once(server, 'listening')
  console.log(`${url}; MonPay's phone: ${monpay.url}; ZaloPay's app: ${zalopay.url}`)
}

/** One line for what another `PORT` fixes; the error itself for everything else. */
function explain(error: unknown): unknown {
  const { code, port, syscall, message } = Object(error)
  const isTaken = code === 'EADDRINUSE'
  if (isTaken) return `Port ${port} is taken. Use another one: PORT=3100 before the same command`
  return syscall === 'listen' ? `PORT is wrong: ${message}` : error
}

/** Running simulators would otherwise keep the process running. */
function end(why: unknown): void {
  console.error(why)
  process.exit(1)
}
