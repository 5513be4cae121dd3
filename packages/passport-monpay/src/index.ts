/** passport-monpay: a Passport strategy for MonPay mini apps. */
import { strategyFor } from 'passport-code-flow'
import { monpay } from './provider.js'

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
export type { MonPayProfile, MonPayUser } from './profile.js'
export type { StrategyOptions } from './provider.js'

/**
 * Logs in the user whose MonPay app opens this site with a code. It has only a callback: a page
 * cannot start a MonPay login. The constructor throws a `TypeError` that names a missing or wrong
 * option.
 */
export class Strategy extends strategyFor(monpay, {
  package: 'passport-monpay',
  options: ['environment', 'baseURL', 'tokenURL', 'userInfoURL', 'fetchMetadata'],
}) {}
