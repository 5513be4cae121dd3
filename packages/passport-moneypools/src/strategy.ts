import {
  CodeFlowStrategy,
  type Verify,
  type VerifyWithParams,
  type VerifyWithRequest,
  type VerifyWithRequestAndParams,
} from 'passport-code-flow'
import type { StrategyOptions } from './options.js'
import type { MoneyPoolsProfile } from './profile.js'
import { moneypools } from './provider.js'

type WithRequest = StrategyOptions & { passReqToCallback: true }

/**
 * Signs in a user of MoneyPools, or of any other site that runs Sngine. The constructor throws a
 * `TypeError` that names a missing or wrong option.
 */
export class Strategy extends CodeFlowStrategy<MoneyPoolsProfile, StrategyOptions> {
  constructor(options: StrategyOptions, verify: Verify<MoneyPoolsProfile>)
  constructor(options: StrategyOptions, verify: VerifyWithParams<MoneyPoolsProfile>)
  constructor(options: WithRequest, verify: VerifyWithRequest<MoneyPoolsProfile>)
  constructor(options: WithRequest, verify: VerifyWithRequestAndParams<MoneyPoolsProfile>)
  constructor(options: StrategyOptions, verify: unknown) {
    super(moneypools, options, verify as Verify<MoneyPoolsProfile>)
  }
}
