/** How many codes, tokens or sessions of a kind a simulator keeps. */
const ENTRIES = 10_000

/** How many letters, written as JSON, the requests have that a simulator keeps. */
const LETTERS = 16 * 1_048_576

/**
 * A map of the newest entries. Every web page that is open on this computer can send requests to a
 * simulator, and must not fill its memory.
 */
export class NewestMap<Key, Value> extends Map<Key, Value> {
  override set(key: Key, value: Value): this {
    super.set(key, value)
    const [oldest] = this.keys()
    if (this.size > ENTRIES && oldest !== undefined) this.delete(oldest)
    return this
  }
}

/** Gives a function that adds an entry to a list, and removes the oldest ones of a long list. */
export function keepNewest<Entry extends object>(list: Entry[]): (entry: Entry) => void {
  const lengths = new WeakMap<Entry, number>()
  const lengthOf = (entry?: Entry) => (entry && lengths.get(entry)) ?? 0
  let total = 0
  return (entry) => {
    lengths.set(entry, JSON.stringify(entry).length)
    list.push(entry)
    total += lengthOf(entry)
    while (total > LETTERS && list.length > 1) total -= lengthOf(list.shift())
    // whoever reads the list may have emptied it
    if (list.length === 1) total = lengthOf(entry)
  }
}
