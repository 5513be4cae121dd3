import { isUtf8 } from 'node:buffer'
import type { OutgoingHttpHeaders } from 'node:http'
import { stringify } from 'node:querystring'

/** A request to a provider; `query` and `form` are encoded here, `json` is the body as it is sent. */
export interface HttpRequest {
  method: 'GET' | 'POST'
  /** An endpoint; what differs between requests belongs into `query`. */
  url: string
  /** Beside `accept` and the body's own headers. */
  headers?: Record<string, string>
  /** Appended to the URL, encoded. */
  query?: Record<string, string>
  /** Sent as `application/x-www-form-urlencoded`. */
  form?: Record<string, string>
  /** Sent as `application/json`. */
  json?: unknown
}

/** A provider's complete answer; `json` is undefined when the body is not JSON. */
export interface HttpAnswer {
  /** How it was asked for. */
  method: HttpRequest['method']
  status: number
  /** The body; empty when it is not UTF-8. */
  text: string
  /** The body as JSON. */
  json: unknown
}

// where endpoints are, read once: their queries are not part of it
const targets = new Map<string, ReturnType<typeof readTarget>>()
const TARGETS = 100

/** Where a request goes, its query included. */
export function target({ url, query }: HttpRequest) {
  let found = targets.get(url)
  if (!found) {
    if (targets.size >= TARGETS) targets.clear()
    found = readTarget(url)
    targets.set(url, found)
  }
  if (!query) return found
  const { path } = found
  return { ...found, path: `${path}${path.includes('?') ? '&' : '?'}${stringify(query)}` }
}

function readTarget(text: string) {
  const url = new URL(text)
  // an IPv6 address loses its brackets
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isSecure = url.protocol === 'https:'
  return { isSecure, host, port: url.port, path: url.pathname + url.search }
}

/** A request's headers and its body. */
export function write({ form, json, headers: own }: HttpRequest, extra: Record<string, string>) {
  const headers: OutgoingHttpHeaders = { accept: 'application/json', ...extra, ...own }
  if (!form && json === undefined) return { body: undefined, headers }
  const body = form ? stringify(form) : JSON.stringify(json)
  headers['content-type'] = form ? 'application/x-www-form-urlencoded' : 'application/json'
  headers['content-length'] = Buffer.byteLength(body)
  return { body, headers }
}

/** An answer of these bytes. */
export function read(method: HttpRequest['method'], status: number, chunks: Buffer[]): HttpAnswer {
  const bytes = join(chunks)
  // what is not UTF-8 is no JSON either (RFC 8259 section 8.1); nor is what came compressed
  const text = isUtf8(bytes) ? decode(bytes) : ''
  return { method, status, text, json: parse(text) }
}

function join(chunks: Buffer[]): Buffer {
  const [only] = chunks
  return only && chunks.length === 1 ? only : Buffer.concat(chunks)
}

function decode(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

function parse(text: string): unknown {
  try {
    // an own `__proto__` member would change the prototype of whatever it is later copied into
    if (text.includes('__proto__') || text.includes('\\u00'))
      return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value))
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
