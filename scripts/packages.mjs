// The published packages, packed as they would be published.
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { linkedPages, rewriteLinks } from './links.mjs'

/** The repository's root. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** The repository's address, from the root package.json: empty until its owner sets it. */
export const repository = readManifest(root).repository.replace(/(\.git)?\/*$/, '')

/** Makes an empty folder outside the repository. */
export function makeFolder(name) {
  return mkdtempSync(path.join(tmpdir(), `${name}-`))
}

/** Runs a program, shows its output, and throws when it fails. */
export function run(cwd, program, ...args) {
  console.log(`$ ${[path.basename(program), ...args].join(' ')}`)
  execFileSync(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
}

/** Runs a program of a dev dependency. */
export function runTool(cwd, tool, ...args) {
  run(cwd, path.join(root, 'node_modules', '.bin', tool), ...args)
}

/** Checks a packed package: publint, and its types with every way of resolving them. */
export function checkPackage(folder, tarball) {
  runTool(folder, 'publint', '--strict', tarball)
  // a script for browsers has no types
  const options = ['--exclude-entrypoints', './browser/script.js']
  runTool(folder, 'attw', tarball, ...options, '--quiet')
}

/**
 * Packs every package that is not private into a folder: `[{ name, version, tarball }]`. Older
 * tarballs of these packages are removed. With `reuse`, a tarball that is there is kept instead.
 */
export function packAll(folder, { reuse = false } = {}) {
  mkdirSync(folder, { recursive: true })
  const packages = path.join(root, 'packages')
  return readdirSync(packages)
    .filter((name) => !readManifest(path.join(packages, name)).private)
    .map((name) => pack(name, folder, reuse))
}

function pack(directory, folder, reuse) {
  const source = path.join(root, 'packages', directory)
  const { name, version } = readManifest(source)
  const tarball = path.join(path.resolve(folder), `${name}-${version}.tgz`)
  if (reuse && existsSync(tarball)) return { name, version, tarball }
  for (const file of readdirSync(folder))
    if (new RegExp(`^${name}-\\d.*\\.tgz$`).test(file)) rmSync(path.join(folder, file))
  const staging = makeFolder(directory)
  try {
    const args = ['--yes', 'pnpm@12.21.0', 'pack', '--pack-destination', staging]
    execFileSync('npx', args, { cwd: source, stdio: ['ignore', 'ignore', 'inherit'] })
    const [built] = readdirSync(staging)
    execFileSync('tar', ['-xzf', built], { cwd: staging })
    const unpacked = path.join(staging, 'package')
    addPages(directory, unpacked)
    addRepository(directory, unpacked)
    const again = ['pack', '--ignore-scripts', '--pack-destination', path.resolve(folder)]
    execFileSync('npm', again, { cwd: unpacked, stdio: ['ignore', 'ignore', 'pipe'] })
    return { name, version, tarball }
  } finally {
    rmSync(staging, { recursive: true })
  }
}

/** Adds the pages of `docs` that the READMEs link to, and makes every link in them work there. */
function addPages(directory, unpacked) {
  const from = path.posix.join('packages', directory)
  const readmes = readdirSync(unpacked).filter((name) => /^README.*\.md$/.test(name))
  const read = (page) => readFileSync(path.join(root, page), 'utf8')
  const pages = readmes.flatMap((name) => linkedPages(path.posix.join(from, name), read))
  const packed = new Map([
    ...readmes.map((name) => [path.posix.join(from, name), name]),
    ...pages.map((page) => [page, page]),
  ])
  for (const [page, target] of packed) {
    const text = rewriteLinks(read(page), { page, packed, repository })
    mkdirSync(path.dirname(path.join(unpacked, target)), { recursive: true })
    writeFileSync(path.join(unpacked, target), text)
  }
}

/** Writes `repository`, `homepage` and `bugs`, if the repository's address is known. */
function addRepository(directory, unpacked) {
  const manifest = readManifest(unpacked)
  manifest.files.push('docs')
  const folder = `packages/${directory}`
  if (repository)
    Object.assign(manifest, {
      repository: { type: 'git', url: `git+${repository}.git`, directory: folder },
      homepage: `${repository}/tree/HEAD/${folder}#readme`,
      bugs: `${repository}/issues`,
    })
  writeFileSync(path.join(unpacked, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
}

function readManifest(directory) {
  return JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'))
}
