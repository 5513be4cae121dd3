import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** Parameters of a query or a form. A repeated name has all its values, in order. */
export type Parameters = Record<string, string | string[]>

/** What a simulator answers, before a fault is applied to it. */
export interface Answer {
  status: number
  headers?: Record<string, string>
  body: string | Buffer
}

/** The API that a request is for; `redirected` is the default target of the `redirect` fault. */
export type Endpoint = 'token' | 'refresh' | 'profile' | 'redirected' | 'other'

/** One request as it arrived at a simulator. */
export interface Visit {
  method: string
  /** Path without the query and without the site's base path. */
  path: string
  query: Parameters
  headers: IncomingHttpHeaders
  /** Body as text; empty when there is none. */
  body: string
  /** The body read as a form, when it is sent as one: URL-encoded or multipart. */
  form?: Parameters
  /** The body read as JSON, when it is sent as JSON and parses. */
  json?: unknown
}

/** One request to an API of a provider, kept for tests to read. */
export interface RecordedRequest extends Visit {
  endpoint: Endpoint
  /** When it arrived, in ms of the simulator's clock. */
  at: number
}

const BODY_LIMIT = 1_048_576

/** The body of a request is larger than 1 MiB. */
export class BodyTooLarge extends Error {}

/** Groups parameters by name. */
export function readParameters(text: string): Parameters {
  const found = new Map<string, string | string[]>()
  for (const [name, value] of new URLSearchParams(text)) {
    const before = found.get(name)
    found.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(found)
}

/** All values of a parameter. */
function readAll(parameters: Parameters = {}, name: string): string[] {
  return Object.hasOwn(parameters, name) ? [parameters[name] ?? []].flat() : []
}

/** The parameter's value when it was given exactly once, otherwise undefined. */
export function single(parameters: Parameters | undefined, name: string): string | undefined {
  const values = readAll(parameters, name)
  return values.length === 1 ? values[0] : undefined
}

/** The parameter's value as PHP reads it: the last one if the name is repeated. */
export function last(parameters: Parameters | undefined, name: string): string | undefined {
  return readAll(parameters, name).at(-1)
}

/** The value if it is an object; otherwise an empty object. */
export function readObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** The media type of a request without its parameters, in lower case. */
export function mediaType(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

/** The token of an `Authorization: Bearer` header; empty without one. */
export function readBearer({ headers }: Visit): string {
  return /^Bearer ([^ ]+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
}

/** The value of a JSON text; undefined for any other text. */
export function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > BODY_LIMIT) throw new BodyTooLarge()
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** The text fields of a multipart form; empty when it cannot be read. */
async function readMultipart(headers: IncomingHttpHeaders, body: string): Promise<Parameters> {
  const form = await new Response(body, {
    headers: { 'content-type': `${headers['content-type']}` },
  })
    .formData()
    .catch(() => new FormData())
  const texts = [...form].filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  return readParameters(new URLSearchParams(texts).toString())
}

/** Reads a request to its end; throws if its body is too large or the client closes it. */
export async function readVisit(request: IncomingMessage, basePath: string): Promise<Visit> {
  const target = request.url ?? '/'
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const visit: Visit = {
    method: request.method ?? 'GET',
    path: path.slice(basePath.length) || '/',
    query: readParameters(mark < 0 ? '' : target.slice(mark + 1)),
    headers: request.headers,
    body: await readBody(request),
  }
  const type = mediaType(request.headers)
  if (type === 'application/x-www-form-urlencoded') visit.form = readParameters(visit.body)
  if (type === 'multipart/form-data') visit.form = await readMultipart(request.headers, visit.body)
  if (type === 'application/json') {
    const json = parseJSON(visit.body)
    if (json !== undefined) visit.json = json
  }
  return visit
}

/** An answer with a JSON body. */
export function answerJSON(
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  }
}

/** An answer with a text body of the given media type. */
export function answerText(
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): Answer {
  return { status, headers: { 'content-type': `${type}; charset=utf-8`, ...headers }, body }
}

/** A redirect without a body; letters beyond ASCII are sent as UTF-8 bytes, as PHP does. */
export function answerRedirect(location: string, headers: Record<string, string> = {}): Answer {
  const bytes = Buffer.from(location).toString('latin1')
  return { status: 302, headers: { location: bytes, ...headers }, body: '' }
}
