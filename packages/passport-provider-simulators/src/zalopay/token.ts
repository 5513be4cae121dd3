import { createHash } from 'node:crypto'
import { type Answer, answerJSON, mediaType, readObject, type Visit } from '../http.js'
import { randomText } from '../ids.js'
import { checkOptions } from '../options.js'
import { chooseUser, type Ledger } from '../simulator.js'
import {
  SCOPES,
  type ZaloPayBehaviour,
  type ZaloPayCodeRequest,
  type ZaloPayScope,
  type ZaloPayUser,
} from './options.js'

/** What a user has permitted an app to read. */
export interface ZaloPayGrant {
  user: ZaloPayUser
  scope: ZaloPayScope[]
}

/** What ZaloPay knows besides its app and its users: codes, and tokens with their end in ms. */
export interface ZaloPayLedger extends Ledger<ZaloPayUser, ZaloPayBehaviour> {
  codes: Map<string, { grant: ZaloPayGrant; challenge: string; issuedAt: number; used: boolean }>
  accessTokens: Map<string, { grant: ZaloPayGrant; until: number }>
  refreshTokens: Map<string, { grant: ZaloPayGrant; until: number }>
  /** The user who was chosen on the app's screen. */
  chosen: ZaloPayUser | undefined
}

/** The user who is logged in to the ZaloPay app. */
export function findOwner({ users, chosen }: ZaloPayLedger): ZaloPayUser | undefined {
  return users.find((user) => user === chosen) ?? users[0]
}

/** A new code; throws a TypeError for a challenge that is not accepted. */
export function issueCode(
  { behaviour, codes, now, users }: ZaloPayLedger,
  request?: ZaloPayCodeRequest,
): string {
  const { codeChallenge, scope = behaviour.scope } = request ?? {}
  const user = chooseUser(users, 'muid', request?.user)
  checkOptions({ scope }, { scope: [new Set(SCOPES)] })
  const form = recognizeChallenge(codeChallenge)
  if (!codeChallenge || !form || (behaviour.challenge !== 'both' && behaviour.challenge !== form))
    throw new TypeError('codeChallenge has no accepted form: give the one of the started login')
  const code = randomText(behaviour.codeLength)
  const grant = { user, scope: [...scope] }
  codes.set(code, { grant, challenge: codeChallenge, issuedAt: now(), used: false })
  return code
}

/** The registered URL with a code. */
export function redirectURI(
  { app, behaviour }: ZaloPayLedger,
  code: string,
  withState = behaviour.withState,
): string {
  const mark = app.callbackURL.includes('?') ? '&' : '?'
  return `${app.callbackURL}${mark}code=${code}${withState ? '&state=' : ''}`
}

/**
 * The numbers of google.rpc. The members of ZaloPay's `error` object have the names of google.rpc,
 * so it is inferred that ZaloPay uses its numbers too. No catalogue is published.
 */
const NAMES = { 3: 'INVALID_ARGUMENT', 13: 'INTERNAL', 16: 'UNAUTHENTICATED' }

/** An error as ZaloPay's token page documents it; the reasons are this simulator's own. */
export function describeError(reason: string, code: keyof typeof NAMES, message: string) {
  const error_info = { reason, domain: 'oauth.simulator' }
  const details = { error_info, localized_message: { message } }
  return { error: { error: NAMES[code], code, details } }
}

/** Answers with an error, by default under HTTP 200. */
function refuseToken(
  { errorStatus }: ZaloPayBehaviour,
  ...error: Parameters<typeof describeError>
) {
  return answerJSON(errorStatus, describeError(...error))
}

/** The encoding of a challenge, found by its length; undefined for any other length. */
function recognizeChallenge(challenge: unknown): 'hex' | 'raw' | undefined {
  // a test in plain JavaScript gives null if the start has no challenge
  if (typeof challenge !== 'string' || !/^[\w-]+$/.test(challenge)) return undefined
  if (challenge.length === 43) return 'raw'
  if (challenge.length !== 86) return undefined
  return /^[0-9a-f]{64}$/.test(Buffer.from(challenge, 'base64url').toString()) ? 'hex' : undefined
}

