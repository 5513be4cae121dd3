import { LoginStopped, refuse } from '../errors.js'
import { Deadline } from '../net/deadline.js'
import { claim } from '../once/claim.js'
import type { Steps } from '../steps.js'
import { Exchange } from './exchange.js'
import { loginInfo, type Outcome, outcomeOf, successInfo } from './outcome.js'
import type { PendingLogin, PendingLogins } from './pending.js'
import type { Connection, LoginRequest } from './request.js'
import { callVerify } from './verify.js'

// Step 4: claims and exchanges the code, fetches the user, calls verify.

/** How long a login goes on after its browser has gone: a reload sends the code again at once. */
const GRACE_MS = 1000

/** What a callback has brought: a code, its key, the login that waits for it, and the session's id. */
interface Found {
  code: string
  key: string
  logins: PendingLogins
  pending: PendingLogin | undefined
  sessionID: unknown
}

/** One login with one code, shared by the requests of one browser that bring the same code. */
export class Login {
  /** The outcome. Never rejects. */
  readonly ended: Promise<Outcome>
  private readonly deadline: Deadline
  private waiting = 0
  /** Runs while no request waits for the outcome. */
  private grace: ReturnType<typeof setTimeout> | undefined

  /** Starts at once. */
  constructor(
    private readonly steps: Steps,
    private readonly req: LoginRequest,
    private readonly options: Record<string, unknown>,
    private readonly found: Found,
  ) {
    this.deadline = new Deadline(steps.settings.timeout)
    steps.secrets.push(found.code, found.pending?.verifier)
    this.ended = this.run()
  }

  /** For a second request with the same code. Refuses a request of another session. */
  join(sessionID: unknown): this {
    if (typeof sessionID !== 'string' || sessionID === '' || sessionID !== this.found.sessionID)
      refuse('code_already_used', 'Another session is using this code')
    return this
  }

  /** The outcome for this request; an error when its browser has gone meanwhile. */
  async waitFor(req: LoginRequest, connection: Connection | undefined): Promise<Outcome> {
    this.waiting++
    clearTimeout(this.grace)
    let gone: LoginStopped | undefined
    const leave = () => {
      connection?.removeListener('close', leave)
      gone = browserGone(connection)
      this.leave(gone)
    }
    connection?.on('close', leave)
    const outcome = await this.ended
    connection?.removeListener('close', leave)
    // a browser that has gone never gets the session's cookie: nobody could use the login
    if (gone && outcome.action === 'success') return outcomeOf(gone, this.steps)
    if (req === this.req || outcome.action !== 'success') return outcome
    return { ...outcome, info: { ...outcome.info, duplicate: true } }
  }

  private leave(gone: LoginStopped): void {
    this.waiting--
    if (this.waiting > 0) return
    this.grace = setTimeout(() => this.deadline.end(gone), GRACE_MS)
    // in jsdom and under fake timers it may be a number
    this.grace.unref?.()
  }

  /** Never rejects: whatever happens is an outcome. */
  private async run(): Promise<Outcome> {
    const { req, options, steps, deadline } = this
    const { settings } = steps
    const { code, key, logins, pending } = this.found
    const exchange = new Exchange(steps, deadline)
    settings.running.set(key, this)
    try {
      const tokens = await steps.run('token', async () => {
        // before the code is sent: a code that is sent twice may log in two browsers
        await claim(settings.once, key, settings.codeTTL, deadline)
        return exchange.code({ code, codeVerifier: pending?.verifier ?? '' })
      })
      this.accept()
      const profile = settings.skipUserProfile
        ? undefined
        : await steps.run('profile', () => exchange.user(tokens))
      deadline.restart()
      const info = loginInfo(settings.provider.initiatedBy, pending ?? options)
      const { user, info: own } = await steps.run('verify', async () => {
        const verdict = await callVerify(settings, req, tokens, profile, info, deadline)
        if (!this.isSessionReplaced()) await logins.save()
        return verdict
      })
      return { action: 'success', user, info: successInfo(info, own) }
    } catch (failure) {
      return outcomeOf(await this.keepFailure(failure), steps)
    } finally {
      // ends calls to the provider that are still open
      deadline.end()
      settings.running.delete(key)
    }
  }

  /** Removes the pending login, for which the provider has accepted a code. */
  private accept(): void {
    const { served, pendingTTL } = this.steps.settings
    const { logins, pending } = this.found
    if (!pending) return
    logins.remove(pending.id)
    // another code may have found the same pending login at the same moment
    if (!served.claim(pending.id, 2 * pendingTTL))
      refuse('no_pending_login', 'Another code has completed this login')
  }

  /** Counts a refused code and saves the session. Returns the failure, or that of the save. */
  private async keepFailure(failure: unknown): Promise<unknown> {
    const { logins, pending } = this.found
    try {
      if (pending && failure instanceof LoginStopped && failure.code === 'invalid_code')
        logins.countRefusal(pending.id)
      await logins.save()
      return failure
    } catch (stopped) {
      return stopped
    }
  }

  /** True when Passport itself will replace this session with a new one and save that. */
  private isSessionReplaced(): boolean {
    const { session, assignProperty } = this.options
    const logsIn = typeof (this.req as { logIn?: unknown }).logIn === 'function'
    return logsIn && session !== false && !assignProperty
  }
}

/** What a login ends with when no browser waits for it. */
export function browserGone(connection: Connection | undefined): LoginStopped {
  // a middleware with a time limit answers the request, and the login still runs
  const message = connection?.headersSent
    ? 'the application has answered the request before the login ended'
    : 'the browser has closed the connection'
  // not the step that was running: the provider is not at fault, and applications count its faults
  return new LoginStopped('network', message, { step: 'callback' })
}
