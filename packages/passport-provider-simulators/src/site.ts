import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { send } from './broken-answers.js'
import { applyFault, checkFault, type Dialect, type Fault } from './faults.js'
import { isAllowedHost } from './hosts.js'
import {
  type Answer,
  answerText,
  BodyTooLarge,
  type Endpoint,
  type RecordedRequest,
  readVisit,
  type Visit,
} from './http.js'
import { keepNewest } from './newest.js'
import type { Simulator } from './simulator.js'

/** What the common server needs from one provider. */
export interface SiteParts {
  port: number
  now: () => number
  /** Host names that requests may have in addition to those of this computer. */
  allowedHosts: string[]
  basePath?: string
  dialect: Dialect
  /** The API a request is for; undefined for pages and everything else. */
  findEndpoint(visit: Visit): Endpoint | undefined
  /** Answers APIs and pages; undefined is 404. */
  answer(visit: Visit): Answer | undefined | Promise<Answer | undefined>
}

/** The running server of a simulator. */
export interface Site {
  url: string
  port: number
  requests: RecordedRequest[]
  misbehave: Simulator['misbehave']
  close: Simulator['close']
  forget(): void
}

const say = (status: number, text: string) => answerText(status, 'text/plain', text)
const BAD_REQUEST = say(400, 'Bad request')
const NOT_FOUND = say(404, 'Not found')
const WRONG_HOST = say(421, 'This host name is not allowed: see the option allowedHosts')
const TOO_LARGE = say(413, 'The body is larger than 1 MiB')
const PLACES = ['token', 'profile', 'refresh', 'all']

/** True for the folder of a site and what is in it. */
function isBelow(target: string, folder: string): boolean {
  return target.startsWith(folder) && /^([/?]|$)/.test(target.slice(folder.length))
}

/** Starts a server on 127.0.0.1 that records API requests and applies faults to them. */
export async function startSite(parts: SiteParts): Promise<Site> {
  const { allowedHosts, basePath = '', dialect, now } = parts
  const requests: RecordedRequest[] = []
  const record = keepNewest(requests)
  const faults = new Map<string, Fault>()
  let afterRedirect: Answer = NOT_FOUND

  const correct = async (visit: Visit) => (await parts.answer(visit)) ?? NOT_FOUND

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Only a path is accepted as a request target: not `*`, `//` or a whole URL.
    if (!/^\/(?![/\\])/.test(request.url ?? '')) return send(response, BAD_REQUEST)
    if (!isAllowedHost(request.headers.host, allowedHosts)) return send(response, WRONG_HOST)
    if (!isBelow(request.url ?? '', basePath)) return send(response, NOT_FOUND)
    const visit = await readVisit(request, basePath)
    const lost = visit.path === '/redirected'
    const endpoint = lost ? 'redirected' : parts.findEndpoint(visit)
    if (endpoint) record({ ...visit, endpoint, at: now() })
    if (lost) return send(response, afterRedirect)
    const fault = endpoint && (faults.get(endpoint) ?? faults.get('all'))
    if (!fault) return send(response, await correct(visit))
    const redirectTo = (answer: Answer) => {
      afterRedirect = answer
      return `${url}/redirected`
    }
    const scene = { endpoint, dialect, correct: () => correct(visit), redirectTo }
    return applyFault(fault, scene, response)
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) response.destroy()
      else if (error instanceof BodyTooLarge)
        send(response, { ...TOO_LARGE, headers: { ...TOO_LARGE.headers, connection: 'close' } })
      else send(response, say(500, `The simulator failed: ${String(error)}`))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(parts.port, '127.0.0.1', () => resolve())
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : parts.port
  const url = `http://127.0.0.1:${port}${basePath}`
  let closing: Promise<void> | undefined

  return {
    url,
    port,
    requests,
    misbehave(fault, where = 'all') {
      if (fault !== undefined) checkFault(fault)
      if (!PLACES.includes(where)) throw new TypeError(`a fault is for ${PLACES.join(', ')}`)
      if (fault !== undefined) faults.set(where, fault)
      else if (where === 'all') faults.clear()
      else faults.delete(where)
    },
    close() {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      return closing
    },
    forget() {
      requests.length = 0
      faults.clear()
      afterRedirect = NOT_FOUND
    },
  }
}
