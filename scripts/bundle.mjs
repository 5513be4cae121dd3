// Makes what a package publishes, when it is packed. Its code is in one file, which loads faster
// and is smaller than many files. Its types are those of this file and of the files that they
// import. Runs in the package's folder.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Not in the one file: what browsers load. */
const APART = ['browser.js', 'browser.mjs', 'browser.global.js']
const root = fileURLToPath(new URL('..', import.meta.url))

execFileSync(path.join(root, 'node_modules/.bin/tsc'), ['-b'], { stdio: ['ignore', 2, 2] })
if (existsSync('src/browser.ts')) await import('./build-browser.mjs')
rmSync('lib', { recursive: true, force: true })
mkdirSync('lib')
await build({
  entryPoints: ['src/index.ts'],
  outfile: 'lib/index.js',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'es2022',
  charset: 'utf8',
  packages: 'external',
  external: APART.map((file) => `./${file}`),
})
for (const file of APART)
  if (existsSync(`dist/${file}`)) copyFileSync(`dist/${file}`, `lib/${file}`)
for (const types of ['index.d.ts', 'browser.d.ts', 'browser.d.mts'])
  if (existsSync(`dist/${types}`)) copyTypes(types)

/** Copies a declaration file and those it imports. */
function copyTypes(file) {
  if (existsSync(`lib/${file}`)) return
  mkdirSync(path.dirname(`lib/${file}`), { recursive: true })
  copyFileSync(`dist/${file}`, `lib/${file}`)
  const imported = readFileSync(`dist/${file}`, 'utf8').matchAll(
    /(?:from |import[ (])['"](\.[^'"]+)\.js['"]/g,
  )
  for (const [, name] of imported) copyTypes(path.join(path.dirname(file), `${name}.d.ts`))
}
