import { type Answer, read, type Refusal, type TokenReading } from 'passport-code-flow'
import type { StrategyOptions } from './options.js'

type Classify = StrategyOptions['classifyError']

/** From here on a lifetime is a moment, not a duration. */
const INSTANT_MS = 1e12

/** The tokens, which are under `data` (https://beta-docs.zalopay.vn/docs/specs/get-access-token). */
export function readTokens({ body }: Answer): TokenReading {
  const data = read.record(body['data'])
  const refreshExpiresAt = readExpiry(data['refresh_expires_in'])
  return {
    accessToken: data['access_token'],
    refreshToken: data['refresh_token'],
    expiresAt: readExpiry(data['expires_in']),
    subject: data['muid'],
    params: Object.assign({}, data, refreshExpiresAt && { refresh_expires_at: refreshExpiresAt }),
  }
}

/** The `error` object, whatever the status; null stands for none. */
export function readRefusal(
  { status, body }: Answer,
  classifyError: Classify,
): Refusal | undefined {
  const { error } = body
  if (error === undefined || error === null) return undefined
  const known = read.record(error)
  const details = read.record(known['details'])
  const info = read.record(details['error_info'])
  return {
    kind: sort(error, status, classifyError),
    provider: read.compact({
      code: read.text(known['error'] ?? error),
      message: read.text(read.record(details['localized_message'])['message']),
      details: read.compact({
        code: read.text(known['code']),
        reason: read.text(info['reason']),
        domain: read.text(info['domain']),
        context_id: read.text(body['context_id']),
        trace_id: read.text(body['trace_id']),
      }),
    }),
  }
}

function sort(error: unknown, status: number, classifyError: Classify): Refusal['kind'] {
  const kind = classifyError?.(error)
  if (kind === 'invalid_code' || kind === 'config' || kind === 'provider_error') return kind
  return status >= 500 ? 'provider_error' : 'invalid_code'
}

/** Milliseconds by the page, which leaves open whether from now or since 1970. */
function readExpiry(value: unknown): Date | undefined {
  const lifetime = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (typeof lifetime !== 'number' || lifetime < INSTANT_MS)
    return read.expiresAt(lifetime, 'milliseconds')
  const instant = new Date(lifetime)
  return Number.isNaN(instant.getTime()) ? undefined : instant
}
