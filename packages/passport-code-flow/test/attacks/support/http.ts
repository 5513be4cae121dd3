import http from 'node:http'

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
  const { body, type } = bodyOf(visit)
  return new Promise((resolve, reject) => {
    const request = http.request(origin, {
      method,
      path,
      agent: false,
      ...(signal && { signal }),
      headers: {
        ...(cookie && { cookie }),
        ...(type && { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    })
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
    request.end(body)
  })
}

/** A visit's body as it is sent. */
function bodyOf({ form, json }: Visit): { body: string; type?: string } {
  if (json !== undefined) return { body: JSON.stringify(json), type: 'application/json' }
  if (form === undefined) return { body: '' }
  const body = typeof form === 'string' ? form : String(new URLSearchParams(form))
  return { body, type: 'application/x-www-form-urlencoded' }
}
