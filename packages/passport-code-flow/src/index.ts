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
export type { LoginRequest } from './login/request.js'
export type { LoginInfo, VerifyDone, VerifyResult } from './login/verify.js'
export type * from './login/verify-types.js'
export { copyMembers } from './members.js'
export { failureMessage } from './messages/messages.js'
export type { Once } from './once/claim.js'
export { memoryOnce } from './once/memory.js'
export { postgresOnce, type PostgresPool } from './once/postgres.js'
export { type RedisClient, redisOnce } from './once/redis.js'
export { checkNames } from './option-names.js'
export {
  absoluteURL,
  type BaseOptions,
  baseURL,
  checkFor,
  type CodeFlowOptions,
  endpoint,
  flag,
  oneOf,
  refuseOption,
  requireText,
  type SiteOptions,
} from './options.js'
export type { ChallengeEncoding } from './pkce.js'
export type * from './provider.js'
export * as read from './read.js'
export { safeReturnTo } from './return-to.js'
export type { StrategyDescription } from './settings.js'
export type { LoginTrace } from './steps.js'
export {
  CodeFlowStrategy,
  type RefreshedTokens,
  type Refreshes,
  strategyFor,
  type StrategyFor,
} from './strategy.js'
