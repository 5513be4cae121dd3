// Starts Redis, PostgreSQL, the simulators, several processes of the site and a proxy, without
// Docker: node examples/shop/scripts/topology.mjs --processes 4 --sessions redis|postgres. With
// --minutes 5 people log in all that time.
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const outfile = path.join(root, 'examples/shop/dist/topology.cjs')
const packages = ['code-flow', 'monpay', 'zalopay-pkce', 'moneypools', 'provider-simulators']
await build({
  absWorkingDir: root,
  entryPoints: ['examples/shop/test/scale/programs/topology.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  logLevel: 'error',
  external: ['libsql', 'pg-native', 'esbuild'],
  alias: Object.fromEntries(
    packages.map((name) => [`passport-${name}`, `./packages/passport-${name}/src/index.ts`]),
  ),
  // test/program.ts finds the examples from its own folder
  define: { __dirname: JSON.stringify(path.join(root, 'test')) },
})
createRequire(import.meta.url)(outfile)
