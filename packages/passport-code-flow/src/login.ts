import type { Deadline } from './deadline.js'
import { Failure, type LoginStep, Problem } from './errors.js'
import { exchangeCode, fetchProfile } from './exchange.js'
import { claim } from './once/claim.js'
import { describe, type Outcome, successInfo } from './outcome.js'
import {
  countRefusal,
  giveUp,
  isPending,
  type PendingLogin,
  saveSession,
  sessionOf,
} from './pending.js'
import type { LoginRequest } from './request.js'
import type { Settings } from './settings.js'
import type { AuthenticateOptions } from './authenticate-options.js'
import { traced } from './trace.js'
import { callVerify } from './verify.js'

/** Exchanges a code for a user, once. Never rejects: whatever happens is an outcome. */
export async function logIn(
  settings: Settings,
  req: LoginRequest,
  { code, key, pending }: { code: string; key: string; pending: PendingLogin | undefined },
  options: AuthenticateOptions,
  deadline: Deadline,
): Promise<Outcome> {
  const { name, provider, timeout, transport } = settings
  let step: LoginStep = 'token'
  const secrets: unknown[] = [settings.clientSecret, code, pending?.verifier]
  try {
    const line = { provider, transport, deadline, secrets }
    const grant = { code, codeVerifier: pending?.verifier ?? '' }
    const { tokens, subject } = await traced(name, step, async () => {
      await claimCode(settings, key, deadline)
      return exchangeCode(line, grant)
    })
    if (pending) accept(settings, req, pending)
    step = 'profile'
    const profile = settings.skipUserProfile
      ? undefined
      : await traced(name, step, () => fetchProfile(line, tokens.accessToken, subject))
    step = 'verify'
    deadline.restart()
    const { user, info } = await traced(name, step, () =>
      callVerify(settings, { req, ...tokens, profile }, deadline),
    )
    if (pending && !isReplaced(req, options)) await saveSession(sessionOf(req), timeout)
    deadline.clear()
    return { action: 'success', user, info: successInfo(settings, pending ?? options, info) }
  } catch (failure) {
    deadline.clear()
    const end = pending ? await note(settings, req, pending, failure) : failure
    return describe(settings, end, step, secrets)
  }
}

/** Takes the code for this login alone, before anything is sent. */
async function claimCode({ once, codeTTL }: Settings, key: string, deadline: Deadline) {
  let isFirst: boolean
  try {
    isFirst = await deadline.bound(claim(once, key, codeTTL))
  } catch (cause) {
    if (cause instanceof Problem && cause.code === 'guard') throw cause
    throw new Problem('guard', 'the single-use guard for codes does not answer', { cause })
  }
  if (!isFirst) throw new Failure('code_already_used')
}

/** The provider took a code for this pending login: it serves no other one. */
function accept(
  { sessionKey, served, pendingTTL }: Settings,
  req: LoginRequest,
  { id }: PendingLogin,
): void {
  giveUp(sessionOf(req), sessionKey, id)
  // two codes at the same moment have both found it
  if (!served.claim(id, 2 * pendingTTL)) throw new Failure('no_pending_login')
}

/** Stores what a failed login has left of its pending one; gives back what the login ends with. */
async function note(
  { sessionKey, timeout }: Settings,
  req: LoginRequest,
  { id }: PendingLogin,
  failure: unknown,
): Promise<unknown> {
  try {
    const session = sessionOf(req)
    const refused = failure instanceof Failure && failure.code === 'invalid_code'
    if (refused) countRefusal(session, sessionKey, id)
    // still there and as it was: nothing has changed
    if (refused || !isPending(session, sessionKey, id)) await saveSession(session, timeout)
    return failure
  } catch (problem) {
    return problem
  }
}

/** True when Passport itself is about to put a new, saved session in place of this one. */
function isReplaced(
  req: LoginRequest & { logIn?: unknown },
  options: AuthenticateOptions,
): boolean {
  const { session, assignProperty } = options as { session?: unknown; assignProperty?: unknown }
  return typeof req.logIn === 'function' && session !== false && !assignProperty
}
