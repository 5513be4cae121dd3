import { parse } from 'node:querystring'
import * as fc from 'fast-check'
import { moneypools } from '../../../passport-moneypools/src/provider.js'
import { monpay } from '../../../passport-monpay/src/provider.js'
import { zalopay } from '../../../passport-zalopay-pkce/src/provider.js'
import { LoginStopped } from '../../src/errors.js'
import { type Callback, readCallback } from '../../src/login/callback.js'
import { type LoginRequest, SentRequest } from '../../src/login/request.js'
import type { Provider } from '../../src/provider.js'
import { hostileObject, hostileText, type Law } from './hostile.js'

const OPTIONS = {
  clientID: '7',
  clientSecret: 'secret',
  callbackURL: 'https://shop.test/callback',
  baseURL: 'https://provider.test',
}

const PROVIDERS = [
  monpay(OPTIONS),
  zalopay({ ...OPTIONS, skipUserProfile: true }),
  moneypools(OPTIONS),
  { ...monpay(OPTIONS), name: 'acme', callback: { code: 'code', login: 'state' } },
] as Provider[]
const { origin } = new URL(OPTIONS.callbackURL)

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
  const isParsed = Object.keys(Object(req.query)).length > 0 && !Array.isArray(req.query)
  const query = isParsed ? req.query : parse(String(req.originalUrl).split('?').slice(1).join('?'))
  const places = [query, req.method === 'POST' ? req.body : undefined]
  return places.flatMap((place) =>
    typeof place === 'object' && place !== null && Object.hasOwn(place, name)
      ? [(place as Record<string, unknown>)[name]]
      : [],
  )
}

/** Null and an empty text stand for nothing. */
const isEmpty = (value: unknown) => value === null || value === undefined || value === ''

function isClean(req: LoginRequest, { name, callback }: Provider, read: Callback): boolean {
  const logins = callback.login === undefined ? [] : sent(req, callback.login)
  const login = read.login === undefined || logins.includes(read.login) || read.login === ''
  const errors = sent(req, 'error').filter((value) => !isEmpty(value))
  const codes = sent(req, callback.code).filter((value) => value !== null && value !== undefined)
  if (read.error !== undefined) {
    const words = errors.every((one) => one === read.providerError)
    return login && words && codes.length === 0 && (errors.length > 0 || read.login !== undefined)
  }
  const isSent = codes.every(
    (one) => one === read.code || String(one).replaceAll(' ', '+') === read.code,
  )
  const isNamed = read.login !== undefined || (name === 'zalopay' && req.method === 'GET')
  const own = {
    zalopay: ['code_verifier', 'codeVerifier', 'state'].every((one) =>
      sent(req, one).every(isEmpty),
    ),
    moneypools: /^[0-9a-f]{16,128}$/i.test(read.code),
  }
  return (
    /^[\x21-\x7e]{1,8192}$/.test(read.code) &&
    login &&
    isSent &&
    (codes.length > 0 || String(req.originalUrl).includes(read.code)) &&
    errors.length === 0 &&
    (callback.login === undefined || isNamed) &&
    (own[name as keyof typeof own] ?? true)
  )
}

export const callbackLaws: Law[] = [
  {
    name: 'a callback is read as one clean code or error that was sent, as nothing, or refused',
    property: fc.property(request, fc.constantFrom(...PROVIDERS), (req, provider) => {
      try {
        const read = readCallback(new SentRequest(req, origin), provider)
        if (read !== undefined) return isClean(req, provider, read)
        const { code } = provider.callback
        return [code, 'error'].every((one) => sent(req, one).every(isEmpty))
      } catch (failure) {
        return failure instanceof LoginStopped && failure.code === 'bad_callback'
      }
    }),
  },
]
