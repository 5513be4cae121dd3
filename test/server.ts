import { createServer, type RequestListener, type Server as HttpServer } from 'node:http'
import type { AddressInfo, Server as TcpServer } from 'node:net'

/** A server of a test, on a free port of this machine. */
export interface Listening {
  url: string
  port: number
  /** Ends its connections, too. */
  close(): Promise<void>
}

/** Has a server listen, or one that answers like this. */
export async function listen(
  given: HttpServer | TcpServer | RequestListener,
  host = '127.0.0.1',
): Promise<Listening> {
  const server = typeof given === 'function' ? createServer(given) : given
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  }
}
