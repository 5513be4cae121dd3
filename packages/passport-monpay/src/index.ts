/** passport-monpay: a Passport strategy for MonPay mini apps. */
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
export type { MonPayProfile, MonPayUser } from './profile.js'
export { Strategy } from './strategy.js'
