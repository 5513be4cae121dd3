// Runs the mutation tests and prints a table of scores: node scripts/mutate.mjs [--list] [package or file …]
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stryker = path.join(root, 'node_modules/.bin/stryker')
/** The least score of each package, in percent. */
const PACKAGES = {
  'passport-code-flow': 90,
  'passport-monpay': 85,
  'passport-zalopay-pkce': 85,
  'passport-moneypools': 85,
}

const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const isListed = process.argv.includes('--list')

function run(name, files) {
  const env = { ...process.env, MUTATE_PACKAGE: name }
  const mutate = files.length > 0 ? ['--mutate', files.join(',')] : []
  const { status } = spawnSync(stryker, ['run', ...mutate], { cwd: root, env, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
  const report = path.join(root, `node_modules/.cache/mutation/${name}.json`)
  return Object.entries(JSON.parse(readFileSync(report, 'utf8')).files).map(readFile)
}

function readFile([file, { source, mutants }]) {
  const having = (...fates) => mutants.filter(({ status }) => fates.includes(status))
  const killed = having('Killed', 'Timeout').length
  return { file, killed, alive: having('Survived', 'NoCoverage'), lines: source.split('\n') }
}

function score(rows) {
  const killed = rows.reduce((sum, row) => sum + row.killed, 0)
  const alive = rows.reduce((sum, row) => sum + row.alive.length, 0)
  return killed + alive === 0 ? 100 : (100 * killed) / (killed + alive)
}

function listAlive({ file, alive, lines }) {
  for (const { location, mutatorName, replacement, status } of alive) {
    const { line, column } = location.start
    const shown = String(replacement).replace(/\s+/g, ' ').slice(0, 80)
    console.log(`${file}:${line}:${column} ${status} ${mutatorName} -> ${shown}`)
    console.log(`    ${lines[line - 1].trim()}`)
  }
}

const table = ['| file | killed | alive | score |', '|---|---:|---:|---:|']
for (const [name, least] of Object.entries(PACKAGES)) {
  const files = asked.filter((file) => file.startsWith(`packages/${name}/`))
  if (asked.length > 0 && files.length === 0 && !asked.includes(name)) continue
  const rows = run(name, files)
  if (isListed) rows.forEach(listAlive)
  for (const row of rows)
    table.push(`| ${row.file} | ${row.killed} | ${row.alive.length} | ${score([row]).toFixed(1)} |`)
  table.push(`| **${name}**, at least ${least} | | | **${score(rows).toFixed(1)}** |`)
  if (score(rows) < least) process.exitCode = 1
}
console.log(table.join('\n'))
