/** The public surface of passport-code-flow. */
export type { AuthenticateOptions } from './authenticate-options.js'
export {
  type FailureCode,
  type FailureInfo,
  LoginError,
  type LoginErrorCode,
  type LoginStep,
  type ProviderDetail,
} from './errors.js'
export type { HttpAnswer, HttpRequest } from './http-message.js'
export { failureMessage } from './messages.js'
export type { Once } from './once/claim.js'
export { memoryOnce } from './once/memory.js'
export { postgresOnce, type PostgresPool } from './once/postgres.js'
export { type RedisClient, redisOnce } from './once/redis.js'
export {
  absoluteURL,
  baseURL,
  type CodeFlowOptions,
  endpoint,
  refuseOption,
  requireText,
} from './options.js'
export type { ChallengeEncoding } from './pkce.js'
export type * from './provider.js'
export * as read from './read.js'
export type { LoginRequest } from './request.js'
export { safeReturnTo } from './return-to.js'
export { CodeFlowStrategy } from './strategy.js'
export type * from './strategy-types.js'
export type { LoginTrace } from './trace.js'
export type { VerifyDone, VerifyResult } from './verify.js'
