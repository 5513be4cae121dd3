import http from 'node:http'
import type https from 'node:https'
import type { Deadline } from './deadline.js'
import { Problem } from './errors.js'
import { type HttpAnswer, type HttpRequest, read, target, write } from './http-message.js'

/** How requests leave: what the operator may set about the connection. */
export interface Transport {
  agent?: http.Agent
  headers: Record<string, string>
  maxResponseBytes: number
}

/**
 * Sends one request and reads its whole answer: no redirect is followed, nothing is inflated.
 * Throws a `Problem`: `timeout`, `network`, `redirect_refused`, `too_large` or `bad_response`.
 */
export function send(
  request: HttpRequest,
  transport: Transport,
  deadline: Deadline,
): Promise<HttpAnswer> {
  return attempt(request, transport, deadline).catch((problem: unknown) => {
    if (!(problem instanceof StaleConnection)) throw problem
    // docs/decisions/004-one-repeat.md: the idle connection was closed while the request left
    return attempt(request, { agent: false, ...transport }, deadline)
  })
}

/** A kept-alive connection that died before any byte of an answer. */
class StaleConnection extends Problem {}

function attempt(
  request: HttpRequest,
  transport: Omit<Transport, 'agent'> & { agent?: http.Agent | false },
  deadline: Deadline,
): Promise<HttpAnswer> {
  const { isSecure, host, port, path } = target(request)
  const { body, headers } = write(request, transport.headers)
  const { agent } = transport
  return new Promise((resolve, reject) => {
    const client = (isSecure ? useHTTPS() : http).request({
      host,
      port,
      path,
      method: request.method,
      headers,
      agent,
    })
    const chunks: Buffer[] = []
    let answer: http.IncomingMessage | undefined
    let size = 0

    function fail(problem: Problem): void {
      reject(problem)
      client.destroy()
    }
    deadline.onEnd(fail)

    client.on('response', (response) => {
      answer = response
      const refusal = refuse(response, transport.maxResponseBytes)
      if (refusal) return fail(refusal)
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > transport.maxResponseBytes) fail(tooLarge(response, transport.maxResponseBytes))
        else chunks.push(chunk)
      })
      // 'close' says what it has to: this only keeps the error from being thrown
      response.on('error', () => {})
    })
    client.on('error', (cause: NodeJS.ErrnoException) => {
      if (client.reusedSocket && !answer && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE'))
        return fail(new StaleConnection('network', 'the connection was closed', { cause }))
      fail(lost('the provider could not be reached', cause))
    })
    // not at 'end': only now is the connection back in the pool, ready for the next call
    client.on('close', () => {
      if (!answer) return reject(lost('the connection was closed without an answer'))
      if (!answer.complete) return reject(lost('the answer was cut short'))
      resolve(read(request.method, Number(answer.statusCode), chunks))
    })
    client.end(body)
  })
}

let loaded: typeof https | undefined

/** Loads what requests to these URLs need, so that no login waits for it. */
export function prepare(urls: string[]): void {
  if (urls.some((url) => url.startsWith('https:'))) useHTTPS()
}

/** Not loaded with us: TLS would be a good part of what importing us takes. */
function useHTTPS(): typeof https {
  loaded ??= require('node:https') as typeof https
  return loaded
}

function refuse(response: http.IncomingMessage, limit: number): Problem | undefined {
  const status = Number(response.statusCode)
  if (status >= 300 && status < 400)
    return new Problem('redirect_refused', 'the provider answered with a redirect', {
      provider: { status },
    })
  if (Number(response.headers['content-length'] ?? 0) > limit) return tooLarge(response, limit)
  return undefined
}

function tooLarge(response: http.IncomingMessage, limit: number): Problem {
  return new Problem('too_large', `the answer has more than ${limit} bytes`, {
    provider: { status: Number(response.statusCode) },
  })
}

function lost(message: string, cause?: NodeJS.ErrnoException): Problem {
  if (cause?.code?.startsWith('HPE_'))
    return new Problem('bad_response', 'the answer is not HTTP', { cause })
  return new Problem('network', message, cause ? { cause } : {})
}
