import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Answer, Endpoint } from './http.js'

/** The ways a simulator can misbehave by name; the README says what each one does. */
export type FaultName =
  | 'silence'
  | 'slow-drip'
  | 'cut'
  | 'reset'
  | 'html'
  | 'null'
  | 'array'
  | 'redirect'
  | 'huge'
  | 'gzip-bomb'
  | 'error-and-token'
  | 'status-500'
  | 'status-505'
  | 'not-utf8'
  | 'split-multibyte'
  | 'localized-error'
  | 'keep-alive-close'

/** A redirect to an address of your choice, with the correct body beside it. */
export interface RedirectFault {
  redirectTo: string
  /** Default 302. */
  status?: 301 | 302 | 303 | 307 | 308
}

/** Exactly this answer; an object is sent as JSON, a text or bytes as they are. */
export interface CannedAnswer {
  /** Default 200. */
  status?: number
  headers?: Record<string, string>
  body: string | Buffer | object | null
}

/** What `misbehave` takes: a named fault, a redirect, an answer, or a change to the correct answer. */
export type Fault =
  | FaultName
  | RedirectFault
  | CannedAnswer
  | ((answer: { status: number; json: unknown }) => CannedAnswer)

/** A provider's own forms of failure, which some faults need. */
export interface Dialect {
  /** The correct body with the provider's error beside what it holds. */
  addError(body: unknown, endpoint: Endpoint): unknown
  /** The provider's error with its text in the provider's language. */
  localizedError(endpoint: Endpoint): Answer
  /** The body of a provider that reports its own fault. */
  serverError(endpoint: Endpoint): unknown
}

/** What a fault works with. */
export interface FaultScene {
  endpoint: Endpoint
  dialect: Dialect
  /** Makes the correct answer: codes are used up and tokens handed out. */
  correct(): Promise<Answer>
  /** Where the `redirect` fault leads unless told otherwise. */
  redirectTo(correct: Answer): string
}

const HTML =
  '<!doctype html><html lang="en"><title>Maintenance</title><h1>We will be back soon</h1></html>'

const MEGABYTE = 1_048_576

/** Sends an answer whole. */
export function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, answer.headers)
  response.end(answer.body)
}

function sendJSON(response: ServerResponse, status: number, value: unknown): void {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  send(response, { status, headers, body: JSON.stringify(value) })
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{')
  const timer = setInterval(() => response.write(' '), 1000)
  response.once('close', () => clearInterval(timer))
}

function pour(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"access_token":"')
  const piece = Buffer.alloc(65_536, 'a')
  const more = () => {
    while (!response.destroyed && response.write(piece));
  }
  response.on('drain', more)
  more()
}

// A gzip stream may be a row of members (RFC 1952 section 2.2): 200 times the same megabyte.
function bomb(): Buffer {
  const filling = gzipSync(Buffer.alloc(MEGABYTE, 'a'))
  const members = Array.from({ length: 200 }, () => filling)
  return Buffer.concat([gzipSync('{"access_token":"'), ...members, gzipSync('"}')])
}

function spoilText(body: Buffer): Buffer {
  return Buffer.from(body.toString('latin1').replaceAll(/":"/g, '":"\xff\xfe'), 'latin1')
}

function splitLetters(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(JSON.stringify(JSON.parse(answer.body.toString())))
  response.writeHead(answer.status, answer.headers)
  let from = 0
  for (const [at, byte] of body.entries()) {
    if (byte < 0xc0) continue
    response.write(body.subarray(from, at + 1))
    from = at + 1
  }
  response.end(body.subarray(from))
}

function cut(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body)
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length) })
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
}

function closeAfterwards(response: ServerResponse, answer: Answer): void {
  const { socket } = response
  response.once('finish', () => socket?.end())
  send(response, answer)
}

function redirect(response: ServerResponse, answer: Answer, location: string, status = 302): void {
  send(response, { ...answer, status, headers: { ...answer.headers, location } })
}

function sendCanned(response: ServerResponse, { status = 200, headers, body }: CannedAnswer): void {
  const raw = typeof body === 'string' || Buffer.isBuffer(body)
  const type = { 'content-type': 'application/json; charset=utf-8' }
  send(response, {
    status,
    headers: { ...type, ...headers },
    body: raw ? body : JSON.stringify(body),
  })
}

async function applyNamed(
  fault: FaultName,
  scene: FaultScene,
  response: ServerResponse,
): Promise<void> {
  const { dialect, endpoint } = scene
  switch (fault) {
    case 'silence':
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'slow-drip':
      return drip(response)
    case 'huge':
      return pour(response)
    case 'gzip-bomb': {
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
      return send(response, { status: 200, headers, body: bomb() })
    }
    case 'html':
      return send(response, { status: 200, headers: { 'content-type': 'text/html' }, body: HTML })
    case 'null':
      return sendJSON(response, 200, null)
    case 'array':
      return sendJSON(response, 200, [])
    case 'status-500':
      return send(response, { status: 500, body: '' })
    case 'status-505':
      return sendJSON(response, 505, dialect.serverError(endpoint))
    case 'localized-error':
      return send(response, dialect.localizedError(endpoint))
  }
  const answer = await scene.correct()
  switch (fault) {
    case 'cut':
      return cut(response, answer)
    case 'redirect':
      return redirect(response, answer, scene.redirectTo(answer))
    case 'error-and-token':
      return sendJSON(response, 200, dialect.addError(JSON.parse(answer.body.toString()), endpoint))
    case 'not-utf8':
      return send(response, { ...answer, body: spoilText(Buffer.from(answer.body)) })
    case 'split-multibyte':
      return splitLetters(response, answer)
    case 'keep-alive-close':
      return closeAfterwards(response, answer)
  }
}

/** Answers a request wrongly, in the way asked for. */
export async function applyFault(
  fault: Fault,
  scene: FaultScene,
  response: ServerResponse,
): Promise<void> {
  if (typeof fault === 'string') return applyNamed(fault, scene, response)
  if (typeof fault === 'function') {
    const { status, body } = await scene.correct()
    return sendCanned(response, fault({ status, json: JSON.parse(body.toString()) }))
  }
  if ('redirectTo' in fault) {
    return redirect(response, await scene.correct(), fault.redirectTo, fault.status)
  }
  return sendCanned(response, fault)
}
