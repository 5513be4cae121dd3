import { tracingChannel } from 'node:diagnostics_channel'
import {
  Failure,
  type FailureCode,
  type LoginErrorCode,
  type LoginStep,
  Problem,
} from './errors.js'

/** What subscribers of `passport-code-flow:login` get for each step; free of secrets. */
export interface LoginTrace {
  strategy: string
  step: LoginStep | 'callback'
  /** Set when the step has ended. */
  outcome?: 'ok' | FailureCode | LoginErrorCode
  /** HTTP status of the provider's answer, where the step failed and it is known. */
  status?: number
}

const channel = tracingChannel<'passport-code-flow:login', LoginTrace>('passport-code-flow:login')
const parts = [channel.start, channel.end, channel.asyncStart, channel.asyncEnd, channel.error]

/** Runs one step, traced when somebody listens; its result and its error stay out of the trace. */
export function traced<T>(
  strategy: string,
  step: LoginTrace['step'],
  run: () => Promise<T> | T,
): Promise<T> | T {
  return parts.some((part) => part.hasSubscribers) ? publish(strategy, step, run) : run()
}

async function publish<T>(
  strategy: string,
  step: LoginTrace['step'],
  run: () => Promise<T> | T,
): Promise<T> {
  const context: LoginTrace = { strategy, step }
  // Node puts a traced promise's value into the context: ours has none
  let end: (() => T) | undefined
  await channel.tracePromise(async () => {
    try {
      const result = await run()
      context.outcome = 'ok'
      end = () => result
    } catch (failure) {
      Object.assign(context, outcomeOf(failure, step))
      end = () => {
        throw failure
      }
    }
  }, context)
  return end!()
}

function outcomeOf(
  failure: unknown,
  step: LoginTrace['step'],
): Pick<LoginTrace, 'outcome' | 'status'> {
  if (failure instanceof Failure) return withStatus(failure.code, failure.provider?.status)
  if (failure instanceof Problem) return withStatus(failure.code, failure.about.provider?.status)
  return { outcome: step === 'verify' ? 'verify_failed' : 'config' }
}

function withStatus(outcome: FailureCode | LoginErrorCode, status: number | undefined) {
  return status === undefined ? { outcome } : { outcome, status }
}
