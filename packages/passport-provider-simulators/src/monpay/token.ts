import { type Answer, answerJSON, mediaType, type Parameters, single, type Visit } from '../http.js'
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

/** The parameters of the two documented grants; `client_credentials` is only for invoices. */
const PARAMETERS: Record<string, string[]> = {
  authorization_code: ['grant_type', 'code', 'redirect_uri', 'client_id', 'client_secret'],
  client_credentials: ['grant_type', 'client_id', 'client_secret'],
}

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
  const form = readForm(visit)
  if (visit.method !== 'POST') return refuseToken(400, 'invalid_request', 'POST required')
  if (!form) return refuseToken(415, 'unsupported_grant_type', 'form body required')
  if (visit.headers.authorization !== undefined) {
    return refuseToken(400, 'invalid_request', 'more than one client authentication')
  }
  const names = PARAMETERS[single(form, 'grant_type') ?? ''] ?? PARAMETERS.authorization_code ?? []
  if (single(form, 'grant_type') && !Object.hasOwn(PARAMETERS, single(form, 'grant_type') ?? '')) {
    return refuseToken(415, 'unsupported_grant_type', 'unsupported grant type')
  }
  for (const name of names) {
    const value = form[name]
    if (Array.isArray(value)) return refuseToken(400, 'invalid_request', `${name} repeated`)
    if (!value) return refuseToken(400, 'invalid_request', `${name} required`)
  }
  const extra = Object.keys(form).find((name) => !names.includes(name))
  if (extra !== undefined && behaviour.extraParameters === 'refuse') {
    return refuseToken(400, 'invalid_request', `unknown parameter ${extra}`)
  }
  return undefined
}

/** The form, or for client credentials the query: MonPay's page puts them there. */
function readForm({ body, form, headers, query }: Visit): Parameters | undefined {
  if (body === '' && single(query, 'grant_type') === 'client_credentials') return query
  return mediaType(headers) === 'application/x-www-form-urlencoded' ? form : undefined
}

/** Answers `POST /v2/oauth/token`. */
export function exchangeMonPayCode(visit: Visit, ledger: MonPayLedger): Answer {
  const { behaviour, codes, tokens, now } = ledger
  const wrongForm = checkForm(visit, behaviour)
  if (wrongForm) return wrongForm
  const read = (name: string) => single(readForm(visit), name) ?? ''
  if (read('client_id') !== ledger.clientID || read('client_secret') !== ledger.clientSecret) {
    return refuseToken(401, 'unauthorized_client', 'client_id or client_secret is wrong')
  }
  const token = randomText(40)
  if (read('grant_type') === 'client_credentials') {
    return answerJSON(200, { access_token: token, token_type: 'Bearer' })
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
  tokens.set(token, entry.user)
  if (behaviour.tokenFields === 'access_token') return answerJSON(200, { access_token: token })
  return answerJSON(200, {
    access_token: token,
    token_type: 'Bearer',
    refresh_token: randomText(40),
    expires_in: 3600,
  })
}
