import { types } from 'node:util'
import { isFailureCode } from './errors.js'
import { copyMembers, isRecord } from './members.js'
import type { Provider } from './provider.js'

// A provider may be described in plain JavaScript, where no compiler finds a mistake. A wrong member
// is refused when the strategy is made, a wrong result of a function in the login that calls it.

type Check = (value: unknown) => boolean
type Rules = Readonly<Record<string, readonly [check: Check, what: string]>>
type Part = Record<string, unknown>
type Run = (...given: unknown[]) => unknown

const isString: Check = (value) => typeof value === 'string'
const isText: Check = (value) => isString(value) && value !== ''
const isFunction = (value: unknown): value is Run => typeof value === 'function'
const isOneOf = (...words: unknown[]): Check => words.includes.bind(words)
// a promise is an object too, but nobody waits for it
const isObject = (value: unknown): value is Part => isRecord(value) && !isFunction(value['then'])
const isObjectOrNone: Check = (value) => !value || isObject(value)
const isTexts: Check = (value) => isObject(value) && Object.values(value).every(isString)
const isMoment: Check = (value) => types.isDate(value) && !Number.isNaN(value.getTime())
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const isEncoding: Check = (value) => value === 'raw' || value === 'hex' || isFunction(value)
const isEncodings: Check = (value) => {
  const list = [value].flat()
  return list.length > 0 && list.every(isEncoding)
}
const isRequest: Check = (value) =>
  isObject(value) &&
  isOneOf('GET', 'POST')(value['method']) &&
  isString(value['url'] ?? '') &&
  ['headers', 'query', 'form'].every((name) => isTexts(value[name] ?? {}))
const isKind = isOneOf('invalid_code', 'config', 'provider_error', 'bad_response')
const isError: Check = (value) =>
  isOneOf(undefined, 'config', 'provider_error')(value) || isFailureCode(String(value))

const DESCRIPTION: Rules = {
  initiatedBy: [isOneOf('site', 'provider'), 'site or provider'],
  callback: [isObject, 'an object'],
  pkce: [isEncodings, 'raw, hex, a function or a list of these'],
  publicClient: [isOneOf(true, false), 'true or false'],
  startOptions: [isListOf(isText), 'a list of names'],
  origins: [isListOf(isText), 'a list of origins'],
  successStatuses: [isListOf(Number.isInteger), 'a list of numbers'],
  hints: [isObject, 'an object of sentences'],
}
const CALLBACK: Rules = {
  code: [isText, 'the name of a parameter'],
  login: [isText, 'the name of a parameter'],
  fetchMetadata: [isOneOf('document', 'strict', 'off'), 'document, strict or off'],
}
const REQUEST = [isRequest, 'a request with GET or POST, whose values are texts'] as const
/** What the functions of a description must give. */
const RESULTS: Rules = {
  start: [isText, 'a URL'],
  tokenRequest: REQUEST,
  refreshRequest: REQUEST,
  userInfoRequest: REQUEST,
  exchange: [(value) => isObject(value) && isObject(value['body']), 'an answer of ask'],
  fetchUser: [isObjectOrNone, 'an object or undefined'],
  readBody: [isObjectOrNone, 'an object or undefined'],
  readRefusal: [
    (value) => !value || (isObject(value) && isKind(value['kind'])),
    'a refusal of a known kind or undefined',
  ],
  readTokens: [
    (value) =>
      isObject(value) &&
      isObject(value['params']) &&
      (value['expiresAt'] === undefined || isMoment(value['expiresAt'])),
    'an object with params, whose expiresAt is a Date',
  ],
  readUser: [isObjectOrNone, 'an object or undefined'],
}
const CALLBACK_RESULTS: Rules = {
  read: [
    (value) =>
      !value || (isObject(value) && isString(value['code'] ?? '') && isError(value['error'])),
    'a code or a known error, or undefined',
  ],
}

/** A checked copy of a provider's description. Throws a `TypeError` that names a wrong member. */
export function checkProvider(given: unknown): Provider {
  if (!isObject(given)) throw new TypeError('a provider must be a function that returns an object')
  const provider: Part = copyMembers(given)
  const { exchange, fetchUser, pkce } = provider
  checkMembers(provider, DESCRIPTION, ['initiatedBy', 'callback'])
  checkFunctions(provider, RESULTS, [
    'readTokens',
    'readRefusal',
    exchange ? 'exchange' : 'tokenRequest',
    fetchUser ? 'fetchUser' : 'readUser',
  ])
  if (pkce !== undefined)
    provider['pkce'] = [pkce].flat().map((one) => (isFunction(one) ? checked('pkce', one) : one))
  const callback: Part = copyMembers(provider['callback'] as Part)
  checkMembers(callback, CALLBACK, ['code'])
  checkFunctions(callback, CALLBACK_RESULTS, [])
  return Object.assign(provider, { callback }) as unknown as Provider
}

function checkMembers(part: Part, rules: Rules, needed: readonly string[]): void {
  for (const [name, [check, what]] of Object.entries(rules))
    if (part[name] === undefined ? needed.includes(name) : !check(part[name])) refuse(name, what)
}

function checkFunctions(part: Part, rules: Rules, needed: readonly string[]): void {
  for (const name of Object.keys(rules)) {
    const run = part[name]
    if (run === undefined && !needed.includes(name)) continue
    if (!isFunction(run)) refuse(name, 'a function')
    part[name] = checked(name, run.bind(part), rules[name])
  }
}

/** The function, which then checks what it gives. */
function checked(name: string, run: Run, rule: Rules[string] = [isText, 'a text']): Run {
  if (name !== 'exchange' && name !== 'fetchUser')
    return (...given) => checkResult(name, run(...given), rule)
  return async (input, ask) => {
    const send = async (request: unknown) => (ask as Run)(checkResult('request', request, REQUEST))
    return checkResult(name, await run(input, send), rule)
  }
}

/** A copy of a result: what somebody has put on `Object.prototype` does not count. */
function checkResult(name: string, result: unknown, [check, what]: Rules[string]): unknown {
  if (check(result)) return isRecord(result) && name !== 'readBody' ? copyMembers(result) : result
  // a promise that nobody waits for must not end the process
  Promise.resolve(result).catch(() => undefined)
  throw new TypeError(`the provider's ${name} must return ${what}`)
}

function refuse(name: string, what: string): never {
  throw new TypeError(`the provider's ${name} must be ${what}`)
}
