import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { OURS, PEERS } from '../contenders/index.mjs'
import { closure, withPacked } from '../harness/packed.mjs'

const KIB = 1024

/** Packages and bytes that come with each strategy, beside passport: ours packed, peers installed. */
export function measureInstalled() {
  const beside = closure('passport')
  return withPacked(OURS, (folder) => {
    const rows = [...OURS, ...PEERS].map((name) => {
      const from = OURS.includes(name) ? folder : undefined
      const needed = [...closure(name, from)].filter(([one]) => !beside.has(one))
      const sizes = needed.map(([, directory]) => weigh(directory))
      const sum = (what) => sizes.reduce((total, size) => total + size[what], 0) / KIB
      return { name, packages: needed.map(([one]) => one), all: sum('all'), code: sum('code') }
    })
    return tabulate(rows)
  })
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
