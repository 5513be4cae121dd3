// Makes one JavaScript file of a TypeScript program, with the workspace's packages from their sources.
import { fileURLToPath } from 'node:url'
import path from 'node:path'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = path.join(root, 'node_modules/.cache/bundles')

/** The path of the file made of `entry`, which is relative to the root. */
export async function bundle(entry) {
  const outfile = path.join(cache, `${entry.replace(/\W+/g, '-')}.cjs`)
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    external: ['pg-native'],
    alias: { 'passport-code-flow': path.join(root, 'packages/passport-code-flow/src/index.ts') },
  })
  return outfile
}
