import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { applyFault, type Dialect, type Fault, send } from './faults.js'
import {
  type Answer,
  answerText,
  type Endpoint,
  type RecordedRequest,
  readVisit,
  type Visit,
} from './http.js'

/** Where a fault applies: to one API of the provider or to all of them. */
export type FaultPlace = 'token' | 'profile' | 'refresh' | 'all'

/** What every simulator can do. */
export interface Simulator extends AsyncDisposable {
  /** Address to configure as the provider's base URL, without a trailing slash. */
  readonly url: string
  readonly port: number
  readonly clientID: string
  readonly clientSecret: string
  /** The URL registered with the provider; can be set at any time; throws a TypeError unless it is absolute. */
  callbackURL: string
  /** Where the pages' link back to the app leads; can be set at any time, like `callbackURL`. */
  homeURL: string | undefined
  /** Every request to an API of the provider, oldest first. Pages are not recorded. */
  readonly requests: RecordedRequest[]
  /** Makes an API misbehave until told otherwise; `undefined` mends it. A named place wins over `all`. */
  misbehave(fault: Fault | undefined, where?: FaultPlace): void
  /** Back to the start: seeded users, no codes, tokens, recorded requests or faults. */
  reset(): void
  /** Stops the server and cuts every connection; can be called again. */
  close(): Promise<void>
}

/** What the three simulators' options have in common. */
export interface CommonOptions {
  /** Port on 127.0.0.1; default 0, which takes a free one. */
  port?: number
  /** The clock, in ms; default `Date.now`. */
  now?: () => number
  /** The URL registered with the provider; default `http://127.0.0.1:3000/callback`. */
  callbackURL?: string
  /** Where the pages' link back to the app leads; without it there is none. */
  homeURL?: string
  /** What the pages call the app; default the host of `callbackURL`. */
  appName?: string
  clientID?: string
  clientSecret?: string
}

/** What one provider brings to the common server. */
export interface SiteParts {
  port: number
  now: () => number
  basePath?: string
  dialect: Dialect
  /** The API a request is for; undefined for pages and everything else. */
  findEndpoint(visit: Visit): Endpoint | undefined
  /** Answers APIs and pages; undefined is 404. */
  answer(visit: Visit): Answer | undefined | Promise<Answer | undefined>
}

/** The running server below a simulator. */
export interface Site {
  url: string
  port: number
  requests: RecordedRequest[]
  misbehave: Simulator['misbehave']
  close: Simulator['close']
  forget(): void
}

const NOT_FOUND = answerText(404, 'text/plain', 'Not found')

/** Throws a TypeError unless the text is an absolute URL; returns it unchanged. */
export function checkURL(text: string, name = 'callbackURL'): string {
  if (!URL.canParse(text)) throw new TypeError(`${name} must be an absolute URL`)
  return text
}

/** What a provider knows of the app; the addresses can be set while a simulator runs. */
export interface Registration {
  callbackURL: string
  homeURL: string | undefined
  readonly name: string
}

/** Reads the app's addresses from options; throws a TypeError unless they are absolute. */
export function register({ appName, callbackURL, homeURL }: CommonOptions): Registration {
  return {
    get name() {
      const { host, protocol } = new URL(this.callbackURL)
      return appName ?? (host || protocol)
    },
    callbackURL: checkURL(callbackURL ?? 'http://127.0.0.1:3000/callback'),
    homeURL: homeURL === undefined ? undefined : checkURL(homeURL, 'homeURL'),
  }
}

/** Starts a server on 127.0.0.1 that records API requests and applies faults to them. */
export async function startSite(parts: SiteParts): Promise<Site> {
  const { basePath = '', dialect, now } = parts
  const requests: RecordedRequest[] = []
  const faults = new Map<string, Fault>()
  let afterRedirect: Answer = NOT_FOUND

  const correct = async (visit: Visit) => (await parts.answer(visit)) ?? NOT_FOUND

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const visit = await readVisit(request, basePath)
    const lost = visit.path === '/redirected'
    const endpoint = lost ? 'redirected' : parts.findEndpoint(visit)
    if (endpoint) requests.push({ ...visit, endpoint, at: now() })
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
      else send(response, answerText(500, 'text/plain', `The simulator failed: ${String(error)}`))
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
