import type { ServerResponse } from 'node:http'
import {
  bomb,
  closeAfterwards,
  cut,
  drip,
  pour,
  redirect,
  send,
  splitLetters,
  spoilText,
} from './broken-answers.js'
import { type Answer, answerJSON, type Endpoint } from './http.js'

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

/** A fault: a name, a redirect, an answer, or a change to the correct answer. */
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

type Act = (response: ServerResponse, scene: FaultScene) => unknown

/** What each fault does. Those that call `correct` use up the code. */
const FAULTS = {
  silence: () => undefined,
  'slow-drip': drip,
  cut: async (response, scene) => cut(response, await scene.correct()),
  reset: (response) => response.socket?.resetAndDestroy(),
  html: (response) =>
    send(response, { status: 200, headers: { 'content-type': 'text/html' }, body: HTML }),
  null: (response) => send(response, answerJSON(200, null)),
  array: (response) => send(response, answerJSON(200, [])),
  redirect: async (response, scene) => {
    const answer = await scene.correct()
    redirect(response, answer, scene.redirectTo(answer))
  },
  huge: pour,
  'gzip-bomb': (response) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    send(response, { status: 200, headers, body: bomb() })
  },
  'error-and-token': async (response, scene) => {
    const { body } = await scene.correct()
    const both = scene.dialect.addError(JSON.parse(body.toString()), scene.endpoint)
    send(response, answerJSON(200, both))
  },
  'status-500': (response) => send(response, { status: 500, body: '' }),
  'status-505': (response, scene) =>
    send(response, answerJSON(505, scene.dialect.serverError(scene.endpoint))),
  'not-utf8': async (response, scene) => {
    const answer = await scene.correct()
    send(response, { ...answer, body: spoilText(Buffer.from(answer.body)) })
  },
  'split-multibyte': async (response, scene) => splitLetters(response, await scene.correct()),
  'localized-error': (response, scene) =>
    send(response, scene.dialect.localizedError(scene.endpoint)),
  'keep-alive-close': async (response, scene) => closeAfterwards(response, await scene.correct()),
} satisfies Record<string, Act>

/** The names of faults; the README says what each one does. */
export type FaultName = keyof typeof FAULTS

/** Throws a TypeError for a wrong fault: a misspelled name would leave requests without an answer. */
export function checkFault(fault: unknown): void {
  const isName = typeof fault === 'string' && Object.hasOwn(FAULTS, fault)
  const isAnswer =
    typeof fault === 'object' && fault !== null && ('body' in fault || 'redirectTo' in fault)
  if (!isName && !isAnswer && typeof fault !== 'function')
    throw new TypeError(
      `a fault is one of ${Object.keys(FAULTS).join(', ')}, an answer with body, an object with redirectTo or a function`,
    )
}

/** Answers a request with a fault. */
export async function applyFault(
  fault: Fault,
  scene: FaultScene,
  response: ServerResponse,
): Promise<void> {
  if (typeof fault === 'string') await (FAULTS as Record<FaultName, Act>)[fault](response, scene)
  else if (typeof fault === 'function') {
    const { status, body } = await scene.correct()
    sendCanned(response, fault({ status, json: JSON.parse(body.toString()) }))
  } else if ('redirectTo' in fault)
    redirect(response, await scene.correct(), fault.redirectTo, fault.status)
  else sendCanned(response, fault)
}

function sendCanned(response: ServerResponse, { status = 200, headers, body }: CannedAnswer): void {
  const answer = answerJSON(status, body, headers)
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  send(response, isRaw ? { ...answer, body } : answer)
}
