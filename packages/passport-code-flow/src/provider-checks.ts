import { types } from 'node:util'
import { copyMembers, isRecord } from './members.js'
import { nearest } from './option-names.js'
import type { Provider } from './provider.js'

// A provider may be described in plain JavaScript, where no compiler finds a mistake.

type Check = (value: unknown) => boolean
type Rules = Readonly<Record<string, readonly [check: Check, what: string]>>

const isOneOf = (...words: unknown[]): Check => words.includes.bind(words)
const isText: Check = (value) => typeof value === 'string' && value !== ''
const isFunction: Check = (value) => typeof value === 'function'
const isObject: Check = (value) => isRecord(value) && !isPromise(value)
// the promise of an async function would be read as an object without members
const isSync: Check = (value) => isFunction(value) && !types.isAsyncFunction(value)
const isEncodings: Check = (value) => {
  const list = [value].flat()
  return list.length > 0 && list.every((one) => one === 'raw' || one === 'hex' || isSync(one))
}
const A_FUNCTION = [isFunction, 'a function'] as const
const SYNC = [isSync, 'a function that is not async: exchange and fetchUser may be async'] as const
const isNumber: Check = (value) => typeof value === 'number'
const listOf = (check: Check, what: string) => {
  const isList: Check = (value) => Array.isArray(value) && value.every(check)
  return [isList, `a list of ${what}`] as const
}

const DESCRIPTION: Rules = {
  name: [isText, 'a text'],
  initiatedBy: [isOneOf('site', 'provider'), 'site or provider'],
  callback: [isObject, 'an object'],
  pkce: [isEncodings, 'raw, hex, a function that is not async, or a list of these'],
  publicClient: [isOneOf(true, false), 'true or false'],
  startOptions: listOf(isText, 'texts'),
  origins: listOf(isText, 'texts'),
  successStatuses: listOf(isNumber, 'numbers'),
  hints: [isObject, 'an object'],
  start: SYNC,
  tokenRequest: SYNC,
  refreshRequest: SYNC,
  userInfoRequest: SYNC,
  exchange: A_FUNCTION,
  fetchUser: A_FUNCTION,
  readBody: SYNC,
  readRefusal: SYNC,
  readTokens: SYNC,
  readUser: SYNC,
}
const OF_A_START = ['start', 'startOptions', 'pkce']
const CALLBACK: Rules = {
  code: [isText, 'the name of a parameter'],
  login: [isText, 'the name of a parameter'],
  read: SYNC,
  fetchMetadata: [isOneOf('document', 'strict', 'off'), 'document, strict or off'],
}

/** True for a promise. If it rejects and nobody listens, Node ends the process: here we listen. */
function isPromise(given: unknown): boolean {
  if (!isRecord(given) || !isFunction(given['then'])) return false
  Promise.resolve(given).catch(() => undefined)
  return true
}

/** A function of the provider that throws where it would give a promise: nothing waits for one. */
function withoutPromise(name: string, call: unknown): unknown {
  if (typeof call !== 'function') return call
  return function (this: unknown, ...given: unknown[]) {
    const result: unknown = Reflect.apply(call, this, given)
    if (!isPromise(result)) return result
    throw new TypeError(`the provider's ${name} gave a promise: only exchange and fetchUser may`)
  }
}

/** A checked copy of a provider's description. Throws a `TypeError` that names a wrong member. */
export function checkProvider(given: unknown): Provider {
  if (!isRecord(given) || !isObject(given))
    throw new TypeError('a provider must be a function that returns an object')
  const provider = copyMembers(given)
  const needed = ['name', 'initiatedBy', 'callback', 'readTokens', 'readRefusal']
  if (provider['exchange'] === undefined) needed.push('tokenRequest')
  if (provider['fetchUser'] === undefined) needed.push('readUser')
  const known = ['tokenURL', 'userInfoURL', ...Object.keys(DESCRIPTION)]
  for (const name of Object.keys(provider)) {
    const near = known.includes(name) ? undefined : nearest(name, known)
    if (near) throw new TypeError(`the provider's ${name} is unknown: did you mean ${near}?`)
  }
  checkMembers(provider, DESCRIPTION, needed)
  const callback = copyMembers(provider['callback'] as Record<string, unknown>)
  // with a misspelled `login`, a callback would be for any login of the browser
  for (const name of Object.keys(callback))
    if (!Object.hasOwn(CALLBACK, name))
      throw new TypeError(
        `the provider's callback has an unknown ${name}, not one of ${Object.keys(CALLBACK).join(', ')}`,
      )
  checkMembers(callback, CALLBACK, ['code'], 'callback.')
  if (provider['initiatedBy'] === 'provider') {
    // without a start there is no state or challenge to compare: nobody must rely on one
    const unused = callback['login']
      ? 'callback.login'
      : OF_A_START.find((name) => name in provider)
    if (unused)
      throw new TypeError(`the provider's ${unused} has no effect where the provider starts logins`)
  }
  return Object.assign(provider, { callback }) as unknown as Provider
}

function checkMembers(
  part: Record<string, unknown>,
  rules: Rules,
  needed: readonly string[],
  prefix = '',
): void {
  for (const [name, [check, what]] of Object.entries(rules)) {
    const given = part[name]
    const isMissing = given === undefined
    const isRight = isMissing ? !needed.includes(name) : check(given)
    const problem = isMissing ? 'is missing: it must' : 'must'
    if (!isRight) throw new TypeError(`the provider's ${prefix}${name} ${problem} be ${what}`)
    // exchange and fetchUser may give a promise
    if (isMissing || check === isFunction) continue
    const noPromise = (one: unknown) => withoutPromise(`${prefix}${name}`, one)
    part[name] = Array.isArray(given) ? given.map(noPromise) : noPromise(given)
  }
}
