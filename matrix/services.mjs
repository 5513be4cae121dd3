// Redis and PostgreSQL for the matrix, started in the same way as in the tests, and the path of
// Chromium.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build } from 'esbuild'
import { root } from '../scripts/packages.mjs'

const SOURCE = path.join(root, 'packages/passport-code-flow/test/support/services.ts')
// inside the repository, so that `require` finds its packages
const OUTPUT = path.join(root, 'node_modules/.cache/matrix/services.cjs')

/**
 * Starts the servers that this machine has. `env` says where they listen, `problems` why one does
 * not.
 */
export async function startServices() {
  const options = { bundle: true, platform: 'node', packages: 'external', format: 'cjs' }
  await build({ ...options, entryPoints: [SOURCE], outfile: OUTPUT, logLevel: 'error' })
  const { startPostgres, startRedis } = createRequire(import.meta.url)(OUTPUT)
  const started = []
  const env = {}
  const problems = {}
  for (const [name, start] of Object.entries({ redis: startRedis, postgres: startPostgres })) {
    try {
      const service = await start()
      started.push(service)
      env[`MATRIX_${name.toUpperCase()}`] = service.url
    } catch (error) {
      problems[name] = error.message
    }
  }
  const places = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']
  const found = process.env.CHROMIUM_PATH ?? places.find((place) => existsSync(place))
  if (found && existsSync(found)) env.MATRIX_CHROMIUM = found
  else problems.chromium = 'install chromium, or set CHROMIUM_PATH'
  return { env, problems, close: () => Promise.all(started.map((service) => service.close())) }
}
