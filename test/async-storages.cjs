// Before Node 24, each AsyncLocalStorage that has been used slows down every promise of its process until it is disabled:
// 0.1 µs each. Jest makes one for each file and disables none; here the next file does it.
const { AsyncLocalStorage } = require('node:async_hooks')

const USED = Symbol.for('storages that earlier files have used')

function watch() {
  const used = new Set()
  const { run } = AsyncLocalStorage.prototype
  AsyncLocalStorage.prototype.run = function (...rest) {
    used.add(this)
    return run.apply(this, rest)
  }
  return used
}

AsyncLocalStorage[USED] ??= watch()
for (const storage of AsyncLocalStorage[USED]) storage.disable()
AsyncLocalStorage[USED].clear()
