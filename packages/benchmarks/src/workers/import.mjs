import { createRequire } from 'node:module'
import { CONTENDERS } from '../contenders.mjs'
import { argument, serve } from '../processes.mjs'

const require = createRequire(import.meta.url)
require('express')
require('express-session')
require('passport')
// the folder in which the contender is installed, if it is not in the workspace
const { name, folder } = argument()
const load = folder ? () => createRequire(`${folder}/`)(name) : CONTENDERS.get(name).load

serve({
  /** Loads the contender into this application: ms. */
  async load() {
    globalThis.gc()
    const began = performance.now()
    if (!(await load())) throw new Error('nothing was loaded')
    return performance.now() - began
  },
})
