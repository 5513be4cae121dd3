/** Readers for the values in a provider's answer: each gives a clean value or undefined. */
import { isRecord } from './members.js'
import { parseURL } from './url.js'

const DATE_LIMIT = 8.64e15
/** The year 2001, in milliseconds. As a lifetime it would be 31 years. */
const SINCE_2001 = 1e12
const CONTROL = /[\p{Cc}\u2028\u2029]/u
/**
 * How programming languages write a missing value as text, such as an empty UUID, which has only
 * zeros. As an id, it would give all users one account.
 */
const NO_IDENTIFIER =
  /^(\s*|[0-]+|null|NULL|\(null\)|undefined|None|<nil>|NaN|false|\[object Object\])$/
/** What `plainText` removes at both ends. */
const EDGE = /[\s\p{Cc}]/u

/** The object, or an empty one. */
export function object(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {}
}

/** Text without control characters and without space around it; numbers become text. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
  if (typeof value !== 'string') return undefined
  const clean = value
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, toSpace)
    .trim()
  return clean === '' ? undefined : clean
}

/** A line break separates words and becomes a space; other control characters are removed. */
function toSpace(controls: string): string {
  return /[\t\n\v\f\r\u0085\u2028\u2029]/.test(controls) ? ' ' : ''
}

/** Text for a machine, such as an address: undefined with a control character inside. */
export function plainText(value: unknown): string | undefined {
  if (typeof value !== 'string' || !CONTROL.test(value)) return text(value)
  // not by /[…]+$/: with many spaces inside the text, that takes seconds
  let [start, end] = [0, value.length]
  while (start < end && EDGE.test(value[start]!)) start++
  while (end > start && EDGE.test(value[end - 1]!)) end--
  const inner = value.slice(start, end)
  return CONTROL.test(inner) ? undefined : text(inner)
}

/** A user's identifier as text: never 0, never a number that JSON has rounded. */
export function identifier(value: unknown): string | undefined {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value > 0 ? `${value}` : undefined
  if (typeof value !== 'string' || value.length > 255 || /[\p{Cc}\p{Cs}]/u.test(value))
    return undefined
  // never trimmed or made well-formed: two ids must not become one
  return NO_IDENTIFIER.test(value) ? undefined : value
}

/** A phone number: an integer that is not 0, or text with a digit that is not 0. */
export function phone(value: unknown): string | undefined {
  const number = typeof value === 'number' ? identifier(value) : plainText(value)
  return number !== undefined && /(?!0)\p{Nd}/u.test(number) ? number : undefined
}

/** An absolute http or https URL, encoded: a `javascript:` URL would run code on a page. */
export function webURL(value: unknown): string | undefined {
  const address = plainText(value)
  // not two addresses in one text, such as https://https://a.example
  if (address === undefined || !/^https?:\/\/(?!https?:)[^/]/i.test(address)) return undefined
  const url = parseURL(address)
  return url && !url.username && !url.password ? url.href : undefined
}

/** A day of the calendar as `YYYY-MM-DD`; undefined for MySQL's zero dates. */
export function day(value: unknown): string | undefined {
  const date = plainText(value)
  if (date === undefined || !/^(?!0000)\d{4}-\d\d-\d\d$/.test(date)) return undefined
  const [year, month, inMonth] = date.split('-').map(Number) as [number, number, number]
  // the 30th of February is in March
  const isReal = new Date(Date.UTC(year, month - 1, inMonth)).getUTCMonth() === month - 1
  return isReal ? date : undefined
}

/**
 * The moment at which a lifetime that begins now ends; undefined for what is not a lifetime. Some
 * providers send that moment itself, in seconds or milliseconds since 1970.
 */
export function expiresAt(lifetime: unknown, unit: 'seconds' | 'milliseconds'): Date | undefined {
  const amount =
    typeof lifetime === 'string' && /^\d+$/.test(lifetime) ? Number(lifetime) : lifetime
  if (typeof amount !== 'number' || !(amount > 0)) return undefined
  const now = Date.now()
  const ms = unit === 'seconds' && amount < SINCE_2001 ? amount * 1000 : amount
  // 50 years in seconds look like a moment that has passed
  const isMoment = amount >= SINCE_2001 || ms > Math.max(now, SINCE_2001)
  const time = isMoment ? ms : now + ms
  return time <= DATE_LIMIT ? new Date(time) : undefined
}

/**
 * True for a value that means nothing: absent, null, false, blank, 0, these as text, and PHP's empty
 * list.
 */
export function isNothing(value: unknown): boolean {
  if (typeof value === 'string') return /^(|0|false|null)$/i.test(value.trim())
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return !value
}
