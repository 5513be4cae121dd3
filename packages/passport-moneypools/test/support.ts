import {
  type Fault,
  type SngineOptions,
  type SngineSimulator,
  startSngine,
} from '../../passport-provider-simulators/src/index'
import type { LoginRequest } from 'passport-code-flow'
import type { Result } from '../../passport-code-flow/test/support/bare'
import { closeAll, keep } from '../../../test/keep'
import { calls, ended, given, giveAll, rightAnd, told, Visitor } from '../../../test/visitor'
import { type MoneyPoolsProfile, Strategy, type StrategyOptions } from '../src/index'

/** The registered URL; its path is the only thing of it that the strategy looks at. */
export const CALLBACK = 'https://shop.example/auth/callback'

/** The options that fit a site. */
export function optionsFor({ clientID, clientSecret, url }: SngineSimulator) {
  return { clientID, clientSecret, callbackURL: CALLBACK, baseURL: url }
}

type Options = Partial<StrategyOptions>

/** A site, a strategy for it whose user is all that verify was given, and a browser. */
export async function openScene(site: SngineOptions = {}, own: Options = {}) {
  const sim = await keep(startSngine({ callbackURL: CALLBACK, ...site }))
  const strategy = new Strategy({ ...optionsFor(sim), ...own }, giveAll)
  return { sim, strategy, browser: new Browser(sim, strategy) }
}

/** One browser at the strategy. */
class Browser extends Visitor<SngineSimulator, Strategy> {
  /** A key for a user, the first by default. */
  issue(user = this.simulator.users[0]): string {
    const key = this.simulator.issueKey(user)
    this.codes.push(key)
    return key
  }

  start(more?: Partial<LoginRequest>, options?: object): Promise<Result> {
    return this.visit('/auth/moneypools', more, options)
  }

  /** Comes back with a key, a fresh one of the first user by default. */
  comeBack(key = this.issue(), more?: Partial<LoginRequest>): Promise<Result> {
    return this.visit(`/auth/callback?auth_key=${key}`, more)
  }

  /** Starts and comes back. */
  async logIn(key = this.issue()): Promise<Result> {
    await this.start()
    return this.comeBack(key)
  }
}

/** What a login ends in whose token or user info is answered like this; it is asked for once. */
export async function endWith(fault: Fault, place: 'token' | 'profile' = 'token', own?: Options) {
  const { sim, browser } = await openScene({}, own)
  sim.misbehave(fault, place)
  const result = await browser.logIn()
  const profile = sim.requests.length > 1 ? ['GET profile'] : []
  expect(calls(sim)).toEqual(['POST token', ...profile])
  return result
}

/** The profile a login succeeded with. */
export const profileOf = (result: Result): MoneyPoolsProfile =>
  given<MoneyPoolsProfile>(result).profile

export { calls, closeAll, ended, given, keep, rightAnd, told }
