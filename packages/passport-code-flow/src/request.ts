import { isIP } from 'node:net'
import { Failure } from './errors.js'
import type { CallbackRules, Provider } from './provider.js'
import { record } from './read.js'

/** What a strategy reads of a request; Express, Fastify, Koa and `node:http` have it all. */
export interface LoginRequest {
  /** Default `GET`. */
  method?: string
  url?: string
  /** The URL as it was before routers cut it; preferred to `url`. */
  originalUrl?: string
  headers: Record<string, string | string[] | undefined>
  /** The parsed query; read from the URL where no framework has parsed it. */
  query?: unknown
  /** The parsed body of a POST: an object of form fields or of JSON members. */
  body?: unknown
  /** An object that outlives the request, with `save(done)` where its store is not written at once. */
  session?: unknown
  /** Tells one browser from another; the same code twice from one browser is one login. */
  sessionID?: unknown
}

/** Where browsers say what a request is for. */
const PURPOSES = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz']

/** What tells one browser's session from another's: Express has it here, Fastify and Koa there. */
export function sessionIDOf(req: LoginRequest): unknown {
  const session = record(req.session)
  return req.sessionID ?? session['sessionId'] ?? session['externalKey']
}

/** Refuses what is neither GET nor POST: a HEAD or a preview must not spend a code. */
export function checkMethod(req: LoginRequest): void {
  const method = req.method ?? 'GET'
  if (method !== 'GET' && method !== 'POST') throw new Failure('method_not_allowed')
}

/** Refuses requests that no person has made yet. */
export function checkPrefetch(req: LoginRequest): void {
  for (const name of PURPOSES)
    if (/prefetch|prerender|preview/i.test(header(req, name))) throw new Failure('prefetch')
}

/** Refuses a start that another site made the browser send (CVE-2015-9284). */
export function checkStartOrigin(req: LoginRequest, callback: URL): void {
  const site = header(req, 'sec-fetch-site')
  const origin = header(req, 'origin')
  const foreignPost = !site && req.method === 'POST' && origin && origin !== callback.origin
  if (site === 'cross-site' || foreignPost) throw new Failure('cross_site_start')
}

/** Refuses a callback that is not a page being opened or a fetch of this site (Fetch Metadata). */
export function checkCallbackOrigin(
  req: LoginRequest,
  rules: CallbackRules,
  callback: URL,
  initiatedBy: Provider['initiatedBy'] = 'provider',
): void {
  const site = header(req, 'sec-fetch-site')
  const origin = header(req, 'origin')
  if (rules.sameOriginPost && req.method === 'POST') {
    if (site === 'cross-site' || (origin && origin !== callback.origin))
      throw new Failure('bad_callback')
  }
  const { fetchMetadata: mode } = rules
  if (mode === 'off') return
  checkPrefetch(req)
  const destination = header(req, 'sec-fetch-dest')
  // a page of this site in a frame may go on to the callback, but only with a login of its own:
  // where codes arrive unasked, a page that embeds the callback would log its reader in
  const ownUses = initiatedBy === 'site' ? ['empty', 'iframe', 'frame'] : ['empty']
  const isOwn = site === 'same-origin' && ownUses.includes(destination)
  if (destination && destination !== 'document' && !isOwn) throw new Failure('prefetch')
  if (mode === 'strict' && site === 'cross-site') throw new Failure('cross_site_callback')
}

/**
 * True on the path of `callbackURL`: the same one, or its end where a proxy has cut off a prefix.
 * Case and a slash at the end make no difference, as in Express.
 */
export function isCallbackPath(req: LoginRequest, callback: URL): boolean {
  // a proxy may send the whole address (RFC 9112 section 3.2.2)
  const target = urlOf(req).replace(/^https?:\/\/[^/?#]*/i, '')
  const asked = plain(target.replace(/[?#].*/s, ''))
  const registered = plain(callback.pathname)
  return asked === registered || (asked !== '' && registered.endsWith(asked))
}

/** The query as the browser sent it, without the question mark. */
export function rawQuery(req: LoginRequest): string {
  const url = urlOf(req)
  const mark = url.indexOf('?')
  return mark < 0 ? '' : url.slice(mark + 1)
}

/** True for addresses and names that never leave this machine. */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]')
    return true
  return isIP(hostname) === 4 && hostname.startsWith('127.')
}

function urlOf(req: LoginRequest): string {
  return req.originalUrl ?? req.url ?? ''
}

function plain(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end--
  return path.slice(0, end).toLowerCase()
}

function header(req: LoginRequest, name: string): string {
  const value = req.headers[name]
  return Array.isArray(value) ? value.join(',') : (value ?? '')
}
