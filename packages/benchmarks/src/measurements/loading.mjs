import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { OURS } from '../contenders.mjs'
import { closure, withPacked } from '../packed.mjs'
import { inTurn, withWorker } from '../processes.mjs'
import { compare, range, table, TO_PEER, worst } from './compare.mjs'

/** HTML's names for characters: data that only passport-moneypools needs. */
const TABLE = 'character-entities-html4'

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
  const answers = await inTurn(names, turns, (name) =>
    withWorker('import', { name, ...(OURS.includes(name) && { folder }) }, ({ ask }) =>
      ask('load'),
    ),
  )
  const rows = compare(names, (name) => answers.get(name))
  const ms = ['ms (min to max)', ({ value }) => range(value, 1)]
  return {
    title: 'Import into an application that has Express and Passport',
    tables: [table('', rows, ms, TO_PEER)],
    standing: [
      { what: 'import', unit: '×', most: 0.75, value: worst(rows, ({ toPeer }) => toPeer) },
    ],
  }
}

function measureInstalled(names, folder) {
  const beside = closure('passport')
  const rows = names.map((name) => {
    const from = OURS.includes(name) ? folder : undefined
    const needed = [...closure(name, from)].filter(([one]) => !beside.has(one))
    const sizes = needed.map(([one, directory]) => ({ one, ...weigh(directory) }))
    return { name, sizes }
  })
  const sum = (what, sizes) => sizes.reduce((total, size) => total + size[what], 0) / 1024
  const inKiB = (what) => [what, ({ sizes }) => sum(what, sizes).toFixed(0)]
  const packages = ['packages', ({ sizes }) => sizes.map(({ one }) => one).join(', ')]
  const withoutTable = ({ sizes }) =>
    sum(
      'code',
      sizes.filter(({ one }) => one !== TABLE),
    )
  return {
    title: 'Installed in addition to passport',
    tables: [table('KiB', rows, inKiB('all'), inKiB('code'), packages)],
    notes: [
      'Sizes of files. Code is without types, documents and texts for visitors in other languages. The value under *Where we stand* is also without the table of HTML entities.',
    ],
    standing: [{ what: 'installed code', unit: 'KiB', most: 70, value: worst(rows, withoutTable) }],
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
    if (/\.(js|cjs|mjs|json)$/.test(inside) && !/(messages|texts)\b/.test(inside))
      size.code += bytes
  }
  return size
}
