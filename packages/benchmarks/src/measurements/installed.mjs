import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { OURS, PEERS } from '../contenders/index.mjs'

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))
const KIB = 1024

/** Packages and bytes that come with each strategy, beside passport: ours packed, peers installed. */
export async function measureInstalled() {
  const folder = mkdtempSync(path.join(tmpdir(), 'benchmarks-'))
  try {
    const beside = new Set(closure('passport', find(PACKAGE, 'passport')).keys())
    const rows = [...OURS, ...PEERS].map((name) => {
      const needed = [...closure(name, find(PACKAGE, name))].filter(([one]) => !beside.has(one))
      const sizes = needed.map(([one, directory]) =>
        weigh(isOurs(directory) ? unpack(directory, one, folder) : directory),
      )
      const sum = (what) => sizes.reduce((total, size) => total + size[what], 0) / KIB
      return { name, packages: needed.map(([one]) => one), all: sum('all'), code: sum('code') }
    })
    return tabulate(rows)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function tabulate(rows) {
  const ours = rows.filter(({ name }) => OURS.includes(name))
  const beyond = ({ name, packages }) => packages.length - (name === 'passport-moneypools' ? 1 : 0)
  return {
    title: 'Installed beside passport',
    id: 'installed',
    head: ['', 'packages', 'KiB', 'KiB without types, message catalogue and documents', 'which'],
    rows: rows.map(({ name, packages, all, code }) => [
      name,
      String(packages.length),
      all.toFixed(0),
      code.toFixed(0),
      packages.join(', '),
    ]),
    notes: [
      'Ours as `pnpm pack` packs them, unpacked; peers as they are installed. Sizes of files, not of disk blocks.',
    ],
    bars: {
      label: 'KiB installed beside passport',
      limit: 100,
      values: rows.map(({ name, all }) => ({ name, value: all })),
    },
    targets: [
      {
        what: 'packages beside passport',
        limit: '≤ 2 (moneypools 3)',
        value: Math.max(...ours.map(beyond)),
        met: (value) => value <= 2,
        unit: '',
      },
      {
        what: 'installed beside passport, KiB',
        limit: '≤ 100',
        value: Math.max(...ours.map(({ all }) => all)),
        met: (value) => value <= 100,
        unit: 'KiB',
      },
      {
        what: 'without types and message catalogue, KiB',
        limit: '≤ 60',
        value: Math.max(...ours.map(({ code }) => code)),
        met: (value) => value <= 60,
        unit: 'KiB',
      },
    ],
  }
}

const isOurs = (directory) => path.dirname(directory) === path.dirname(path.resolve(PACKAGE))

/** A package and all that it needs, by name. */
function closure(name, directory, found = new Map()) {
  if (found.has(name)) return found
  found.set(name, directory)
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(directory, 'package.json')))
  for (const one of Object.keys(dependencies)) closure(one, find(directory, one), found)
  return found
}

/** Where Node would find a package from a folder. */
function find(from, name) {
  for (let at = path.resolve(from); at !== path.dirname(at); at = path.dirname(at))
    try {
      return realpathSync(path.join(at, 'node_modules', name))
    } catch {
      // further up
    }
  throw new Error(`${name} is not installed`)
}

function unpack(directory, name, folder) {
  const target = path.join(folder, name)
  try {
    return statSync(target) && path.join(target, 'package')
  } catch {
    const options = { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
    execFileSync('npx', ['--yes', 'pnpm@12.21.0', 'pack', '--pack-destination', target], options)
    const [tarball] = readdirSync(target)
    execFileSync('tar', ['-xzf', tarball], { cwd: target })
    return path.join(target, 'package')
  }
}

function weigh(directory) {
  const size = { all: 0, code: 0 }
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name)
    if (!entry.isFile() || path.relative(directory, file).startsWith('node_modules')) continue
    const { size: bytes } = statSync(file)
    size.all += bytes
    if (/\.(c|m)?js$|^package\.json$/.test(entry.name) && entry.name !== 'messages.js')
      size.code += bytes
  }
  return size
}
