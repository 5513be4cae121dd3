import { parse } from 'node:querystring'
import * as fc from 'fast-check'
import { moneypools } from '../../../passport-moneypools/src/provider.js'
import { monpay } from '../../../passport-monpay/src/provider.js'
import { zalopay } from '../../../passport-zalopay-pkce/src/provider.js'
import { type Callback, readCallback } from '../../src/callback.js'
import { Failure } from '../../src/errors.js'
import type { CallbackRules } from '../../src/provider.js'
import { type LoginRequest, rawQuery } from '../../src/request.js'
import { hostileObject, hostileText, type Law } from './hostile.js'

const OPTIONS = {
  clientID: '7',
  clientSecret: 'secret',
  callbackURL: 'https://shop.test/callback',
  baseURL: 'https://provider.test',
}

const RULES: CallbackRules[] = [
  monpay(OPTIONS).callback,
  zalopay(OPTIONS).callback,
  moneypools(OPTIONS).callback,
  { code: 'code', login: 'state' },
]

const NAMES = ['code', 'auth_key', 'login', 'state', 'error', 'code_verifier', 'codeVerifier']
const LOGIN = 'abcdefghijklmnopqrstuv'
const KEY = '0123456789abcdef'

const parameter = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(KEY, 'code-1', LOGIN, '', 'access_denied', '030503') },
  hostileText,
  fc.array(hostileText, { maxLength: 3 }),
  fc.constantFrom(null, true, 7, {}, [], { code: 'x' }, [KEY, KEY]),
)
const parameters = hostileObject(NAMES, parameter)

const piece = fc.oneof(
  fc.tuple(fc.constantFrom(...NAMES), parameter).map(([name, value]) => `${name}=${String(value)}`),
  fc.constantFrom(`?auth_key=${KEY}`, `&amp;auth_key=${KEY}`, 'x=1', '%', '%ff'),
  hostileText,
)

const request: fc.Arbitrary<LoginRequest> = fc
  .record({
    method: fc.constantFrom('GET', 'POST'),
    query: fc.oneof({ weight: 3, arbitrary: parameters }, fc.constantFrom(undefined, null, [], '')),
    body: fc.oneof({ weight: 3, arbitrary: parameters }, fc.constantFrom(undefined, null, [], 'x')),
    originalUrl: fc.array(piece, { maxLength: 3 }).map((all) => `/callback?${all.join('&')}`),
  })
  .map(({ query, ...rest }) => ({ ...rest, headers: {}, ...(query !== undefined && { query }) }))

/** Every value of a parameter, of query and body, as far as the request may have both. */
function sent(req: LoginRequest, name: string): unknown[] {
  const query = req.query ?? parse(rawQuery(req))
  const places = [query, req.method === 'POST' ? req.body : undefined]
  return places.flatMap((place) =>
    typeof place === 'object' && place !== null && Object.hasOwn(place, name)
      ? [(place as Record<string, unknown>)[name]]
      : [],
  )
}

function isClean(req: LoginRequest, rules: CallbackRules, read: Callback): boolean {
  const logins = rules.login === undefined ? [] : sent(req, rules.login)
  const login = read.login === undefined || read.login === logins[0] || read.login === ''
  if ('error' in read)
    return login && sent(req, 'error').every((one) => one === read.word) && noCode(req, rules)
  const allowed = rules.codePattern ?? /^[\x21-\x7e]{1,2048}$/
  const named = rules.loginRequired === 'posted' && req.method === 'GET'
  return (
    allowed.test(read.code) &&
    login &&
    sent(req, rules.code).every((one) => one === read.code) &&
    (sent(req, rules.code).length > 0 || String(req.originalUrl).includes(read.code)) &&
    sent(req, 'error').length === 0 &&
    (rules.login === undefined || named || read.login !== undefined) &&
    (rules.forbidden ?? []).every((name) => sent(req, name).length === 0) &&
    (rules.empty ?? []).every((name) => sent(req, name).every((one) => one === ''))
  )
}

const noCode = (req: LoginRequest, rules: CallbackRules) => sent(req, rules.code).length === 0

export const callbackLaws: Law[] = [
  {
    name: 'a callback is read as one clean code or error that was sent, as nothing, or refused',
    property: fc.property(request, fc.constantFrom(...RULES), (req, rules) => {
      try {
        const read = readCallback(req, rules)
        if (read !== undefined) return isClean(req, rules, read)
        return noCode(req, rules) && sent(req, 'error').length === 0
      } catch (failure) {
        return failure instanceof Failure && failure.code === 'bad_callback'
      }
    }),
  },
]
