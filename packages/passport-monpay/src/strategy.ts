import { CodeFlowStrategy, type Verify } from 'passport-code-flow'
import type { StrategyOptions } from './options.js'
import type { MonPayProfile } from './profile.js'
import { monpay } from './provider.js'
import type { MonPayVerify, MonPayVerifyWithRequest } from './verify.js'

type WithRequest = StrategyOptions & { passReqToCallback: true }

/**
 * Signs in the MonPay user whose wallet has opened this site with a code. Only a callback: there is
 * nothing to start. The constructor throws a `TypeError` that names a missing or wrong option.
 */
export class Strategy extends CodeFlowStrategy<MonPayProfile, StrategyOptions> {
  // with `req` first: a `true` fits the other options too, and that verify's types would be taken
  constructor(options: WithRequest, verify: MonPayVerifyWithRequest)
  constructor(options: StrategyOptions, verify: MonPayVerify)
  constructor(options: StrategyOptions, verify: unknown) {
    super(monpay, options, verify as Verify<MonPayProfile>)
  }
}
