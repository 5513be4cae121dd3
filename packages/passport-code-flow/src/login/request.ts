import { parse } from 'node:querystring'
import { LoginStopped, refuse } from '../errors.js'
import { isRecord } from '../members.js'
import type { CallbackParameters } from '../provider.js'
import { object } from '../read.js'

// What a browser has sent, read in one way for every framework.

/** What a strategy reads from a request of Express, Fastify, Koa or `node:http`. */
export interface LoginRequest {
  /** Default `GET`. */
  method?: string
  url?: string
  /** The URL before a router removes its prefix; read in place of `url`. */
  originalUrl?: string
  /** As Node has them. An object of Fetch's class `Headers` and names in title case are read too. */
  headers: Record<string, string | string[] | undefined>
  /** The parsed query; read from the URL where no framework has parsed it. */
  query?: unknown
  /** The parsed body of a POST: an object of form fields or of JSON members. */
  body?: unknown
  /** The session, an object. It has `save(done)` where a change must be saved to be kept. */
  session?: unknown
  /** The session's id: the same code twice with the same id is one login. */
  sessionID?: unknown
}

/** A request as its browser sent it. Reading it throws what the framework's parser throws. */
export class SentRequest implements CallbackParameters {
  readonly method: string
  readonly rawQuery: string
  private readonly target: string
  private readonly headers: LoginRequest['headers']
  private readonly query: Record<string, unknown>
  private readonly body: Record<string, unknown>

  constructor(
    { method = 'GET', url = '', originalUrl = url, headers, query, body }: LoginRequest,
    /** The origin of the application's own pages. */
    readonly siteOrigin: string,
  ) {
    // hapi and SvelteKit have a URL there
    if (typeof originalUrl !== 'string')
      throw new LoginStopped(
        'config',
        "the request's url must be a text, as in Node: `/path?query`",
      )
    const mark = originalUrl.indexOf('?')
    // hapi has it in small letters
    this.method = method.toUpperCase()
    this.target = originalUrl
    this.rawQuery = mark < 0 ? '' : originalUrl.slice(mark + 1)
    this.headers = headersOf(headers)
    const parsed = fieldsOf(query) ?? {}
    // without a query parser, frameworks give an empty object
    this.query = Object.keys(parsed).length > 0 ? parsed : parse(this.rawQuery)
    this.body = (this.method === 'POST' && fieldsOf(body)) || {}
  }

  /** The header's value; empty where there is none. */
  header(name: string): string {
    const value = this.headers[name]
    return Array.isArray(value) ? value.join(',') : (value ?? '')
  }

  get isFromThisSite(): boolean {
    const site = this.header('sec-fetch-site')
    const origin = this.header('origin')
    if (site === 'cross-site' || site === 'same-site') return false
    // a page under `Referrer-Policy: no-referrer` sends null, also to its own site
    if (origin === 'null') return site === 'same-origin'
    return !origin || origin === this.siteOrigin
  }

  /**
   * True where the headers prove that a page of this site has sent it. Anybody can send a request
   * without this proof.
   */
  get isProvenOwn(): boolean {
    const isNamed =
      this.header('sec-fetch-site') === 'same-origin' || this.header('origin') === this.siteOrigin
    return isNamed && this.isFromThisSite
  }

  /** True for a POST of which a parser has read fields. */
  get hasParsedBody(): boolean {
    return Object.keys(this.body).length > 0
  }

  /**
   * True for a request on this path, or on its end: a proxy may have cut off the beginning.
   * `registered` is in the form of `plainPath`.
   */
  isOn(registered: string): boolean {
    const asked = this.pathLike(registered)
    return asked === registered || (asked.startsWith('/') && registered.endsWith(asked))
  }

  /** True for a path that ends in this one: a host may have put something before it. */
  endsIn(registered: string): boolean {
    return registered !== '' && this.pathLike(registered).endsWith(registered)
  }

  has(name: string): boolean {
    return Object.hasOwn(this.query, name) || Object.hasOwn(this.body, name)
  }

  /** True for a parameter, also behind a second question mark, where some providers put it. */
  brings(name: string): boolean {
    return this.has(name) || this.rawQuery.includes(`?${name}=`)
  }

  get(name: string): string | undefined {
    const posted = valueOf(this.body, name)
    const asked = valueOf(this.query, name)
    const value = asked === undefined ? posted : asked
    if (value === undefined) return undefined
    if (typeof value !== 'string') this.refuse(`${name} must be sent once, as text`)
    if (posted !== undefined && posted !== value)
      this.refuse(`${name} must be the same in query and body`)
    return value
  }

  refuse(reason: string): never {
    refuse('bad_callback', reason)
  }

  private pathLike(registered: string): string {
    // a proxy may send the whole address (RFC 9112 section 3.2.2)
    const target = this.target.replace(/^https?:\/\/[^/?#]*/i, '')
    // some routers end a path at its first semicolon
    const ends = registered.includes(';') ? /[?#].*/s : /[?#;].*/s
    return plainPath(target.replace(ends, ''))
  }
}

/**
 * A path in the form in which two are compared: case, percent-encoding, doubled slashes and a slash
 * at the end make no difference to routers.
 */
export function plainPath(path: string): string {
  let decoded = path
  try {
    if (path.includes('%')) decoded = decodeURIComponent(path)
  } catch {
    // a router refuses this path
  }
  const plain = decoded.replace(/\/{2,}/g, '/').toLowerCase()
  return plain.endsWith('/') ? plain.slice(0, -1) : plain
}

/**
 * Headers by their names in lower case, as Node has them. Frameworks on Fetch have a `Headers`, and
 * serverless adapters the names as they were sent. A header that is not found would pass each check.
 */
function headersOf(given: LoginRequest['headers']): LoginRequest['headers'] {
  // some mocks of requests have none
  if (!isRecord(given)) throw new LoginStopped('config', 'the request has no object headers')
  const isIterable = Symbol.iterator in given
  if (!isIterable && Object.keys(given).every(isLower)) return given
  const entries = isIterable
    ? [...(given as unknown as Iterable<[string, string]>)]
    : Object.entries(given)
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]))
}

function isLower(name: string): boolean {
  return name === name.toLowerCase()
}

/** What a framework has parsed; undefined for anything else: in restify `req.query` is a function. */
function fieldsOf(parsed: unknown): Record<string, unknown> | undefined {
  if (parsed instanceof URLSearchParams) return parse(parsed.toString())
  return isRecord(parsed) && !ArrayBuffer.isView(parsed) ? parsed : undefined
}

function valueOf(part: Record<string, unknown>, name: string): unknown {
  const value = Object.hasOwn(part, name) ? part[name] : undefined
  // `"error": null` in JSON means that there is no error
  return value === null && name.startsWith('error') ? undefined : value
}

/** A response or a socket, as far as it is used here. */
export interface Connection {
  destroyed?: unknown
  /** Only a response has it. */
  headersSent?: unknown
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
