import { randomBytes } from 'node:crypto'
import { isNativeError } from 'node:util/types'
import { LoginError } from 'passport-code-flow'
import pino, { type DestinationStream, type Logger } from 'pino'
import { pinoHttp } from 'pino-http'
import pretty from 'pino-pretty'
import type { Request, RequestHandler, Response } from 'express'

/** A logger that writes JSON lines; a line about a request never has the query string. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: describeError } }
  return destination ? pino(options, destination) : pino(options)
}

/**
 * Writes one short line per request, for people who read the terminal; give it to `createLogger`.
 */
export function linesForPeople(destination?: NodeJS.WritableStream): DestinationStream {
  return pretty({
    sync: true,
    ...(destination && { destination }),
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'req,res,responseTime,url,port,signal',
    messageFormat: ({ msg, req, res, responseTime }) =>
      req
        ? `${Object(req).method} ${Object(req).path} ${Object(res).status} (${String(responseTime)} ms)`
        : String(msg),
  })
}

/** Gives every request a reference number (`req.id`) and logs one line after the answer. */
export function logRequests(logger: Logger): RequestHandler {
  return pinoHttp<Request, Response>({
    logger,
    genReqId: () => randomBytes(5).toString('hex'),
    serializers: { req: describeRequest, res: describeResponse, err: describeError },
    customLogLevel: (_req, res, error) => (error || res.statusCode >= 500 ? 'error' : 'info'),
    wrapSerializers: false,
  })
}

/** Only the path: the query of a callback holds a code or an auth_key. */
function describeRequest(req: Request) {
  return { id: req.id, method: req.method, path: req.originalUrl.split('?', 1)[0] }
}

function describeResponse(res: Response) {
  return { status: res.statusCode }
}

/** A `LoginError` can be logged unchanged. The message of an unreadable body repeats the body. */
function describeError(error: unknown): object {
  if (error instanceof LoginError) {
    const { name, code, strategy, step, status, provider, message, stack } = error
    return { name, code, strategy, step, status, provider, message, stack }
  }
  if (!isNativeError(error)) return { name: typeof error }
  if ('type' in error && 'expose' in error) return { name: error.name, type: error.type }
  return { name: error.name, message: error.message, stack: error.stack }
}
