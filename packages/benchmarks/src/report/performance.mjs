import os from 'node:os'
import path from 'node:path'
import { OURS } from '../contenders/index.mjs'
import { writeBetween } from './file.mjs'
import { writePlot } from './plot.mjs'

/** What a measurement's targets say, as cells. */
export function judge({ what, limit, value, met, unit }) {
  const shown = Number.isInteger(value) ? String(value) : value.toFixed(2)
  return [
    what,
    limit,
    `${shown}${unit && unit !== 'share' ? ` ${unit}` : ''}`,
    met(value) ? 'met' : 'not met',
  ]
}

/** Prints one measurement as a table. */
export function print({ title, head, rows, notes = [] }) {
  const columns = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i].length)))
  const line = (row) =>
    row
      .map((cell, i) => cell.padEnd(columns[i]))
      .join('  ')
      .trimEnd()
  console.log([`\n${title}`, line(head), ...rows.map(line), ...notes].join('\n'))
}

/** Writes all measurements and their plots into docs/performance.md. */
export async function writePerformance(results, { command, minutes }) {
  const sections = []
  for (const result of results) sections.push(await section(result))
  const targets = results.flatMap((result) => result.targets).map(judge)
  const text = [
    ranBy(command, ` in ${minutes} minutes`),
    '',
    '## Targets',
    '',
    'The value is that of the worst of the three strategies.',
    '',
    ...table(['measurement', 'target', 'measured', ''], targets),
    '',
    ...sections,
  ]
  writeBetween('docs/performance.md', 'bench', text.join('\n').trimEnd())
}

async function section({ title, id, head, rows, notes = [], bars }) {
  const image = await writePlot(id, bars, OURS)
  return [
    `## ${title}`,
    '',
    `![${bars.label}](${path.posix.relative('docs', image)})`,
    '',
    ...table(head, rows),
    '',
    ...notes.flatMap((note) => [note, '']),
  ].join('\n')
}

/** A table's lines in Markdown. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)]
}

/** When a measurement was made, by which command, and on what: the machine, without its name. */
export function ranBy(command, how = '') {
  const [cpu] = os.cpus()
  const memory = Math.round(os.totalmem() / 2 ** 30)
  const load = os.loadavg()[0].toFixed(1)
  const day = new Date().toISOString().slice(0, 10)
  return `Run on ${day} by \`${command}\`${how}: Node ${process.version}, ${os.cpus().length} cores (${cpu.model.trim()}), ${memory} GB, ${os.type()}; load when it ended ${load}.`
}
