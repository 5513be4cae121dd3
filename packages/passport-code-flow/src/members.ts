/** True for a JSON object: not null, not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// an object of this class is faster than one of Object.create(null), and inherits nothing either
const Bare = function () {} as unknown as new () => Record<string, unknown>
Bare.prototype = Object.freeze(Object.create(null))

/**
 * A copy of an object that the application gave, which inherits nothing and has no undefined members.
 * It has the members of the application's own classes too, except their constructors.
 */
export function copyMembers<T extends object>(given: T): T {
  const copy = new Bare()
  for (let at: object | null = given; at; at = Object.getPrototypeOf(at)) {
    // Object.prototype, of this realm or another
    if (at !== given && Object.hasOwn(at, 'isPrototypeOf')) break
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name in copy || name === '__proto__' || (name === 'constructor' && at !== given)) continue
      const value = (given as Record<string, unknown>)[name]
      if (value !== undefined) copy[name] = value
    }
  }
  return copy as T
}
