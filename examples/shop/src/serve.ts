import { createServer } from 'node:http'
import type { App } from './app.js'
import type { Address } from './settings.js'

/** How long running requests may take after a stop, in milliseconds; longer than a login takes. */
const STOP_WAITS = 15_000

/** A listening site. */
export interface Server {
  port: number
  /** Accepts nobody any more, finishes what is running, then closes everything. */
  stop(): Promise<void>
}

/** Listens on a port; 0 takes a free one. Rejects when the port is taken. */
export async function serve(site: App, { port, host }: Address): Promise<Server> {
  const server = createServer(site.app)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  let stopped: Promise<void> | undefined
  server.on('request', (_req, res) => {
    // A finished login leaves its connection idle, which would delay the stop.
    res.once('close', () => stopped && setImmediate(() => server.closeIdleConnections()))
  })
  const finish = async () => {
    site.drain()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    const impatience = setTimeout(() => server.closeAllConnections(), STOP_WAITS).unref()
    await closed
    clearTimeout(impatience)
    await site.close()
  }
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    stop() {
      stopped ??= finish()
      return stopped
    },
  }
}
