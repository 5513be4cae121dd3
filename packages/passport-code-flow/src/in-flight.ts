import { watchClient } from './client.js'
import type { Deadline } from './deadline.js'
import { Failure, Problem } from './errors.js'
import { type LoginRequest, sessionIDOf } from './request.js'

/** How long a login goes on without a browser: a reload asks again within a moment. */
const GRACE_MS = 1000

/** A login under way: what it will end in, and what can end it before. */
export interface Login<T> {
  outcome: Promise<T>
  deadline: Deadline
}

/** A login, whose it is, and how many requests wait for it. */
interface Flight<T> {
  login: Login<T>
  sessionID: unknown
  waiting: number
  /** Runs while nobody waits. */
  grace?: NodeJS.Timeout
}

/** A request's place in a login under way; `joined` when another request has started it. */
export interface Seat<T> {
  flight: Flight<T>
  joined: boolean
}

/** Logins under way in this process: the same code twice from one browser is one login. */
export class InFlight<T> {
  private readonly running = new Map<string, Flight<T>>()

  /**
   * Joins the login under way with this code or, in the same moment, starts it. Throws a `Failure`
   * when the code is somebody else's, and what `start` throws.
   */
  board(key: string, req: LoginRequest, start: () => Login<T>): Seat<T> {
    const sessionID = sessionIDOf(req)
    const found = this.running.get(key)
    if (found && !sameSession(sessionID, found.sessionID)) throw new Failure('code_already_used')
    if (found) return { flight: found, joined: true }
    const flight: Flight<T> = { login: start(), sessionID, waiting: 0 }
    this.running.set(key, flight)
    const land = () => void this.running.delete(key)
    flight.login.outcome.then(land, land)
    return { flight, joined: false }
  }
}

/** What the login ends in; a `Problem` when this request's browser has gone meanwhile. */
export async function arrive<T>({ flight }: Seat<T>, req: LoginRequest): Promise<T> {
  const { outcome, deadline } = flight.login
  flight.waiting++
  clearTimeout(flight.grace)
  const client = watchClient(req, () => {
    flight.waiting--
    if (flight.waiting > 0) return
    flight.grace = setTimeout(() => deadline.end(goneAway()), GRACE_MS).unref()
  })
  try {
    const end = await outcome
    // no login for a browser that will never get the cookie
    if (client.gone) throw goneAway()
    return end
  } finally {
    client.stop()
  }
}

/** What a login ends in when nobody waits for it. */
export function goneAway(): Problem {
  return new Problem('network', 'the browser went away')
}

function sameSession(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && one !== '' && one === other
}
