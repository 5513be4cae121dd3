import { type Answer, answerJSON, mediaType, single, type Visit } from '../http.js'
import { randomText } from '../ids.js'
import type { Registration } from '../simulator.js'
import type { MonPayBehaviour, MonPayUser } from './options.js'

/** What the token endpoint knows: the registered app, the codes and the tokens. */
export interface MonPayLedger {
  clientID: string
  clientSecret: string
  app: Registration
  behaviour: MonPayBehaviour
  now: () => number
  codes: Map<string, { user: MonPayUser; issuedAt: number; used: boolean }>
  tokens: Map<string, MonPayUser>
}

type ErrorWord =
  | 'invalid_request'
  | 'unauthorized_client'
  | 'invalid_grant'
  | 'unsupported_grant_type'

const PARAMETERS = ['grant_type', 'code', 'redirect_uri', 'client_id', 'client_secret']

/** An error in the token endpoint's form. */
export function refuseToken(status: number, error: ErrorWord, description: string): Answer {
  return answerJSON(status, { error, error_description: description })
}

function refuseByStatus(status: 400 | 403, description: string): Answer {
  return refuseToken(status, status === 403 ? 'invalid_grant' : 'invalid_request', description)
}

function matchesRegistered(given: string, { app, behaviour }: MonPayLedger): boolean {
  if (behaviour.redirectMatch === 'whole') return given === app.callbackURL
  return URL.canParse(given) && new URL(given).origin === new URL(app.callbackURL).origin
}

function checkForm(visit: Visit, behaviour: MonPayBehaviour): Answer | undefined {
  if (visit.method !== 'POST') return refuseToken(400, 'invalid_request', 'POST required')
  if (mediaType(visit.headers) !== 'application/x-www-form-urlencoded') {
    return refuseToken(415, 'unsupported_grant_type', 'form body required')
  }
  if (visit.headers.authorization !== undefined) {
    return refuseToken(400, 'invalid_request', 'more than one client authentication')
  }
  for (const name of PARAMETERS) {
    const value = visit.form?.[name]
    if (Array.isArray(value)) return refuseToken(400, 'invalid_request', `${name} repeated`)
    if (!value) return refuseToken(400, 'invalid_request', `${name} required`)
  }
  const extra = Object.keys(visit.form ?? {}).find((name) => !PARAMETERS.includes(name))
  if (extra !== undefined && behaviour.extraParameters === 'refuse') {
    return refuseToken(400, 'invalid_request', `unknown parameter ${extra}`)
  }
  return undefined
}

/** Answers `POST /v2/oauth/token`. */
export function exchangeMonPayCode(visit: Visit, ledger: MonPayLedger): Answer {
  const { behaviour, codes, tokens, now } = ledger
  const wrongForm = checkForm(visit, behaviour)
  if (wrongForm) return wrongForm
  const read = (name: string) => single(visit.form, name) ?? ''
  if (read('grant_type') !== 'authorization_code') {
    return refuseToken(415, 'unsupported_grant_type', 'unsupported grant type')
  }
  if (read('client_id') !== ledger.clientID || read('client_secret') !== ledger.clientSecret) {
    return refuseToken(401, 'unauthorized_client', 'client_id or client_secret is wrong')
  }
  const entry = codes.get(read('code'))
  if (!entry || now() - entry.issuedAt > behaviour.codeLifetime) {
    return refuseToken(403, 'invalid_grant', 'code is wrong')
  }
  if (entry.used) return refuseByStatus(behaviour.reuseStatus, 'code is already used')
  if (!matchesRegistered(read('redirect_uri'), ledger)) {
    return refuseByStatus(behaviour.redirectStatus, 'redirect_uri does not match')
  }
  entry.used = true
  const token = randomText(40)
  tokens.set(token, entry.user)
  if (behaviour.tokenFields === 'access_token') return answerJSON(200, { access_token: token })
  return answerJSON(200, {
    access_token: token,
    token_type: 'Bearer',
    refresh_token: randomText(40),
    expires_in: 3600,
  })
}
