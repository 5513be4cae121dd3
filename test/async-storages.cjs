// Before Node 24, each AsyncLocalStorage that was used makes every promise of its process 0.1 µs
// slower, until it is disabled. Jest makes one for each file and disables none. Here the next file
// disables the one before.
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
