import { createHash } from 'node:crypto'
import { type Answer, last, type Parameters, type Visit } from '../http.js'
import { randomHex } from '../ids.js'
import { chooseUser, type Ledger } from '../simulator.js'
import { escapeEntities } from './escape.js'
import type { SngineBehaviour, SngineUser } from './options.js'
import { findTexts } from './texts.js'
import { writeUser } from './user-info.js'

/** What the site knows besides its app and its users: for each user one key and one token. */
export interface SngineLedger extends Ledger<SngineUser, SngineBehaviour> {
  version: '3.13' | '4.4'
  /** Folder of the site; empty for none. */
  basePath: string
  /** The valid key of each user id. */
  keys: Map<number, string>
  /** The token of each user id, and the ms at which it was made. */
  tokens: Map<number, { token: string; createdAt: number }>
  /** Ids of the users who allowed the app. */
  consents: Set<number>
  /** The user id of each session id. */
  sessions: Map<string, number>
}

/** A new key for a user. The user's earlier key becomes invalid. */
export function issueKey({ keys, users }: SngineLedger, given?: SngineUser): string {
  const user = chooseUser(users, 'user_id', given)
  const key = randomHex()
  keys.set(user.user_id, key)
  return key
}

/** Sngine stores the URL escaped and always appends `?auth_key=`, even where it has a query. */
export function redirectURL({ app }: SngineLedger, key: string): string {
  return `${escapeEntities(app.callbackURL)}?auth_key=${key}`
}

/** How many ms a token is valid in Sngine's code; Sngine's own page says one hour. */
const TOKEN_LIFETIME = 60_000

/** JSON as PHP writes it: slashes and everything beyond ASCII escaped, no charset. */
export function answerPHP(value: unknown): Answer {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  const text = JSON.stringify(value).replaceAll('/', '\\/')
  const cookie = `PHPSESSID=${randomHex()}; path=/; HttpOnly`
  const headers = { 'content-type': 'application/json', 'set-cookie': cookie }
  return { status: 200, headers, body: text.replaceAll(/[\u0080-\uffff]/g, escape) }
}

/** An API error; it has HTTP 200, as every answer of this API. */
export function refuse(message: string): Answer {
  return answerPHP({ error: true, message })
}

/** PHP casts the id to an integer: `123abc` is 123. */
export function sameApp(given: string, appID: string): boolean {
  return Number.parseInt(given, 10) === Number(appID)
}

function issueToken({ tokens, now }: SngineLedger, userID: number): string {
  const live = tokens.get(userID)
  if (live && now() - live.createdAt <= TOKEN_LIFETIME) return live.token
  const token = createHash('md5').update(randomHex()).digest('hex')
  tokens.set(userID, { token, createdAt: now() })
  return token
}

const PARAMETERS = ['app_id', 'app_secret', 'auth_key']

// The checks have the real server's order: the first one that fails gives the error message.
function authorize(parameters: Parameters | undefined, visit: Visit, ledger: SngineLedger): Answer {
  const { behaviour, keys } = ledger
  const texts = findTexts(visit, behaviour)
  const [appID = '', appSecret = '', authKey = ''] = PARAMETERS.map((name) =>
    last(parameters, name),
  )
  if (!appID.trim()) return refuse('Bad Request, invalid app_id')
  if (!appSecret.trim()) return refuse('Bad Request, invalid app_secret')
  if (!authKey.trim()) return refuse('Bad Request, invalid auth_key')
  if (behaviour.moduleOff) return refuse(texts.moduleOff)
  if (!sameApp(appID, ledger.clientID)) return refuse(texts.unknownApp)
  if (appSecret !== ledger.clientSecret) return refuse('Bad Request, invalid app_secret')
  const [owner] = [...keys].find(([, key]) => key === authKey) ?? []
  if (owner === undefined) return refuse('Bad Request, invalid auth_key')
  keys.delete(owner)
  return answerPHP({ access_token: issueToken(ledger, owner) })
}

function getUserInfo(visit: Visit, ledger: SngineLedger): Answer {
  const { behaviour, tokens, users, now } = ledger
  const given = last(visit.query, 'access_token')
  if (!given) return refuse('Bad Request, invalid access_token')
  if (behaviour.moduleOff) return refuse(findTexts(visit, behaviour).moduleOff)
  const [owner, entry] = [...tokens].find(([, { token }]) => token === given) ?? []
  if (owner === undefined || !entry) return refuse('Bad Request, invalid access_token')
  if (now() - entry.createdAt > TOKEN_LIFETIME) return refuse('Bad Request, expired access_token')
  const user = users.find(({ user_id }) => user_id === owner)
  if (!user || user.deleted) return answerPHP([])
  return answerPHP({ user_info: writeUser(user, ledger, findTexts(visit, behaviour)) })
}

/** Answers every path below `/api/` except the consent page. */
export function answerAPI(visit: Visit, ledger: SngineLedger): Answer {
  switch (visit.path.replace(/\/$/, '')) {
    case '/api/authorize': {
      const form = visit.method === 'POST' ? visit.form : undefined
      return authorize(ledger.version === '4.4' ? form : visit.query, visit, ledger)
    }
    case '/api/get_user_info':
      return getUserInfo(visit, ledger)
    default:
      return refuse('Bad Request, invalid parameters')
  }
}
