import {
  type Fault,
  type MonPayOptions,
  type MonPaySimulator,
  startMonPay,
} from '../../passport-provider-simulators/src/index.js'
import type { Result } from '../../passport-code-flow/test/support/bare.js'
import { memoryOnce, type Once } from 'passport-code-flow'
import { closeAll, keep } from '../../../test/keep.js'
import { calls, ended, given, giveAll, Visitor } from '../../../test/visitor.js'
import { type MonPayProfile, Strategy, type StrategyOptions } from '../src/index.js'

/** A guard that can be made to forget, as one that was restarted. */
export function forgetfulOnce(): { once: Once; forget: () => void } {
  let memory = memoryOnce()
  return {
    once: { claim: (key, ttlMs) => memory.claim(key, ttlMs) },
    forget: () => {
      memory = memoryOnce()
    },
  }
}

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

/** A login that succeeds; what verify was given. */
export async function logIn(...how: Parameters<typeof open>) {
  const { login } = await open(...how)
  return given<MonPayProfile>(await login())
}

/** What a login ends in whose token or user info is answered like this. */
export async function endWith(fault: Fault, place: 'token' | 'profile' = 'token'): Promise<Result> {
  const { monpay, login } = await open()
  monpay.misbehave(fault, place)
  const result = await login()
  // each call is made once, and a refused token call is the last one
  const profile = place === 'profile' || result.action === 'success' ? ['GET profile'] : []
  expect(calls(monpay)).toEqual(['POST token', ...profile])
  return result
}

/** What a login succeeds with whose token answer has further members. */
export async function logInWith(members: object) {
  const change: Fault = ({ json }) => ({ body: { ...Object(json), ...members } })
  return given<MonPayProfile>(await endWith(change))
}

/** What the operator is told that MonPay has said. */
export const toldBy = (result: Result): unknown =>
  Reflect.get('error' in result ? result.error : 'info' in result ? result.info : {}, 'provider')

export { calls, closeAll, ended, given, keep }
