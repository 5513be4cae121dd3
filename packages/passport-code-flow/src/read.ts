/** Careful readers for what providers answer: each gives a clean value or undefined. */

const DATE_LIMIT = 8.64e15

/** True for a JSON object: not null, not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True for a promise of any make. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isRecord(value) && typeof value['then'] === 'function'
}

/** The object, or an empty one. */
export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {}
}

/** Text that is not blank, as it stands; numbers become text. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** A user's identifier as text: never 0, never a number that JSON has rounded. */
export function identifier(value: unknown): string | undefined {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value > 0 ? `${value}` : undefined
  if (typeof value !== 'string' || value.length > 255 || /\p{Cc}/u.test(value)) return undefined
  // never trimmed: two ids must not become one
  return value.trim() === '' || value === '0' ? undefined : value
}

/** An http or https URL; anything else could run or read something when it is shown. */
export function webURL(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^https?:\/\//i.test(value)) return undefined
  return URL.canParse(value) ? value : undefined
}

/** The moment a lifetime ends, counted from now; undefined for what is no lifetime. */
export function expiresAt(lifetime: unknown, unit: 'seconds' | 'milliseconds'): Date | undefined {
  const amount =
    typeof lifetime === 'string' && /^\d+$/.test(lifetime) ? Number(lifetime) : lifetime
  if (typeof amount !== 'number' || !(amount > 0)) return undefined
  const time = Date.now() + amount * (unit === 'seconds' ? 1000 : 1)
  return time <= DATE_LIMIT ? new Date(time) : undefined
}

/** Wraps a value as Passport lists it: `[{ value }]`; absent when there is none. */
export function list(value: string | undefined): { value: string }[] | undefined {
  return value === undefined ? undefined : [{ value }]
}

/** The object without its undefined members. */
export function compact<T extends object>(members: T): Defined<T> {
  const kept: Partial<T> = {}
  for (const name of Object.keys(members) as (keyof T)[])
    if (members[name] !== undefined) kept[name] = members[name]
  return kept as unknown as Defined<T>
}

/** `T` whose undefined members became absent ones. */
export type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}
