import { type Callback, readCallback } from './callback.js'
import { Deadline } from './deadline.js'
import { Failure, type LoginStep, Problem } from './errors.js'
import { describe, logIn, type Outcome } from './login.js'
import { codeKey } from './once.js'
import { findPending, giveUp, hasPending, saveSession, sessionOf } from './pending.js'
import type { Profile } from './provider.js'
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
export async function answer<P extends Profile>(
  settings: Settings<P>,
  req: LoginRequest,
  options: AuthenticateOptions,
): Promise<Outcome> {
  let step: LoginStep = 'start'
  try {
    const callback = await traced(settings.name, 'callback', () => recognise(settings, req))
    if (!callback) return await start(settings, req, options)
    if ('error' in callback) return await endByError(settings, req, callback)
    step = 'token'
    return await complete(settings, req, callback, options)
  } catch (failure) {
    return describe(settings, failure, step, [settings.clientSecret])
  }
}

/** The callback that a request is; undefined for a request to start a login. */
function recognise<P extends Profile>(settings: Settings<P>, req: LoginRequest) {
  const { provider, callbackURL, sessionKey } = settings
  checkMethod(req)
  const callback = readCallback(req, provider.callback)
  const unasked = provider.initiatedBy === 'provider'
  if (!callback && !unasked && !isCallbackPath(req, callbackURL)) return undefined
  checkCallbackOrigin(req, provider.callback, callbackURL)
  if (callback) return callback
  if (unasked) throw new Failure('no_code')
  // starting here would send the browser round in circles
  throw new Failure(hasPending(sessionOf(req), sessionKey) ? 'start_loop' : 'bad_callback')
}

async function start<P extends Profile>(
  settings: Settings<P>,
  req: LoginRequest,
  options: AuthenticateOptions,
): Promise<Outcome> {
  const { provider, name, callbackURL } = settings
  const { start: startURL } = provider
  checkPrefetch(req)
  if (!settings.allowCrossSiteStart) checkStartOrigin(req, callbackURL)
  if (!startURL)
    throw new Problem(
      'config',
      `there is no page to start from. ${provider.hints?.['start'] ?? ''}`,
    )
  const login = await traced(name, 'start', () => startLogin(settings, req, options))
  return { action: 'redirect', url: startURL(login) }
}

async function complete<P extends Profile>(
  settings: Settings<P>,
  req: LoginRequest,
  { code, login }: Extract<Callback, { code: string }>,
  options: AuthenticateOptions,
): Promise<Outcome> {
  const { name, provider, sessionKey, inFlight } = settings
  const { outcome, joined } = await inFlight.board(
    codeKey(name, code),
    req,
    async (onAbandoned) => {
      const wanted = { id: login, verifier: provider.pkce !== undefined }
      const pending =
        provider.initiatedBy === 'site'
          ? findPending(sessionOf(req), sessionKey, wanted, settings)
          : undefined
      return logIn(settings, req, code, pending, options, onAbandoned)
    },
  )
  if (!joined || outcome.action !== 'success') return outcome
  return { ...outcome, info: { ...outcome.info, duplicate: true } }
}

/** The provider says that there is no code: ends the login it names, and no other. */
async function endByError<P extends Profile>(
  settings: Settings<P>,
  req: LoginRequest,
  { error, word, login }: Extract<Callback, { error: unknown }>,
): Promise<Outcome> {
  const { provider, sessionKey, timeout } = settings
  if (provider.initiatedBy === 'site') {
    const session = sessionOf(req)
    const named = provider.callback.login !== undefined
    const wanted = { id: named ? (login ?? '') : undefined, verifier: false }
    const pending = findPending(session, sessionKey, wanted, settings)
    if (named) {
      giveUp(session, sessionKey, pending.id)
      const deadline = new Deadline(timeout)
      await saveSession(session, deadline).finally(() => deadline.clear())
    }
  }
  throw new Failure(error, { code: word })
}
