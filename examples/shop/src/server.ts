import path from 'node:path'
import { createApp } from './app.js'
import { startSimulators } from './demo/simulators.js'
import { createLogger, linesForPeople } from './log.js'
import { serve } from './serve.js'
import { readConfig } from './read-config.js'
import { ConfigError, PROVIDER_NAMES } from './settings.js'

async function main(): Promise<void> {
  const { port, host, ...settings } = readConfig(process.env, path.join(__dirname, '..', 'data'))
  const configured = PROVIDER_NAMES.some((name) => settings.providers[name])
  const simulators = configured ? undefined : await startSimulators(settings.baseURL)
  const logger = createLogger(settings.logLevel, simulators && linesForPeople())
  const site = await createApp({ ...settings, ...simulators?.settings }, logger)
  const server = await serve(site, { port, host })
  logger.info({ url: settings.baseURL.href, port: server.port }, 'listening')
  if (simulators) console.log(`\n  The demo is ready: ${settings.baseURL.href}\n`)

  const stop = (signal: string) => {
    logger.info({ signal }, 'stopping: running logins are finished first')
    void server.stop().then(() => simulators?.close())
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

main().catch((error: unknown) => {
  console.error(explain(error))
  // Open simulators or databases would otherwise keep the process running.
  process.exit(1)
})

/** One line for what the operator can fix; the error itself for everything else. */
function explain(error: unknown): unknown {
  const { code, port, syscall, message } = Object(error)
  if (code === 'EADDRINUSE') return `Port ${port} is taken. Use another one: PORT=3100 npm run demo`
  if (syscall === 'listen' || syscall === 'getaddrinfo') return `HOST or PORT is wrong: ${message}`
  // The strategies' errors name the wrong option, and never its value.
  const isOption = error instanceof TypeError && message.startsWith('passport-')
  return isOption || error instanceof ConfigError ? message : error
}
