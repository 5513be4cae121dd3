import { isRecord } from '../members.js'
import { object } from '../read.js'
import type { LoginRequest } from './request.js'

/** A response or a socket, as far as it is used here. */
interface Connection {
  destroyed?: unknown
  on(event: 'close', listener: () => void): unknown
  removeListener(event: 'close', listener: () => void): unknown
}

/** The response where the request has it, as in Express; otherwise the socket. */
export function connectionOf(req: LoginRequest): Connection | undefined {
  const { res, socket, raw } = req as {
    res?: unknown
    socket?: unknown
    raw?: { socket?: unknown }
  }
  const connection = res ?? socket ?? raw?.socket
  return isRecord(connection) && typeof connection['on'] === 'function'
    ? (connection as unknown as Connection)
    : undefined
}

/** The session's id, which has another name in Express, Fastify and Koa. */
export function sessionIDOf(req: LoginRequest): unknown {
  const session = object(req.session)
  return req.sessionID ?? session['sessionId'] ?? session['externalKey']
}
