import { createServer } from 'node:http'
import type { App } from './app.js'
import type { Address } from './settings.js'

/** How long running requests may take after a stop, in milliseconds. A login takes less time. */
const STOP_WAITS = 15_000

/** A site that listens on a port. */
export interface Server {
  port: number
  /** Accepts no more requests, finishes those that are running, then closes everything. */
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
    // After a login its connection stays open, which would delay the stop.
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
