import type {
  Verify,
  VerifyWithParams,
  VerifyWithRequest,
  VerifyWithRequestAndParams,
} from 'passport-code-flow'
import type { MonPayProfile } from './profile.js'

type AnyVerify = (...args: never[]) => unknown

// TypeScript types an inline function by the first overload tried, and not at all by a union of
// which two members fit. A member with a generic signature beside its own gives no types where
// both fit: so a short function is typed by Short alone, a long one by the second member, and the
// third accepts what the second has typed.
type ByLength<Short extends AnyVerify, Long extends AnyVerify> =
  | Short
  | (Long & Generic<Short>)
  | (Long & Generic<Long>)

// a method, as those of passport-code-flow are: a verify may name its framework's request type
type Generic<F extends AnyVerify> = {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  call<_>(...args: Parameters<F>): ReturnType<F>
}['call']

/** Verify with or without `params`, told apart by how many parameters it declares. */
export type MonPayVerify = ByLength<Verify<MonPayProfile>, VerifyWithParams<MonPayProfile>>

/** The same after `req`, for `passReqToCallback`. */
export type MonPayVerifyWithRequest = ByLength<
  VerifyWithRequest<MonPayProfile>,
  VerifyWithRequestAndParams<MonPayProfile>
>
