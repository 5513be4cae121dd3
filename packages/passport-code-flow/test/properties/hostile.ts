import * as fc from 'fast-check'
import type { Answer } from '../../src/index.js'

/** A sentence about the code, and inputs that could prove it wrong. */
export interface Law {
  name: string
  property: fc.IRawProperty<unknown>
  /** How many inputs `npm test` tries, where 10 000 take much more than a second. */
  runs?: number
}

const FRAGMENTS = [
  ['', ' ', '\t', '\r\n', '\0', '\u001b[31m', '\u007f', '\u0085', '\u2028', '\u200b', '\ufeff'],
  ['\ud800', '\udfff', '\u{1f600}', 'é', 'Баяр', 'Nguyễn', 'ﬀ', '؀'],
  ['/', '//', '\\', '/\\', '..', '/..', '/.', '%2e', '%2f', '%5c', '%00', '%', '%zz', '@', ':'],
  ['?', '??', '#', '&', '=', ';', '+', '&amp;', '&lt;', '&amp;amp;', '&#39;', '&eacute;', '&'],
  ['https:', 'http://', 'javascript:', 'data:', 'evil.test', '[::1]', '%ff', '"', "'", '<', '>'],
  ['__proto__', 'constructor', 'null', 'undefined', 'true', '0', '-1', '1e308', 'NaN', '$&', '$1'],
  ['Bearer ', 'code', 'auth_key', 'auth_key=', 'state', 'login', 'error', 'access_denied'],
].flat()

/** Texts put together from what parsers, browsers and terminals stumble over. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 4 })), { maxLength: 6 })
    .map((parts) => parts.join('')),
  // any UTF-16, halves of letters included
  fc.array(fc.nat(0xffff), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
  fc.string(),
  fc.constantFrom('a', '/').chain((letter) => fc.nat(5000).map((times) => letter.repeat(times))),
)

const NUMBERS = [0, -0, 1, -1, 1.5, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, 8.64e15, 1e12, 3600]

/** Any JSON value, with a liking for those that are nearly right. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(...NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(null, true, false, [], {}, [[]], [null], ['Bearer'], { $gt: '' }),
  fc.constantFrom({ toString: 1, valueOf: 1 }, { toString: null }, { length: 1 }),
  fc.array(hostileText, { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
)

/** An object as `JSON.parse` or a query parser makes it: `__proto__` is a member like any other. */
export function hostileObject(
  names: readonly string[],
  value = hostileValue,
): fc.Arbitrary<Record<string, unknown>> {
  const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, hostileText)
  return fc.array(fc.tuple(name, value), { maxLength: 5 }).map((all) => Object.fromEntries(all))
}

/** An answer with this body, as a provider's functions get it. */
export function answerOf(body: Record<string, unknown>): Answer {
  return { method: 'GET', status: 200, headers: {}, text: '', json: body, body }
}

/** Runs with a clock of its own. */
export function withClock<T>(run: (clock: { now: number }) => T): T {
  const real = Date.now
  const clock = { now: 1_800_000_000_000 }
  Date.now = () => clock.now
  try {
    return run(clock)
  } finally {
    Date.now = real
  }
}
