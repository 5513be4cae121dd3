import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server as HttpServer,
} from 'node:http'
import { type AddressInfo, connect, type Server as TcpServer } from 'node:net'
import { text } from 'node:stream/consumers'

/** A server of a test on this machine. */
export interface Listening {
  url: string
  port: number
  /** Closes the server and its connections. */
  close(): Promise<void>
}

/** Starts a server, or makes one that answers with this function. Without a port, it gets a free one. */
export async function listen(
  given: HttpServer | TcpServer | RequestListener,
  host = '127.0.0.1',
  wanted = 0,
): Promise<Listening> {
  const server = typeof given === 'function' ? createServer(given) : given
  await once(server.listen(wanted, host), 'listening')
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

/** The answer to a request with any method and target, also one that no HTTP client sends. */
export async function askRaw(
  port: number,
  methodAndTarget: string,
  host = 'shop.test',
): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${methodAndTarget} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  return text(socket)
}

/** The status of a request with any target, such as `*`. */
export async function askTarget(address: string, method: string, target: string): Promise<number> {
  const answer = await askRaw(Number(new URL(address).port), `${method} ${target}`)
  return Number(answer.slice('HTTP/1.1 '.length, 12))
}

/** Requests whose target is no path. */
export const NO_PATHS: [method: string, target: string][] = [
  ['GET', '*'],
  ['OPTIONS', '*'],
  ['POST', '*'],
  ['GET', '*/auth/monpay'],
  ['GET', 'http://['],
]

/**
 * The statuses of two requests for a page. Both are sent in one write on one connection, so the
 * second request arrives before the first one has its answer.
 */
export async function askTwice(address: string, cookie: string): Promise<number[]> {
  const { host, hostname, port, pathname, search } = new URL(address)
  const head = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n`
  const socket = connect(Number(port), hostname)
  socket.write(`${head}\r\n${head}Connection: close\r\n\r\n`)
  const answers = await text(socket)
  return [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
}

/** A proxy that tunnels, or refuses with another status, and what it was asked. */
export async function startProxy(status = 200) {
  const asked: { target: string | undefined; headers: IncomingHttpHeaders }[] = []
  const server = createServer()
  server.on('connect', ({ url: target, headers }, client, head) => {
    asked.push({ target, headers })
    if (status !== 200) return client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
    const [host = '', port] = String(target).split(':')
    const tunnel = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      tunnel.write(head)
      tunnel.pipe(client).pipe(tunnel)
    })
    tunnel.on('error', () => client.destroy())
    client.on('error', () => tunnel.destroy())
    return undefined
  })
  return { asked, ...(await listen(server)) }
}
