import { readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { fileURLToPath } from 'node:url'
import { drawPicture } from './picture.mjs'

const pathOf = (file) => fileURLToPath(new URL(`../../../${file}`, import.meta.url))

/** Prints one measurement. */
export function print({ title, tables, notes = [] }) {
  console.log(`\n${title}`)
  for (const { head, rows } of tables) printTable(head, rows)
  for (const note of notes) console.log(note)
}

/** Prints the measured values next to their targets. */
export function printStanding(results) {
  console.log('\nTargets (the worst of the three strategies)')
  printTable(['measurement', 'target', 'measured'], standingOf(results))
}

/** Writes all measurements and the picture into docs/performance.md. */
export async function writePage(results, { command, minutes }) {
  const bars = results.flatMap((result) => result.bars ?? [])
  writeFileSync(pathOf('docs/images/benchmarks.svg'), drawPicture(bars))
  const sections = results.flatMap(({ title, tables, notes = [] }) => [
    `## ${title}\n`,
    ...tables.map(({ head, rows }) => `${markdown(head, rows)}\n`),
    ...notes.map((note) => `${note}\n`),
  ])
  const standing = standingOf(results)
  const { head, rows, runs } = standingByVersion(standing, ranBy(command, minutes))
  const page = [
    '## Where we stand\n',
    'The value is that of the worst of the three strategies. × means times passport-oauth2.\n',
    `${markdown(head, rows)}\n`,
    `${runs.join('\n')}\n`,
    `The picture and the tables below are of the run with Node ${MAJOR}.\n`,
    '![CPU of a whole login and of its callback leg, times passport-oauth2](images/benchmarks.svg)\n',
    ...sections,
  ]
  writeBetween('docs/performance.md', 'bench', page.join('\n').trimEnd())
}

const [MAJOR] = process.versions.node.split('.')

/**
 * The table of targets, with a column for each version of Node that was measured. The last run with
 * each version is in standing.json.
 */
function standingByVersion(standing, run) {
  const file = pathOf('packages/benchmarks/standing.json')
  const runs = JSON.parse(readFileSync(file, 'utf8'))
  const nameOf = ([what, target]) => `${what} ${target}`
  const values = Object.fromEntries(standing.map((row) => [nameOf(row), row[2]]))
  runs[MAJOR] = { run, values }
  writeFileSync(file, `${JSON.stringify(runs, undefined, 2)}\n`)
  const majors = Object.keys(runs).reverse()
  return {
    head: ['measurement', 'target', ...majors.map((major) => `Node ${major}`)],
    rows: standing.map((row) => [
      row[0],
      row[1],
      ...majors.map((major) => runs[major].values[nameOf(row)] ?? ''),
    ]),
    runs: majors.map((major) => `- ${runs[major].run}`),
  }
}

function standingOf(results) {
  return results
    .flatMap(({ standing }) => standing)
    .map(({ what, unit, most, least, value }) => {
      const show = (number) =>
        `${Number.isInteger(number) ? number : number.toFixed(2)}${unit && ` ${unit}`}`
      const isMet = most === undefined ? value >= least : value <= most
      const target = most === undefined ? `≥ ${show(least)}` : `≤ ${show(most)}`
      return [what, target, `${show(value)}, ${isMet ? 'met' : '**not met**'}`]
    })
}

function printTable(head, rows) {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i].length)))
  for (const row of [head, ...rows])
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
}

/** Breaks a text into lines. */
const FITS = /\S.{0,129}(?:\s+|$)/g

/** A table in Markdown. */
export function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

/** Says when, by which command and on what kind of machine a measurement was made. */
function ranBy(command, minutes) {
  const [{ model }, ...others] = os.cpus()
  const memory = Math.round(os.totalmem() / 2 ** 30)
  const day = new Date().toISOString().slice(0, 10)
  return `Node ${process.version}: ${day}, \`${command}\`, ${minutes} minutes, ${others.length + 1} cores (${model.trim()}), ${memory} GB, ${os.type()}, load at the end ${os.loadavg()[0].toFixed(1)}`
}

/** Breaks the lines of prose; a row of a table or a list stays as it is. */
function wrap(text) {
  const lines = text.split('\n').map((line) => (/^[|-]/.test(line) ? [line] : line.match(FITS)))
  return lines.map((parts) => (parts ?? ['']).map((part) => part.trimEnd()).join('\n')).join('\n')
}

/** Replaces the text of a document between its `<!-- name -->` and `<!-- /name -->`. */
export function writeBetween(file, name, text) {
  const document = readFileSync(pathOf(file), 'utf8')
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [document.indexOf(open), document.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`${file} has no place for ${name}`)
  const parts = [document.slice(0, from), open, '\n', wrap(text), '\n', document.slice(to)]
  writeFileSync(pathOf(file), parts.join(''))
}
