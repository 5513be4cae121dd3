import { type Answer, type ProviderDetail, read, type Refusal } from 'passport-code-flow'

type Kind = Refusal['kind']

/**
 * What each status of the token endpoint means, where no word says it. A 403 without its word is a
 * gateway's, not that of a visitor's code (https://developers.monpay.mn/guide/mini-app/access-token).
 */
const BY_STATUS: Record<number, Kind> = {
  400: 'config',
  401: 'config',
  415: 'config',
}

const BY_WORD: Record<string, Kind> = {
  invalid_request: 'config',
  unauthorized_client: 'config', // RFC 6749 section 5.2 says invalid_client
  invalid_grant: 'invalid_code', // with 403, where RFC 6749 section 5.2 says 400
  unsupported_grant_type: 'config',
  server_error: 'provider_error',
}

/** Either form of error, at either endpoint: RFC 6749's word, or the envelope of the resources. */
export function readRefusal({ status, body }: Answer): Refusal | undefined {
  const { error: word, intCode } = body
  const kind = kindOfWord(word)
  // without a word of MonPay's own there is no endpoint at this address: the core says so
  if (!kind && (status === 404 || status === 405) && intCode === undefined) return undefined
  if (word !== undefined && word !== null)
    return {
      kind: kind ?? kindOfStatus(status),
      provider: detail(word, body['error_description']),
    }
  if (status === 200 && [undefined, null, 0, '0'].includes(intCode as string)) return undefined
  const number = read.text(intCode)
  return {
    kind: kindOfStatus(status),
    provider: {
      ...detail(body['code'], body['info']),
      // 401 is both a bad token (1) and a missing permission (6)
      ...(number !== undefined && { details: { intCode: number } }),
    },
  }
}

function kindOfWord(word: unknown): Kind | undefined {
  return typeof word === 'string' && Object.hasOwn(BY_WORD, word) ? BY_WORD[word] : undefined
}

function kindOfStatus(status: number): Kind {
  // MonPay's own faults are documented as 505; 5xx and 429 come from whatever stands before it
  const isFault = status >= 500 || status === 429
  return BY_STATUS[status] ?? (isFault ? 'provider_error' : 'bad_response')
}

function detail(code: unknown, message: unknown): ProviderDetail {
  return read.compact({ code: read.text(code), message: read.text(message) })
}
