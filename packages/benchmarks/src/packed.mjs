import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE = fileURLToPath(new URL('../', import.meta.url))

/** Calls `work` with a folder in which these packages of ours are installed from their tarballs. */
export async function withPacked(names, work) {
  const folder = mkdtempSync(path.join(tmpdir(), 'benchmarks-'))
  try {
    for (const name of names) install(name, path.join(folder, 'node_modules'))
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A package and all its dependencies: their names and their folders. */
export function closure(name, from = PACKAGE, found = new Map()) {
  if (found.has(name)) return found
  const directory = find(from, name)
  found.set(name, directory)
  for (const one of dependencies(directory)) closure(one, directory, found)
  return found
}

function install(name, modules) {
  for (const [one, directory] of closure(name)) {
    const target = path.join(modules, one)
    if (existsSync(target)) continue
    if (path.dirname(directory) === path.dirname(path.resolve(PACKAGE))) unpack(directory, target)
    else symlinkSync(directory, target)
  }
}

function unpack(directory, target) {
  mkdirSync(target, { recursive: true })
  const options = { cwd: directory, stdio: ['ignore', 'ignore', 'ignore'] }
  execFileSync('npx', ['--yes', 'pnpm@12.21.0', 'pack', '--out', `${target}.tgz`], options)
  execFileSync('tar', ['-xzf', `${target}.tgz`, '-C', target, '--strip-components=1'])
  rmSync(`${target}.tgz`)
}

function dependencies(directory) {
  return Object.keys(
    JSON.parse(readFileSync(path.join(directory, 'package.json'))).dependencies ?? {},
  )
}

/** The folder in which Node finds a package, seen from another folder. */
function find(from, name) {
  for (let at = path.resolve(from); at !== path.dirname(at); at = path.dirname(at))
    try {
      return realpathSync(path.join(at, 'node_modules', name))
    } catch {
      // further up
    }
  throw new Error(`${name} is not installed`)
}
