import { parse } from 'node:querystring'
import { type FailureCode, type LoginErrorCode, refuse } from '../errors.js'
import { isRecord } from '../members.js'
import type { CallbackParameters, CallbackRules, Provider } from '../provider.js'
import { isFromThisSite, type LoginRequest, rawQuery } from './request.js'

// Step 2: reads a code or an error from a callback.

/** What a callback holds. `login` is a pending login's id, or empty for text that cannot be one. */
export type Callback =
  | { code: string; login: string | undefined }
  | { error: FailureCode | LoginErrorCode; word?: string; text?: string; login: string | undefined }

const CODE = /^[\x21-\x7e]{1,2048}$/
const LOGIN = /^[\w-]{22}$/
const ERROR = /^[\x20-\x7e]{1,256}$/

/** RFC 6749 section 4.1.2.1: who can do something about an error of the authorization endpoint. */
const ERRORS: Record<string, FailureCode | LoginErrorCode> = {
  access_denied: 'access_denied',
  server_error: 'provider_error',
  temporarily_unavailable: 'provider_error',
  invalid_request: 'config',
  invalid_scope: 'config',
  unauthorized_client: 'config',
  unsupported_response_type: 'config',
}

/** True for a request that brings a code, on any path and with any value. */
export function bringsCode(req: LoginRequest, { code }: CallbackRules): boolean {
  // also behind a second question mark, where some providers put it
  return (
    Object.hasOwn(queryOf(req), code) ||
    Object.hasOwn(bodyOf(req), code) ||
    rawQuery(req).includes(`?${code}=`)
  )
}

/**
 * Reads what the browser brought; undefined when there is neither a code nor an error. Refuses
 * wrong values (`bad_callback`).
 */
export function readCallback(
  req: LoginRequest,
  { callback: rules }: Provider,
  callbackURL: URL,
): Callback | undefined {
  const sent: CallbackParameters = new Parameters(req, callbackURL)
  const own = rules.read?.(sent) ?? {}
  const word = sent.get('error') || undefined
  const code = own.code ?? codeOf(sent, rules)
  const login = rules.login === undefined ? undefined : sent.get(rules.login)
  const named = login === undefined || LOGIN.test(login) ? login : ''
  if (word !== undefined || own.error) {
    if (code !== undefined) sent.refuse(`Both error and ${rules.code} are there`)
    if (word !== undefined && !ERROR.test(word))
      sent.refuse('error is not 1 to 256 ASCII characters')
    const text = sent.get('error_description')
    const error = own.error ?? (Object.hasOwn(ERRORS, word!) ? ERRORS[word!]! : 'bad_callback')
    return { error, ...(word && { word }), ...(text && { text }), login: named }
  }
  if (code === undefined) {
    // a provider that sends back the login's name alone says that the user has cancelled
    return named && sent.method !== 'POST' ? { error: 'access_denied', login: named } : undefined
  }
  if (!CODE.test(code) || code === 'null' || code === 'undefined')
    sent.refuse(`${rules.code} is not 1 to 2048 visible ASCII characters`)
  if (rules.login !== undefined && login === undefined && !own.loginOptional)
    sent.refuse(`${rules.login} is missing`)
  return { code, login: named }
}

/** The code as the browser sent it: parsers turn a plus that is not encoded into a space. */
function codeOf(sent: CallbackParameters, rules: CallbackRules): string | undefined {
  const code = sent.get(rules.code)
  return code?.includes(' ') && sent.rawQuery.includes('+') ? code.replaceAll(' ', '+') : code
}

/** The parameters of query and body; one that is in both must have the same value in both. */
class Parameters implements CallbackParameters {
  readonly method: string
  private readonly query: Record<string, unknown>
  private readonly body: Record<string, unknown>

  constructor(
    private readonly req: LoginRequest,
    private readonly callbackURL: URL,
  ) {
    this.method = req.method ?? 'GET'
    this.query = queryOf(req)
    this.body = bodyOf(req)
  }

  get rawQuery(): string {
    return rawQuery(this.req)
  }

  get isFromThisSite(): boolean {
    return isFromThisSite(this.req, this.callbackURL)
  }

  has(name: string): boolean {
    return Object.hasOwn(this.query, name) || Object.hasOwn(this.body, name)
  }

  get(name: string): string | undefined {
    const posted = valueOf(this.body, name)
    const asked = valueOf(this.query, name)
    const value = asked === undefined ? posted : asked
    if (value === undefined) return undefined
    if (typeof value !== 'string') this.refuse(`${name} is not one text`)
    if (posted !== undefined && posted !== value) this.refuse(`${name} has two values`)
    return value
  }

  refuse(reason: string): never {
    refuse('bad_callback', reason)
  }
}

function valueOf(part: Record<string, unknown>, name: string): unknown {
  const value = Object.hasOwn(part, name) ? part[name] : undefined
  // `"error": null` in JSON means that there is no error
  return value === null && name.startsWith('error') ? undefined : value
}

function queryOf(req: LoginRequest): Record<string, unknown> {
  return fieldsOf(req.query) ?? parse(rawQuery(req))
}

function bodyOf(req: LoginRequest): Record<string, unknown> {
  return (req.method === 'POST' && fieldsOf(req.body)) || {}
}

/** What a framework has parsed; undefined for anything else: in restify `req.query` is a function. */
function fieldsOf(parsed: unknown): Record<string, unknown> | undefined {
  if (parsed instanceof URLSearchParams) return parse(parsed.toString())
  return isRecord(parsed) ? parsed : undefined
}
