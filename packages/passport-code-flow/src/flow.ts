import { bringsCode, type Callback, readCallback } from './callback.js'
import { isGone } from './client.js'
import { Deadline } from './deadline.js'
import { Failure, type LoginStep, Problem } from './errors.js'
import { arrive, goneAway, type Seat } from './in-flight.js'
import { logIn } from './login.js'
import { codeKey } from './once/claim.js'
import { describe, type Outcome } from './outcome.js'
import {
  findPending,
  giveUp,
  hasPending,
  type PendingLogin,
  saveSession,
  sessionOf,
} from './pending.js'
import {
  checkCallbackOrigin,
  checkMethod,
  checkPrefetch,
  checkStartOrigin,
  isCallbackPath,
  type LoginRequest,
} from './request.js'
import type { Settings } from './settings.js'
import { startLogin } from './start.js'
import type { AuthenticateOptions } from './authenticate-options.js'
import { traced } from './trace.js'

/** One request, from what it is to how it ends. Never rejects. */
export async function answer(
  settings: Settings,
  req: LoginRequest,
  options: AuthenticateOptions,
): Promise<Outcome> {
  let step: LoginStep = 'start'
  try {
    if (!isCallback(settings, req)) return await start(settings, req, options)
    const callback = await traced(settings.name, 'callback', () =>
      recognise(settings, req, options),
    )
    if ('error' in callback) return await endByError(settings, req, callback)
    step = 'token'
    const outcome = await arrive(callback, req)
    return callback.joined ? asDuplicate(outcome) : outcome
  } catch (failure) {
    return describe(settings, failure, step, [settings.clientSecret])
  }
}

/** The login that a code has set going, or the provider's word that there is none. */
type Arrival = Seat<Outcome> | Denial
type Denial = Extract<Callback, { error: unknown }> & { pending: PendingLogin | undefined }

/** True where a request can only be a callback, and wherever it brings a code. */
function isCallback({ provider, callbackURL }: Settings, req: LoginRequest): boolean {
  // elsewhere an error or a state is the application's own
  return (
    provider.initiatedBy === 'provider' ||
    isCallbackPath(req, callbackURL) ||
    bringsCode(req, provider.callback)
  )
}

/** The callback that a request is, and the login it belongs to: found and taken in one moment. */
function recognise(settings: Settings, req: LoginRequest, options: AuthenticateOptions): Arrival {
  const { name, provider, callbackURL, sessionKey, inFlight } = settings
  checkMethod(req)
  const unasked = provider.initiatedBy === 'provider'
  const callback = readCallback(req, provider.callback)
  checkCallbackOrigin(req, provider.callback, callbackURL, provider.initiatedBy)
  if (!callback) {
    if (unasked) throw new Failure('no_code')
    // starting here would send the browser round in circles
    throw new Failure(hasPending(sessionOf(req), sessionKey) ? 'start_loop' : 'bad_callback')
  }
  const findLogin = () => (unasked ? undefined : pendingOf(settings, req, callback))
  if ('error' in callback) return { ...callback, pending: findLogin() }
  if (isGone(req)) throw goneAway()
  const { code } = callback
  const key = codeKey(name, code)
  return inFlight.board(key, req, () => {
    const pending = findLogin()
    const deadline = new Deadline(settings.timeout)
    const grant = { code, key, pending }
    return { outcome: logIn(settings, req, grant, options, deadline), deadline }
  })
}

/** A code may leave its login unnamed where the provider cannot name one; an error then ends none. */
function pendingOf(settings: Settings, req: LoginRequest, callback: Callback): PendingLogin {
  const { provider, sessionKey } = settings
  const mustName = 'error' in callback && provider.callback.login !== undefined
  const id = callback.login ?? (mustName ? '' : undefined)
  return findPending(
    sessionOf(req),
    sessionKey,
    { id, pkce: provider.pkce !== undefined },
    settings,
  )
}

async function start(
  settings: Settings,
  req: LoginRequest,
  options: AuthenticateOptions,
): Promise<Outcome> {
  const { provider } = settings
  const url = await traced(settings.name, 'start', async () => {
    checkMethod(req)
    checkPrefetch(req)
    if (!settings.allowCrossSiteStart) checkStartOrigin(req, settings.callbackURL)
    if (provider.start) return provider.start(await startLogin(settings, req, options))
    const hint = provider.hints?.['start']
    throw new Problem('config', `there is no page to start from${hint ? `: ${hint}` : ''}`)
  })
  return { action: 'redirect', url }
}

function asDuplicate(outcome: Outcome): Outcome {
  if (outcome.action !== 'success') return outcome
  return { ...outcome, info: { ...outcome.info, duplicate: true } }
}

/** The provider says that there is no code: ends the login it names, and no other. */
async function endByError(
  settings: Settings,
  req: LoginRequest,
  { error, word, login, pending }: Denial,
): Promise<never> {
  if (pending && login !== undefined) {
    const session = sessionOf(req)
    giveUp(session, settings.sessionKey, pending.id)
    await saveSession(session, settings.timeout)
  }
  throw new Failure(error, { code: word })
}
