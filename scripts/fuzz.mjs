// Runs the property tests of passport-code-flow for a time that you choose: node scripts/fuzz.mjs
// --seconds 300
import { fork } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const program = path.join(root, 'node_modules/.cache/fuzz.cjs')

// one JavaScript file, with the workspace's packages from their sources
await build({
  absWorkingDir: root,
  entryPoints: ['packages/passport-code-flow/test/properties/fuzz.ts'],
  outfile: program,
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  alias: { 'passport-code-flow': path.join(root, 'packages/passport-code-flow/src/index.ts') },
})
const child = fork(program, process.argv.slice(2))
child.on('exit', (status) => process.exit(status ?? 1))
