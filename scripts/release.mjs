// Packs and checks every package, shows its files, and publishes the versions that npm does not
// have yet. It publishes the same tarballs that it checked. With --dry-run it publishes nothing and
// does not ask npm.
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { checkPackage, makeFolder, packAll, repository, root, run } from './packages.mjs'

const dryRun = process.argv.includes('--dry-run')
const unset = 'set "repository" in the root package.json to the address of the repository'
if (!repository && !dryRun) throw new Error(`not released: ${unset}`)
const folder = makeFolder('release')
try {
  const packed = packAll(folder)
  for (const { tarball } of packed) checkPackage(folder, tarball)
  for (const one of packed) show(one)
  const waiting = readdirSync(path.join(root, '.changeset')).filter((name) => name.endsWith('.md'))
  console.log(`\n${packed.length} packages, ${waiting.length} changesets waiting for a version`)
  if (!repository) console.warn(`A release would stop: ${unset}`)
  if (!dryRun) for (const one of packed) publish(one, waiting)
} finally {
  rmSync(folder, { recursive: true })
}

function show({ name, version, tarball }) {
  const list = execFileSync('tar', ['-tvzf', tarball], { encoding: 'utf8' })
  const files = list
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([, , size, , , ...words]) => ({ size: Number(size), file: words.join(' ').slice(8) }))
  const unpacked = files.reduce((sum, { size }) => sum + size, 0)
  const sizes = `${kilobytes(statSync(tarball).size)} packed, ${kilobytes(unpacked)} unpacked`
  console.log(`\n${name}@${version}: ${files.length} files, ${sizes}`)
  for (const { size, file } of files) console.log(`${kilobytes(size).padStart(10)}  ${file}`)
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`
}

function publish({ name, version, tarball }, waiting) {
  if (waiting.length > 0)
    throw new Error('give the changesets a version first: npx changeset version')
  if (isPublished(name, version)) console.log(`${name}@${version} is published already`)
  else run(folder, 'npm', 'publish', tarball, '--access', 'public', '--provenance')
}

function isPublished(name, version) {
  try {
    execFileSync('npm', ['view', `${name}@${version}`, 'version'], { stdio: 'pipe' })
    return true
  } catch (failure) {
    // any other error than "there is none" must stop the release
    if (!String(failure.stderr).includes('E404')) throw failure
    return false
  }
}
