import { isFailureCode, LoginStopped, type ProviderDetail, refuse } from '../errors.js'
import { copyMembers } from '../members.js'
import { codeKey } from '../once/claim.js'
import type { Provider } from '../provider.js'
import type { Settings } from '../settings.js'
import { Steps } from '../steps.js'
import { type Callback, readCallback } from './callback.js'
import { checkBodyParsed, checkCallback, checkMethod } from './checks.js'
import { browserGone, Login } from './login.js'
import { type Outcome, outcomeOf } from './outcome.js'
import { PendingLogins } from './pending.js'
import {
  type Connection,
  connectionOf,
  type LoginRequest,
  SentRequest,
  sessionIDOf,
} from './request.js'
import { startLogin } from './start.js'

/** Handles one request, a start or a callback, and gives its outcome. Never rejects. */
export async function handle(
  settings: Settings,
  req: LoginRequest,
  given: object,
): Promise<Outcome> {
  const steps = new Steps(settings, 'start')
  try {
    const options = copyMembers(given) as Record<string, unknown>
    const sent = new SentRequest(req, settings.siteOrigin)
    if (isCallback(settings, sent)) {
      const connection = connectionOf(req)
      const login = await steps.run('callback', () =>
        receive(steps, req, sent, options, connection),
      )
      return await login.waitFor(req, connection)
    }
    const url = await steps.run('start', () => startLogin(steps, req, sent, options))
    return { action: 'redirect', url }
  } catch (failure) {
    return outcomeOf(failure, steps)
  }
}

/** True on the callback's path, for a code on any path, and for all if the provider starts logins. */
function isCallback({ provider, callbackPath }: Settings, sent: SentRequest): boolean {
  // on another path, a parameter `error` or `state` may be the application's own
  return (
    provider.initiatedBy === 'provider' ||
    sent.isOn(callbackPath) ||
    sent.brings(provider.callback.code) ||
    // after a cancel, a start here would ask the person again and again
    (sent.has('error') && sent.endsIn(callbackPath))
  )
}

/**
 * The login that a callback begins or joins. It finds the pending login and registers the code in
 * one tick: a second request with the same code would otherwise begin a second login.
 */
function receive(
  steps: Steps,
  req: LoginRequest,
  sent: SentRequest,
  options: Record<string, unknown>,
  connection: Connection | undefined,
): Login | Promise<Login> {
  const { settings } = steps
  const { name, provider, running } = settings
  checkMethod(sent)
  // a provider whose own page posts the callback refuses a post of another site in its `read`
  const callback = readCallback(sent, provider)
  checkCallback(sent, provider)
  const logins = new PendingLogins(req, steps)
  if (!callback) return refuseEmpty(provider, sent, logins)
  if (callback.error !== undefined) return endByError(provider, callback, logins)
  if (connection?.destroyed === true) throw browserGone(connection)
  const { code } = callback
  const key = codeKey(name, code)
  const sessionID = sessionIDOf(req)
  const found = running.get(key)
  if (found) return found.join(sessionID)
  const pending = provider.initiatedBy === 'site' ? logins.find(callback.login) : undefined
  return new Login(steps, req, options, { code, key, logins, pending, sessionID })
}

/** Refuses a request on the callback's path that brings neither a code nor an error. */
function refuseEmpty(provider: Provider, sent: SentRequest, logins: PendingLogins): never {
  checkBodyParsed(sent)
  const { initiatedBy, callback } = provider
  const missing = `There is no parameter ${callback.code}`
  if (initiatedBy === 'provider') refuse('no_code', missing)
  const routes = `${missing}. Start and callback are different routes`
  if (!logins.hasFresh()) refuse('bad_callback', routes)
  // a start here would send the browser to the provider again and again
  refuse(
    'start_loop',
    `${routes}, and the URL registered at the provider must be exactly callbackURL, without "?" and "#"`,
  )
}

/** For a callback with an error: ends the pending login that it names, and no other. */
async function endByError(
  { initiatedBy, callback }: Provider,
  { error, providerError, description, login }: Extract<Callback, { error: string }>,
  logins: PendingLogins,
): Promise<never> {
  // an error that names no pending login is only a failure: anybody can send it
  const isNamed = login !== undefined
  if (initiatedBy === 'site') {
    // if the callbacks of this provider can name a login, an error must name one
    const { id } = logins.find(login ?? (callback.login === undefined ? undefined : ''))
    if (isNamed) {
      logins.remove(id)
      await logins.save()
    }
  }
  const said: ProviderDetail | undefined = providerError ? { code: providerError } : undefined
  if (said && isNamed && description) said.message = description
  throw new LoginStopped(
    isNamed || isFailureCode(error) ? error : 'bad_callback',
    'the provider ended the login',
    {
      reason: `The callback holds ${said ? 'an error' : 'no code'}`,
      provider: said,
    },
  )
}
