/** The public surface of passport-code-flow. */
export { LoginError } from './errors.js'
export type {
  FailureCode,
  FailureInfo,
  LoginErrorCode,
  LoginStep,
  ProviderDetail,
} from './errors.js'
export type { HttpRequest } from './http.js'
export { failureMessage } from './messages.js'
export { memoryOnce, type Once, postgresOnce, redisOnce } from './once.js'
export {
  absoluteURL,
  baseURL,
  type CodeFlowOptions,
  endpoint,
  refuseOption,
  requireText,
} from './options.js'
export { type ChallengeEncoding } from './pkce.js'
export type {
  Answer,
  CallbackRules,
  Grant,
  Profile,
  Provider,
  Refusal,
  StartedLogin,
  TokenParams,
  TokenReading,
} from './provider.js'
export * as read from './read.js'
export type { LoginRequest } from './request.js'
export { safeReturnTo } from './return-to.js'
export { CodeFlowStrategy } from './strategy.js'
export type {
  AuthenticateOptions,
  LoginInfo,
  Verify,
  VerifyWithParams,
  VerifyWithRequest,
  VerifyWithRequestAndParams,
} from './strategy-types.js'
export type { LoginTrace } from './trace.js'
export type { VerifyDone, VerifyResult } from './verify.js'
