import { Failure, Problem } from './errors.js'
import { watchClient } from './client.js'
import { type LoginRequest, sessionIDOf } from './request.js'

/** How long a login goes on without a browser: a reload asks again within a moment. */
const GRACE_MS = 1000

interface Flight<T> {
  sessionID: unknown
  outcome: Promise<T>
  waiting: number
  abandon: () => void
}

/** Logins under way in this process: the same code twice from one browser is one login. */
export class InFlight<T> {
  private readonly running = new Map<string, Flight<T>>()

  /** True while a login with this code is under way. */
  has(key: string): boolean {
    return this.running.has(key)
  }

  /**
   * Joins the login under way with this code, or starts it. `login` is given a function that calls
   * back when nobody waits any more. Throws a `Failure` when the code is somebody else's, and a
   * `Problem` when this request's browser has gone.
   */
  async board(
    key: string,
    req: LoginRequest,
    login: (onAbandoned: (abandon: () => void) => void) => Promise<T>,
  ): Promise<{ outcome: T; joined: boolean }> {
    const sessionID = sessionIDOf(req)
    const found = this.running.get(key)
    if (found && !sameSession(sessionID, found.sessionID)) throw new Failure('code_already_used')
    const flight = found ?? this.lead(key, sessionID, login)
    return { outcome: await wait(flight, req), joined: found !== undefined }
  }

  private lead(
    key: string,
    sessionID: unknown,
    login: (onAbandoned: (abandon: () => void) => void) => Promise<T>,
  ): Flight<T> {
    const flight = { sessionID, waiting: 0, abandon: () => {} } as Flight<T>
    this.running.set(key, flight)
    flight.outcome = login((abandon) => {
      flight.abandon = abandon
    }).finally(() => this.running.delete(key))
    return flight
  }
}

async function wait<T>(flight: Flight<T>, req: LoginRequest): Promise<T> {
  flight.waiting++
  const client = watchClient(req, () => {
    flight.waiting--
    if (flight.waiting > 0) return
    setTimeout(() => flight.waiting === 0 && flight.abandon(), GRACE_MS).unref()
  })
  try {
    const outcome = await flight.outcome
    // no login for a browser that will never get the cookie
    if (client.gone) throw new Problem('network', 'the browser went away')
    return outcome
  } finally {
    client.stop()
  }
}

function sameSession(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && one !== '' && one === other
}
