// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]

/** `is(value).exactly<Type>()` compiles only when the value's type is just that, and not `any`. */
export declare function is<A>(value: A): { exactly<B>(...wrong: Same<A, B>): void }
