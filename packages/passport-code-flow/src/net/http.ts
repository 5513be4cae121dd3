import { isUtf8 } from 'node:buffer'
import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import type https from 'node:https'
import { stringify } from 'node:querystring'
import { urlToHttpOptions } from 'node:url'
import { LoginStopped } from '../errors.js'
import type { RawAnswer, Request } from '../provider.js'
import type { Deadline } from './deadline.js'

/** How requests leave: what the operator may set about the connection. */
export interface Transport {
  agent?: http.Agent
  headers: Record<string, string>
  maxResponseBytes: number
}

/** A URL, parsed once: where the connection goes and what is asked there. */
export interface Endpoint {
  origin: string
  isSecure: boolean
  host: string
  port: string | number
  path: string
}

/** Parses a URL; loads TLS where it needs it, so that no login waits for that. */
export function parseEndpoint(text: string): Endpoint {
  const url = new URL(text)
  const { hostname, port, path } = urlToHttpOptions(url)
  const isSecure = url.protocol === 'https:'
  if (isSecure) loadHTTPS()
  return { origin: url.origin, isSecure, host: hostname ?? '', port: port ?? '', path: path ?? '/' }
}

/**
 * Sends one request and reads its whole answer: no redirect is followed, nothing is inflated. Throws
 * `LoginStopped`: `timeout`, `network`, `redirect_refused`, `too_large` or `bad_response`.
 */
export function send(
  to: Endpoint,
  request: Request,
  transport: Transport,
  deadline: Deadline,
): Promise<RawAnswer> {
  return attempt(to, request, transport, deadline).catch((stopped: unknown) => {
    if (!(stopped instanceof StaleConnection)) throw stopped
    // docs/decisions/004-one-repeat.md: the idle connection was closed while the request left
    // an agent of the application's stays: it may be a proxy
    return attempt(to, request, { agent: false, ...transport }, deadline)
  })
}

/** A kept-alive connection that ended before any byte of an answer. */
class StaleConnection extends LoginStopped {}

function attempt(
  { isSecure, host, port, path: endpointPath }: Endpoint,
  request: Request,
  transport: Omit<Transport, 'agent'> & { agent?: http.Agent | false },
  deadline: Deadline,
): Promise<RawAnswer> {
  const { method, query } = request
  const { body, headers } = encode(request, transport.headers)
  const { agent, maxResponseBytes } = transport
  const path = query
    ? `${endpointPath}${endpointPath.includes('?') ? '&' : '?'}${stringify(query)}`
    : endpointPath
  return new Promise((resolve, reject) => {
    const client = (isSecure ? loadHTTPS() : http).request({
      host,
      port,
      path,
      method,
      headers,
      agent,
    })
    const chunks: Buffer[] = []
    let answer: IncomingMessage | undefined
    let size = 0

    function fail(stopped: LoginStopped): void {
      reject(stopped)
      client.destroy()
    }
    deadline.listen(fail)

    client.on('response', (response) => {
      answer = response
      const stopped = checkHead(response, maxResponseBytes)
      if (stopped) return fail(stopped)
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > maxResponseBytes) fail(tooLarge(response, maxResponseBytes))
        else chunks.push(chunk)
      })
      response.on('end', () => {
        if (!response.complete) return fail(cutShort())
        // Node gives the connection back to its pool in the tick before: the next call takes it
        process.nextTick(() => resolve(toAnswer(method, response, chunks)))
      })
      response.on('error', () => fail(cutShort()))
    })
    client.on('error', (cause: NodeJS.ErrnoException) => {
      if (client.reusedSocket && !answer && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE'))
        return fail(new StaleConnection('network', 'the connection was closed', { cause }))
      fail(answer ? cutShort() : unreachable(cause))
    })
    client.on('close', () => {
      if (!answer)
        reject(new LoginStopped('network', 'the connection was closed without an answer'))
      else if (!answer.complete) reject(cutShort())
    })
    client.end(body)
  })
}

let loaded: typeof https | undefined

/** TLS is loaded by the first https endpoint: it would be a good part of what importing us takes. */
function loadHTTPS(): typeof https {
  loaded ??= require('node:https') as typeof https
  return loaded
}

function encode({ form, json, headers: own }: Request, extra: Record<string, string>) {
  const headers: OutgoingHttpHeaders = {
    accept: 'application/json',
    // without it a server may choose any coding (RFC 9110 section 12.5.3)
    'accept-encoding': 'identity',
    ...extra,
    ...own,
  }
  if (!form && json === undefined) return { body: undefined, headers }
  const body = form ? stringify(form) : JSON.stringify(json)
  headers['content-type'] = form ? 'application/x-www-form-urlencoded' : 'application/json'
  headers['content-length'] = Buffer.byteLength(body)
  return { body, headers }
}

function checkHead(response: IncomingMessage, limit: number): LoginStopped | undefined {
  const status = Number(response.statusCode)
  if (status >= 300 && status < 400)
    return new LoginStopped('redirect_refused', 'the provider answered with a redirect', {
      provider: { status },
    })
  if (Number(response.headers['content-length'] ?? 0) > limit) return tooLarge(response, limit)
  return undefined
}

function tooLarge({ statusCode }: IncomingMessage, limit: number): LoginStopped {
  const provider = { status: Number(statusCode) }
  return new LoginStopped('too_large', `the answer has more than ${limit} bytes`, { provider })
}

function cutShort(): LoginStopped {
  return new LoginStopped('network', 'the answer was cut short')
}

function unreachable(cause: NodeJS.ErrnoException): LoginStopped {
  if (cause.code === 'HPE_HEADER_OVERFLOW')
    return new LoginStopped('bad_response', 'the headers of the answer are too large', { cause })
  if (cause.code?.startsWith('HPE_'))
    return new LoginStopped('bad_response', 'the answer is not HTTP', { cause })
  return new LoginStopped('network', 'the provider could not be reached', { cause })
}

function toAnswer(
  method: Request['method'],
  response: IncomingMessage,
  chunks: Buffer[],
): RawAnswer {
  const [only] = chunks
  const bytes = only && chunks.length === 1 ? only : Buffer.concat(chunks)
  // what is not UTF-8 is no JSON either (RFC 8259 section 8.1)
  const text = isUtf8(bytes) ? bytes.toString('utf8').replace(/^\uFEFF/, '') : ''
  return {
    method,
    status: Number(response.statusCode),
    headers: response.headers,
    text,
    json: parse(text),
  }
}

function parse(text: string): unknown {
  try {
    // an own `__proto__` member would change the prototype of whatever it is later copied into
    if (text.includes('__proto__') || text.includes('\\u00'))
      return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value))
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
