/**
 * The work that is going on, by key: a second request for the same work joins it.
 *
 * The Map holds boxes, which `delete` empties. V8 keeps the values of deleted entries until its
 * next full garbage collection; with the work itself as the value, each login stays in memory that
 * long.
 */
export class Running<T> {
  private readonly boxes = new Map<string, { work: T | undefined }>()

  get(key: string): T | undefined {
    return this.boxes.get(key)?.work
  }

  set(key: string, work: T): void {
    this.boxes.set(key, { work })
  }

  delete(key: string): void {
    const box = this.boxes.get(key)
    if (box) box.work = undefined
    this.boxes.delete(key)
  }
}
