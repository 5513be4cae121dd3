// The published packages, packed as they would be published.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Makes an empty folder outside the repository. */
export function makeFolder(name) {
  return mkdtempSync(path.join(tmpdir(), `${name}-`))
}

/** Runs a program, shows what it prints, and throws when it fails. */
export function run(cwd, program, ...args) {
  console.log(`$ ${[path.basename(program), ...args].join(' ')}`)
  execFileSync(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
}

/** Runs a program that a dev dependency has brought along. */
export function runTool(cwd, tool, ...args) {
  run(cwd, path.join(root, 'node_modules', '.bin', tool), ...args)
}

/** Checks a packed package: publint, and its types under every way of resolving them. */
export function checkPackage(folder, tarball) {
  runTool(folder, 'publint', '--strict', tarball)
  // node10 knows no `exports`: Node 20 and later do; a script for browsers has no types
  const options = ['--profile', 'node16', '--exclude-entrypoints', './browser/script.js']
  runTool(folder, 'attw', tarball, ...options, '--quiet')
}

/** Packs every package that is not private into a folder: `[{ name, version, tarball }]`. */
export function packAll(folder) {
  const packages = path.join(root, 'packages')
  return readdirSync(packages)
    .map((name) => path.join(packages, name))
    .filter((directory) => !readManifest(directory).private)
    .map((directory) => {
      const { name, version } = readManifest(directory)
      const args = ['--yes', 'pnpm@12.21.0', 'pack', '--pack-destination', folder]
      execFileSync('npx', args, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] })
      return { name, version, tarball: path.join(folder, `${name}-${version}.tgz`) }
    })
}

function readManifest(directory) {
  return JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'))
}
