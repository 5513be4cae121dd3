import { isRecord } from '../members.js'
import { object } from '../read.js'
import type { LoginRequest } from './request.js'

/** Tells whether the browser that sent a request still waits for the answer. */
export interface Client {
  readonly gone: boolean
  stop(): void
}

interface Emitter {
  destroyed?: unknown
  on(event: 'close', listener: () => void): unknown
  removeListener(event: 'close', listener: () => void): unknown
}

/** Watches a request's connection; `onGone` is called once when it closes before `stop`. */
export function watchClient(req: LoginRequest, onGone: () => void): Client {
  const connection = connectionOf(req)
  const client = { gone: false, stop: () => void connection?.removeListener('close', leave) }
  function leave(): void {
    client.gone = true
    client.stop()
    onGone()
  }
  connection?.on('close', leave)
  return client
}

/** True when the browser has gone already: its connection sends no second `close` event. */
export function isGone(req: LoginRequest): boolean {
  return connectionOf(req)?.destroyed === true
}

/** The session's id, which has another name in Express, Fastify and Koa. */
export function sessionIDOf(req: LoginRequest): unknown {
  const session = object(req.session)
  return req.sessionID ?? session['sessionId'] ?? session['externalKey']
}

/** The response where the request has it, as in Express; otherwise the socket. */
function connectionOf(req: LoginRequest & Partial<Connections>): Emitter | undefined {
  const connection = req.res ?? req.socket ?? req.raw?.socket
  return isRecord(connection) && typeof connection['on'] === 'function'
    ? (connection as unknown as Emitter)
    : undefined
}

interface Connections {
  res: unknown
  socket: unknown
  raw: { socket?: unknown }
}
