import type { ServerResponse } from 'node:http'
import {
  bomb,
  closeAfterwards,
  cut,
  drip,
  pour,
  redirect,
  send,
  sendJSON,
  splitLetters,
  spoilText,
} from './broken-answers.js'
import type { Answer, Endpoint } from './http.js'

const NAMES = [
  'silence',
  'slow-drip',
  'cut',
  'reset',
  'html',
  'null',
  'array',
  'redirect',
  'huge',
  'gzip-bomb',
  'error-and-token',
  'status-500',
  'status-505',
  'not-utf8',
  'split-multibyte',
  'localized-error',
  'keep-alive-close',
] as const

/** The names of faults; the README says what each one does. */
export type FaultName = (typeof NAMES)[number]

/** A redirect to an address of your choice; it has the body of the correct answer. */
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

/**
 * What `misbehave` takes: a named fault, a redirect, an answer, or a change to the correct answer.
 */
export type Fault =
  | FaultName
  | RedirectFault
  | CannedAnswer
  | ((answer: { status: number; json: unknown }) => CannedAnswer)

/** How a provider writes its errors, for the faults that need it. */
export interface Dialect {
  /** The correct body, with the provider's error added. */
  addError(body: unknown, endpoint: Endpoint): unknown
  /** The provider's error with its text in the provider's language. */
  localizedError(endpoint: Endpoint): Answer
  /** The body with which the provider reports its own fault. */
  serverError(endpoint: Endpoint): unknown
}

/** What a fault needs to make an answer. */
export interface FaultScene {
  endpoint: Endpoint
  dialect: Dialect
  /** Makes the correct answer: it uses up the code and issues tokens. */
  correct(): Promise<Answer>
  /** The default target of the `redirect` fault. */
  redirectTo(correct: Answer): string
}

const HTML =
  '<!doctype html><html lang="en"><title>Maintenance</title><h1>We will be back soon</h1></html>'

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

/**
 * Throws a TypeError for a wrong fault. Otherwise a misspelled name would leave a request without
 * an answer.
 */
export function checkFault(fault: unknown): void {
  const isAnswer =
    typeof fault === 'object' && fault !== null && ('body' in fault || 'redirectTo' in fault)
  if (!isAnswer && typeof fault !== 'function' && !NAMES.includes(fault as FaultName))
    throw new TypeError(
      `a fault is one of ${NAMES.join(', ')}, an answer with body, an object with redirectTo or a function`,
    )
}

/** Answers a request with a fault. */
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
