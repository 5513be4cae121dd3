import { isUtf8 } from 'node:buffer'
import type { Readable } from 'node:stream'
import { LoginStopped } from '../errors.js'
import type { RawAnswer } from '../provider.js'
import type { Deadline } from './deadline.js'
import type { Message } from './message.js'

// Reads answers, for an agent and for a dispatcher.

/** Finds `__proto__` in JSON, also with escaped letters. Other texts with it only take longer. */
const PROTO = /__proto__|\\u00(?:5f|6f|7[024])/i

/** Why a dispatcher of undici's sends nothing, such as a header that it does not send. */
const REFUSED_REQUEST = [
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
]

const PROXY_REFUSES =
  'the outgoing proxy wants a user name and a password, or refuses them: status 407'

/** How undici, Node, hpagent and tunnel say that a proxy has answered with 407. */
const PROXY_STATUS = /(?:\(|=|: |HTTP\/1\.\d )407(?![\d.])/

/** An answer whose status and headers have arrived. */
interface Incoming {
  statusCode?: number | undefined
  headers: Record<string, string | string[] | undefined>
  body: Readable
}

/** A kept-alive connection that ended before any byte of an answer. */
export class StaleConnection extends LoginStopped {}

/** The two functions that settle a promise. */
export interface Ends {
  resolve: (answer: RawAnswer) => void
  reject: (stopped: LoginStopped) => void
}

/**
 * Reads a whole answer. Closes the connection on a redirect, and after more than `limit` bytes.
 * `settle` calls back when the connection can be used again, so that the next call uses it.
 */
export function readAnswer(
  message: Message,
  { statusCode, headers, body }: Incoming,
  limit: number,
  deadline: Deadline,
  settle: (done: () => void) => unknown,
  { resolve, reject }: Ends,
): void {
  const status = Number(statusCode)
  const chunks: Buffer[] = []
  let size = 0
  function fail(stopped: LoginStopped): void {
    reject(stopped)
    body.destroy()
  }
  body.on('error', (cause) => fail(cutShort({ cause })))
  body.on('close', () => body.readableEnded || fail(cutShort()))
  deadline.listen(fail)
  if (status >= 300 && status < 400) return fail(redirected(status))
  // only a proxy answers it, never the provider (RFC 9110 section 15.5.8)
  if (status === 407) return fail(new LoginStopped('config', PROXY_REFUSES))
  if (Number(headers['content-length'] ?? 0) > limit) return fail(tooLarge(status, limit))
  body.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= limit) chunks.push(chunk)
    else fail(tooLarge(status, limit))
  })
  body.on('end', () => {
    settle(() => {
      try {
        resolve({ method: message.method, status, headers, ...decode(chunks) })
      } catch (cause) {
        reject(
          new LoginStopped('config', 'the body that the dispatcher gave is not bytes', { cause }),
        )
      }
    })
  })
}

/** The body as text and as JSON. */
function decode(chunks: Buffer[]): { text: string; json: unknown } {
  const [only] = chunks
  const bytes = only && chunks.length === 1 ? only : Buffer.concat(chunks)
  // what is not UTF-8 is no JSON either (RFC 8259 section 8.1). `trim` also removes byte order marks:
  // PHP sends the mark of each of its files that has one
  const text = isUtf8(bytes) ? bytes.toString('utf8').trim() : ''
  try {
    return { text, json: PROTO.test(text) ? JSON.parse(text, withoutProto) : JSON.parse(text) }
  } catch {
    return { text, json: undefined }
  }
}

/** A member `__proto__` would change the prototype of an object that it is later copied into. */
function withoutProto(name: string, value: unknown): unknown {
  return name === '__proto__' ? undefined : value
}

/**
 * What an error before any byte of an answer means. `wasReused`: the connection had carried another
 * request.
 */
export function unreachable(cause: Error & { code?: unknown }, wasReused: boolean): LoginStopped {
  const { name } = cause
  if (PROXY_STATUS.test(cause.message)) return new LoginStopped('config', PROXY_REFUSES, { cause })
  // the code of a DOMException, such as that of an AbortSignal, is a number
  const code = typeof cause.code === 'string' ? cause.code : ''
  if (wasReused && ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code))
    return new StaleConnection('network', 'the connection was closed', { cause })
  if (['HPE_HEADER_OVERFLOW', 'UND_ERR_HEADERS_OVERFLOW'].includes(code))
    return new LoginStopped('bad_response', 'the headers of the answer are too large', { cause })
  if (
    code.startsWith('HPE_') ||
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' ||
    name === 'HTTPParserError'
  )
    return new LoginStopped('bad_response', 'the answer is not HTTP', { cause })
  if (REFUSED_REQUEST.includes(code))
    return new LoginStopped('config', 'the dispatcher does not take the request', { cause })
  if (code === 'UND_ERR_RESPONSE' || code === 'UND_ERR_REQ_RETRY') {
    const interceptor = code === 'UND_ERR_RESPONSE' ? 'responseError' : 'retry'
    const message = `the dispatcher must not have the interceptor ${interceptor}`
    return new LoginStopped('config', message, { cause })
  }
  return new LoginStopped('network', 'the provider could not be reached', { cause })
}

function redirected(status: number): LoginStopped {
  const provider = { status }
  return new LoginStopped('redirect_refused', 'the provider answered with a redirect', { provider })
}

function tooLarge(status: number, limit: number): LoginStopped {
  const provider = { status }
  return new LoginStopped('too_large', `the answer has more than ${limit} bytes`, { provider })
}

function cutShort(detail: { cause?: Error } = {}): LoginStopped {
  return new LoginStopped('network', 'the answer was cut short', detail)
}
