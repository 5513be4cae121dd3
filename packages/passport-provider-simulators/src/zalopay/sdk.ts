import { type Answer, answerJSON, answerText, readObject, type Visit } from '../http.js'
import { readAsset } from '../pages/shell.js'
import type { Registration } from '../simulator.js'
import type { ZaloPayBehaviour, ZaloPayCodeRequest, ZaloPayScope, ZaloPayUser } from './options.js'

/** What the in-app SDK needs from the server. */
export interface ZaloPaySdk {
  clientID: string
  app: Registration
  users: ZaloPayUser[]
  behaviour: ZaloPayBehaviour
  siteURL: () => string
  /** The user who is logged in to the ZaloPay app. */
  owner: () => ZaloPayUser | undefined
  issueCode: (request: ZaloPayCodeRequest) => string
  redirectURI: (code: string) => string
}

// The merchant's page has another origin and reads these answers. None of them depends on a cookie.
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'content-type',
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'no-store',
}

const refuse = (errorCode: string) => answerJSON(200, { errorCode }, CORS)

/** A user's name as the consent sheet and the app's screen show it. */
export function nameUser({ display_name, muid }: ZaloPayUser): string {
  return display_name ?? `User ${muid.slice(0, 3)}`
}

function isApp(appId: unknown, { clientID }: ZaloPaySdk): boolean {
  return typeof appId === 'number' && String(appId) === clientID
}

function openSession(body: Record<string, unknown>, sdk: ZaloPaySdk): Answer {
  const owner = sdk.owner()
  if (!isApp(body.appId, sdk) || typeof body.codeChallenge !== 'string') return refuse('030502')
  if (!owner) return refuse('030504')
  const users = sdk.users.map((user) => ({ muid: user.muid, name: nameUser(user) }))
  const { scope } = sdk.behaviour
  const session = { appName: sdk.app.name, scope, users, user: owner.muid }
  return answerJSON(200, session, CORS)
}

function giveCode(body: Record<string, unknown>, sdk: ZaloPaySdk): Answer {
  const { appId, codeChallenge, scope, user: muid } = body
  const user = sdk.users.find((candidate) => candidate.muid === muid)
  if (!isApp(appId, sdk) || typeof codeChallenge !== 'string') return refuse('030502')
  if (!user) return refuse('030504')
  const allowed: unknown[] = Array.isArray(scope) ? scope : []
  const granted: ZaloPayScope[] = sdk.behaviour.scope.filter((name) => allowed.includes(name))
  try {
    const code = sdk.issueCode({ codeChallenge, user, scope: granted })
    const data = { code, redirectUri: sdk.redirectURI(code) }
    return answerJSON(200, { data, status: 'success' }, CORS)
  } catch (error) {
    if (error instanceof TypeError) return refuse('030502')
    throw error
  }
}

function giveProfile(body: Record<string, unknown>, sdk: ZaloPaySdk): Answer {
  const owner = sdk.owner()
  if (!isApp(body.appId, sdk)) return refuse('030702')
  if (!owner) return refuse('030704')
  const { avatar = '' } = owner
  const profile = {
    userId: owner.muid,
    userName: nameUser(owner),
    userAvatar: avatar.startsWith('/') ? sdk.siteURL() + avatar : avatar,
  }
  return answerJSON(200, profile, CORS)
}

function giveScript({ behaviour }: ZaloPaySdk): Answer {
  const settings = JSON.stringify({
    challenge: behaviour.challenge,
    generateCodeChallenge: behaviour.generateCodeChallenge,
    errorCodes: behaviour.errorCodes,
  })
  const script = readAsset('zalopay-sdk.js').replace("'{{settings}}'", () => settings)
  return answerText(200, 'text/javascript', script, CORS)
}

/** Answers with the SDK's script, and the script's requests; undefined for other paths. */
export function answerSdk(visit: Visit, sdk: ZaloPaySdk): Answer | undefined {
  if (visit.path === '/sdk.js') return giveScript(sdk)
  if (!visit.path.startsWith('/sdk/')) return undefined
  if (visit.method === 'OPTIONS') return { status: 204, headers: CORS, body: '' }
  if (visit.method !== 'POST') return undefined
  const body = readObject(visit.json)
  switch (visit.path) {
    case '/sdk/session':
      return openSession(body, sdk)
    case '/sdk/code':
      return giveCode(body, sdk)
    case '/sdk/profile':
      return giveProfile(body, sdk)
    default:
      return undefined
  }
}
