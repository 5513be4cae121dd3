import { isIP } from 'node:net'
import { LoginStopped, refuse } from '../errors.js'
import type { Provider } from '../provider.js'
import { object } from '../read.js'

// Step 1: checks the method, the purpose and the origin of a request.

/** What a strategy reads from a request of Express, Fastify, Koa or `node:http`. */
export interface LoginRequest {
  /** Default `GET`. */
  method?: string
  url?: string
  /** The URL before a router removes its prefix; read in place of `url`. */
  originalUrl?: string
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

/** The headers in which browsers say what a request is for. */
const PURPOSES = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz']

/** The session's id, which has another name in Express, Fastify and Koa. */
export function sessionIDOf(req: LoginRequest): unknown {
  const session = object(req.session)
  return req.sessionID ?? session['sessionId'] ?? session['externalKey']
}

/** Refuses a start that no person has opened, or that another site made the browser send. */
export function checkStart(req: LoginRequest, callback: URL, isOpenToSites: boolean): void {
  checkMethod(req)
  checkPurpose(req)
  if (isOpenToSites) return
  // CVE-2015-9284
  const site = header(req, 'sec-fetch-site')
  if (site === 'cross-site') refuse('cross_site_start', 'Sec-Fetch-Site is cross-site')
  const origin = header(req, 'origin')
  if (!site && req.method === 'POST' && origin && origin !== callback.origin)
    refuse('cross_site_start', 'Origin is not that of callbackURL')
}

/** Refuses what is neither GET nor POST: a HEAD or a preview must not spend a code. */
function checkMethod(req: LoginRequest): void {
  const method = req.method ?? 'GET'
  if (method !== 'GET' && method !== 'POST')
    refuse('method_not_allowed', 'The method is neither GET nor POST')
}

/** Refuses prefetches and previews: no person has opened the page yet. */
function checkPurpose(req: LoginRequest): void {
  for (const name of PURPOSES)
    if (/prefetch|prerender|preview/i.test(header(req, name)))
      refuse('prefetch', `The header ${name} says that nobody has opened this page yet`)
}

/** Refuses a callback that is neither an opened page nor a fetch by this site (Fetch Metadata). */
export function checkCallback(
  req: LoginRequest,
  { initiatedBy, callback: { fetchMetadata: mode } }: Provider,
): void {
  checkMethod(req)
  if (mode === 'off') return
  checkPurpose(req)
  const site = header(req, 'sec-fetch-site')
  const destination = header(req, 'sec-fetch-dest')
  const isSame = site === 'same-origin'
  if (destination === 'empty') {
    // a front end on a sibling subdomain may send a wallet's code with a fetch
    const isSibling = site === 'same-site' && initiatedBy === 'provider' && mode !== 'strict'
    if (!isSame && !isSibling) {
      if (site === 'cross-site' || site === 'same-site')
        refuse('cross_site_callback', `Sec-Fetch-Site of a fetch is ${site}`)
      refuse('prefetch', 'Sec-Fetch-Dest is empty and Sec-Fetch-Site does not name this site')
    }
  } else if (destination === 'iframe' || destination === 'frame') {
    // only a frame of this site's own page may be a callback, and only of a login that it started
    if (!isSame || initiatedBy !== 'site')
      refuse('prefetch', `Sec-Fetch-Dest is ${destination}: a frame that another page has made`)
  } else if (destination && destination !== 'document') {
    refuse('prefetch', 'Sec-Fetch-Dest is not document')
  }
  if (mode === 'strict' && site === 'cross-site')
    refuse('cross_site_callback', 'Sec-Fetch-Site is cross-site and fetchMetadata is strict')
}

/** False where the headers say that a page of another origin has sent this request. */
export function isFromThisSite(req: LoginRequest, callback: URL): boolean {
  const site = header(req, 'sec-fetch-site')
  const origin = header(req, 'origin')
  if (site === 'cross-site' || site === 'same-site') return false
  // a page under `Referrer-Policy: no-referrer` sends null, also to its own site
  if (origin === 'null') return site === 'same-origin'
  return !origin || origin === callback.origin
}

/** Throws `config` when this site's own page has posted a body that no parser has read. */
export function checkBodyParsed(req: LoginRequest, callback: URL): void {
  const type = header(req, 'content-type')
  const isPosted =
    req.method === 'POST' && /^application\/(x-www-form-urlencoded|([\w.-]+\+)?json)\b/i.test(type)
  const isEmpty = header(req, 'content-length') === '0'
  const { body } = req
  const isParsed =
    typeof body === 'object' &&
    body !== null &&
    !ArrayBuffer.isView(body) &&
    Object.keys(body).length > 0
  // only where the headers prove that it is our own page: anybody can send such a POST
  const isOurs =
    header(req, 'sec-fetch-site') === 'same-origin' || header(req, 'origin') === callback.origin
  if (isPosted && !isEmpty && !isParsed && isOurs && isFromThisSite(req, callback))
    throw new LoginStopped(
      'config',
      'no body parser has read the posted callback: put express.urlencoded() or express.json() before passport.authenticate()',
    )
}

/**
 * True on the path of `callbackURL`, given as `plainPath` has it: the same path, or its end where a
 * proxy has cut off a prefix.
 */
export function isCallbackPath(req: LoginRequest, registered: string): boolean {
  // a proxy may send the whole address (RFC 9112 section 3.2.2)
  const target = urlOf(req).replace(/^https?:\/\/[^/?#]*/i, '')
  // some routers end a path at its first semicolon
  const ends = registered.includes(';') ? /[?#].*/s : /[?#;].*/s
  const asked = plainPath(target.replace(ends, ''))
  return asked === registered || (asked.startsWith('/') && registered.endsWith(asked))
}

/** The query as the browser sent it, without the question mark. */
export function rawQuery(req: LoginRequest): string {
  const url = urlOf(req)
  const mark = url.indexOf('?')
  return mark < 0 ? '' : url.slice(mark + 1)
}

/** True for the addresses and names of this machine itself. */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]')
    return true
  return isIP(hostname) === 4 && hostname.startsWith('127.')
}

function urlOf(req: LoginRequest): string {
  return req.originalUrl ?? req.url ?? ''
}

/**
 * A path by which two are compared: case, percent-encoding, doubled slashes and a slash at the end
 * make no difference to routers.
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

function header(req: LoginRequest, name: string): string {
  const value = req.headers[name]
  return Array.isArray(value) ? value.join(',') : (value ?? '')
}
