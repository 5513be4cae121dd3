import type { Dialect } from '../faults.js'
import { type Answer, answerText, type Endpoint, readObject, type Visit } from '../http.js'
import { randomDigits, randomHex } from '../ids.js'
import { checkOptions } from '../options.js'
import { copyData, createSimulator, readBehaviour, register } from '../simulator.js'
import { startSite } from '../site.js'
import { answerAPI, refuse, type SngineLedger } from './api.js'
import { escapeEntities } from './escape.js'
import {
  SNGINE_OPTIONS,
  type SngineBehaviour,
  type SngineOptions,
  type SngineSimulator,
} from './options.js'
import { answerSite, type SngineSite } from './pages.js'
import { keepSessions } from './session.js'
import { readTexts } from './texts.js'
import { seedSngineUsers } from './users.js'

const OFFLINE =
  '<!doctype html><html lang="en"><title>Offline</title><h1>The site is offline</h1></html>'

const DIALECT: Dialect = {
  addError: (body) => ({
    ...readObject(body),
    error: true,
    message: 'Bad Request, invalid auth_key',
  }),
  localizedError: () => refuse(readTexts('ru_ru').moduleOff),
  serverError: () => ({ error: true, message: 'Error: Please contact the support team' }),
}

const BEHAVIOUR: SngineBehaviour = {
  moduleOff: false,
  offline: false,
  nonCanonical: false,
  lang: 'en_us',
  acceptLanguage: false,
  values: 'text',
  profilePictures: 'fixed',
  uploadsURL: undefined,
  extraFields: {},
}

function findEndpoint({ path }: Visit): Endpoint | undefined {
  const action = /^\/api\/([^/]*)\/?$/.exec(path)?.[1]
  if (action === undefined || action === 'oauth') return undefined
  if (action === 'authorize') return 'token'
  return action === 'get_user_info' ? 'profile' : 'other'
}

function readBasePath(basePath = ''): string {
  if (!/^(?:\/[\w.~-]+)*$/.test(basePath)) {
    throw new TypeError('basePath must be empty or like /community, without a trailing slash')
  }
  return basePath
}

/** Starts a Sngine site on 127.0.0.1: the login API, login, consent and the apps page. */
export async function startSngine(options: SngineOptions = {}): Promise<SngineSimulator> {
  checkOptions(options, SNGINE_OPTIONS)
  const seed = () => copyData(options.users ?? seedSngineUsers())
  const users = seed()
  const now = options.now ?? Date.now
  const clientID = options.clientID ?? randomDigits(13)
  if (!/^\d+$/.test(clientID)) throw new TypeError('clientID must be decimal digits')
  const basePath = readBasePath(options.basePath)
  const ledger: SngineLedger = {
    version: options.version ?? '4.4',
    appID: clientID,
    appSecret: options.clientSecret ?? randomHex(),
    app: register(options),
    behaviour: readBehaviour(BEHAVIOUR, options),
    users,
    now,
    keys: new Map(),
    tokens: new Map(),
    consents: new Set(),
  }

  function answerPath(visit: Visit): Answer | undefined {
    return findEndpoint(visit) ? answerAPI(visit, ledger, site.url) : answerSite(visit, pages)
  }

  // On a request for another host, Sngine adds a Location header but still does what was asked.
  function answer(visit: Visit): Answer | undefined {
    if (ledger.behaviour.offline) return answerText(200, 'text/html', OFFLINE)
    const answered = answerPath(visit)
    const elsewhere = visit.headers.host !== new URL(site.url).host
    if (!answered || !(elsewhere || ledger.behaviour.nonCanonical)) return answered
    return { ...answered, status: 302, headers: { ...answered.headers, location: `${site.url}/` } }
  }

  const site = await startSite({
    port: options.port ?? 0,
    now,
    basePath,
    dialect: DIALECT,
    findEndpoint,
    answer,
  })

  const pages: SngineSite = {
    ledger,
    basePath,
    sessions: keepSessions(users, `sngine_${site.port}`, basePath),
    issueKey,
    redirectURL,
  }

  function issueKey(user = users[0]): string {
    if (!user) throw new TypeError('There is no user to issue a key for')
    const key = randomHex()
    ledger.keys.set(user.user_id, key)
    return key
  }

  // Sngine stores the URL escaped and always appends `?auth_key=`, even where it has a query.
  function redirectURL(key: string): string {
    return `${escapeEntities(ledger.app.callbackURL)}?auth_key=${key}`
  }

  return createSimulator(site, ledger.app, {
    version: ledger.version,
    clientID,
    clientSecret: ledger.appSecret,
    users,
    behaviour: ledger.behaviour,
    issueKey,
    redirectURL,
    reset() {
      users.splice(0, users.length, ...seed())
      Object.assign(ledger.behaviour, readBehaviour(BEHAVIOUR, options))
      ledger.keys.clear()
      ledger.tokens.clear()
      ledger.consents.clear()
      pages.sessions.clear()
      site.forget()
    },
  })
}
