import { types } from 'node:util'

/** The HTTP status that Passport gets for each failure that a visitor caused or can retry. */
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

/** The status that a `LoginError` has for an Express error handler. */
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

/** Codes of what the operator or the provider must fix: `LoginError.code`. */
export type LoginErrorCode = keyof typeof ERROR_STATUS

/** The part of a login in which it ended. */
export type LoginStep = 'start' | 'callback' | 'token' | 'profile' | 'verify' | 'refresh'

/** What the provider itself said, cut to a safe length; for logs, never for visitors. */
export interface ProviderDetail {
  /** HTTP status of the provider's answer. */
  status?: number
  /** The provider's own error code. */
  code?: string
  /** The provider's own text, one line, without secrets. */
  message?: string
  /** More members of the provider's error, under the provider's own names. */
  details?: Record<string, string>
}

/** What the application gets as `info` when a login fails. */
export interface FailureInfo {
  code: FailureCode
  /** English text for the visitor; `failureMessage(code, locale)` has other languages. */
  message: string
  /** One English sentence for the site's developers: which parameter, header or check decided. */
  reason?: string
  provider?: ProviderDetail
}

const BRAND = Symbol.for('passport-code-flow.LoginError')

/** An error of a login that the operator or the provider must fix; safe to log as it is. */
export class LoginError extends Error {
  /** What went wrong; the same in all versions. */
  readonly code: LoginErrorCode
  /** The name of the strategy. */
  readonly strategy: string
  /** The strategy's `clientID`: it tells strategies with the same name apart. */
  readonly clientID: string
  readonly step: LoginStep
  /** HTTP status for an error handler. */
  readonly status: number
  // only declared: as a field, each error would have it, with the value undefined
  declare readonly provider?: ProviderDetail

  constructor(
    code: LoginErrorCode,
    message: string,
    options: Pick<LoginError, 'strategy' | 'clientID' | 'step' | 'provider'> & { cause?: unknown },
  ) {
    super(`${options.strategy}: ${message}`, 'cause' in options ? { cause: options.cause } : {})
    nameError(this, 'LoginError')
    this.code = code
    this.strategy = options.strategy
    this.clientID = options.clientID
    this.step = options.step
    this.status = ERROR_STATUS[code]
    if (options.provider) this.provider = options.provider
  }

  /** True for errors of every installed copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // not `this !== LoginError`: esbuild renames a class that names itself
    if (!Object.hasOwn(this.prototype, BRAND))
      return Function.prototype[Symbol.hasInstance].call(this, value)
    return typeof value === 'object' && value !== null && BRAND in value
  }
}
Object.defineProperty(LoginError.prototype, BRAND, { value: true })

interface StopDetail {
  cause?: unknown
  provider?: ProviderDetail | undefined
  /** For the site's developers; never a value that was sent. */
  reason?: string | undefined
  /** The application's own `info`, in place of ours. */
  info?: unknown
  /** The step to name if it is not the current one. */
  step?: LoginStep
}

/**
 * Inside the core: a login that ends early. `outcomeOf` turns it into Passport's `fail` if the code is
 * in `FAILURE_STATUS`, otherwise into a `LoginError`.
 */
export class LoginStopped extends Error {
  constructor(
    readonly code: FailureCode | LoginErrorCode,
    message: string = code,
    readonly detail: StopDetail = {},
  ) {
    super(message)
  }

  /** Never throws, not even for a Proxy: an application may throw any value. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    try {
      return Function.prototype[Symbol.hasInstance].call(this, value)
    } catch {
      return false
    }
  }
}

/** Ends a login with a failure for the visitor; `reason` says which check decided. */
export function refuse(code: FailureCode, reason?: string): never {
  throw new LoginStopped(code, code, { reason })
}

/** Which check decided, then the provider's hint for this code. Empty where there is neither. */
export function reasonOf(
  { code, detail }: LoginStopped,
  hints: Readonly<Record<string, string>> = {},
): string {
  return [detail.reason, hints[code]].filter(Boolean).join('. ')
}

/** True for the codes of failures. */
export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(FAILURE_STATUS, code)
}

/** Sets an error's name, also where an application has frozen `Error.prototype`. */
export function nameError(error: Error, name: string): void {
  Object.defineProperty(error, 'name', {
    value: name,
    configurable: true,
    enumerable: true,
    writable: true,
  })
}

/** True for errors of any realm: in a test runner, Node's own modules are of another realm. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || types.isNativeError(value)
  } catch {
    // a Proxy whose traps throw
    return false
  }
}
