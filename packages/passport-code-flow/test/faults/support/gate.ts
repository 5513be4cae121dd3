import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { listen } from '../../../../../test/server.js'

/** A door in front of a provider: what comes is kept waiting until it is opened. */
export interface Gate {
  url: string
  /** Fulfilled when somebody waits. */
  knock: Promise<void>
  open(): void
  close(): Promise<void>
}

/** Starts a door in front of the server at `target`. */
export async function startGate(target: string): Promise<Gate> {
  const { host } = new URL(target)
  let [open, tellKnock] = [() => {}, () => {}]
  const opened = new Promise<void>((resolve) => (open = resolve))
  const knock = new Promise<void>((resolve) => (tellKnock = resolve))

  async function forward(req: IncomingMessage, res: ServerResponse): Promise<void> {
    tellKnock()
    await opened
    const { method, headers } = req
    const onward = request(`${target}${req.url ?? ''}`, { method, headers: { ...headers, host } })
    onward.on('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    req.pipe(onward)
  }

  const { url, close } = await listen((req, res) => void forward(req, res))
  return { url, knock, open, close }
}
