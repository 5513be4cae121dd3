import type { LoginRequest } from './request.js'
import type { Profile, TokenParams } from '../provider.js'
import type { VerifyDone, VerifyResult } from './verify.js'

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    // the compiler adds the members that the application declares for these two
    interface Request {}
    interface User {}
  }
}

/** The request as verify gets it with `passReqToCallback`. */
export type VerifyRequest = LoginRequest & Express.Request

/** Answers by `done`, or by the user, `false` or `{ user, info }`, or a promise of one of these. */
type VerifyAnswer = void | User | Promise<VerifyResult>

// without `then`: a promise of something else is an object too, and must not count as a user
type User = (object & { then?: never }) | false | null

// the type of a method: its parameters may have narrower types, such as a framework's own request
type Shape<Arguments extends unknown[]> = { verify(...given: Arguments): VerifyAnswer }['verify']
// TypeScript before 5.2 takes no names next to a spread
type Request = [req: VerifyRequest]
type Tokens = [accessToken: string, refreshToken: string | undefined]
type Params = [params: TokenParams]
type End<P> = [profile: P, done: VerifyDone]

/** Verify with tokens and profile. */
export type Verify<P extends Profile | undefined> = Shape<[...Tokens, ...End<P>]>

/** Verify that is also given the provider's token answer; must declare all five parameters. */
export type VerifyWithParams<P extends Profile | undefined> = Shape<
  [...Tokens, ...Params, ...End<P>]
>

/** Verify for `passReqToCallback`. */
export type VerifyWithRequest<P extends Profile | undefined> = Shape<
  [...Request, ...Tokens, ...End<P>]
>

/** Verify for `passReqToCallback` with the token answer; must declare all six parameters. */
export type VerifyWithRequestAndParams<P extends Profile | undefined> = Shape<
  [...Request, ...Tokens, ...Params, ...End<P>]
>

type AnyVerify = (...args: never[]) => unknown

// An inline function gets its parameter types from the members of a union. The compiler uses only
// members of which exactly one signature has enough parameters. So a second, generic signature
// switches a member off where both have enough. For `(a, b, c) => …` all signatures have enough: Short
// has one signature, and types the function. The second member types a longer function, and the third
// only accepts what the second has typed.
type ByLength<Short extends AnyVerify, Long extends AnyVerify> =
  | Short
  | (Long & Generic<Short>)
  | (Long & Generic<Long>)

type Generic<F extends AnyVerify> = {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  call<_>(...args: Parameters<F>): ReturnType<F>
}['call']

/** Verify with or without `params`, told apart by how many parameters it declares. */
export type VerifyFunction<P extends Profile | undefined> = ByLength<Verify<P>, VerifyWithParams<P>>

/** The same after `req`, for `passReqToCallback`. */
export type VerifyFunctionWithRequest<P extends Profile | undefined> = ByLength<
  VerifyWithRequest<P>,
  VerifyWithRequestAndParams<P>
>
