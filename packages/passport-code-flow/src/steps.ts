import { tracingChannel } from 'node:diagnostics_channel'
import {
  type FailureCode,
  type LoginErrorCode,
  LoginStopped,
  type LoginStep,
  reasonOf,
} from './errors.js'
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
  /** Which check decided, for the site's developers. */
  reason?: string
}

const channel = tracingChannel<'passport-code-flow:login', LoginTrace>('passport-code-flow:login')

/** The steps of one request. Each is traced. Errors name the current one and hide `secrets`. */
export class Steps {
  /** Texts that errors must not show, and requests whose values they must not show. */
  readonly secrets: unknown[]

  constructor(
    readonly settings: Settings,
    public current: LoginStep,
    ...secrets: unknown[]
  ) {
    this.secrets = secrets
  }

  /** Runs one step, traced when somebody listens. */
  run<T>(step: LoginStep, work: () => Promise<T> | T): Promise<T> | T {
    this.current = step
    return channel.hasSubscribers ? this.trace(work) : work()
  }

  private async trace<T>(work: () => Promise<T> | T): Promise<T> {
    const { name: strategy, clientID } = this.settings
    const context: LoginTrace = { strategy, clientID, step: this.current }
    let result: Promise<T> | undefined
    // Node gives subscribers the value or the error of a traced promise. This promise gives no value
    // and never rejects, so they see no token
    await channel.tracePromise(async () => {
      result = (async () => work())()
      const ok = () => ({ outcome: 'ok' as const })
      Object.assign(context, await result.then(ok, (failure) => this.describe(failure)))
    }, context)
    return result!
  }

  private describe(failure: unknown): Partial<LoginTrace> {
    if (!(failure instanceof LoginStopped))
      return { outcome: this.current === 'verify' ? 'verify_failed' : 'config' }
    const { code, detail } = failure
    const reason = reasonOf(failure, this.settings.provider.hints)
    return {
      outcome: code,
      ...(detail.provider?.status !== undefined && { status: detail.provider.status }),
      ...(reason && { reason }),
    }
  }
}
