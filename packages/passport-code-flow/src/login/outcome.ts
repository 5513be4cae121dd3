import {
  FAILURE_STATUS,
  type FailureInfo,
  isError,
  isFailureCode,
  LoginError,
  LoginStopped,
  reasonOf,
} from '../errors.js'
import type { AuthenticateOptions } from '../authenticate-options.js'
import { copyMembers, isRecord } from '../members.js'
import { failureMessage } from '../messages/messages.js'
import { Redactor } from '../redact.js'
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
export function outcomeOf(failure: unknown, steps: Steps): Outcome {
  if (!(failure instanceof LoginStopped)) {
    // a real error that verify throws is the application's own and passes as it is
    const isOwn = steps.current === 'verify' && isError(failure)
    return { action: 'error', error: isOwn ? failure : errorOf(failure, steps) }
  }
  const { code, detail } = failure
  if (!isFailureCode(code)) return { action: 'error', error: errorOf(failure, steps) }
  const status = FAILURE_STATUS[code]
  const { info: own } = detail
  // Passport sends a text in the header WWW-Authenticate, where Node throws for most letters
  if (own !== undefined)
    return { action: 'fail', info: typeof own === 'string' ? { message: own } : own, status }
  const { settings, secrets } = steps
  const info: FailureInfo = { code, message: failureMessage(code) }
  const reason = reasonOf(failure, settings.provider.hints)
  if (reason) info.reason = reason
  if (detail.provider) info.provider = new Redactor(settings, secrets).tidyDetail(detail.provider)
  return { action: 'fail', info, status }
}

/** The `LoginError` of a login that ended early; an error that is not ours counts as `config`. */
export function errorOf(failure: unknown, { settings, current, secrets }: Steps): LoginError {
  const { name: strategy, clientID, provider } = settings
  const redactor = new Redactor(settings, secrets)
  const where = { strategy, clientID, step: current }
  if (!(failure instanceof LoginStopped) || isFailureCode(failure.code)) {
    const message = 'an option or the provider description is wrong, see the cause'
    return new LoginError('config', message, { ...where, cause: redactor.tidyCause(failure) })
  }
  const { code, message, detail } = failure
  const text = [message, reasonOf(failure, provider.hints)].filter(Boolean).join(': ')
  return new LoginError(code, redactor.tidy(text), {
    ...where,
    ...(detail.step && { step: detail.step }),
    ...(detail.provider && { provider: redactor.tidyDetail(detail.provider) }),
    ...('cause' in detail && { cause: redactor.tidyCause(detail.cause) }),
  })
}

/** The `state` and `returnTo` given at the start, for verify and for the application. */
export function loginInfo(
  initiatedBy: LoginInfo['initiatedBy'],
  source: object,
): Omit<LoginInfo, 'duplicate'> {
  const { state, returnTo } = copyMembers(source) as AuthenticateOptions
  const info: Omit<LoginInfo, 'duplicate'> = { initiatedBy }
  if (state !== undefined) info.state = state
  if (returnTo !== undefined) info.returnTo = safeReturnTo(returnTo)
  return info
}

/** What the application gets with the user: verify's info, where our members replace others. */
export function successInfo(given: Omit<LoginInfo, 'duplicate'>, own: unknown): LoginInfo {
  const info: LoginInfo = Object.assign({ duplicate: false }, given)
  if (own === undefined || own === null) return info
  const merged: Record<string, unknown> = isRecord(own)
    ? { ...own, ...info }
    : { message: own, ...info }
  // `state` and `returnTo` come from the pending login alone. A member `__proto__` of verify's info
  // would give both to a copy of this object
  for (const name of ['state', 'returnTo', '__proto__'])
    if (!Object.hasOwn(info, name)) delete merged[name]
  return merged as unknown as LoginInfo
}
