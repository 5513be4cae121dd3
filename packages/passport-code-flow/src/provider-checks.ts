import { types } from 'node:util'
import { copyMembers, isRecord } from './members.js'
import { nearest } from './option-names.js'
import type { Provider, Request } from './provider.js'

// A provider may be described in plain JavaScript, where no compiler finds a mistake.

type Check = (value: unknown) => boolean
type Rules = Readonly<Record<string, readonly [check: Check, what: string]>>

const isOneOf = (...words: unknown[]): Check => words.includes.bind(words)
const isText: Check = (value) => typeof value === 'string' && value !== ''
const isFunction: Check = (value) => typeof value === 'function'
const isObject: Check = (value) => isRecord(value) && !isFunction(value['then'])
// the promise of an async function would be read as an object without members
const isSync: Check = (value) => isFunction(value) && !types.isAsyncFunction(value)
const isEncodings: Check = (value) => {
  const list = [value].flat()
  return list.length > 0 && list.every((one) => one === 'raw' || one === 'hex' || isSync(one))
}
const A_FUNCTION = [isFunction, 'a function'] as const
const SYNC = [isSync, 'a function that is not async: exchange and fetchUser may be async'] as const
const A_LIST = [Array.isArray as Check, 'a list'] as const

const DESCRIPTION: Rules = {
  initiatedBy: [isOneOf('site', 'provider'), 'site or provider'],
  callback: [isObject, 'an object'],
  pkce: [isEncodings, 'raw, hex, a function that is not async, or a list of these'],
  publicClient: [isOneOf(true, false), 'true or false'],
  startOptions: A_LIST,
  origins: A_LIST,
  successStatuses: A_LIST,
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
const REQUEST = ['method', 'url', 'headers', 'query', 'form', 'json']
const TEXTS = ['headers', 'query', 'form']
const CALLBACK: Rules = {
  code: [isText, 'the name of a parameter'],
  login: [isText, 'the name of a parameter'],
  read: SYNC,
  fetchMetadata: [isOneOf('document', 'strict', 'off'), 'document, strict or off'],
}

/** A checked copy of a request. Throws a `TypeError` for what would not be sent as it was meant. */
export function checkRequest(given: unknown): Request {
  const request: Record<string, unknown> = isRecord(given) ? copyMembers(given) : {}
  const { method, form, json } = request
  if (method !== 'GET' && method !== 'POST')
    throw new TypeError('a request of the provider must be a GET or a POST')
  for (const name of Object.keys(request)) {
    if (!REQUEST.includes(name))
      throw new TypeError(
        `a request of the provider has an unknown ${name}, not one of ${REQUEST.join(', ')}`,
      )
    if (TEXTS.includes(name)) checkTexts(name, request[name])
  }
  if ((form !== undefined || json !== undefined) && (method === 'GET' || (form && json)))
    throw new TypeError(
      'a request of the provider may have form or json, not both, and only with POST',
    )
  return request as unknown as Request
}

function checkTexts(part: string, given: unknown): void {
  // a URLSearchParams, Headers or Map has no members to send
  if (!isRecord(given) || Symbol.iterator in given)
    throw new TypeError(`the ${part} of a request must be an object of texts`)
  // errors hide only texts: they would show a secret that is a number
  for (const name of Object.keys(given))
    if (typeof given[name] !== 'string')
      throw new TypeError(
        `the ${part} of a request must be an object of texts: ${name} is not a text`,
      )
}

/** A checked copy of a provider's description. Throws a `TypeError` that names a wrong member. */
export function checkProvider(given: unknown): Provider {
  if (!isRecord(given) || !isObject(given))
    throw new TypeError('a provider must be a function that returns an object')
  const provider = copyMembers(given)
  const { exchange, fetchUser } = provider
  const request = exchange === undefined ? ['tokenRequest'] : []
  const user = fetchUser === undefined ? ['readUser'] : []
  const needed = ['initiatedBy', 'callback', 'readTokens', 'readRefusal', ...request, ...user]
  const known = ['name', 'tokenURL', 'userInfoURL', ...Object.keys(DESCRIPTION)]
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
  return Object.assign(provider, { callback }) as unknown as Provider
}

function checkMembers(
  part: Record<string, unknown>,
  rules: Rules,
  needed: readonly string[],
  prefix = '',
): void {
  for (const [name, [check, what]] of Object.entries(rules)) {
    const isMissing = part[name] === undefined
    const isRight = isMissing ? !needed.includes(name) : check(part[name])
    const problem = isMissing ? 'is missing: it must' : 'must'
    if (!isRight) throw new TypeError(`the provider's ${prefix}${name} ${problem} be ${what}`)
  }
}
