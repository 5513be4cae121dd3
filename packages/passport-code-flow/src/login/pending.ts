import { timingSafeEqual } from 'node:crypto'
import { LoginStopped, refuse } from '../errors.js'
import { isRecord } from '../members.js'
import { Deadline } from '../net/deadline.js'
import { isVerifier } from '../pkce.js'
import type { Steps } from '../steps.js'
import type { LoginRequest } from './request.js'

// Step 3: the login that this browser has started.

/** A login that was started in this browser and waits for its code; it is in the session. */
export interface PendingLogin {
  /** 22 random letters and digits: 130 bits. */
  id: string
  verifier?: string
  /** Milliseconds since 1970. */
  createdAt: number
  returnTo?: string
  state?: unknown
  /** How many codes the provider has refused for it. */
  refused?: number
}

const REFUSALS = 5
/** Clocks of two machines behind one site may differ this much. */
const CLOCK_SKEW = 30_000

/** The pending logins of one request's session. Its methods throw `config` without a session. */
export class PendingLogins {
  private isChanged = false

  constructor(
    private readonly req: LoginRequest,
    private readonly steps: Steps,
  ) {}

  private get session(): Record<string, unknown> {
    const { session } = this.req
    if (!isRecord(session))
      throw new LoginStopped(
        'config',
        'there is no session: put a session middleware before passport, and look at its store',
      )
    // what is written to a promise is lost
    if (typeof session['then'] === 'function')
      throw new LoginStopped('config', 'the session is a promise: wait for it before passport')
    return session
  }

  /** Adds a login; removes the oldest if there are more than `maxPending`. */
  add(login: PendingLogin): void {
    this.write([...this.list(), login].slice(-this.steps.settings.maxPending))
  }

  /** The login with this id; without an id the newest. Refuses when there is none or it expired. */
  find(id: string | undefined): PendingLogin {
    const login = this.list().findLast((one) => id === undefined || isEqual(one.id, id))
    if (!login) refuse('no_pending_login', 'This session has no login that waits for this callback')
    const expired = whyExpired(login, this.steps.settings.pendingTTL)
    if (expired) refuse('pending_expired', expired)
    return login
  }

  /** True while any login waits that has not expired. */
  hasFresh(): boolean {
    return this.list().some((one) => !whyExpired(one, this.steps.settings.pendingTTL))
  }

  /** Removes a login: a code was accepted for it, or the callback brought an error for it. */
  remove(id: string): void {
    this.write(this.list().filter((one) => one.id !== id))
  }

  /** Counts a refused code; the fifth ends the login. */
  countRefusal(id: string): void {
    const counted = this.list().map((one) =>
      one.id === id ? { ...one, refused: (one.refused ?? 0) + 1 } : one,
    )
    this.write(counted.filter((one) => (one.refused ?? 0) < REFUSALS))
  }

  /** Saves the session, where it has `save`, if a login was changed. Throws `session`. */
  async save(): Promise<void> {
    if (!this.isChanged) return
    const { session } = this
    const { save } = session
    if (typeof save !== 'function') return
    const deadline = new Deadline(this.steps.settings.timeout)
    try {
      await new Promise<unknown>((resolve, reject) => {
        deadline.listen(reject)
        // always with a callback: express-session's save declares no parameter and takes it
        const returned: unknown = save.call(session, (failure?: unknown) =>
          failure ? reject(failure) : resolve(undefined),
        )
        if (isRecord(returned) && typeof returned['then'] === 'function')
          returned['then'](resolve, reject)
      })
    } catch (cause) {
      throw new LoginStopped('session', 'the session could not be saved', { cause })
    } finally {
      deadline.end()
    }
  }

  /**
   * The pending logins of the session, without those that expired long ago and damaged ones: a session
   * store may lose members.
   */
  private list(): PendingLogin[] {
    const { sessionKey, provider, pendingTTL } = this.steps.settings
    const oldest = Date.now() - 2 * pendingTTL
    // some sessions are a Proxy that can only get and set a member
    const stored = this.session[sessionKey]
    if (!Array.isArray(stored)) return []
    const isUsable = (one: unknown): one is PendingLogin =>
      isRecord(one) &&
      typeof one['id'] === 'string' &&
      typeof one['createdAt'] === 'number' &&
      one['createdAt'] >= oldest &&
      (!provider.pkce || isVerifier(one['verifier']))
    return stored.filter(isUsable)
  }

  /** Always writes a new list: some session stores do not notice a change inside the old one. */
  private write(logins: PendingLogin[]): void {
    const { session } = this
    const { sessionKey } = this.steps.settings
    this.isChanged = true
    // a store's error may print the session
    this.steps.secrets.push(...logins.map(({ verifier }) => verifier))
    try {
      if (logins.length > 0) session[sessionKey] = logins
      else delete session[sessionKey]
      // some sessions cannot delete: a member that is undefined is left out when they are stored
      if (logins.length === 0 && session[sessionKey] !== undefined) session[sessionKey] = undefined
    } catch (cause) {
      throw new LoginStopped('session', 'the session could not be changed', { cause })
    }
  }
}

/** Why a login has expired; undefined while it has not. A start in the future counts as too old. */
function whyExpired({ createdAt }: PendingLogin, pendingTTL: number): string | undefined {
  const passed = Date.now() - createdAt
  if (passed < -CLOCK_SKEW)
    return 'The login was started in the future: set the clocks of the machines'
  return passed > pendingTTL ? 'The login was started longer ago than pendingTTL' : undefined
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
