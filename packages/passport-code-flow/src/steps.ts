import { tracingChannel } from 'node:diagnostics_channel'
import {
  type FailureCode,
  type LoginErrorCode,
  LoginStopped,
  type LoginStep,
  reasonOf,
} from './errors.js'
import type { Provider } from './provider.js'
import type { Settings } from './settings.js'

/** What subscribers of `passport-code-flow:login` get for each step; it holds no secret. */
export interface LoginTrace {
  strategy: string
  clientID: string
  step: LoginStep
  /** Set when the step has ended. */
  outcome?: 'ok' | FailureCode | LoginErrorCode
  /** HTTP status of the provider's answer, where the step failed and it is known. */
  status?: number
  /** Which check decided, for whoever builds the site. */
  reason?: string
}

const channel = tracingChannel<'passport-code-flow:login', LoginTrace>('passport-code-flow:login')

/** The steps of one request. Errors name the current one; each one is traced. */
export class Steps {
  constructor(
    private readonly owner: Pick<Settings, 'name' | 'clientID' | 'provider'>,
    public current: LoginStep,
  ) {}

  /** Runs one step, traced when somebody listens. */
  run<T>(step: LoginStep, work: () => Promise<T> | T): Promise<T> | T {
    this.current = step
    return channel.hasSubscribers ? this.trace(work) : work()
  }

  private async trace<T>(work: () => Promise<T> | T): Promise<T> {
    const { name: strategy, clientID, provider } = this.owner
    const step = this.current
    const context: LoginTrace = { strategy, clientID, step }
    // Node shows subscribers the value or the error of a traced promise: ours has neither
    let end: (() => T) | undefined
    await channel.tracePromise(async () => {
      try {
        const result = await work()
        context.outcome = 'ok'
        end = () => result
      } catch (failure) {
        Object.assign(context, traceOf(failure, step, provider))
        end = () => {
          throw failure
        }
      }
    }, context)
    return end!()
  }
}

function traceOf(failure: unknown, step: LoginStep, { hints }: Provider): Partial<LoginTrace> {
  if (!(failure instanceof LoginStopped))
    return { outcome: step === 'verify' ? 'verify_failed' : 'config' }
  const { code, detail } = failure
  const reason = reasonOf(failure, hints)
  return {
    outcome: code,
    ...(detail.provider?.status !== undefined && { status: detail.provider.status }),
    ...(reason && { reason }),
  }
}
