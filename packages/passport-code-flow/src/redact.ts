import { isError, type ProviderDetail } from './errors.js'
import type { Request } from './provider.js'

const TEXT_LIMIT = 200
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu
/** Headers and parameters whose values are words of the protocol. */
const PLAIN_NAMES = /^(content-type|accept|user-agent|grant_type|client_assertion_type|scope)$/i

/** Which of a strategy's values errors may show. */
export interface KnownValues {
  /** Errors may show them, such as the client id. */
  publicValues: readonly string[]
  /** Errors must not show them. */
  secretValues: readonly string[]
}

/** The values of one login that must not be shown; takes them out of texts. */
export class Secrets {
  private readonly known: readonly string[]
  private readonly values: unknown[]
  private readonly requests: Request[] = []

  /** Of one strategy, and further values of one login. */
  constructor({ publicValues, secretValues }: KnownValues, ...values: unknown[]) {
    this.known = publicValues
    this.values = [...secretValues, ...values]
  }

  add(...values: unknown[]): void {
    this.values.push(...values)
  }

  /** Hides what a request carried: a provider may derive values from the secret. */
  addRequest(request: Request): void {
    this.requests.push(request)
  }

  /** A text on one line, without control characters and secrets, cut to 200 characters. */
  tidy(text: string): string {
    return this.hide(text).replace(UNPRINTABLE, ' ').slice(0, TEXT_LIMIT)
  }

  /** The same of all that a provider said. */
  tidyDetail({ status, code, message, details }: ProviderDetail): ProviderDetail {
    const known = Object.entries(details ?? {}).filter(([, text]) => text !== undefined)
    return {
      ...(status !== undefined && { status }),
      ...(code !== undefined && { code: this.tidy(code) }),
      ...(message !== undefined && { message: this.tidy(message) }),
      ...(known.length > 0 && {
        details: Object.fromEntries(known.map(([name, text]) => [name, this.tidy(text)])),
      }),
    }
  }

  /**
   * A copy of an error with its name, code, message and stack alone: drivers and parsers attach
   * requests, rows and raw packets to theirs.
   */
  tidyCause(cause: unknown): Error {
    if (!isError(cause)) return new Error('something that is not an Error was thrown')
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
    const copy: Error & { code?: string } = new Error(this.hide(cause.message || code || ''))
    copy.name = this.hide(cause.name)
    copy.stack = this.hide(cause.stack ?? '')
    if (code !== undefined) copy.code = this.hide(code)
    return copy
  }

  // the message of an error in plain JavaScript may be anything
  private hide(text: unknown): string {
    const known = [...this.values, ...this.requests.flatMap(valuesOf)]
      // shorter values are also parts of common words: nobody could read the text without those
      .filter((value): value is string => typeof value === 'string' && value.length >= 4)
      .filter((value) => !this.known.includes(value))
      // the longest first: a long value may begin with a shorter one, and its rest would be shown
      .sort((one, other) => other.length - one.length)
    let hidden = String(text)
    for (const spelling of known.flatMap(spellings))
      hidden = hidden.replaceAll(spelling, '[redacted]')
    return hidden
  }
}

/** The texts that a request carried; of a header also the part after a scheme such as `Bearer`. */
function valuesOf({ url = '', headers = {}, query = {}, form = {}, json }: Request): string[] {
  const parts = Object.entries(headers).flatMap(([name, value]) =>
    PLAIN_NAMES.test(name) ? [] : [value, value.replace(/^[\w-]+ +/, '')],
  )
  const inURL = [...new URLSearchParams(url.split('?')[1] ?? '').values()]
  return [...parts, ...inURL, ...textsOf(query), ...textsOf(form), ...textsOf(json)]
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, one]) =>
    PLAIN_NAMES.test(name) ? [] : textsOf(one),
  )
}

/** Every spelling in which an answer could repeat a secret: plain, in JSON, HTML, forms, URLs. */
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
