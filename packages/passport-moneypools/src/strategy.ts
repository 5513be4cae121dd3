import {
  CodeFlowStrategy,
  type Verify,
  type VerifyFunction,
  type VerifyFunctionWithRequest,
} from 'passport-code-flow'
import type { StrategyOptions } from './options.js'
import type { MoneyPoolsProfile } from './profile.js'
import { moneypools } from './provider.js'

type WithRequest = StrategyOptions & { passReqToCallback: true }
type WithoutProfile = { skipUserProfile: true }

/**
 * Signs in a user of MoneyPools, or of any other site that runs Sngine. The constructor throws a
 * `TypeError` that names a missing or wrong option.
 */
export class Strategy extends CodeFlowStrategy<MoneyPoolsProfile, StrategyOptions> {
  // with `req` first: a `true` fits the other options too, and that verify's types would be taken
  constructor(options: WithRequest & WithoutProfile, verify: VerifyFunctionWithRequest<undefined>)
  constructor(options: WithRequest, verify: VerifyFunctionWithRequest<MoneyPoolsProfile>)
  constructor(options: StrategyOptions & WithoutProfile, verify: VerifyFunction<undefined>)
  constructor(options: StrategyOptions, verify: VerifyFunction<MoneyPoolsProfile>)
  constructor(options: StrategyOptions, verify: unknown) {
    super(moneypools, options, verify as Verify<MoneyPoolsProfile>)
  }
}
