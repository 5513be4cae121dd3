// An application may have no @types/passport. @ts-ignore then hides the errors in the declarations.
// It works for one line, so each import is on one line. @ts-ignore is in TSDoc comments, because the
// compiler removes other comments from the declarations.
/** @ts-ignore */
import type { AuthenticateCallback, Strategy } from 'passport'
/** @ts-ignore */
import type { AuthenticateOptions as PassportOptions } from 'passport'

/** What `passport.authenticate(name, …)` may be given, in addition to Passport's own members. */
export interface AuthenticateOptions {
  /** A local path to go to after the login; comes back as `info.returnTo`. */
  returnTo?: unknown
  /** Any JSON value of the application; comes back as `info.state`. */
  state?: unknown
}

// Passport's own type allows only text as `state`
type Options = Omit<PassportOptions, 'state'> & AuthenticateOptions
type Strategies = string | string[] | Strategy
// oxlint-disable-next-line typescript/no-explicit-any -- as Passport's own types have it
type Callback = AuthenticateCallback | ((...given: any[]) => any)

/** @ts-ignore */
declare module 'passport' {
  interface Authenticator<InitializeRet, AuthenticateRet, AuthorizeRet, AuthorizeOptions> {
    authenticate(strategy: Strategies, options: Options, callback?: Callback): AuthenticateRet
    authorize(strategy: Strategies, options: Options, callback?: Callback): AuthorizeRet
  }
}
