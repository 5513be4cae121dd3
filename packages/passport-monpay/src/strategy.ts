import {
  CodeFlowStrategy,
  type VerifyFunction,
  type VerifyFunctionWithRequest,
} from 'passport-code-flow'
import type { StrategyOptions } from './options.js'
import type { MonPayProfile } from './profile.js'
import { monpay } from './provider.js'

type WithRequest = StrategyOptions & { passReqToCallback: true }
type WithoutProfile = { skipUserProfile: true }

/**
 * Signs in the MonPay user whose wallet has opened this site with a code. Only a callback: there is
 * nothing to start. The constructor throws a `TypeError` that names a missing or wrong option.
 */
export class Strategy extends CodeFlowStrategy<MonPayProfile, StrategyOptions> {
  // with `req` first: a `true` fits the other options too, and that verify's types would be taken
  constructor(options: WithRequest & WithoutProfile, verify: VerifyFunctionWithRequest<undefined>)
  constructor(options: WithRequest, verify: VerifyFunctionWithRequest<MonPayProfile>)
  constructor(options: StrategyOptions & WithoutProfile, verify: VerifyFunction<undefined>)
  constructor(options: StrategyOptions, verify: VerifyFunction<MonPayProfile>)
  constructor(options: StrategyOptions, verify: unknown) {
    super(monpay, options, verify as VerifyFunction<MonPayProfile>)
  }
}
