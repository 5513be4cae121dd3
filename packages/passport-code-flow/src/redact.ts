import { isError, nameError, type ProviderDetail } from './errors.js'
import { isRecord } from './members.js'
import { object } from './read.js'
import type { Settings } from './settings.js'

/** The members of an error that are copied. In plain JavaScript each of them may be anything. */
type Thrown = Partial<Record<'name' | 'message' | 'code' | 'stack' | 'cause' | 'errors', unknown>>

/** How many causes of a cause are copied: they may form a circle. */
const CAUSES = 3

const TEXT_LIMIT = 200
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu
/** Headers and parameters whose values are words of the protocol. */
const PLAIN_NAMES =
  /^(content-type|accept(-.*)?|user-agent|grant_type|client_assertion_type|scope)$/i

/** Removes from texts the values that must not be shown. Made only when there is an error to show. */
export class Redactor {
  private readonly spellings: string[]

  /** `sent`: texts of one login, and requests whose values a provider may derive from the secret. */
  constructor({ publicValues, secretValues }: Settings, sent: readonly unknown[]) {
    this.spellings = [...secretValues, ...sent]
      .flatMap(readableValuesOf)
      // removing a shorter value would also remove parts of common words
      .filter((value) => value.length >= 4 && !publicValues.includes(value))
      // the longest first: a long value may begin with a shorter one, and its rest would be shown
      .sort((one, other) => other.length - one.length)
      .flatMap(spellings)
  }

  /** A text on one line, without control characters and secrets, cut to 200 characters. */
  tidy(text: string): string {
    // the cut may be inside an emoji: PostgreSQL takes no half of one in JSON
    return this.hide(text).replace(UNPRINTABLE, ' ').slice(0, TEXT_LIMIT).toWellFormed()
  }

  /** The same for each text of a provider's detail. */
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
   * A copy of an error with only its name, code, message, stack and cause: drivers and parsers add
   * requests, rows and raw packets to their errors. Some libraries throw a text, or an object with a
   * message, in place of an error.
   */
  tidyCause(cause: unknown): Error {
    try {
      if (isError(cause)) return this.copy(cause, CAUSES)
      const { message, code } = typeof cause === 'string' ? { message: cause } : object(cause)
      if (message && typeof message === 'string')
        return this.copy({ name: 'Error', message, code }, 0)
    } catch {
      // a Proxy, or a message that cannot be text
    }
    return new Error('something that is not an Error was thrown')
  }

  private copy(given: Thrown, causes: number): Error {
    const code = typeof given.code === 'string' ? given.code : undefined
    const message = this.hide(given.message || wordsOf(given) || code || '')
    const copy: Error & { code?: string } = new Error(message)
    nameError(copy, this.hide(given.name))
    const stack = this.hide(given.stack ?? '')
    // where the error has no message, its stack has none either, and loggers print the stack
    copy.stack = message && !given.message ? stack.replace(/^.*/, () => String(copy)) : stack
    if (code !== undefined) copy.code = this.hide(code)
    if (causes > 0 && isError(given.cause)) copy.cause = this.copy(given.cause, causes - 1)
    return copy
  }

  // the message of an error in plain JavaScript may be anything
  private hide(text: unknown): string {
    return this.spellings.reduce(
      (hidden, spelling) => hidden.replaceAll(spelling, '[redacted]'),
      String(text),
    )
  }
}

/** What an `AggregateError` without a message says, such as Node's for a host with two addresses. */
function wordsOf({ errors }: Thrown): string {
  const all: unknown[] = Array.isArray(errors) ? errors : []
  return all
    .filter(isError)
    .map(({ message }) => message)
    .join('; ')
}

/** None of a Proxy or a getter that throws: nothing of it was sent. */
function readableValuesOf(sent: unknown): string[] {
  try {
    return valuesOf(sent)
  } catch {
    return []
  }
}

/** The text, or all values of a request. Of a header such as `Basic abc`, also `abc`. */
function valuesOf(sent: unknown): string[] {
  if (!isRecord(sent)) return textsOf(sent)
  const { url, headers, query, form, json } = sent
  const inHeaders = textsOf(headers)
  // a provider's URL may have a second question mark
  const address = typeof url === 'string' ? url : ''
  const inURL = new URLSearchParams(address.split('?').slice(1).join('&')).values()
  const afterScheme = inHeaders.map((value) => value.replace(/^[\w-]+ +/, ''))
  return [...inHeaders, ...afterScheme, ...inURL, ...textsOf([query, form, json])]
}

/** All texts in a value. It may be as deep as JSON can be, or contain itself. */
function textsOf(value: unknown): string[] {
  // the loop also visits what it adds
  const found = new Set([value])
  for (const one of found) {
    if (typeof one !== 'object' || one === null) continue
    for (const [name, member] of Object.entries(one)) if (!PLAIN_NAMES.test(name)) found.add(member)
  }
  return [...found].filter((one) => typeof one === 'string')
}

/** Every spelling in which an answer could repeat a secret: plain, in JSON, HTML, forms, URLs. */
function spellings(secret: string): string[] {
  const form = new URLSearchParams({ secret }).toString().slice('secret='.length)
  const url = form.replaceAll('+', '%20')
  const encoded = [form, url, url.replace(/%(21|27|28|29|7E)/g, decodeOne)]
  const lower = encoded.map((text) => text.replace(/%../g, (escaped) => escaped.toLowerCase()))
  const html = ['&#039;', '&#39;', '&apos;', "'"].map((quote) => escapeHTML(secret, quote))
  return [secret, JSON.stringify(secret).slice(1, -1), ...html, ...encoded, ...lower]
}

function escapeHTML(text: string, quote: string): string {
  const known: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"']/g, (letter) => known[letter] ?? quote)
}

/** Decodes a character that a form encodes and `encodeURIComponent` does not. */
function decodeOne(escaped: string): string {
  return decodeURIComponent(escaped)
}
