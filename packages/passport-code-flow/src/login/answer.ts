import { types } from 'node:util'
import type { LoginStopped } from '../errors.js'
import { isRecord } from '../members.js'
import type {
  Answer,
  AnswerStep,
  Provider,
  RawAnswer,
  Refusal,
  TokenParams,
  TokenReading,
  Tokens,
} from '../provider.js'
import { isNothing, object, text } from '../read.js'
import { aboutText, describe, stopped, unusable, usualWords } from './words.js'

// Reads a provider's answer: its body, its tokens, or the reason why the login ends.

const TOKEN = /^(?!(null|undefined)$)[\x21-\x7e]{1,16384}$/
const OK = [200]
/** What a provider has refused, by the code of the error. */
const REFUSED: Record<string, string> = {
  profile_failed: 'token',
  refresh_refused: 'refresh token',
}
const KINDS: readonly unknown[] = ['invalid_code', 'config', 'provider_error', 'bad_response']

/** The answer and its body as an object. Throws `bad_response` for a success that has none. */
export function withBody(answer: RawAnswer, provider: Provider): Answer {
  const own: unknown = provider.readBody?.(answer) ?? undefined
  // a URLSearchParams or a Map has no members to read
  if (own !== undefined && (!isRecord(own) || Symbol.iterator in own))
    throw new TypeError('readBody must give an object, or undefined')
  const body = own ?? answer.json
  if (isRecord(body)) {
    // our JSON parser removes this member; what a provider's `readBody` gives may have it
    delete body['__proto__']
    return Object.assign(answer, { body })
  }
  // a gateway's error page is not JSON, but its status says what went wrong
  if (!isSuccess(answer, provider)) return Object.assign(answer, { body: {} })
  const what = answer.json === undefined ? 'not JSON' : 'not a JSON object'
  throw stopped('bad_response', `the answer is ${what}: ${describe(answer)}`, answer)
}

/** Throws when the provider refuses the request, or the status is not one of success. */
export function checkAnswer(
  answer: Answer,
  provider: Provider,
  step: AnswerStep,
  accessToken?: unknown,
): void {
  const refusal = provider.readRefusal(answer, step)
  if (!refusal) return checkStatus(answer, provider, step)
  if (!KINDS.includes(refusal.kind))
    throw new TypeError(`the kind that readRefusal gives must be one of ${KINDS.join(', ')}`)
  const { code: word, message: sentence, details } = refusal.provider ?? {}
  const isSilent = [word, sentence, ...Object.values(object(details))].every(
    (one) => one === undefined,
  )
  const words = usualWords(answer)
  const said = {
    ...refusal.provider,
    ...(isSilent ? words : { message: sentence ?? words.message }),
  }
  if (!isNothing(accessToken))
    throw stopped('bad_response', 'there is a token and an error in the answer', answer, said)
  const code = codeOf(refusal.kind, step)
  const message = `the provider refused the ${REFUSED[code] ?? 'request'}`
  throw stopped(code, message + aboutText(answer), answer, said)
}

/** The tokens of an answer, checked. Throws when it is a refusal or holds no usable tokens. */
export function checkTokens(
  answer: Answer,
  { accessToken, refreshToken, tokenType, expiresAt, params }: TokenReading,
  provider: Provider,
  step: AnswerStep,
): Tokens {
  checkAnswer(answer, provider, step, accessToken)
  if (!isRecord(params))
    throw new TypeError('the params that readTokens gives must be an object, such as the body')
  if (expiresAt && !types.isDate(expiresAt))
    throw new TypeError('the expiresAt that readTokens gives must be a Date, as of read.expiresAt')
  if (!isToken(accessToken))
    throw unusable('bad_response', 'there is no usable access token in the answer', answer)
  if (!isBearer(tokenType)) throw stopped('bad_response', 'the token is not a bearer token', answer)
  const { ...own }: TokenParams = params
  // a provider that makes a Date of what is no time gives an invalid one
  if (expiresAt && !Number.isNaN(expiresAt.getTime())) own.expires_at = expiresAt
  else delete own.expires_at
  return {
    accessToken,
    refreshToken: isToken(refreshToken) ? refreshToken : undefined,
    params: own,
  }
}

/** True for what may be sent as a token: 1 to 16 384 visible ASCII characters. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value)
}

function codeOf(kind: Refusal['kind'], step: AnswerStep): LoginStopped['code'] {
  if (step === 'profile') return kind === 'provider_error' ? kind : 'profile_failed'
  return step === 'refresh' && kind === 'invalid_code' ? 'refresh_refused' : kind
}

function checkStatus(answer: Answer, provider: Provider, step: AnswerStep): void {
  if (isSuccess(answer, provider)) return
  const { status } = answer
  const foreign = usualWords(answer)
  const isProfile = step === 'profile'
  if (status === 404 || status === 405) {
    const endpoint = isProfile ? 'user info' : 'token'
    const message = `there is no ${endpoint} endpoint at this address`
    throw stopped('config', message + aboutText(answer), answer, foreign)
  }
  const otherwise = isProfile ? 'profile_failed' : 'bad_response'
  const code = status >= 500 || status === 429 ? 'provider_error' : otherwise
  const problem =
    status < 300 ? 'the status is not one of success' : 'the provider does not say what is wrong'
  const message = `${problem}: ${describe(answer)}`
  throw stopped(code, message, answer, foreign)
}

function isSuccess({ status }: RawAnswer, { successStatuses = OK }: Provider): boolean {
  return successStatuses.includes(status)
}

/** True for `Bearer` in any case, and where the provider gives no type (RFC 6749 section 7.1). */
function isBearer(tokenType: unknown): boolean {
  if (isRecord(tokenType)) return false
  return isNothing(tokenType) || text(tokenType)?.toLowerCase() === 'bearer'
}
