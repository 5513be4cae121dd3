/** passport-moneypools: a Passport strategy for MoneyPools and any other Sngine site. */
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
export type { StrategyOptions } from './options.js'
export type { MoneyPoolsProfile, SngineUser } from './profile.js'
export { Strategy } from './strategy.js'
