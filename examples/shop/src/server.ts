import path from 'node:path'
import { createApp } from './app.js'
import { PROVIDER_NAMES } from './settings.js'
import { startSimulators, type Simulators } from './demo/simulators.js'
import { ConfigError, readConfig } from './settings.js'
import { createLogger } from './log.js'
import { serve } from './serve.js'

async function main(): Promise<void> {
  const { port, ...settings } = readConfig(process.env, path.join(__dirname, '..', 'data'))
  const configured = PROVIDER_NAMES.some((name) => settings.providers[name])
  const simulators: Simulators | undefined = configured
    ? undefined
    : await startSimulators(settings.baseURL)
  const logger = createLogger(settings.logLevel)
  const site = await createApp({ ...settings, ...simulators?.settings }, logger)
  const server = await serve(site, port)
  const { href: url } = settings.baseURL
  logger.info({ url, port: server.port, simulators: simulators?.settings.demo }, 'listening')
  if (simulators) console.log(`\n  The demo is ready: ${settings.baseURL.href}\n`)

  const stop = (signal: string) => {
    logger.info({ signal }, 'stopping: finishing the running logins')
    void server.stop().then(() => simulators?.close())
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

main().catch((error: unknown) => {
  process.exitCode = 1
  console.error(error instanceof ConfigError ? error.message : error)
})
