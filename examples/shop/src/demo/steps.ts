import { tracingChannel } from 'node:diagnostics_channel'
import type { Request, Response } from 'express'
import type { LoginTrace } from 'passport-code-flow'

/** One step of a login as the pages show it. */
export interface Step {
  strategy: string
  step: string
  outcome: string
  /** When it ended. */
  at: string
}

/** Follows all logins of this process. Only for the demo: every visitor sees every login. */
export interface StepFeed {
  /** Adds a step of the application. */
  add(step: Omit<Step, 'at'>): void
  /** Sends the latest steps, and then each new step, as server-sent events. */
  stream(req: Request, res: Response): void
  close(): void
}

const KEPT = 12

/** Listens to the strategies' tracing channel. */
export function followSteps(): StepFeed {
  const { asyncEnd } = tracingChannel('passport-code-flow:login')
  const latest: Step[] = []
  const readers = new Set<Response>()
  const add = ({ strategy, step, outcome }: Omit<Step, 'at'>) => {
    const entry = { strategy, step, outcome, at: new Date().toISOString() }
    // A new login empties the list.
    if (step === 'start' || (strategy === 'monpay' && step === 'callback')) latest.length = 0
    latest.push(entry)
    latest.splice(0, latest.length - KEPT)
    for (const reader of readers) writeStep(reader, entry)
  }
  const listen = (trace: unknown) => {
    if (isTrace(trace)) add(trace)
  }
  asyncEnd.subscribe(listen)
  return {
    add,
    stream(req, res) {
      res.set('Content-Type', 'text/event-stream')
      res.flushHeaders()
      for (const entry of latest) writeStep(res, entry)
      readers.add(res)
      req.on('close', () => readers.delete(res))
    },
    close() {
      asyncEnd.unsubscribe(listen)
      for (const reader of readers) reader.end()
    },
  }
}

function isTrace(trace: unknown): trace is Required<LoginTrace> {
  return typeof trace === 'object' && trace !== null && 'step' in trace && 'outcome' in trace
}

function writeStep(res: Response, entry: Step): void {
  res.write(`id: ${entry.at}\ndata: ${JSON.stringify(entry)}\n\n`)
}
