import { request, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '../../../../../test/server'

/** A proxy that gives each request to the next process in turn. */
export interface Front {
  url: string
  /** The processes' addresses, in the order of their turns; may change at any time. */
  readonly backends: string[]
  /** Which process answered which path, oldest first. */
  readonly served: { backend: string; path: string }[]
  close(): Promise<void>
}

/** Starts a front without processes. It skips a process that accepts no connection. */
export async function startFront(): Promise<Front> {
  const backends: string[] = []
  const served: Front['served'] = []
  let turn = 0

  async function forward(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = Buffer.concat(await req.toArray())
    for (let tries = backends.length; tries > 0; tries -= 1) {
      const backend = backends[turn++ % backends.length] ?? ''
      const answer = await ask(backend, req, body)
      if (!answer) continue
      served.push({ backend, path: req.url?.split('?', 1)[0] ?? '' })
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('error', () => res.destroy())
      answer.pipe(res)
      return
    }
    res.writeHead(503).end('no process takes connections')
  }

  const { url, close } = await listen((req, res) => {
    forward(req, res).catch(() => res.writeHead(502).end('the process went away'))
  })
  return { url, backends, served, close }
}

/** The answer; undefined when no connection was made, so that another process may be asked. */
async function ask(
  backend: string,
  { url = '/', method, headers }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    // a connection for each request: one that stays open may close while a request is sent
    const onward = request(backend + url, { method, headers, agent: false })
    onward.on('response', resolve)
    onward.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' ? resolve(undefined) : reject(error),
    )
    onward.end(body)
  })
}
