// Starts Redis, PostgreSQL, the simulators, several processes of the site and a round-robin proxy,
// without Docker: node scripts/topology.mjs --processes 4 --sessions redis|postgres (after a
// build).
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
process.chdir(fileURLToPath(new URL('../../..', import.meta.url)))
require('esbuild-register')
require('../test/scale/programs/topology.ts')