function matchesChallenge(verifier: string, challenge: string): boolean {
  const digest = createHash('sha256').update(verifier, 'utf8').digest()
  if (challenge === digest.toString('base64url')) return true
  return challenge === Buffer.from(digest.toString('hex')).toString('base64url')
}

function tellExpiry(behaviour: ZaloPayBehaviour, now: number): number {
  const { expiresIn, accessLifetime } = behaviour
  if (expiresIn === 'lifetime') return accessLifetime
  return expiresIn === 'instant' ? now + accessLifetime : expiresIn
}

function handOutTokens(ledger: ZaloPayLedger, grant: ZaloPayGrant, withRefresh: boolean): Answer {
  const { behaviour, accessTokens, refreshTokens } = ledger
  const now = ledger.now()
  const accessToken = randomText(48)
  const refreshToken = randomText(48)
  accessTokens.set(accessToken, { grant, until: now + behaviour.accessLifetime })
  const access = { access_token: accessToken, expires_in: tellExpiry(behaviour, now) }
  const data = { ...access, permissions: grant.scope }
  if (!withRefresh) return answerJSON(200, { data })
  const refresh_expires_in = behaviour.refreshLifetime
  refreshTokens.set(refreshToken, { grant, until: now + refresh_expires_in })
  return answerJSON(200, { data: { ...data, refresh_token: refreshToken, refresh_expires_in } })
}

function exchange(ledger: ZaloPayLedger, code: string, verifier: string): Answer {
  const { behaviour, codes, now } = ledger
  const entry = codes.get(code)
  if (!entry || now() - entry.issuedAt > behaviour.codeLifetime)
    return refuseToken(behaviour, 'CODE_INVALID', 3, 'Mã xác thực không hợp lệ')
  if (entry.used && behaviour.reuse === 'refuse')
    return refuseToken(behaviour, 'CODE_USED', 3, 'Mã xác thực đã được sử dụng')
  if (!matchesChallenge(verifier, entry.challenge))
    return refuseToken(behaviour, 'CODE_VERIFIER_MISMATCH', 3, 'code_verifier không khớp')
  entry.used = true
  return handOutTokens(ledger, entry.grant, true)
}

function refresh(ledger: ZaloPayLedger, token: string): Answer {
  const { behaviour, refreshTokens, now } = ledger
  const entry = refreshTokens.get(token)
  if (!entry || now() > entry.until)
    return refuseToken(behaviour, 'REFRESH_TOKEN_INVALID', 3, 'refresh_token không hợp lệ')
  if (behaviour.refreshToken === 'rotate') refreshTokens.delete(token)
  return handOutTokens(ledger, entry.grant, behaviour.refreshToken !== 'omit')
}

/** Answers `POST /oauth/v1/access_token`: a code with its verifier, or only a refresh token. */
export function answerTokenRequest(visit: Visit, ledger: ZaloPayLedger): Answer {
  const { behaviour } = ledger
  const refuse = (message: string) => refuseToken(behaviour, 'REQUEST_INVALID', 3, message)
  if (visit.method !== 'POST') return refuse('POST required')
  if (visit.headers['x-secret-key'] !== ledger.clientSecret)
    return refuseToken(behaviour, 'SECRET_KEY_INVALID', 16, 'x-secret-key không hợp lệ')
  if (mediaType(visit.headers) !== 'application/json') return refuse('JSON body required')
  const body = readObject(visit.json)
  const names = Object.keys(body).sort().join()
  const read = (name: string) => (typeof body[name] === 'string' ? body[name] : '')
  if (names === 'code,code_verifier' && read('code') && read('code_verifier'))
    return exchange(ledger, read('code'), read('code_verifier'))
  if (names === 'refresh_token' && read('refresh_token'))
    return refresh(ledger, read('refresh_token'))
  return refuse('code and code_verifier, or refresh_token alone')
}
