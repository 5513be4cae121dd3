import { bringsCode, type Callback, readCallback } from './callback.js'
import { Deadline } from './deadline.js'
import { Failure, type LoginStep, Problem } from './errors.js'
import { logIn } from './login.js'
import { codeKey } from './once.js'
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
import type { AuthenticateOptions } from './strategy-types.js'
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
    const callback = await traced(settings.name, 'callback', () => recognise(settings, req))
    if ('error' in callback) return await endByError(settings, req, callback)
    step = 'token'
    return await complete(settings, req, callback, options)
  } catch (failure) {
    return describe(settings, failure, step, [settings.clientSecret])
  }
}

/** A callback, what is claimed for its code, and its login where logins start at this site. */
type Arrival =
  | (Extract<Callback, { code: string }> & { key: string; pending?: PendingLogin })
  | (Extract<Callback, { error: unknown }> & { pending?: PendingLogin })

/** True where a request can only be a callback, and wherever it brings a code. */
function isCallback({ provider, callbackURL }: Settings, req: LoginRequest): boolean {
  // elsewhere an error or a state is the application's own
  return (
    provider.initiatedBy === 'provider' ||
    isCallbackPath(req, callbackURL) ||
    bringsCode(req, provider.callback)
  )
}

/** The callback that a request is, and the login that it belongs to. */
function recognise(settings: Settings, req: LoginRequest): Arrival {
  const { name, provider, callbackURL, sessionKey, inFlight } = settings
  checkMethod(req)
  const unasked = provider.initiatedBy === 'provider'
  const callback = readCallback(req, provider.callback)
  checkCallbackOrigin(req, provider.callback, callbackURL)
  if (!callback) {
    if (unasked) throw new Failure('no_code')
    // starting here would send the browser round in circles
    throw new Failure(hasPending(sessionOf(req), sessionKey) ? 'start_loop' : 'bad_callback')
  }
  const arrival = 'code' in callback ? { ...callback, key: codeKey(name, callback.code) } : callback
  // its login may have been given up already: the one under way then tells who may join it
  if (unasked || ('key' in arrival && inFlight.has(arrival.key))) return arrival
  return { ...arrival, pending: pendingOf(settings, req, callback) }
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

async function complete(
  settings: Settings,
  req: LoginRequest,
  { code, key, pending }: Extract<Arrival, { code: string }>,
  options: AuthenticateOptions,
): Promise<Outcome> {
  const { outcome, joined } = await settings.inFlight.board(key, req, (onAbandoned) =>
    logIn(settings, req, { code, key, pending }, options, onAbandoned),
  )
  if (!joined || outcome.action !== 'success') return outcome
  return { ...outcome, info: { ...outcome.info, duplicate: true } }
}

/** The provider says that there is no code: ends the login it names, and no other. */
async function endByError(
  settings: Settings,
  req: LoginRequest,
  { error, word, login, pending }: Extract<Arrival, { error: unknown }>,
): Promise<never> {
  if (pending && login !== undefined) {
    const session = sessionOf(req)
    giveUp(session, settings.sessionKey, pending.id)
    const deadline = new Deadline(settings.timeout)
    await saveSession(session, deadline).finally(() => deadline.clear())
  }
  throw new Failure(error, { code: word })
}
