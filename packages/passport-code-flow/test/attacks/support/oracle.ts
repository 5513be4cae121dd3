import http from 'node:http'
import https from 'node:https'
import { format } from 'node:util'
import type { Result } from '../../support/bare'
import { recordTrace } from '../../support/oracle'

/** One request to the strategy and every action that it has called. */
export interface Flow {
  id: string
  results: Result[]
}

const ACTIONS = ['success', 'fail', 'redirect', 'error'] as const

type Run = Record<(typeof ACTIONS)[number], (...args: unknown[]) => void> & {
  authenticate(req: { headers: Record<string, unknown> }, options?: object): void
}

/** Notes every action of a strategy, whoever runs it, under the id in the request's `x-visit`. */
export function watch(strategy: object, flows: Flow[]): void {
  const { authenticate } = strategy as Run
  Object.assign(strategy, {
    authenticate(this: Run, req: { headers: Record<string, unknown> }, options?: object) {
      const flow: Flow = { id: String(req.headers['x-visit']), results: [] }
      flows.push(flow)
      for (const action of ACTIONS) {
        const original = this[action]
        this[action] = (...args) => {
          flow.results.push(resultOf(action, args))
          original.apply(this, args)
        }
      }
      authenticate.call(this, req, options)
    },
  })
}

function resultOf(action: (typeof ACTIONS)[number], [first, second]: unknown[]): Result {
  if (action === 'success') return { action, user: first, info: second } as Result
  if (action === 'fail') return { action, info: first, status: second } as Result
  if (action === 'redirect') return { action, url: new URL(String(first), 'http://site.test') }
  return { action, error: first } as Result
}

/** Everything written to the console and told on the tracing channel until `stop`. */
export function eavesdrop(): { lines: string[]; events: object[]; stop(): void } {
  const lines: string[] = []
  const spies = (['log', 'info', 'warn', 'error', 'debug', 'trace'] as const).map((name) =>
    jest.spyOn(console, name).mockImplementation((...args: unknown[]) => {
      lines.push(format(...args))
    }),
  )
  const trace = recordTrace()
  return {
    lines,
    events: trace.events,
    stop() {
      for (const spy of spies) spy.mockRestore()
      trace.stop()
    },
  }
}

/** Fails while a request to a provider is still under way; idle connections are in order. */
export async function expectNoRequestOpen(): Promise<void> {
  const open = ({ sockets, requests }: http.Agent) =>
    Object.keys({ ...sockets, ...requests }).length
  await until(() => open(http.globalAgent) + open(https.globalAgent) === 0)
}

/** Waits, a turn of the event loop at a time, until something is so. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const patience = Date.now() + 5000
  while (!(await condition())) {
    if (Date.now() > patience) throw new Error('it does not come')
    await new Promise(setImmediate)
  }
}
