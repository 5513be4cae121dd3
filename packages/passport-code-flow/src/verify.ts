import type { Deadline } from './deadline.js'
import { isError, Problem } from './errors.js'
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

/** An application's verify of any shape, and what it is called with, `done` left out. */
export interface VerifyCall {
  verify: (...args: unknown[]) => unknown
  /** All arguments; the third from the end is `params`, which short verifies do not take. */
  args: {
    req?: unknown
    accessToken: string
    refreshToken: string | undefined
    params: unknown
    profile: unknown
  }
  passReqToCallback: boolean
}

/**
 * Calls verify once and takes its first answer. A real `Error` passes as it is; what else is thrown
 * is a `Problem` (`verify_failed`), silence is one too (`timeout`).
 */
export async function callVerify(call: VerifyCall, deadline: Deadline): Promise<Verdict> {
  try {
    return await deadline.bound(firstAnswer(call))
  } catch (failure) {
    if (isError(failure)) throw failure
    throw new Problem('verify_failed', 'verify failed with something that is not an Error')
  }
}

function firstAnswer({ verify, args, passReqToCallback }: VerifyCall): Promise<Verdict> {
  const { req, accessToken, refreshToken, params, profile } = args
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
