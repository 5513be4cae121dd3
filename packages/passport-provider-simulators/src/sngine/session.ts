import type { Visit } from '../http.js'
import { randomHex } from '../ids.js'
import type { SngineUser } from './options.js'

/** Which user is logged in in each browser. */
export interface Sessions {
  find: (visit: Visit) => SngineUser | undefined
  /** Logs a user in; returns the `set-cookie` header. */
  begin: (user: SngineUser) => string
  /** Logs out; returns the `set-cookie` header. */
  end: (visit: Visit) => string
  clear: () => void
}

/** Sessions by cookie. Browsers share cookies between ports, so the name must hold the port. */
export function keepSessions(users: SngineUser[], cookie: string, path: string): Sessions {
  const loggedIn = new Map<string, number>()
  const attributes = `Path=${path || '/'}; HttpOnly; SameSite=Lax`

  function readID({ headers }: Visit): string {
    const pairs = (headers.cookie ?? '').split('; ').map((pair) => pair.split('=', 2))
    return pairs.find(([name]) => name === cookie)?.[1] ?? ''
  }

  return {
    find(visit) {
      const userID = loggedIn.get(readID(visit))
      return users.find(({ user_id }) => user_id === userID)
    },
    begin(user) {
      const id = randomHex()
      loggedIn.set(id, user.user_id)
      return `${cookie}=${id}; ${attributes}`
    },
    end(visit) {
      loggedIn.delete(readID(visit))
      return `${cookie}=; Max-Age=0; ${attributes}`
    },
    clear: () => loggedIn.clear(),
  }
}
