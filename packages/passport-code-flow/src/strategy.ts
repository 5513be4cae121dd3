import { copyMembers } from './members.js'
import { Deadline } from './net/deadline.js'
import { Exchange } from './login/exchange.js'
import { handle } from './login/handle.js'
import { errorOf } from './login/outcome.js'
import type { LoginRequest } from './login/request.js'
import { createLogin } from './login/start.js'
import type { VerifyFunction, VerifyFunctionWithRequest } from './login/verify-types.js'
import type { AuthenticateOptions } from './authenticate-options.js'
import type { BaseOptions } from './options.js'
import type { Profile, Provider, RefreshingProvider, StartedLogin, Tokens } from './provider.js'
import { Running } from './once/running.js'
import { readSettings, type Settings, type StrategyDescription } from './settings.js'
import { Steps } from './steps.js'

/** The actions that Passport adds to a strategy for one request. */
interface PassportActions {
  success(user: unknown, info?: unknown): void
  fail(challenge?: unknown, status?: number): void
  redirect(url: string, status?: number): void
  error(error: Error): void
}

const { Strategy: PassportStrategy } = require('passport-strategy') as {
  Strategy: new () => PassportActions
}

/** New tokens for a refresh token. */
export interface RefreshedTokens extends Tokens {
  /** The new refresh token, or the old one if the provider gave none. */
  refreshToken: string
}

/** The method of a strategy whose provider has a `refreshRequest`. */
export interface Refreshes {
  /**
   * Exchanges a refresh token. Callers that give the same token at the same time share one call.
   * Rejects with a `LoginError`, whose code is `refresh_refused` when the user has to log in again.
   */
  refresh(refreshToken: string): Promise<RefreshedTokens>
}

/**
 * A Passport strategy for any provider that gives a one-time code: starts a login or completes one,
 * and ends every request in exactly one of Passport's actions. Made by `strategyFor`.
 */
export class CodeFlowStrategy<P extends Profile = Profile> extends PassportStrategy {
  /** The type of the profile, only for the compiler: never set. */
  declare readonly profile?: P
  /** The name for `passport.authenticate`. */
  name: string
  /** The application's id at the provider. */
  readonly clientID: string
  // a function, so that printing the strategy prints no secret. Not #private: Passport calls a
  // strategy through an object that inherits from it, and there a #private field throws
  private readonly settings: () => Settings

  /** Throws a `TypeError` that names the strategy and a missing or wrong option, never its value. */
  constructor(
    provider: (options: never) => Provider<P, never>,
    options: BaseOptions,
    verify: unknown,
    description?: StrategyDescription,
  ) {
    super()
    const settings = readSettings(
      provider as unknown as () => Provider,
      options,
      verify,
      description,
    )
    this.name = settings.name
    this.clientID = settings.clientID
    this.settings = () => settings
    // a subclass may define a `refresh` of its own
    if (settings.provider.refreshRequest && !('refresh' in this))
      Object.assign(this, { refresh: shareRefreshes(settings) } satisfies Refreshes)
  }

  /** Called by Passport; ends in `success`, `fail`, `redirect` or `error`, once. */
  authenticate(req: LoginRequest, options: AuthenticateOptions = {}): void {
    // taken first: when two requests share this object, the second one replaces its actions
    const { success, fail, redirect, error } = this
    void handle(this.settings(), req, options).then(async (outcome) => {
      try {
        // Passport returns what the application's callback returns: a promise if that is async
        if (outcome.action === 'success')
          await (success.call(this, outcome.user, outcome.info) as unknown)
        else if (outcome.action === 'fail') fail.call(this, outcome.info, outcome.status)
        else if (outcome.action === 'redirect') redirect.call(this, outcome.url)
        else error.call(this, outcome.error)
      } catch (thrown) {
        // an action runs the application's code: what this code throws goes to the error handler
        try {
          error.call(this, thrown as Error)
        } catch {
          // the first error is the cause; the second one comes from reporting it
          throw thrown
        }
      }
    })
  }

  /** Starts a login without a redirect; rejects with a `LoginError`. */
  protected async beginLogin(
    req: LoginRequest,
    options: AuthenticateOptions = {},
  ): Promise<StartedLogin> {
    const steps = new Steps(this.settings(), 'start')
    return runAlone(steps, () => {
      const copied = copyMembers(options) as Record<string, unknown>
      return createLogin(steps, req, copied)
    })
  }
}

/** A strategy class for one provider. */
export interface StrategyFor<O extends BaseOptions, P extends Profile, More = object> {
  /** Throws a `TypeError` that names the strategy and a missing or wrong option. */
  // the signatures with `req` come first: their options fit the other signatures too, and verify
  // would get the wrong types
  new (
    options: O & { passReqToCallback: true; skipUserProfile: true },
    verify: VerifyFunctionWithRequest<undefined>,
  ): CodeFlowStrategy<P> & More
  new (
    options: O & { passReqToCallback: true },
    verify: VerifyFunctionWithRequest<P>,
  ): CodeFlowStrategy<P> & More
  new (
    options: O & { skipUserProfile: true },
    verify: VerifyFunction<undefined>,
  ): CodeFlowStrategy<P> & More
  new (options: O, verify: VerifyFunction<P>): CodeFlowStrategy<P> & More
}

/**
 * The strategy of a provider: `class Strategy extends strategyFor(acme) {}`. `description` names the
 * provider's own options, so that a misspelled one is noticed.
 */
export function strategyFor<O extends BaseOptions, P extends Profile, S>(
  provider: (options: O) => RefreshingProvider<P, S>,
  description?: StrategyDescription,
): StrategyFor<O, P, Refreshes>
export function strategyFor<O extends BaseOptions, P extends Profile, S>(
  provider: (options: O) => Provider<P, S>,
  description?: StrategyDescription,
): StrategyFor<O, P>
export function strategyFor<O extends BaseOptions, P extends Profile, S>(
  provider: (options: O) => Provider<P, S>,
  description?: StrategyDescription,
): StrategyFor<O, P> {
  return class extends CodeFlowStrategy<P> {
    constructor(options: O, verify: unknown) {
      super(provider, options, verify, description)
    }
  }
}

/**
 * Refreshes of one token at the same time share one call. Where a refresh token works only once, a
 * second call would fail, or revoke the tokens of the first call.
 */
function shareRefreshes(settings: Settings): Refreshes['refresh'] {
  const running = new Running<Promise<RefreshedTokens>>()
  return (refreshToken) => {
    const found = running.get(refreshToken)
    if (found) return found
    const steps = new Steps(settings, 'refresh', refreshToken)
    const deadline = new Deadline(settings.timeout)
    const exchange = new Exchange(steps, deadline)
    const refreshed = runAlone(steps, () => exchange.refresh(refreshToken))
    running.set(refreshToken, refreshed)
    const end = () => {
      deadline.end()
      running.delete(refreshToken)
    }
    refreshed.then(end, end)
    return refreshed
  }
}

/** Runs a step that ends in a value or a `LoginError`, not in one of Passport's actions. */
async function runAlone<T>(steps: Steps, work: () => Promise<T>): Promise<T> {
  try {
    return await steps.run(steps.current, work)
  } catch (failure) {
    throw errorOf(failure, steps)
  }
}
