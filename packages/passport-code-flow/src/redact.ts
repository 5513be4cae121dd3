import { isError, LoginError, type LoginStep, type Problem, type ProviderDetail } from './errors.js'

const TEXT_LIMIT = 200
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/** The `LoginError` that a problem is for the outside: nothing in it holds one of the secrets. */
export function toLoginError(
  problem: Problem,
  where: {
    strategy: string
    step: LoginStep
    secrets: readonly unknown[]
    hint?: string | undefined
  },
): LoginError {
  const { cause, provider } = problem.about
  const message = where.hint ? `${problem.message}: ${where.hint}` : problem.message
  return new LoginError(problem.code, message, {
    strategy: where.strategy,
    step: where.step,
    ...(provider && { provider: redactDetail(provider, where.secrets) }),
    ...(cause !== undefined && { cause: redactCause(cause, where.secrets) }),
  })
}

/** A provider's words on one line, without control characters and secrets, cut to 200 characters. */
export function redactDetail(detail: ProviderDetail, secrets: readonly unknown[]): ProviderDetail {
  const tidy = (text: string) => hide(text, secrets).replace(UNPRINTABLE, ' ').slice(0, TEXT_LIMIT)
  const details = Object.entries(detail.details ?? {}).map(([key, text]) => [key, tidy(text)])
  return {
    ...(detail.status !== undefined && { status: detail.status }),
    ...(detail.code !== undefined && { code: tidy(detail.code) }),
    ...(detail.message !== undefined && { message: tidy(detail.message) }),
    ...(details.length > 0 && { details: Object.fromEntries(details) }),
  }
}

/**
 * A copy of an error with its name, code, message and stack alone: drivers and parsers attach
 * requests, rows and raw packets to theirs.
 */
function redactCause(cause: unknown, secrets: readonly unknown[]): Error {
  if (!isError(cause)) return new Error('something that is not an Error was thrown')
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  const copy: Error & { code?: string } = new Error(hide(cause.message || code || '', secrets))
  copy.name = hide(cause.name, secrets)
  copy.stack = hide(cause.stack ?? '', secrets)
  if (code !== undefined) copy.code = hide(code, secrets)
  return copy
}

/** Every spelling in which a provider could echo a secret: as it is, in JSON, HTML, forms, URLs. */
function spellings(secret: string): string[] {
  const form = new URLSearchParams({ secret }).toString().slice('secret='.length)
  const url = form.replaceAll('+', '%20')
  const encoded = [form, url, url.replace(/%(21|27|28|29|7E)/g, unescape)]
  const lower = encoded.map((text) => text.replace(/%../g, (escaped) => escaped.toLowerCase()))
  const html = ['&#039;', '&#39;', '&apos;', "'"].map((quote) => escapeHTML(secret, quote))
  return [secret, JSON.stringify(secret).slice(1, -1), ...html, ...encoded, ...lower]
}

function escapeHTML(text: string, quote: string): string {
  const known: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"']/g, (letter) => known[letter] ?? quote)
}

/** What `encodeURIComponent` leaves as it is, and a form does not. */
function unescape(escaped: string): string {
  return decodeURIComponent(escaped)
}

function hide(text: string, secrets: readonly unknown[]): string {
  const known = secrets
    // shorter values are words: hiding them would only blur the text
    .filter((secret): secret is string => typeof secret === 'string' && secret.length >= 4)
    // the longest first: one may begin with another
    .sort((one, other) => other.length - one.length)
  let hidden = text
  for (const spelling of known.flatMap(spellings))
    hidden = hidden.replaceAll(spelling, '[redacted]')
  return hidden
}
