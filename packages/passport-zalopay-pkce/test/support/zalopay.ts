import type { LoginRequest } from 'passport-code-flow'
import type { Result } from '../../../passport-code-flow/test/support/bare'
import {
  type Fault,
  startZaloPay,
  type ZaloPaySimulator,
} from '../../../passport-provider-simulators/src/index'
import { calls, ended, type Given, given, giveAll, told, Visitor } from '../../../../test/visitor'
import { Strategy, type StrategyOptions, type ZaloPayProfile } from '../../src/index'

/** Where the shop of these tests is. */
export const SHOP = 'https://shop.test'
export const CALLBACK = '/auth/zalopay/callback'

/** The ZaloPay of the tests, and a browser at a shop; fresh for each test. */
export let simulator: ZaloPaySimulator
export let visitor: Browser

type Options = Partial<StrategyOptions>

/** A browser at a shop of its own; the user of its strategy is all that verify was given. */
export function open(more: Options = {}): Browser {
  const { clientID, clientSecret, url: baseURL, userInfoURL } = simulator
  const callbackURL = `${SHOP}${CALLBACK}`
  const launchURL = '/auth/zalopay/launch'
  const options = { clientID, clientSecret, callbackURL, baseURL, userInfoURL, launchURL }
  return new Browser(simulator, new Strategy({ ...options, ...more }, giveAll))
}

/** A whole login at a shop of its own, whose token or user info is answered like this. */
export function endWith(fault: Fault, where: 'token' | 'profile' = 'token', options?: Options) {
  simulator.misbehave(fault, where)
  return open(options).logIn()
}

/** One ZaloPay for the tests of a file. */
export function useZaloPay(): void {
  beforeAll(async () => {
    simulator = await startZaloPay({ callbackURL: `${SHOP}${CALLBACK}` })
  })
  beforeEach(() => {
    simulator.reset()
    visitor = open()
  })
  afterEach(() => jest.restoreAllMocks())
  afterAll(() => simulator.close())
}

type Started = Record<'appId' | 'codeChallenge' | 'login', string> & { rawCodeChallenge?: string }

/** One browser at the shop. */
class Browser extends Visitor<ZaloPaySimulator, Strategy> {
  /** Starts a login; what the page at launchURL gets. */
  async start(options?: object): Promise<Started> {
    const result = await this.visit('/auth/zalopay', { method: 'POST' }, options)
    if (result.action !== 'redirect') throw new Error(`no redirect: ${ended(result)}`)
    return Object.fromEntries(result.url.searchParams) as Started
  }

  /** The code the SDK gives for a challenge. */
  getCode(codeChallenge: string): string {
    const code = this.simulator.issueCode({ codeChallenge })
    this.codes.push(code)
    return code
  }

  /** Posts to the callback. */
  post(body: object, headers: LoginRequest['headers'] = {}): Promise<Result> {
    return this.visit(CALLBACK, { method: 'POST', body, headers })
  }

  /** Goes on with a login that was started, as the launch page does. */
  finish({ codeChallenge, login }: Omit<Started, 'appId'>): Promise<Result> {
    return this.post({ code: this.getCode(codeChallenge), login })
  }

  /** A whole login as the launch page does it. */
  async logIn(): Promise<Result> {
    return this.finish(await this.start())
  }

  /** A whole login that must succeed; what verify was given. */
  async succeed(): Promise<Given<ZaloPayProfile>> {
    return given(await this.logIn())
  }
}

export { calls, ended, given, told }
