import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { OURS, PEER } from '../contenders.mjs'
import { closure, withPacked } from '../packed.mjs'
import { inTurn, startWorker } from '../processes.mjs'
import { ratio, spread } from '../statistics.mjs'

/** HTML's names for characters: data that only passport-moneypools needs. */
const TABLE = 'character-entities-html4'
const isOurs = ({ name }) => OURS.includes(name)

/**
 * What it costs to load and to install a strategy besides Passport: our packed packages, and others
 * as installed.
 */
export function measureLoading({ strategies, quick }) {
  return withPacked(OURS, async (folder) => [
    await measureImport(strategies, quick, folder),
    measureInstalled(strategies, folder),
  ])
}

async function measureImport(names, quick, folder) {
  const turns = { rounds: quick ? 2 : 11, seconds: quick ? 20 : 40 }
  const answers = await inTurn(names, turns, async (name) => {
    const worker = await startWorker('import', { name, ...(OURS.includes(name) && { folder }) })
    const ms = await worker.ask('load')
    await worker.stop()
    return ms
  })
  const rows = names.map((name) => ({
    name,
    ms: spread(answers.get(name)),
    toPeer: ratio(answers.get(name), answers.get(PEER)),
  }))
  return {
    title: 'Import into an application that has Express and Passport',
    tables: [
      {
        head: ['', 'ms (min to max)', '× passport-oauth2'],
        rows: rows.map(({ name, ms, toPeer }) => [
          name,
          `${ms.median.toFixed(1)} (${ms.min.toFixed(1)} to ${ms.max.toFixed(1)})`,
          toPeer.toFixed(2),
        ]),
      },
    ],
    standing: [
      {
        what: 'import',
        unit: '×',
        most: 0.75,
        value: Math.max(...rows.filter(isOurs).map(({ toPeer }) => toPeer)),
      },
    ],
  }
}

function measureInstalled(names, folder) {
  const beside = closure('passport')
  const rows = names.map((name) => {
    const from = OURS.includes(name) ? folder : undefined
    const needed = [...closure(name, from)].filter(([one]) => !beside.has(one))
    const sizes = needed.map(([one, directory]) => ({ one, ...weigh(directory) }))
    const sum = (what, list = sizes) => list.reduce((total, size) => total + size[what], 0) / 1024
    return {
      name,
      packages: needed.map(([one]) => one),
      all: sum('all'),
      code: sum('code'),
      bare: sum(
        'code',
        sizes.filter(({ one }) => one !== TABLE),
      ),
    }
  })
  return {
    title: 'Installed in addition to passport',
    tables: [
      {
        head: ['KiB', 'all', 'code', 'packages'],
        rows: rows.map(({ name, packages, all, code }) => [
          name,
          all.toFixed(0),
          code.toFixed(0),
          packages.join(', '),
        ]),
      },
    ],
    notes: [
      'Sizes of files. Code is without types, documents and messages. The target is also without the table of entities.',
    ],
    standing: [
      {
        what: 'installed code',
        unit: 'KiB',
        most: 70,
        value: Math.max(...rows.filter(isOurs).map(({ bare }) => bare)),
      },
    ],
  }
}

function weigh(directory) {
  const size = { all: 0, code: 0 }
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name)
    const inside = path.relative(directory, file)
    if (!entry.isFile() || inside.startsWith('node_modules')) continue
    const { size: bytes } = statSync(file)
    size.all += bytes
    if (/\.(js|cjs|mjs|json)$/.test(inside) && !/messages\b/.test(inside)) size.code += bytes
  }
  return size
}
