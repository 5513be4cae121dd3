import {
  FAILURE_STATUS,
  isError,
  isFailureCode,
  LoginError,
  LoginStopped,
  reasonOf,
} from '../errors.js'
import { isRecord, member } from '../members.js'
import { failureMessage } from '../messages/messages.js'
import type { Settings } from '../settings.js'
import type { Secrets } from '../redact.js'
import { safeReturnTo } from '../return-to.js'
import type { Steps } from '../steps.js'
import type { LoginInfo } from './verify.js'

// Step 8: chooses one of Passport's actions: success, fail, redirect or error.

/** How a request ends: one of Passport's actions and what it is called with. */
export type Outcome =
  | { action: 'success'; user: unknown; info: LoginInfo }
  | { action: 'fail'; info: unknown; status: number }
  | { action: 'error'; error: Error }
  | { action: 'redirect'; url: string }

/** Passport's action for a login that ended early. */
export function outcomeOf(
  failure: unknown,
  settings: Settings,
  steps: Steps,
  secrets: Secrets,
): Outcome {
  // a real error that verify throws is the application's own and passes as it is
  const isOwn = steps.current === 'verify' && isError(failure) && !(failure instanceof LoginStopped)
  if (isOwn) return { action: 'error', error: failure }
  if (!(failure instanceof LoginStopped) || !isFailureCode(failure.code))
    return { action: 'error', error: errorOf(failure, settings, steps, secrets) }
  const { code, detail } = failure
  const status = FAILURE_STATUS[code]
  if (detail.info !== undefined) return { action: 'fail', info: detail.info, status }
  const reason = reasonOf(failure, settings.provider.hints)
  const info = {
    code,
    message: failureMessage(code),
    ...(reason && { reason }),
    ...(detail.provider && { provider: secrets.tidyDetail(detail.provider) }),
  }
  return { action: 'fail', info, status }
}

/** The `LoginError` of a login that ended early; an error that is not ours counts as `config`. */
export function errorOf(
  failure: unknown,
  { name, clientID, provider }: Settings,
  { current: step }: Steps,
  secrets: Secrets,
): LoginError {
  if (!(failure instanceof LoginStopped) || isFailureCode(failure.code)) {
    const message = 'an option or the provider description is wrong, see the cause'
    const cause = secrets.tidyCause(failure)
    return new LoginError('config', message, { strategy: name, clientID, step, cause })
  }
  const { code, message, detail } = failure
  const text = [message, reasonOf(failure, provider.hints)].filter(Boolean).join(': ')
  return new LoginError(code, secrets.tidy(text), {
    strategy: name,
    clientID,
    step,
    ...(detail.provider && { provider: secrets.tidyDetail(detail.provider) }),
    ...('cause' in detail && { cause: secrets.tidyCause(detail.cause) }),
  })
}

/** What the application gets beside the user: verify's own info, where our members win. */
export function successInfo(own: LoginInfo, info: unknown): LoginInfo {
  if (info === undefined || info === null) return own
  const merged: Record<string, unknown> = isRecord(info)
    ? { ...info, ...own }
    : { message: info, ...own }
  // the first two come from the pending login alone; an own `__proto__` gives them to a copy
  for (const name of ['state', 'returnTo', '__proto__'])
    if (!Object.hasOwn(own, name)) delete merged[name]
  return merged as unknown as LoginInfo
}

/** The `state` and `returnTo` given at the start, for verify and for the application. */
export function loginInfo({ provider: { initiatedBy } }: Settings, told: object): LoginInfo {
  const state = member(told, 'state')
  const returnTo = member(told, 'returnTo')
  return {
    ...(state !== undefined && { state }),
    ...(returnTo !== undefined && { returnTo: safeReturnTo(returnTo) }),
    initiatedBy,
    duplicate: false,
  }
}
