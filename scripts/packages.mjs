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

/** Packs every package that is not private into a folder: `[{ name, tarball }]`. */
export function packAll(folder) {
  const packages = path.join(root, 'packages')
  return readdirSync(packages)
    .map((name) => path.join(packages, name))
    .filter((directory) => !readManifest(directory).private)
    .map((directory) => {
      const { name, version } = readManifest(directory)
      const args = ['--yes', 'pnpm@12.21.0', 'pack', '--pack-destination', folder]
      execFileSync('npx', args, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] })
      return { name, tarball: path.join(folder, `${name}-${version}.tgz`) }
    })
}

function readManifest(directory) {
  return JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'))
}
