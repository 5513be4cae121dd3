import { createRequire } from 'node:module'
import { CONTENDERS } from '../contenders/index.mjs'
import { serve } from '../harness/serve.mjs'

const require = createRequire(import.meta.url)
require('express')
require('express-session')
require('passport')
// a contender's name, and the folder where it is installed if it is not the workspace's
const [name, folder] = process.argv.slice(2)
const load = folder ? () => createRequire(`${folder}/`)(name) : CONTENDERS.get(name).load

serve({
  /** Loads the contender into this application: ms, and bytes of heap and resident size. */
  async load() {
    globalThis.gc()
    const before = process.memoryUsage()
    const started = performance.now()
    const library = await load()
    const ms = performance.now() - started
    globalThis.gc()
    const after = process.memoryUsage()
    if (!library) throw new Error('nothing was loaded')
    return { ms, heap: after.heapUsed - before.heapUsed, resident: after.rss - before.rss }
  },
})
