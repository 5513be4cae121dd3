/**
 * The work that runs now, by key: a second request for the same work joins it.
 *
 * Each value of the Map is an object that holds the work, and `delete` takes the work out. V8 keeps
 * the values of deleted entries until its next full garbage collection. Without the objects it would
 * keep each login that long.
 */
export class Running<T> {
  private readonly holders = new Map<string, { work: T | undefined }>()

  get(key: string): T | undefined {
    return this.holders.get(key)?.work
  }

  set(key: string, work: T): void {
    this.holders.set(key, { work })
  }

  delete(key: string): void {
    const holder = this.holders.get(key)
    if (holder) holder.work = undefined
    this.holders.delete(key)
  }
}
