import { type Answer, answerJSON, mediaType, type Parameters, single, type Visit } from '../http.js'
import { parseURL } from '../hosts.js'
import { randomText } from '../ids.js'
import { chooseUser, type Ledger } from '../simulator.js'
import type { MonPayBehaviour, MonPayUser } from './options.js'

/** What MonPay knows besides its app and its users. */
export interface MonPayLedger extends Ledger<MonPayUser, MonPayBehaviour> {
  codes: Map<string, { user: MonPayUser; issuedAt: number; used: boolean }>
  tokens: Map<string, MonPayUser>
}

/** A new code for a user. */
export function issueCode({ codes, users, now }: MonPayLedger, given?: MonPayUser): string {
  const user = chooseUser(users, 'userId', given)
  const code = randomText(32)
  codes.set(code, { user, issuedAt: now(), used: false })
  return code
}

/**
 * The registered URL with a code, as the MonPay app opens it. Browsers add a parameter in the same way:
 * before the fragment, after an existing query.
 */
export function openingURL({ app }: MonPayLedger, code: string): string {
  const [address = '', fragment] = app.callbackURL.split('#', 2)
  const query = `${address.includes('?') ? '&' : '?'}code=${code}`
  return address + query + (fragment === undefined ? '' : `#${fragment}`)
}

/** The parameters of the two documented grants; `client_credentials` is only for invoices. */
const PARAMETERS: Record<string, string[]> = {
  authorization_code: ['grant_type', 'code', 'redirect_uri', 'client_id', 'client_secret'],
  client_credentials: ['grant_type', 'client_id', 'client_secret'],
}

/** An error in the token endpoint's form. */
export function refuseToken(status: number, error: string, description: string): Answer {
  return answerJSON(status, { error, error_description: description })
}

function refuseByStatus(status: 400 | 403, description: string): Answer {
  return refuseToken(status, status === 403 ? 'invalid_grant' : 'invalid_request', description)
}

function matchesRegistered(given: string, { app, behaviour }: MonPayLedger): boolean {
  if (behaviour.redirectMatch === 'whole') return given === app.callbackURL
  return parseURL(given)?.origin === new URL(app.callbackURL).origin
}

function checkForm(visit: Visit, { extraParameters }: MonPayBehaviour): Answer | undefined {
  const form = readForm(visit)
  const refuse = (description: string) => refuseToken(400, 'invalid_request', description)
  if (visit.method !== 'POST') return refuse('POST required')
  if (!form) return refuseToken(415, 'unsupported_grant_type', 'form body required')
  if (visit.headers.authorization !== undefined)
    return refuse('more than one client authentication')
  const grant = single(form, 'grant_type') || 'authorization_code'
  const names = Object.hasOwn(PARAMETERS, grant) ? PARAMETERS[grant] : undefined
  if (!names) return refuseToken(415, 'unsupported_grant_type', 'unsupported grant type')
  for (const name of names) {
    if (Array.isArray(form[name])) return refuse(`${name} repeated`)
    if (!form[name]) return refuse(`${name} required`)
  }
  const extra = Object.keys(form).find((name) => !names.includes(name))
  return extra !== undefined && extraParameters === 'refuse'
    ? refuse(`unknown parameter ${extra}`)
    : undefined
}

/** The form, or for client credentials the query: MonPay's page puts them there. */
function readForm({ body, form, headers, query }: Visit): Parameters | undefined {
  if (body === '' && single(query, 'grant_type') === 'client_credentials') return query
  return mediaType(headers) === 'application/x-www-form-urlencoded' ? form : undefined
}

/** Answers `POST /v2/oauth/token`. */
export function exchangeCode(visit: Visit, ledger: MonPayLedger): Answer {
  const { behaviour, codes, tokens, now } = ledger
  const refused = checkForm(visit, behaviour)
  if (refused) return refused
  const read = (name: string) => single(readForm(visit), name) ?? ''
  if (read('client_id') !== ledger.clientID || read('client_secret') !== ledger.clientSecret)
    return refuseToken(401, 'unauthorized_client', 'client_id or client_secret is wrong')
  const access_token = randomText(40)
  const bearer = { access_token, token_type: 'Bearer' }
  if (read('grant_type') === 'client_credentials') return answerJSON(200, bearer)
  const entry = codes.get(read('code'))
  if (!entry || now() - entry.issuedAt > behaviour.codeLifetime)
    return refuseToken(403, 'invalid_grant', 'code is wrong')
  if (entry.used) return refuseByStatus(behaviour.reuseStatus, 'code is already used')
  if (!matchesRegistered(read('redirect_uri'), ledger))
    return refuseByStatus(behaviour.redirectStatus, 'redirect_uri does not match')
  entry.used = true
  tokens.set(access_token, entry.user)
  if (behaviour.tokenFields === 'access_token') return answerJSON(200, { access_token })
  return answerJSON(200, { ...bearer, refresh_token: randomText(40), expires_in: 3600 })
}
