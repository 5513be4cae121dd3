import type { Dialect } from '../faults.js'
import { type Answer, answerText, type Endpoint, readObject, type Visit } from '../http.js'
import { randomDigits, randomHex } from '../ids.js'
import { NewestMap } from '../newest.js'
import { openLedger, openSimulator } from '../simulator.js'
import { answerAPI, issueKey, redirectURL, refuse, type SngineLedger } from './api.js'
import {
  FIXED,
  SETTINGS,
  type SngineOptions,
  type SngineSimulator,
  type SngineUser,
} from './options.js'
import { answerSite } from './pages.js'
import { readTexts } from './texts.js'
import { seedUsers } from './users.js'

const OFFLINE =
  '<!doctype html><html lang="en"><title>Offline</title><h1>The site is offline</h1></html>'

const BAD_KEY = { error: true, message: 'Bad Request, invalid auth_key' }

const DIALECT: Dialect = {
  addError: (body) => ({ ...readObject(body), ...BAD_KEY }),
  localizedError: () => refuse(readTexts('ru_ru').moduleOff),
  serverError: () => ({ error: true, message: 'Error: Please contact the support team' }),
}

function findEndpoint({ path }: Visit): Endpoint | undefined {
  const action = /^\/api\/([^/]*)\/?$/.exec(path)?.[1]
  if (action === undefined || action === 'oauth') return undefined
  if (action === 'authorize') return 'token'
  return action === 'get_user_info' ? 'profile' : 'other'
}

/** Starts a Sngine site on 127.0.0.1: the login API, login, consent and the apps page. */
export async function startSngine(options: SngineOptions = {}): Promise<SngineSimulator> {
  const credentials = { clientID: randomDigits(13), clientSecret: randomHex() }
  const ledger: SngineLedger = {
    ...openLedger(options, { settings: SETTINGS, seedUsers, ...credentials }, FIXED),
    version: options.version ?? '4.4',
    basePath: options.basePath ?? '',
    keys: new Map(),
    tokens: new Map(),
    consents: new Set(),
    sessions: new NewestMap(),
  }
  if (!/^\d+$/.test(ledger.clientID)) throw new TypeError('clientID must be decimal digits')
  if (!/^(?:\/[\w.~-]+)*$/.test(ledger.basePath))
    throw new TypeError('basePath must be empty or like /community, without a trailing slash')

  // On a request for another host, Sngine adds a Location header but still does what was asked.
  function answer(visit: Visit): Answer | undefined {
    const { behaviour, url } = ledger
    if (behaviour.offline) return answerText(200, 'text/html', OFFLINE)
    const answered = findEndpoint(visit) ? answerAPI(visit, ledger) : answerSite(visit, ledger)
    const elsewhere = visit.headers.host !== new URL(url).host
    if (!answered || !(elsewhere || behaviour.nonCanonical)) return answered
    return { ...answered, status: 302, headers: { ...answered.headers, location: `${url}/` } }
  }

  const { basePath } = ledger
  const site = { basePath, dialect: DIALECT, findEndpoint, answer }
  const simulator = await openSimulator(ledger, options, site)
  return Object.assign(simulator, {
    version: ledger.version,
    issueKey: (user?: SngineUser) => issueKey(ledger, user),
    redirectURL: (key: string) => redirectURL(ledger, key),
  })
}
