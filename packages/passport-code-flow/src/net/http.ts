import http, { type IncomingMessage } from 'node:http'
import type https from 'node:https'
import type { Socket } from 'node:net'
import { urlToHttpOptions } from 'node:url'
import { LoginStopped } from '../errors.js'
import type { RawAnswer, Request } from '../provider.js'
import type { Deadline } from './deadline.js'
import { dispatch } from './dispatcher.js'
import { readAnswer, StaleConnection, unreachable } from './incoming.js'
import { encode, type Message } from './message.js'
import type { Transport } from './transport.js'

/** A URL, parsed once: where the connection goes and what is asked there. */
export interface Endpoint {
  /** As it was given. */
  url: string
  origin: string
  isSecure: boolean
  /** Without the brackets of an IPv6 address. */
  hostname: string
  port: string | number
  /** The port of the scheme: without it, some agents go to port 80 for https. */
  defaultPort: number
  path: string
}

/** Parses a URL. Loads TLS where the URL needs it, so that no login waits for the loading. */
export function parseEndpoint(text: string): Endpoint {
  const url = new URL(text)
  const { hostname, port, path } = urlToHttpOptions(url)
  const isSecure = url.protocol === 'https:'
  const defaultPort = isSecure ? 443 : 80
  if (isSecure) loadHTTPS()
  return {
    url: text,
    origin: url.origin,
    isSecure,
    hostname: hostname!,
    port: port || defaultPort,
    defaultPort,
    path: path!,
  }
}

/**
 * Sends one request and reads its whole answer. Follows no redirect, decompresses nothing. Throws
 * `LoginStopped`: `timeout`, `network`, `redirect_refused`, `too_large` or `bad_response`.
 */
export async function send(
  to: Endpoint,
  request: Request,
  transport: Transport,
  deadline: Deadline,
): Promise<RawAnswer> {
  const message = encode(to.path, request, transport.headers)
  const { agent, dispatcher, maxResponseBytes: limit } = transport
  const attempt = (own: http.Agent | undefined) => {
    // a provider's own function may ask once more, after the login has ended
    deadline.check()
    return dispatcher
      ? dispatch(to.origin, message, dispatcher, limit, deadline)
      : ask(to, message, own, limit, deadline)
  }
  try {
    return await attempt(agent)
  } catch (stopped) {
    if (!(stopped instanceof StaleConnection)) throw stopped
    // the provider closed an idle connection while we sent: docs/decisions/004-one-repeat.md
    return attempt(agent ?? agentOfRepeat(to))
  }
}

/**
 * The agent of a repeat. It opens a new connection with the settings of Node's global agent, which
 * may hold a proxy or certificates. A global agent of another class may be a proxy itself, so it is
 * used again, as an agent of the application is.
 */
function agentOfRepeat({ isSecure }: Endpoint): http.Agent {
  const { Agent, globalAgent }: Pick<typeof http, 'Agent' | 'globalAgent'> = isSecure
    ? loadHTTPS()
    : http
  if (globalAgent.constructor !== Agent) return globalAgent
  // every agent has this member, which Node's documentation leaves out
  const { options } = globalAgent as { options?: http.AgentOptions }
  return new Agent({ ...options, keepAlive: false })
}

function ask(
  { isSecure, hostname, port, defaultPort }: Endpoint,
  message: Message,
  agent: http.Agent | undefined,
  limit: number,
  deadline: Deadline,
): Promise<RawAnswer> {
  const { method, path, headers, body } = message
  return new Promise((resolve, reject) => {
    // every member is set here: Node would take a missing one from `Object.prototype`
    const protocol = isSecure ? 'https:' : 'http:'
    const target = { protocol, hostname, port, defaultPort, path, method, headers, agent }
    const client = (isSecure ? loadHTTPS() : http).request(target)
    let response: IncomingMessage | undefined
    deadline.listen((stopped) => {
      // else a firewall or a busy agent looks like a slow provider
      const isWaiting = !response && !client.closed && !isOpen(client.socket)
      if (stopped.code === 'timeout' && isWaiting)
        stopped.detail.cause = new Error('no connection to the provider was open')
      reject(stopped)
      client.destroy()
    })
    let readBefore: number | undefined
    client.on('socket', ({ bytesRead }) => (readBefore = bytesRead))
    client.on('response', (incoming) => {
      response = incoming
      const { statusCode, headers: received } = incoming
      const answer = { statusCode, headers: received, body: incoming }
      // after this tick, Node has put the connection back into its pool; a promise, since
      // process.nextTick may be that of a test's fake timers
      const settle = (done: () => void) => Promise.resolve().then(done)
      readAnswer(message, answer, limit, deadline, settle, { resolve, reject })
    })
    client.on('error', (cause) => {
      // after the answer has begun, only the events of its body end the call: they get this error
      if (response?.complete === false) response.destroy(cause)
      if (response) return
      // no byte of this answer: a request whose answer has begun is never repeated
      const isUnread = client.socket?.bytesRead === readBefore
      reject(unreachable(cause, client.reusedSocket && isUnread))
    })
    client.on('close', () => {
      if (!response)
        reject(new LoginStopped('network', 'the connection was closed without an answer'))
    })
    client.end(body)
  })
}

/** False while the request waits for the agent, TCP or TLS. */
function isOpen(socket: (Socket & { secureConnecting?: boolean }) | null): boolean {
  return socket !== null && !socket.connecting && !socket.secureConnecting
}

let loaded: typeof https | undefined

/** Loads TLS for the first https endpoint, not at import: it is a large part of the import time. */
function loadHTTPS(): typeof https {
  loaded ??= require('node:https') as typeof https
  return loaded
}
