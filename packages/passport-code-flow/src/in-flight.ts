import { Failure, Problem } from './errors.js'
import { watchClient } from './client.js'
import { type LoginRequest, sessionIDOf } from './request.js'

/** How long a login goes on without a browser: a reload asks again within a moment. */
const GRACE_MS = 1000

/** A login under way: what it will end in, and how many requests wait for that. */
interface Flight<T> {
  sessionID: unknown
  outcome: Promise<T>
  waiting: number
  abandon: () => void
}

/** A request's place in a login under way; `joined` when another request has started it. */
export interface Seat<T> {
  flight: Flight<T>
  joined: boolean
}

/** A login, given a function to say what is to be done when nobody waits any more. */
export type Login<T> = (onAbandoned: (abandon: () => void) => void) => Promise<T>

/** Logins under way in this process: the same code twice from one browser is one login. */
export class InFlight<T> {
  private readonly running = new Map<string, Flight<T>>()

  /**
   * Joins the login under way with this code or, in the same moment, prepares and starts it. Throws
   * a `Failure` when the code is somebody else's, and what `prepare` throws.
   */
  board(key: string, req: LoginRequest, prepare: () => Login<T>): Seat<T> {
    const sessionID = sessionIDOf(req)
    const found = this.running.get(key)
    if (!found) return { flight: this.lead(key, sessionID, prepare()), joined: false }
    if (!sameSession(sessionID, found.sessionID)) throw new Failure('code_already_used')
    return { flight: found, joined: true }
  }

  private lead(key: string, sessionID: unknown, login: Login<T>): Flight<T> {
    const flight = { sessionID, waiting: 0, abandon: () => {} } as Flight<T>
    this.running.set(key, flight)
    flight.outcome = login((abandon) => {
      flight.abandon = abandon
    }).finally(() => this.running.delete(key))
    return flight
  }
}

/** What the login ends in; a `Problem` when this request's browser has gone meanwhile. */
export async function arrive<T>({ flight }: Seat<T>, req: LoginRequest): Promise<T> {
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
