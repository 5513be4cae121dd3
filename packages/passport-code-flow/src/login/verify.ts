import { isError, LoginStopped } from '../errors.js'
import { isRecord } from '../members.js'
import type { Deadline } from '../net/deadline.js'
import type { Tokens } from '../provider.js'
import type { Settings } from '../settings.js'
import type { LoginRequest } from './request.js'

// Step 7: calls the application's verify.

/** How an application answers from verify; only its first answer counts. */
export type VerifyDone = (error?: unknown, user?: object | false | null, info?: unknown) => void

/** What a verify that uses no `done` may return, directly or as a promise. */
export type VerifyResult = object | false | null | undefined | void

/** What the application gets with the user and with verify's own info. */
export interface LoginInfo {
  state?: unknown
  /** A local path, checked; absent when the start named none. */
  returnTo?: string
  /** `provider` when no login was started here: never link accounts on such a login. */
  initiatedBy: 'site' | 'provider'
  /** True when the same browser sent this code twice and this is the second answer. */
  duplicate: boolean
}

/** Verify's answer: a user, or none and what the application says about it. */
interface Verdict {
  user: unknown
  info: unknown
}

/**
 * Calls verify once and takes its first answer. No user is `user_rejected`; a real `Error` passes
 * as it is; anything else that is thrown is `verify_failed`; no answer in time is `timeout`.
 */
export async function callVerify(
  { verify, passReqToCallback }: Settings,
  req: LoginRequest,
  { accessToken, refreshToken, params }: Tokens,
  profile: unknown,
  info: Omit<LoginInfo, 'duplicate'>,
  deadline: Deadline,
): Promise<Verdict> {
  const given: unknown[] = [accessToken, refreshToken]
  if (passReqToCallback) given.unshift(req)
  // as in passport-oauth2: only a verify that declares every parameter is given `params`
  if (verify.length === given.length + 3) given.push(params)
  given.push(profile)
  const restore = passReqToCallback ? lendAuthInfo(req, info) : undefined
  try {
    const verdict = await deadline.bound(withUser(firstAnswer(verify, given)))
    if (verdict.user) return verdict
    throw new LoginStopped('user_rejected', 'user_rejected', {
      info: verdict.info ?? undefined,
      reason: 'verify gave no user',
    })
  } catch (failure) {
    if (failure instanceof LoginStopped && failure.code === 'timeout') {
      // it has most likely forgotten `done`
      const hint = verify.length === 0 ? ', and it declares no parameter' : ''
      failure.message += `: verify gave no user and did not call done${hint}`
    }
    if (isError(failure)) throw failure
    throw failed('verify failed with something that is not an Error', { cause: failure })
  } finally {
    restore?.()
  }
}

function firstAnswer(verify: Settings['verify'], given: unknown[]): Promise<Verdict> {
  const declaresDone = verify.length > given.length
  // a wrapper, a mock or a function with rest parameters may still call `done`
  const declaresNothing = verify.length === 0
  return new Promise((resolve, reject) => {
    const done: VerifyDone = (error, user, info) => {
      // as in passport-oauth2: an empty text or 0 is no error
      if (error) reject(error)
      else resolve({ user, info })
    }
    const returned = verify(...given, done)
    const isPromise = typeof returned === 'object' && returned !== null && 'then' in returned
    if (declaresDone && !isPromise) return
    const take = (result: unknown) => {
      if (result !== undefined) return resolve(verdictOf(result))
      if (declaresDone || declaresNothing) return
      // JavaScript does not count a parameter with a default value, nor those after it
      throw failed(
        'verify returned nothing: return the user or false, or declare done (with no default value up to it) and call it',
      )
    }
    // a new promise also rejects if the promise of verify, or a getter of it, throws
    new Promise((settle) => settle(returned)).then(take).catch(reject)
  })
}

/** Waits for a user that is a promise, such as that of a query: the promise itself is no user. */
async function withUser(answer: Promise<Verdict>): Promise<Verdict> {
  const { user, info } = await answer
  return { user: await user, info }
}

function verdictOf(result: unknown): Verdict {
  if (isRecord(result) && Object.hasOwn(result, 'user')) {
    const { user, info, ...rest } = result
    if (Object.keys(rest).length === 0) return { user, info }
  }
  return { user: result, info: undefined }
}

/** Sets `req.authInfo`, as Passport does after a login; gives back a function that restores it. */
function lendAuthInfo(
  req: LoginRequest,
  lent: Omit<LoginInfo, 'duplicate'>,
): (() => void) | undefined {
  if (!Object.isExtensible(req)) return undefined
  const before = Object.getOwnPropertyDescriptor(req, 'authInfo')
  Object.defineProperty(req, 'authInfo', {
    value: lent,
    configurable: true,
    enumerable: true,
    writable: true,
  })
  return () => {
    if (before) Object.defineProperty(req, 'authInfo', before)
    else delete (req as { authInfo?: unknown }).authInfo
  }
}

function failed(message: string, detail?: { cause: unknown }): LoginStopped {
  return new LoginStopped('verify_failed', message, detail)
}
