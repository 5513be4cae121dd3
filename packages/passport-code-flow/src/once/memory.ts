import { checkFor, positive } from '../options.js'
import { type Once, proven } from './claim.js'

/**
 * Remembers keys in this process, and only for it: at least those of the last `max` claims
 * (default 100 000), and at most twice as many. Throws a `TypeError` unless `max` is a number above 0.
 */
export function memoryOnce({ max }: { max?: number } = {}): Once {
  const limit = checkFor('memoryOnce', () => positive('max', max, 100_000))
  const keys = new RecentKeys(limit)
  const once: Once = { claim: (key, ttlMs) => Promise.resolve(keys.claim(key, ttlMs)) }
  proven.add(once)
  return once
}

/** Keys that were claimed in this process: at least the last `max`, and at most twice as many. */
export class RecentKeys {
  // the older half is removed in one step: a map that loses keys one by one gets slow and large
  private recent = new Map<string, number>()
  private older = this.recent

  constructor(private readonly max: number) {}

  /** True for the first who asks within `ttlMs`, false for all others. */
  claim(key: string, ttlMs: number): boolean {
    const now = Date.now()
    if ((this.recent.get(key) ?? this.older.get(key) ?? 0) > now) return false
    if (this.recent.size >= this.max) {
      this.older = this.recent
      this.recent = new Map()
    }
    this.recent.set(key, now + ttlMs)
    return true
  }
}
