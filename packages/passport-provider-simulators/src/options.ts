import type { CommonOptions } from './simulator.js'

type AnyOf =
  | StringConstructor
  | NumberConstructor
  | BooleanConstructor
  | ArrayConstructor
  | ObjectConstructor
  | FunctionConstructor
  | ReadonlySet<string>

/**
 * What an option may be: these values. A constructor such as `Number` is any value of its type, a
 * set is a list of its words.
 */
type Allowed = readonly unknown[]

/** What a simulator's options may be. The first value of each is its default. */
export type Settings<Behaviour> = {
  readonly [Name in keyof Behaviour]-?: readonly [Behaviour[Name], ...(Behaviour[Name] | AnyOf)[]]
}

/** What the options that all simulators have may be. */
export const COMMON: Record<keyof CommonOptions | 'users', Allowed> = {
  port: [Number],
  now: [Function],
  callbackURL: [String],
  homeURL: [String],
  appName: [String],
  clientID: [String],
  clientSecret: [String],
  allowedHosts: [Array],
  users: [Array],
}

/**
 * Throws a TypeError for an option that is unknown or wrong. Otherwise it would have no effect, and
 * a test would pass or fail for another reason.
 */
export function checkOptions(options: object, rules: Readonly<Record<string, Allowed>>): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('options must be an object')
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    const allowed = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (allowed === undefined)
      throw new TypeError(
        `option ${name} is unknown: the known options are ${Object.keys(rules).join(', ')}`,
      )
    if (value !== undefined && !allowed.some((one) => fits(value, one)))
      throw new TypeError(`option ${name} must be ${describe(allowed)}`)
  }
}

const TYPES = new Map<unknown, [words: string, test: (value: unknown) => boolean]>([
  [String, ['a text', (value) => typeof value === 'string']],
  [Number, ['a number', Number.isFinite]],
  [Boolean, ['a boolean', (value) => typeof value === 'boolean']],
  [Array, ['a list', Array.isArray]],
  [Object, ['an object', (value) => typeof value === 'object' && value !== null]],
  [Function, ['a function', (value) => typeof value === 'function']],
])

function fits(value: unknown, allowed: unknown): boolean {
  if (allowed instanceof Set)
    return Array.isArray(value) && value.every((word) => allowed.has(word))
  return TYPES.get(allowed)?.[1](value) ?? value === allowed
}

/** The words for what is allowed; a default needs none where any value of its type is allowed. */
function describe(allowed: Allowed): string {
  const isType = (one: unknown) => TYPES.has(one) || one instanceof Set
  const types = allowed.filter(isType)
  const values = allowed.filter((one) => !isType(one) && one !== undefined)
  const others = values.filter((value) => !types.some((type) => fits(value, type)))
  const words = [
    ...others.map((value) => JSON.stringify(value)),
    ...types.map(
      (type) => TYPES.get(type)?.[0] ?? `a list of ${[...(type as Set<string>)].join(', ')}`,
    ),
  ]
  return words.join(' or ')
}
