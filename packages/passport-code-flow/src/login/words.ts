import { LoginStopped } from '../errors.js'
import { isRecord } from '../members.js'
import type { Answer, RawAnswer, Refusal } from '../provider.js'
import { object, text } from '../read.js'

// What an answer that ends a login says, for the operator's log.

/** Ends a login with what the provider said. */
export function stopped(
  code: LoginStopped['code'],
  message: string,
  { status }: RawAnswer,
  said: Refusal['provider'] = {},
): LoginStopped {
  return new LoginStopped(code, message, { provider: { ...(said as object), status } })
}

/** Ends a login because a successful answer lacks something. The answer may still say why. */
export function unusable(
  code: LoginStopped['code'],
  message: string,
  answer: Answer,
): LoginStopped {
  // the whole text may hold tokens
  return stopped(code, message, answer, usualWords({ ...answer, text: '' }))
}

/**
 * The names that providers, gateways and frameworks give to the sentence of an error. The first one is
 * that of RFC 6749 section 5.2. `Message` is AWS, `error_msg` APISIX, `faultstring` Apigee, `detail`
 * FastAPI and `errmsg` WeChat.
 */
const SENTENCES = [
  'error_description',
  'message',
  'Message',
  'error_msg',
  'error_message',
  'errmsg',
  'msg',
  'return_message',
  'faultstring',
  'detail',
]

/**
 * The words of an answer, from the usual places: its JSON or an object in it, the title of a problem
 * (RFC 9457 section 3.1), a challenge (RFC 6750 section 3), plain text.
 */
export function usualWords({ body, headers, json, text: sent }: Answer) {
  const { error, errors, fault, title } = body
  const inside = object(error)
  const type = headers['content-type'] ?? ''
  const isPlain = json === undefined && /^text\/plain *(;|$)/i.test(type)
  // `title` of any other object may be that of a person
  const isProblem = /^application\/problem\+json *(;|$)/i.test(type)
  const places = [body, inside, object(fault), object(Array.isArray(errors) ? errors[0] : errors)]
  const words = places.map(sentenceOf).find((one) => one !== undefined)
  const problem = isProblem ? text(title) : undefined
  // undici gives two headers of one name as a list
  const challenge = text([headers['www-authenticate']].flat().join(', '))
  return {
    code: text(error) ?? text(inside['code']),
    message: words ?? problem ?? challenge ?? (isPlain ? text(sent) : undefined),
  }
}

/** The first sentence of an object; Nest has a list of them in one member. */
function sentenceOf(said: Record<string, unknown>): string | undefined {
  return SENTENCES.flatMap((name) => said[name])
    .map(text)
    .find((one) => one !== undefined)
}

/** What an operator needs to know about an answer that holds no error of the provider's. */
export function describe({ status, headers }: RawAnswer): string {
  const type = headers['content-type'] ?? 'none'
  const coding = headers['content-encoding'] ?? 'none'
  return `status ${status}, content type ${type}, coding ${coding}`
}

/** The same text for an answer that is no JSON object; empty for a JSON object. */
export function aboutText(answer: RawAnswer): string {
  return isRecord(answer.json) ? '' : `: ${describe(answer)}`
}
