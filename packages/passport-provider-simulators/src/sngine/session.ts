import type { Visit } from '../http.js'
import { randomHex } from '../ids.js'
import type { SngineLedger } from './api.js'
import type { SngineUser } from './options.js'

/** Browsers share cookies between ports, so the name must have the port. */
const nameCookie = ({ port }: SngineLedger) => `sngine_${port}`

const attributesOf = ({ basePath }: SngineLedger) =>
  `Path=${basePath || '/'}; HttpOnly; SameSite=Lax`

function readID({ headers }: Visit, ledger: SngineLedger): string {
  const pairs = (headers.cookie ?? '').split('; ').map((pair) => pair.split('=', 2))
  return pairs.find(([name]) => name === nameCookie(ledger))?.[1] ?? ''
}

/** The user who is logged in in this browser. */
export function findViewer(visit: Visit, ledger: SngineLedger): SngineUser | undefined {
  const userID = ledger.sessions.get(readID(visit, ledger))
  return ledger.users.find(({ user_id }) => user_id === userID)
}

/** Logs a user in; returns the headers of the answer. */
export function beginSession({ user_id }: SngineUser, ledger: SngineLedger) {
  const id = randomHex()
  ledger.sessions.set(id, user_id)
  return { 'set-cookie': `${nameCookie(ledger)}=${id}; ${attributesOf(ledger)}` }
}

/** Logs out; returns the headers of the answer. */
export function endSession(visit: Visit, ledger: SngineLedger) {
  ledger.sessions.delete(readID(visit, ledger))
  return { 'set-cookie': `${nameCookie(ledger)}=; Max-Age=0; ${attributesOf(ledger)}` }
}
