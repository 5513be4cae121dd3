import http from 'node:http'
import { text } from 'node:stream/consumers'

/** A request as a browser, or whoever plays one, makes it. */
export interface Visit {
  method?: string
  path: string
  headers?: Record<string, string>
  form?: Record<string, string> | [string, string][] | string
  json?: unknown
  /** Sends the request, and hangs up when this says so. */
  signal?: AbortSignal
}

/** What the site answered. */
export interface HttpAnswer {
  status: number
  headers: http.IncomingHttpHeaders
  text: string
}

/** Sends one request on a connection of its own; follows nothing. */
export async function send(origin: string, visit: Visit, cookie: string): Promise<HttpAnswer> {
  const { method = 'GET', path, headers, signal } = visit
  const { body: sent, type } = bodyOf(visit)
  return new Promise((resolve, reject) => {
    const all = {
      ...(cookie && { cookie }),
      ...(type && { 'content-type': type, 'content-length': Buffer.byteLength(sent) }),
      ...headers,
    }
    const options = { method, path, agent: false, headers: all, ...(signal && { signal }) }
    const request = http.request(origin, options)
    request.on('error', reject)
    request.on('response', (response) => {
      const { statusCode: status = 0, headers: got } = response
      text(response).then((body) => resolve({ status, headers: got, text: body }), reject)
    })
    request.end(sent)
  })
}

/** A visit's body as it is sent. */
function bodyOf({ form, json }: Visit): { body: string; type?: string } {
  if (json !== undefined) return { body: JSON.stringify(json), type: 'application/json' }
  if (form === undefined) return { body: '' }
  const body = typeof form === 'string' ? form : String(new URLSearchParams(form))
  return { body, type: 'application/x-www-form-urlencoded' }
}
