/** passport-moneypools: a Passport strategy for MoneyPools and any other Sngine site. */
import { strategyFor } from 'passport-code-flow'
import { moneypools } from './provider.js'

export {
  type FailureCode,
  type FailureInfo,
  failureMessage,
  LoginError,
  type LoginErrorCode,
  type LoginInfo,
  memoryOnce,
  type Once,
  postgresOnce,
  type PostgresPool,
  type RedisClient,
  redisOnce,
  safeReturnTo,
} from 'passport-code-flow'
export type { MoneyPoolsProfile, SngineUser } from './profile.js'
export type { StrategyOptions } from './provider.js'

/**
 * Logs in a user of MoneyPools, or of any other site that runs Sngine. The constructor throws a
 * `TypeError` that names a missing or wrong option.
 */
export class Strategy extends strategyFor(moneypools, {
  package: 'passport-moneypools',
  options: ['baseURL', 'tokenMethod', 'authorizationURL', 'tokenURL', 'userInfoURL', 'lang'],
}) {}
