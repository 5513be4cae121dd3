import {
  CodeFlowStrategy,
  type Verify,
  type VerifyWithParams,
  type VerifyWithRequest,
  type VerifyWithRequestAndParams,
} from 'passport-code-flow'
import type { StrategyOptions } from './options.js'
import type { MonPayProfile } from './profile.js'
import { monpay } from './provider.js'

type WithRequest = StrategyOptions & { passReqToCallback: true }

/**
 * Signs in the MonPay user whose wallet has opened this site with a code. Only a callback: there is
 * nothing to start. The constructor throws a `TypeError` that names a missing or wrong option.
 */
export class Strategy extends CodeFlowStrategy<MonPayProfile, StrategyOptions> {
  constructor(options: StrategyOptions, verify: Verify<MonPayProfile>)
  constructor(options: StrategyOptions, verify: VerifyWithParams<MonPayProfile>)
  constructor(options: WithRequest, verify: VerifyWithRequest<MonPayProfile>)
  constructor(options: WithRequest, verify: VerifyWithRequestAndParams<MonPayProfile>)
  constructor(options: StrategyOptions, verify: unknown) {
    super(monpay, options, verify as Verify<MonPayProfile>)
  }
}
