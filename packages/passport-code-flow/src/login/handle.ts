import { LoginStopped, refuse } from '../errors.js'
import { codeKey } from '../once/claim.js'
import type { Settings } from '../settings.js'
import { Secrets } from '../redact.js'
import { Steps } from '../steps.js'
import { bringsCode, type Callback, readCallback } from './callback.js'
import { isGone } from './client.js'
import { browserGone, Login } from './login.js'
import { type Outcome, outcomeOf } from './outcome.js'
import { type PendingLogin, PendingLogins } from './pending.js'
import {
  checkBodyParsed,
  checkDestination,
  checkMethod,
  isCallbackPath,
  type LoginRequest,
} from './request.js'
import { startLogin } from './start.js'

/** Takes one request from what it is to how it ends. Never rejects. */
export async function handle(
  settings: Settings,
  req: LoginRequest,
  options: object,
): Promise<Outcome> {
  const steps = new Steps(settings, 'start')
  try {
    // a framework may parse the query only when it is read, and throw
    if (isCallback(settings, req)) {
      const login = await steps.run('callback', () => receive(settings, req, options))
      return await login.waitFor(req)
    }
    const url = await steps.run('start', () => startLogin(settings, req, options))
    return { action: 'redirect', url }
  } catch (failure) {
    return outcomeOf(failure, settings, steps, new Secrets(settings))
  }
}

/** True where a request can only be a callback, and wherever it brings a code. */
function isCallback({ provider, callbackURL }: Settings, req: LoginRequest): boolean {
  // elsewhere an error or a state is the application's own
  return (
    provider.initiatedBy === 'provider' ||
    isCallbackPath(req, callbackURL) ||
    bringsCode(req, provider.callback)
  )
}

/**
 * The login that a callback sets going or joins. Its pending login is found and its code taken
 * within one tick: no other request can come between.
 */
function receive(settings: Settings, req: LoginRequest, options: object): Login | Promise<Login> {
  const { name, provider, callbackURL, running } = settings
  checkMethod(req)
  const callback = readCallback(req, provider, callbackURL)
  checkDestination(req, provider)
  if (!callback) return refuseEmpty(settings, req)
  if ('error' in callback) return endByError(settings, req, callback)
  if (isGone(req)) throw browserGone()
  const key = codeKey(name, callback.code)
  const found = running.get(key)
  if (found) return found.join(req)
  const pending =
    provider.initiatedBy === 'site'
      ? new PendingLogins(req, settings).find(callback.login, provider.pkce !== undefined)
      : undefined
  return new Login(settings, req, options, { code: callback.code, key, pending })
}

/** A request on the callback's path that brings nothing: it must not start a login. */
function refuseEmpty(settings: Settings, req: LoginRequest): never {
  const { provider, callbackURL } = settings
  checkBodyParsed(req, callbackURL)
  if (provider.initiatedBy === 'provider')
    refuse('no_code', `There is no parameter ${provider.callback.code}`)
  if (!new PendingLogins(req, settings).hasFresh())
    refuse('bad_callback', `There is no parameter ${provider.callback.code}`)
  // starting here would send the browser round in circles
  refuse(
    'start_loop',
    'Start and callback are different routes, and the URL registered at the provider must be exactly callbackURL, without "?" and "#"',
  )
}

/** The provider says that there is no code: ends the login that this names, and no other. */
async function endByError(
  settings: Settings,
  req: LoginRequest,
  { error, word, text, login }: Extract<Callback, { error: unknown }>,
): Promise<never> {
  const { provider } = settings
  let pending: PendingLogin | undefined
  if (provider.initiatedBy === 'site') {
    const logins = new PendingLogins(req, settings)
    // where the provider can name a login, an error must
    const id = login ?? (provider.callback.login === undefined ? undefined : '')
    pending = logins.find(id, provider.pkce !== undefined)
    if (login !== undefined) {
      logins.remove(pending.id)
      await logins.save()
    }
  }
  // nobody outside may cause errors for the operator: without a name an error is only a failure
  const isNamed = pending !== undefined && login !== undefined
  const isOperators = error === 'config' || error === 'provider_error'
  throw new LoginStopped(
    isOperators && !isNamed ? 'bad_callback' : error,
    isOperators ? 'the provider ended the login with an error' : error,
    {
      ...(word !== undefined && {
        provider: { code: word, ...(isNamed && text !== undefined && { message: text }) },
      }),
      ...(!(isOperators && isNamed) && {
        reason: word === undefined ? 'The callback holds no code' : 'The callback holds an error',
      }),
    },
  )
}
