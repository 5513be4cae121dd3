/** Runs something while `Object.prototype` has these members, which every plain object inherits. */
export async function withPlanted<T>(members: object, run: () => T | Promise<T>): Promise<T> {
  const common = Object.prototype
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(common, name, { value, configurable: true, writable: true })
  try {
    return await run()
  } finally {
    for (const name of Object.keys(members)) Reflect.deleteProperty(common, name)
  }
}
