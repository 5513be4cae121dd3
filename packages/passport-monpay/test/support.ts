import {
  type Fault,
  type MonPayOptions,
  type MonPaySimulator,
  startMonPay,
} from '../../passport-provider-simulators/src/index.js'
import type { Result } from '../../passport-code-flow/test/support/bare.js'
import { closeAll, keep } from '../../../test/keep.js'
import { calls, ended, given, giveAll, rightAnd, told, Visitor } from '../../../test/visitor.js'
import { type MonPayProfile, Strategy, type StrategyOptions } from '../src/index.js'

/** A MonPay that has registered https://shop.example. */
export const openMonPay = (options: MonPayOptions = {}): Promise<MonPaySimulator> =>
  keep(startMonPay({ callbackURL: 'https://shop.example', ...options }))

/** The options that fit a MonPay. */
export function optionsFor({ clientID, clientSecret, callbackURL, url }: MonPaySimulator) {
  return { clientID, clientSecret, callbackURL, baseURL: url, timeout: 5000 }
}

/** A MonPay, a strategy for it whose user is all that verify was given, and a browser. */
export async function open(options: Partial<StrategyOptions> = {}, provider: MonPayOptions = {}) {
  const monpay = await openMonPay(provider)
  const strategy = new Strategy({ ...optionsFor(monpay), ...options }, giveAll)
  const visitor = new Visitor(monpay, strategy)
  const visit: Visitor['visit'] = (...page) => visitor.visit(...page)
  /** Opens the registered URL with this code, or with a fresh one. */
  const login = (code = monpay.issueCode()) => {
    visitor.codes.push(code)
    return visit(`/?code=${encodeURIComponent(code)}`)
  }
  return { monpay, strategy, visitor, visit, login }
}

/** Opens the registered URL with this code at another process of the site, whose guard is empty. */
export const loginElsewhere = (monpay: MonPaySimulator, code: string) =>
  new Visitor(monpay, new Strategy(optionsFor(monpay), giveAll)).visit(`/?code=${code}`)

/** A login that succeeds: what verify was given. */
export async function logIn(...how: Parameters<typeof open>) {
  const { login } = await open(...how)
  return given<MonPayProfile>(await login())
}

/** The result of a login in which this endpoint gives this answer. */
export async function endWith(fault: Fault, place: 'token' | 'profile' = 'token'): Promise<Result> {
  const { monpay, login } = await open()
  monpay.misbehave(fault, place)
  const result = await login()
  // each call is made once
  const profile = monpay.requests.length > 1 ? ['GET profile'] : []
  expect(calls(monpay)).toEqual(['POST token', ...profile])
  return result
}

export { calls, closeAll, ended, given, keep, rightAnd, told }
