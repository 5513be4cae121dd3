import type { AuthenticateOptions } from './authenticate-options.js'
import { Deadline } from './deadline.js'
import { refreshTokens, type Tokens } from './exchange.js'
import { answer } from './flow.js'
import { InFlight } from './in-flight.js'
import { asLoginError, type Outcome } from './outcome.js'
import type { CodeFlowOptions } from './options.js'
import type { Profile, Provider, StartedLogin } from './provider.js'
import type { LoginRequest } from './request.js'
import { readSettings, type Settings } from './settings.js'
import { startLogin } from './start.js'
import type { VerifyFunction, VerifyFunctionWithRequest } from './strategy-types.js'
import { traced } from './trace.js'

/** What Passport adds to a strategy for the length of one request. */
interface PassportActions {
  success(user: unknown, info?: unknown): void
  fail(challenge?: unknown, status?: number): void
  redirect(url: string, status?: number): void
  error(error: Error): void
}

const { Strategy: PassportStrategy } = require('passport-strategy') as {
  Strategy: new () => PassportActions
}

/**
 * A Passport strategy for any provider that gives a one-time code: starts a login, or completes
 * one, and ends every request in exactly one of Passport's actions.
 */
export class CodeFlowStrategy<
  P extends Profile = Profile,
  O extends CodeFlowOptions = CodeFlowOptions,
> extends PassportStrategy {
  /** The name passport knows the strategy by. */
  name: string
  // a function, so that printing the strategy prints no secret; not #private, since Passport
  // calls a strategy through an object that inherits from it
  private readonly settings: () => Settings

  /** Throws a `TypeError` that names a missing or wrong option, never its value. */
  // with `req` first: a `true` fits the other options too, and that verify's types would be taken
  constructor(
    provider: (options: O) => Provider<P>,
    options: O & { passReqToCallback: true; skipUserProfile: true },
    verify: VerifyFunctionWithRequest<undefined>,
  )
  constructor(
    provider: (options: O) => Provider<P>,
    options: O & { passReqToCallback: true },
    verify: VerifyFunctionWithRequest<P>,
  )
  constructor(
    provider: (options: O) => Provider<P>,
    options: O & { skipUserProfile: true },
    verify: VerifyFunction<undefined>,
  )
  constructor(provider: (options: O) => Provider<P>, options: O, verify: VerifyFunction<P>)
  constructor(provider: (options: O) => Provider<P>, options: O, verify: unknown) {
    super()
    const settings = readSettings(provider, options, verify, new InFlight<Outcome>())
    this.name = settings.name
    this.settings = () => settings
  }

  /** Called by Passport; ends in `success`, `fail`, `redirect` or `error`, once. */
  authenticate(req: LoginRequest, options: AuthenticateOptions = {}): void {
    // taken first: a strategy object that two requests share has its actions replaced meanwhile
    const { success, fail, redirect, error } = this
    void answer(this.settings(), req, options)
      .then((outcome) => {
        if (outcome.action === 'success') success.call(this, outcome.user, outcome.info)
        else if (outcome.action === 'fail') fail.call(this, outcome.info, outcome.status)
        else if (outcome.action === 'redirect') redirect.call(this, outcome.url)
        else error.call(this, outcome.error)
      })
      // what an action throws is the application's, and belongs to its error handler
      .catch((thrown: Error) => error.call(this, thrown))
  }

  /** Starts a login without an answer of its own; rejects with a `LoginError`. */
  protected async beginLogin(
    req: LoginRequest,
    options: AuthenticateOptions = {},
  ): Promise<StartedLogin> {
    const settings = this.settings()
    try {
      return await traced(settings.name, 'start', () => startLogin(settings, req, options))
    } catch (failure) {
      throw asLoginError(settings, failure, 'start', [])
    }
  }

  /** New tokens for a refresh token; rejects with a `LoginError`. */
  protected async exchangeRefreshToken(
    refreshToken: string,
  ): Promise<Tokens & { refreshToken: string }> {
    const settings = this.settings()
    const { name, provider, transport, timeout } = settings
    const secrets: unknown[] = [settings.clientSecret, refreshToken]
    const deadline = new Deadline(timeout)
    const line = { provider, transport, deadline, secrets }
    const exchange = () => refreshTokens(line, refreshToken).finally(() => deadline.clear())
    try {
      return await traced(name, 'refresh', exchange)
    } catch (failure) {
      throw asLoginError(settings, failure, 'refresh', secrets)
    }
  }
}
