import { timingSafeEqual } from 'node:crypto'
import { Deadline } from './deadline.js'
import { Failure, Problem } from './errors.js'
import { isVerifier } from './pkce.js'
import { randomText } from './random.js'
import { isRecord, isThenable } from './read.js'
import type { LoginRequest } from './request.js'

/** A login that was started in this browser and waits for its code; lives in the session. */
export interface PendingLogin {
  /** 128 random bits in base64url. */
  id: string
  verifier?: string
  /** Milliseconds since 1970. */
  createdAt: number
  returnTo?: string
  state?: unknown
  /** How many codes the provider has refused for it. */
  refused?: number
}

/** How many logins may wait in one session, and for how long (milliseconds). */
export interface PendingLimits {
  maxPending: number
  pendingTTL: number
}

type Session = Record<string, unknown>

const REFUSALS = 5
/** Clocks of two machines behind one site may differ this much. */
const CLOCK_SKEW = 30_000

/** The request's session, or a `Problem` that says what is missing. */
export function sessionOf(req: LoginRequest): Session {
  if (isRecord(req.session)) return req.session
  throw new Problem(
    'config',
    'there is no session: put a session middleware before passport, and look at its store',
  )
}

/** A fresh name for a pending login. */
export function createLoginId(): string {
  return randomText(16)
}

/** Adds a login, dropping the oldest ones and those long dead. */
export function remember(
  session: Session,
  key: string,
  login: PendingLogin,
  limits: PendingLimits,
) {
  const kept = list(session, key).filter((one) => age(one) <= 2 * limits.pendingTTL)
  write(session, key, [...kept, login].slice(-limits.maxPending))
}

/** The login a callback belongs to: the named one, or the newest. Throws a `Failure`. */
export function findPending(
  session: Session,
  key: string,
  { id, pkce }: { id: string | undefined; pkce: boolean },
  limits: PendingLimits,
): PendingLogin {
  const login = list(session, key)
    .filter((one) => !pkce || isVerifier(one.verifier))
    .findLast((one) => id === undefined || equal(one.id, id))
  if (!login) throw new Failure('no_pending_login')
  if (age(login) > limits.pendingTTL) throw new Failure('pending_expired')
  return login
}

/** True when any login waits, however old. */
export function hasPending(session: Session, key: string): boolean {
  return list(session, key).length > 0
}

/** True while this login waits. */
export function isPending(session: Session, key: string, id: string): boolean {
  return list(session, key).some((one) => one.id === id)
}

/** Takes a login out: its code was accepted, or the user ended it. */
export function giveUp(session: Session, key: string, id: string): void {
  write(
    session,
    key,
    list(session, key).filter((one) => one.id !== id),
  )
}

/** Counts a refused code; the fifth ends the login. */
export function countRefusal(session: Session, key: string, id: string): void {
  const counted = list(session, key).map((one) =>
    one.id === id ? { ...one, refused: (one.refused ?? 0) + 1 } : one,
  )
  write(
    session,
    key,
    counted.filter((one) => (one.refused ?? 0) < REFUSALS),
  )
}

/** Stores the session within `ms` milliseconds, where its middleware can; else a `Problem`. */
export function saveSession(session: Session, ms: number): Promise<void> {
  const { save } = session
  if (typeof save !== 'function') return Promise.resolve()
  return new Promise((resolve, reject) => {
    const deadline = new Deadline(ms)
    const done = () => {
      deadline.clear()
      resolve()
    }
    const fail = (cause: unknown) => {
      deadline.clear()
      reject(new Problem('session', 'the session could not be saved', { cause }))
    }
    deadline.onEnd(fail)
    try {
      // the callback is always given: express-session's save declares no parameter and takes it
      const returned: unknown = save.call(session, (failure?: unknown) =>
        failure ? fail(failure) : done(),
      )
      if (isThenable(returned)) returned.then(done, fail)
    } catch (failure) {
      fail(failure)
    }
  })
}

/** What the session holds, as far as it is ours and whole: stores lose and mix up things. */
function list(session: Session, key: string): PendingLogin[] {
  // some sessions are a Proxy that only gets and sets
  const stored = session[key]
  return Array.isArray(stored) ? stored.filter(isPendingLogin) : []
}

/** Always the whole value: some session stores do not notice a change inside one. */
function write(session: Session, key: string, logins: PendingLogin[]): void {
  if (logins.length > 0) {
    session[key] = logins
    return
  }
  delete session[key]
  // where nothing can be deleted: undefined is gone once it is stored
  if (session[key] !== undefined) session[key] = undefined
}

function isPendingLogin(value: unknown): value is PendingLogin {
  return isRecord(value) && typeof value['id'] === 'string' && Number.isFinite(value['createdAt'])
}

/** Milliseconds since the start; a start in the future is as good as too old. */
function age(login: PendingLogin): number {
  const passed = Date.now() - login.createdAt
  return passed < -CLOCK_SKEW ? Number.POSITIVE_INFINITY : passed
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
