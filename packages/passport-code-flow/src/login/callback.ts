import { type FailureCode, isFailureCode, type LoginErrorCode } from '../errors.js'
import { copyMembers, isRecord } from '../members.js'
import type { CallbackParameters, CallbackReading, CallbackRules, Provider } from '../provider.js'
import type { SentRequest } from './request.js'

// Step 2: reads a code or an error from a callback.

/**
 * What a callback holds. `login` is the id of the pending login. If no id was sent, it is undefined.
 * If the text that was sent cannot be an id, it is empty, which fits no login.
 */
export type Callback =
  | { code: string; error: undefined; login: string | undefined }
  | {
      error: FailureCode | LoginErrorCode
      providerError?: string | undefined
      description?: string | undefined
      login: string | undefined
    }

/** Azure AD B2C makes codes of more than 2 400 characters. */
const CODE = /^[\x21-\x7e]{1,8192}$/
const LOGIN = /^[\da-z]{22}$/i
const READING = ['code', 'error', 'loginOptional']
const OWN_ERRORS: readonly string[] = ['config', 'provider_error']
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

/**
 * Reads what the browser brought; undefined when there is neither a code nor an error. Refuses
 * wrong values (`bad_callback`).
 */
export function readCallback(
  sent: SentRequest,
  { callback: rules }: Provider,
): Callback | undefined {
  const own = checkReading(rules.read?.(sent) ?? {})
  const providerError = sent.get('error') || undefined
  const code = own.code ?? codeOf(sent, rules)
  const login = rules.login === undefined ? undefined : sent.get(rules.login)
  const named = login === undefined || LOGIN.test(login) ? login : ''
  if (providerError !== undefined || own.error) {
    if (code !== undefined) sent.refuse(`The callback holds both error and ${rules.code}`)
    if (providerError !== undefined && !ERROR.test(providerError))
      sent.refuse('error is not 1 to 256 ASCII characters')
    const description = sent.get('error_description') || undefined
    const error = own.error ?? sortError(providerError!)
    return { error, providerError, description, login: named }
  }
  if (code === undefined) {
    // a provider that sends back the login's name alone says that the user has cancelled
    return named && sent.method !== 'POST' ? { error: 'access_denied', login: named } : undefined
  }
  // in plain JavaScript, callback.read may give a member of JSON that the browser sent
  if (typeof code !== 'string' || !CODE.test(code) || code === 'null' || code === 'undefined')
    sent.refuse(`${rules.code} is not 1 to 8192 visible ASCII characters`)
  if (rules.login !== undefined && login === undefined && !own.loginOptional)
    sent.refuse(`${rules.login} is missing`)
  return { code, error: undefined, login: named }
}

/** What `callback.read` gave. Throws a `TypeError` for what would have no effect. */
function checkReading(given: unknown): CallbackReading {
  const reading: CallbackReading = isRecord(given) ? copyMembers(given) : {}
  if (!isRecord(given) || Object.keys(reading).some((name) => !READING.includes(name)))
    throw new TypeError(`callback.read must give an object of ${READING.join(', ')}`)
  const { error } = reading
  if (error !== undefined && !isFailureCode(error) && !OWN_ERRORS.includes(error))
    throw new TypeError('the error of callback.read must be a failure, config or provider_error')
  return reading
}

/** RFC 6749 section 4.1.2.1. Any other word may come from anybody. */
function sortError(word: string): FailureCode | LoginErrorCode {
  return Object.hasOwn(ERRORS, word) ? ERRORS[word]! : 'bad_callback'
}

/** The code as the browser sent it: parsers turn a plus that is not encoded into a space. */
function codeOf(sent: CallbackParameters, rules: CallbackRules): string | undefined {
  const code = sent.get(rules.code)
  return code?.includes(' ') && sent.rawQuery.includes('+') ? code.replaceAll(' ', '+') : code
}
