import type { Deadline } from './deadline.js'
import { Failure, isError, Problem } from './errors.js'
import { isRecord, isThenable } from './read.js'

/** How an application answers from verify; only its first answer counts. */
export type VerifyDone = (error?: unknown, user?: object | false | null, info?: unknown) => void

/** What an application that uses no `done` may resolve with. */
export type VerifyResult = object | false | null | undefined | void

/** Verify's answer: a user, or nothing true with what the application says about it. */
export interface Verdict {
  user: unknown
  info: unknown
}

/** An application's verify, of any shape. */
export interface Verifier {
  verify: (...args: unknown[]) => unknown
  passReqToCallback: boolean
}

/** All that verify may be called with, `done` left out; short ones take no `params`. */
export interface VerifyArguments {
  req?: unknown
  accessToken: string
  refreshToken: string | undefined
  params: unknown
  profile: unknown
}

/**
 * Calls verify once and takes its first answer; no user is a `Failure` (`user_rejected`). A real
 * `Error` passes as it is; what else is thrown is a `Problem` (`verify_failed`), silence is one too
 * (`timeout`).
 */
export function callVerify(
  verifier: Verifier,
  args: VerifyArguments,
  deadline: Deadline,
): Promise<Verdict> {
  return deadline.bound(firstAnswer(verifier, args)).then(accept, fail)
}

function accept(verdict: Verdict): Verdict {
  if (verdict.user) return verdict
  throw new Failure('user_rejected', undefined, verdict.info ?? undefined)
}

function fail(failure: unknown): never {
  if (isError(failure)) throw failure
  throw new Problem('verify_failed', 'verify failed with something that is not an Error')
}

function firstAnswer(
  { verify, passReqToCallback }: Verifier,
  { req, accessToken, refreshToken, params, profile }: VerifyArguments,
): Promise<Verdict> {
  const given = passReqToCallback ? [req, accessToken, refreshToken] : [accessToken, refreshToken]
  // as in passport-oauth2: only a verify that declares every parameter is given `params`
  if (verify.length === given.length + 3) given.push(params)
  given.push(profile)
  const declaresDone = verify.length > given.length
  return new Promise((resolve, reject) => {
    const done: VerifyDone = (error, user, info) => {
      if (error !== undefined && error !== null && error !== false) reject(error)
      else resolve({ user, info })
    }
    const returned = verify(...given, done)
    if (!isThenable(returned)) return
    returned.then((result) => {
      // an async verify that declares `done` may still be about to call it
      if (result !== undefined || !declaresDone) resolve(verdictOf(result))
    }, reject)
  })
}

function verdictOf(result: unknown): Verdict {
  if (isRecord(result) && Object.hasOwn(result, 'user')) {
    const { user, info, ...rest } = result
    if (Object.keys(rest).length === 0) return { user, info }
  }
  return { user: result, info: undefined }
}
