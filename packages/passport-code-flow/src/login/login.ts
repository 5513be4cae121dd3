import { LoginStopped, refuse } from '../errors.js'
import { member } from '../members.js'
import { Deadline } from '../net/deadline.js'
import { claim } from '../once/claim.js'
import type { Tokens } from '../provider.js'
import type { Settings } from '../settings.js'
import { Secrets } from '../redact.js'
import { Steps } from '../steps.js'
import { watchClient } from './client.js'
import { Exchange } from './exchange.js'
import { loginInfo, type Outcome, outcomeOf, successInfo } from './outcome.js'
import { type PendingLogin, PendingLogins } from './pending.js'
import { type LoginRequest, sessionIDOf } from './request.js'
import { callVerify } from './verify.js'

// Step 4: the second leg. A code is claimed and exchanged, a user is fetched, verify is called.

/** How long a login goes on without a browser: a reload asks again within a moment. */
const GRACE_MS = 1000

const OVER = new LoginStopped('network', 'the login has ended')

/** What a callback has brought: a code, its key, and the login that waits for it. */
interface Found {
  code: string
  key: string
  pending: PendingLogin | undefined
}

/** One login with one code, shared by the requests of one browser that bring the same code. */
export class Login {
  /** What it ends in. Never rejects. */
  readonly ended: Promise<Outcome>
  private readonly sessionID: unknown
  private readonly deadline: Deadline
  private readonly steps: Steps
  private readonly secrets: Secrets
  private waiting = 0
  /** Runs while nobody waits. */
  private grace: NodeJS.Timeout | undefined

  /** Starts at once. */
  constructor(
    private readonly settings: Settings,
    private readonly req: LoginRequest,
    private readonly options: object,
    private readonly found: Found,
  ) {
    this.sessionID = sessionIDOf(req)
    this.deadline = new Deadline(settings.timeout)
    this.steps = new Steps(settings, 'token')
    this.secrets = new Secrets(settings, found.code, found.pending?.verifier)
    this.ended = this.run()
  }

  /** For a second request with the same code: refuses one of another browser. */
  join(req: LoginRequest): this {
    const sessionID = sessionIDOf(req)
    if (typeof sessionID !== 'string' || sessionID === '' || sessionID !== this.sessionID)
      refuse('code_already_used', 'Another session is using this code')
    return this
  }

  /** What it ends in; an error when the browser of this request has gone meanwhile. */
  async waitFor(req: LoginRequest): Promise<Outcome> {
    this.waiting++
    clearTimeout(this.grace)
    const client = watchClient(req, () => this.leave())
    const outcome = await this.ended
    client.stop()
    // no login for a browser that will never get the cookie
    if (client.gone) return this.end(browserGone())
    if (req === this.req || outcome.action !== 'success') return outcome
    return { ...outcome, info: { ...outcome.info, duplicate: true } }
  }

  private leave(): void {
    this.waiting--
    if (this.waiting > 0) return
    this.grace = setTimeout(() => this.deadline.end(browserGone()), GRACE_MS).unref()
  }

  /** Never rejects: whatever happens is an outcome. */
  private async run(): Promise<Outcome> {
    const { settings, req, steps, deadline } = this
    const { key, pending } = this.found
    const exchange = new Exchange(settings, deadline, this.secrets)
    settings.running.set(key, this)
    try {
      const tokens = await steps.run('token', () => this.exchangeCode(exchange))
      this.accept()
      const profile = settings.skipUserProfile
        ? undefined
        : await steps.run('profile', () => exchange.user(tokens))
      deadline.restart()
      const own = loginInfo(settings, pending ?? this.options)
      const { user, info } = await steps.run('verify', async () => {
        const verdict = await callVerify(settings, req, tokens, profile, own, deadline)
        if (pending && !this.isSessionReplaced()) await new PendingLogins(req, settings).save()
        return verdict
      })
      return { action: 'success', user, info: successInfo(own, info) }
    } catch (failure) {
      return this.end(await this.keepFailure(failure))
    } finally {
      // calls that nobody waits for any more
      deadline.end(OVER)
      settings.running.delete(key)
    }
  }

  /** Takes the code for this login alone, before anything is sent. */
  private async exchangeCode(exchange: Exchange): Promise<Tokens> {
    const { once, codeTTL } = this.settings
    const { code, key, pending } = this.found
    if (!(await claim(once, key, codeTTL, this.deadline)))
      refuse('code_already_used', 'This code was exchanged before')
    return exchange.code({ code, codeVerifier: pending?.verifier ?? '' })
  }

  /** The provider took a code for this pending login: it serves no other one. */
  private accept(): void {
    const { settings } = this
    const { pending } = this.found
    if (!pending) return
    new PendingLogins(this.req, settings).remove(pending.id)
    // two codes at the same moment have both found it
    if (!settings.served.claim(pending.id, 2 * settings.pendingTTL))
      refuse('no_pending_login', 'Another code has completed this login')
  }

  /** Stores what a failed login has left of its pending one; gives back what the login ends with. */
  private async keepFailure(failure: unknown): Promise<unknown> {
    const { settings } = this
    const { pending } = this.found
    if (!pending) return failure
    try {
      const logins = new PendingLogins(this.req, settings)
      const isRefused = failure instanceof LoginStopped && failure.code === 'invalid_code'
      if (isRefused) logins.countRefusal(pending.id)
      // still there and as it was: nothing has changed
      if (isRefused || !logins.has(pending.id)) await logins.save()
      return failure
    } catch (stopped) {
      return stopped
    }
  }

  /** True when Passport itself is about to put a new, saved session in place of this one. */
  private isSessionReplaced(): boolean {
    const { req, options } = this
    const logsIn = typeof (req as { logIn?: unknown }).logIn === 'function'
    return logsIn && member(options, 'session') !== false && !member(options, 'assignProperty')
  }

  private end(failure: unknown): Outcome {
    return outcomeOf(failure, this.settings, this.steps, this.secrets)
  }
}

/** Ends a login for which nobody waits. */
export function browserGone(): LoginStopped {
  return new LoginStopped('network', 'the browser went away')
}
