import { type Answer, answerJSON, answerText, readObject, type Visit } from '../http.js'
import { readAsset } from '../pages/shell.js'
import type { ZaloPayUser } from './options.js'
import { findOwner, issueCode, redirectURI, type ZaloPayLedger } from './token.js'

// The merchant's page has another origin and reads these answers. None of them depends on a cookie.
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'content-type',
  'cache-control': 'no-store',
}

const refuse = (errorCode: string) => answerJSON(200, { errorCode }, CORS)

/** A user's name as the consent sheet and the app's screen show it. */
export function nameUser({ display_name, muid }: ZaloPayUser): string {
  return display_name ?? `User ${muid.slice(0, 3)}`
}

function isApp(appId: unknown, { clientID }: ZaloPayLedger): boolean {
  return typeof appId === 'number' && String(appId) === clientID
}

function openSession(body: Record<string, unknown>, ledger: ZaloPayLedger): Answer {
  const owner = findOwner(ledger)
  if (!isApp(body.appId, ledger) || typeof body.codeChallenge !== 'string') return refuse('030502')
  if (!owner) return refuse('030504')
  const users = ledger.users.map((user) => ({ muid: user.muid, name: nameUser(user) }))
  const { scope } = ledger.behaviour
  const session = { appName: ledger.app.name, scope, users, user: owner.muid }
  return answerJSON(200, session, CORS)
}

function giveCode(body: Record<string, unknown>, ledger: ZaloPayLedger): Answer {
  const { appId, codeChallenge, scope, user: muid } = body
  const user = ledger.users.find((candidate) => candidate.muid === muid)
  if (!isApp(appId, ledger) || typeof codeChallenge !== 'string') return refuse('030502')
  if (!user) return refuse('030504')
  const allowed: unknown[] = Array.isArray(scope) ? scope : []
  const granted = ledger.behaviour.scope.filter((name) => allowed.includes(name))
  try {
    const code = issueCode(ledger, { codeChallenge, user, scope: granted })
    const data = { code, redirectUri: redirectURI(ledger, code) }
    return answerJSON(200, { data, status: 'success' }, CORS)
  } catch (error) {
    if (error instanceof TypeError) return refuse('030502')
    throw error
  }
}

function giveProfile(body: Record<string, unknown>, ledger: ZaloPayLedger): Answer {
  const owner = findOwner(ledger)
  if (!isApp(body.appId, ledger)) return refuse('030702')
  if (!owner) return refuse('030704')
  const { avatar = '' } = owner
  const profile = {
    userId: owner.muid,
    userName: nameUser(owner),
    userAvatar: avatar.startsWith('/') ? ledger.url + avatar : avatar,
  }
  return answerJSON(200, profile, CORS)
}

function giveScript({ behaviour }: ZaloPayLedger): Answer {
  const { challenge, generateCodeChallenge, errorCodes } = behaviour
  const settings = JSON.stringify({ challenge, generateCodeChallenge, errorCodes })
  const script = readAsset('zalopay-sdk.js').replace("'{{settings}}'", () => settings)
  return answerText(200, 'text/javascript', script, CORS)
}

const METHODS: Record<string, (body: Record<string, unknown>, ledger: ZaloPayLedger) => Answer> = {
  '/sdk/session': openSession,
  '/sdk/code': giveCode,
  '/sdk/profile': giveProfile,
}

/** Answers with the SDK's script, and the script's requests; undefined for other paths. */
export function answerSdk(visit: Visit, ledger: ZaloPayLedger): Answer | undefined {
  const { json, method, path } = visit
  if (path === '/sdk.js') return giveScript(ledger)
  if (!path.startsWith('/sdk/')) return undefined
  if (method === 'OPTIONS') return { status: 204, headers: CORS, body: '' }
  return method === 'POST' ? METHODS[path]?.(readObject(json), ledger) : undefined
}
