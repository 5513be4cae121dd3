import type { CommonOptions } from './simulator.js'

type Kind = 'text' | 'number' | 'boolean' | 'list' | 'object' | 'function'
/**
 * What an option may be: any value of a type, or one of a list. In a list, `Number` is any number.
 */
type Allowed = Kind | readonly unknown[]

type Common = CommonOptions & { users?: unknown }

/** What the options of one simulator may be, besides the common options. */
export type OptionRules<Options> = Readonly<Record<Exclude<keyof Options, keyof Common>, Allowed>>

const COMMON: Record<keyof Common, Allowed> = {
  port: 'number',
  now: 'function',
  callbackURL: 'text',
  homeURL: 'text',
  appName: 'text',
  clientID: 'text',
  clientSecret: 'text',
  users: 'list',
}

/**
 * Throws a TypeError for an option that is unknown or wrong. Otherwise it would have no effect, and
 * a test would pass or fail for another reason.
 */
export function checkOptions(options: object, own: Readonly<Record<string, Allowed>>): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('options must be an object')
  const rules: Record<string, Allowed> = { ...COMMON, ...own }
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    const allowed = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (allowed === undefined)
      throw new TypeError(
        `option ${name} is unknown: the known options are ${Object.keys(rules).join(', ')}`,
      )
    if (value !== undefined && !isAllowed(value, allowed))
      throw new TypeError(`option ${name} must be ${describe(allowed)}`)
  }
}

function isAllowed(value: unknown, allowed: Allowed): boolean {
  if (typeof allowed !== 'string')
    return allowed.includes(value) || (allowed.includes(Number) && isAllowed(value, 'number'))
  if (allowed === 'text') return typeof value === 'string'
  if (allowed === 'number') return Number.isFinite(value)
  if (allowed === 'list') return Array.isArray(value)
  return typeof value === allowed && value !== null
}

function describe(allowed: Allowed): string {
  if (typeof allowed === 'string') return `a ${allowed}`.replace('a object', 'an object')
  return allowed.map((one) => (one === Number ? 'a number' : JSON.stringify(one))).join(' or ')
}
