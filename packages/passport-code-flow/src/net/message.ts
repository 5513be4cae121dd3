import { stringify } from 'node:querystring'
import { copyMembers, isRecord } from '../members.js'
import type { Request } from '../provider.js'

// Checks and encodes a request to the provider.

const REQUEST = ['method', 'url', 'headers', 'query', 'form', 'json']
const TEXTS = ['headers', 'query', 'form']

/** A request, encoded. */
export interface Message {
  method: Request['method']
  path: string
  headers: Record<string, string>
  body: string | null
}

/**
 * A checked copy of a request that the member `by` of the provider has made. Throws a `TypeError` for
 * what would not be sent as it was meant.
 */
export function checkRequest(given: unknown, by: string): Request {
  const request: Record<string, unknown> = isRecord(given) ? copyMembers(given) : {}
  const { method, url, form, json } = request
  if (method !== 'GET' && method !== 'POST')
    throw new TypeError(`a request of ${by} must be a GET or a POST`)
  // errors hide only texts: they would show a secret in a URL object, or one that is a number
  if (url !== undefined && typeof url !== 'string')
    throw new TypeError(`the url of a request of ${by} must be a text`)
  for (const name of Object.keys(request)) {
    if (!REQUEST.includes(name))
      throw new TypeError(
        `a request of ${by} has an unknown ${name}, not one of ${REQUEST.join(', ')}`,
      )
    if (TEXTS.includes(name)) checkTexts(`the ${name} of a request of ${by}`, request[name])
  }
  if ((form !== undefined || json !== undefined) && (method === 'GET' || (form && json)))
    throw new TypeError(`a request of ${by} may have form or json, not both, and only with POST`)
  return request as unknown as Request
}

function checkTexts(part: string, given: unknown): void {
  // a URLSearchParams, Headers or Map has no members to send
  if (!isRecord(given) || Symbol.iterator in given)
    throw new TypeError(`${part} must be an object of texts`)
  for (const name of Object.keys(given))
    if (typeof given[name] !== 'string')
      throw new TypeError(`${part} must be an object of texts: ${name} is not a text`)
}

/** Encodes a request for an endpoint; its own headers replace those of `usual`. */
export function encode(
  endpointPath: string,
  { method, query, form, json, headers: own }: Request,
  usual: Readonly<Record<string, string>>,
): Message {
  const path = query
    ? `${endpointPath}${endpointPath.includes('?') ? '&' : '?'}${stringify(query)}`
    : endpointPath
  // Object.assign: adding members to a spread copy costs ten times as much
  const headers: Record<string, string> = Object.assign({}, usual)
  // undici sends two spellings of one name as two headers
  for (const [name, value] of Object.entries(own ?? {})) headers[name.toLowerCase()] = value
  if (!form && json === undefined) return { method, path, headers, body: null }
  const body = form ? stringify(form) : JSON.stringify(json)
  headers['content-type'] = form ? 'application/x-www-form-urlencoded' : 'application/json'
  headers['content-length'] = String(Buffer.byteLength(body))
  return { method, path, headers, body }
}
