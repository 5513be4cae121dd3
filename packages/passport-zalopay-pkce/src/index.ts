/** passport-zalopay-pkce: a Passport strategy for ZaloPay mini apps. */
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
export { launchPage, type LaunchPageOptions } from './launch-page.js'
export type { StrategyOptions } from './options.js'
export type { ZaloPayProfile, ZaloPayUser } from './profile.js'
export { type Challenge, type RefreshedTokens, Strategy } from './strategy.js'
