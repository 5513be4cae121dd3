import { parse } from 'node:querystring'
import { Failure, type FailureCode } from './errors.js'
import type { CallbackRules } from './provider.js'
import { isRecord } from './read.js'
import { type LoginRequest, rawQuery } from './request.js'

/** A callback after reading: a code, or the provider's word that there is none. */
export type Callback =
  | { code: string; login?: string }
  | { error: FailureCode; word: string; login?: string }

const CODE = /^[\x21-\x7e]{1,2048}$/
const LOGIN = /^[\w-]{22}$/
const ERROR = /^[\x20-\x7e]{1,256}$/

/** True for a request that brings a code, wherever it arrives and however it looks. */
export function bringsCode(req: LoginRequest, rules: CallbackRules): boolean {
  return parameters(req).has(rules.code) || recover(req, rules) !== undefined
}

/**
 * Reads what the browser brought, trusting none of it; undefined when it holds nothing to read.
 * Throws a `Failure` (`bad_callback`) for anything that is there and not right.
 */
export function readCallback(req: LoginRequest, rules: CallbackRules): Callback | undefined {
  const sent = parameters(req)
  rules.forbidden?.forEach((name) => refuseIf(sent.has(name)))
  rules.empty?.forEach((name) => refuseIf((sent.one(name) ?? '') !== ''))
  const word = sent.one('error')
  const code = sent.one(rules.code) ?? recover(req, rules)
  refuseIf(word !== undefined && code !== undefined)
  const login = rules.login && sent.one(rules.login)
  if (word !== undefined) return { error: readError(word, rules), word, ...named(login) }
  if (code === undefined) return undefined
  refuseIf(!(rules.codePattern ?? CODE).test(code) || code === 'null' || code === 'undefined')
  const required = rules.loginRequired !== 'posted' || req.method === 'POST'
  refuseIf(rules.login !== undefined && required && login === undefined)
  return { code, ...named(login) }
}

function named(login: string | undefined): { login?: string } {
  if (login === undefined) return {}
  // a name that cannot be ours stays a name: it is then found unknown, not taken as left out
  return { login: LOGIN.test(login) ? login : '' }
}

function readError(word: string, rules: CallbackRules): FailureCode {
  refuseIf(!ERROR.test(word))
  if (rules.readError) return rules.readError(word)
  return word === 'access_denied' ? 'access_denied' : 'bad_callback'
}

function recover(req: LoginRequest, rules: CallbackRules): string | undefined {
  return rules.recoverCode?.(rawQuery(req))
}

function refuseIf(wrong: boolean): void {
  if (wrong) throw new Failure('bad_callback')
}

/** The parameters of query and body; one that comes twice is fine only with the same value. */
function parameters(req: LoginRequest) {
  const query = members(req.query ?? parse(rawQuery(req)))
  const body = req.method === 'POST' ? members(req.body) : {}
  const has = (name: string) => Object.hasOwn(query, name) || Object.hasOwn(body, name)
  return {
    has,
    one(name: string): string | undefined {
      if (!has(name)) return undefined
      const value = Object.hasOwn(query, name) ? query[name] : body[name]
      const other = Object.hasOwn(body, name) ? body[name] : value
      refuseIf(typeof value !== 'string' || other !== value)
      return String(value)
    },
  }
}

function members(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {}
}
