import { types } from 'node:util'

/** The HTTP status Passport is told for each failure a visitor caused or can retry. */
export const FAILURE_STATUS = {
  no_code: 400,
  bad_callback: 400,
  method_not_allowed: 405,
  prefetch: 403,
  cross_site_start: 403,
  cross_site_callback: 403,
  no_pending_login: 403,
  pending_expired: 403,
  start_loop: 403,
  code_already_used: 403,
  invalid_code: 401,
  access_denied: 401,
  sdk_failed: 401,
  user_rejected: 401,
} as const

/** The status a `LoginError` carries for an Express error handler. */
const ERROR_STATUS = {
  config: 500,
  timeout: 504,
  network: 502,
  redirect_refused: 502,
  too_large: 502,
  bad_response: 502,
  provider_error: 502,
  profile_failed: 502,
  no_subject: 502,
  refresh_refused: 401,
  verify_failed: 500,
  session: 500,
  guard: 503,
} as const

/** Codes of what a visitor caused or can retry: `info.code` of Passport's `fail`. */
export type FailureCode = keyof typeof FAILURE_STATUS

/** Codes of what the operator or the provider must mend: `LoginError.code`. */
export type LoginErrorCode = keyof typeof ERROR_STATUS

/** The part of a login in which a `LoginError` arose. */
export type LoginStep = 'start' | 'token' | 'profile' | 'verify' | 'refresh'

/** What the provider itself said, cut to a safe length; for logs, never for people. */
export interface ProviderDetail {
  /** HTTP status of the provider's answer. */
  status?: number
  /** The provider's own error code. */
  code?: string
  /** The provider's own text, one line, without secrets. */
  message?: string
  /** Further members of the provider's error, by their provider names. */
  details?: Record<string, string>
}

/** What the application sees as `info` when a login fails. */
export interface FailureInfo {
  code: FailureCode
  /** English text; `failureMessage(code, locale)` has other languages. */
  message: string
  provider?: ProviderDetail
}

interface LoginErrorOptions {
  strategy: string
  step: LoginStep
  provider?: ProviderDetail
  cause?: unknown
}

/** A login ended by the operator's or the provider's fault; safe to log as it is. */
export class LoginError extends Error {
  /** What went wrong; stable across versions. */
  readonly code: LoginErrorCode
  /** The name of the strategy. */
  readonly strategy: string
  readonly step: LoginStep
  /** HTTP status for an error handler. */
  readonly status: number
  // declared alone: absent where there is none
  declare readonly provider?: ProviderDetail

  constructor(code: LoginErrorCode, message: string, options: LoginErrorOptions) {
    super(`${options.strategy}: ${message}`, 'cause' in options ? { cause: options.cause } : {})
    this.name = 'LoginError'
    this.code = code
    this.strategy = options.strategy
    this.step = options.step
    this.status = ERROR_STATUS[code]
    if (options.provider) this.provider = options.provider
  }
}

/** Inside the core: ends a login with Passport's `fail`. `own` is the application's own `info`. */
export class Failure extends Error {
  constructor(
    readonly code: FailureCode,
    readonly provider?: ProviderDetail,
    readonly own?: unknown,
  ) {
    super(code)
  }
}

/** Inside the core: becomes a `LoginError` once strategy, step and secrets are known. */
export class Problem extends Error {
  constructor(
    readonly code: LoginErrorCode,
    message: string,
    readonly about: { cause?: unknown; provider?: ProviderDetail } = {},
  ) {
    super(message)
  }
}

/** True for errors of any realm: those of Node's own modules are foreign inside a test runner's. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value)
}
