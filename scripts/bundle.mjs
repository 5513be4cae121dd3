// Makes what a package publishes, when it is packed. Its code is in one file, which loads faster
// and is smaller than many files. What the code loads later, by `require`, is in files of its own.
// Its types are those of the one file and of the files that they import. Runs in the package's folder.
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
const loadedLater = new Set()
/** Leaves out what the code loads later. */
const later = {
  name: 'later',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\./ }, ({ kind, path: name, resolveDir }) => {
      if (kind !== 'require-call') return undefined
      const file = path.relative('src', path.resolve(resolveDir, name))
      loadedLater.add(file)
      return { path: `./${file}`, external: true }
    }),
}
await bundle('index.js', [later])
for (const file of loadedLater) await bundle(file)
for (const file of APART)
  if (existsSync(`dist/${file}`)) copyFileSync(`dist/${file}`, `lib/${file}`)
for (const types of ['index.d.ts', 'browser.d.ts', 'browser.d.mts'])
  if (existsSync(`dist/${types}`)) copyTypes(types)

function bundle(file, plugins = []) {
  return build({
    entryPoints: [`src/${file.replace(/js$/, 'ts')}`],
    outfile: `lib/${file}`,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'es2022',
    charset: 'utf8',
    packages: 'external',
    plugins,
  })
}

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
