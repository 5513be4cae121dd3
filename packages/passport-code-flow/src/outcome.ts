import {
  Failure,
  FAILURE_STATUS,
  isError,
  type LoginError,
  type LoginStep,
  Problem,
} from './errors.js'
import { failureMessage } from './messages.js'
import { isRecord } from './read.js'
import { redactDetail, toLoginError } from './redact.js'
import { safeReturnTo } from './return-to.js'
import type { Settings } from './settings.js'
import type { AuthenticateOptions, LoginInfo } from './strategy-types.js'

/** How a login ends: one of Passport's actions and what it is called with. */
export type Outcome =
  | { action: 'success'; user: unknown; info: LoginInfo }
  | { action: 'fail'; info: unknown; status: number }
  | { action: 'error'; error: Error }
  | { action: 'redirect'; url: string }

/** The outcome that a failure of any kind is. */
export function describe(
  settings: Settings,
  failure: unknown,
  step: LoginStep,
  secrets: readonly unknown[],
): Outcome {
  if (failure instanceof Failure) {
    const { code, own, provider } = failure
    const hint = settings.provider.hints?.[code]
    const message = failureMessage(code) + (hint ? ` ${hint}` : '')
    const detail = provider && { provider: redactDetail(provider, secrets) }
    const info = own ?? { code, message, ...detail }
    return { action: 'fail', info, status: FAILURE_STATUS[code] }
  }
  // a real error out of verify is the application's own
  if (step === 'verify' && isError(failure) && !(failure instanceof Problem))
    return { action: 'error', error: failure }
  return { action: 'error', error: asLoginError(settings, failure, step, secrets) }
}

/** The `LoginError` for a problem; what nobody foresaw is a mistake in the configuration. */
export function asLoginError(
  { name, provider }: Settings,
  failure: unknown,
  step: LoginStep,
  secrets: readonly unknown[],
): LoginError {
  const problem =
    failure instanceof Problem
      ? failure
      : new Problem('config', 'an option or the provider description is wrong, see the cause', {
          cause: failure,
        })
  return toLoginError(problem, {
    strategy: name,
    step,
    secrets,
    hint: provider.hints?.[problem.code],
  })
}

/** What the application gets beside the user: verify's own info, and ours over it. */
export function successInfo(
  { provider }: Settings,
  { state, returnTo }: AuthenticateOptions,
  info: unknown,
): LoginInfo {
  const given = isRecord(info) ? info : info === undefined || info === null ? {} : { message: info }
  // where to go and what the start was told come from the pending login alone
  const { state: _state, returnTo: _returnTo, ...own }: Record<string, unknown> = given
  return {
    ...own,
    ...(state !== undefined && { state }),
    ...(returnTo !== undefined && { returnTo: safeReturnTo(returnTo) }),
    initiatedBy: provider.initiatedBy,
    duplicate: false,
  }
}
