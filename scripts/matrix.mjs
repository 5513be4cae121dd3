// Logs in with all three strategies, from the packed packages, in every framework and session store.
// `--node 22` does so on another Node, with the core's own tests; it can be given several times.
// `--types` compiles consumers under several TypeScripts instead.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { checkTypes } from './matrix/types.mjs'
import { startServices } from './matrix/services.mjs'
import { makeFolder, packAll, root, run } from './packages.mjs'

const { values } = parseArgs({
  options: { node: { type: 'string', multiple: true }, types: { type: 'boolean' } },
})

/** Examples that are applications of the matrix. */
const EXAMPLES = ['simulated', 'fastify', 'koa', 'nestjs', 'cookie-session']

/** What only the matrix needs. */
const EXTRA = {
  'connect-pg-simple': '10.0.0',
  'connect-redis': '9.0.0',
  express: '5.3.0',
  express4: 'npm:express@4.22.3',
  'express-session': '1.19.0',
  passport: '0.7.0',
  passport06: 'npm:passport@0.6.0',
  pg: '8.23.1',
  redis: '6.3.1',
}

const folder = makeFolder('matrix')
let failed
try {
  const tarballs = packAll(folder)
  failed = values.types ? await checkTypes(folder, tarballs) : await checkLogins(tarballs)
} finally {
  rmSync(folder, { recursive: true })
}
if (failed > 0) {
  console.error(`${failed} of the matrix failed`)
  process.exitCode = 1
}

async function checkLogins(tarballs) {
  await install(tarballs)
  const services = await startServices()
  let failures = 0
  try {
    for (const version of values.node ?? ['']) failures += checkNode(version, services)
  } finally {
    await services.stop()
  }
  return failures
}

function checkNode(wanted, services) {
  const { CASES } = createRequire(`${folder}/`)('./cases.cjs')
  const program = wanted === '' ? process.execPath : findNode(wanted)
  const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim()
  const table = {}
  const untested = []
  for (const [name, { needs }] of Object.entries(CASES)) {
    const problem = services.problems[needs]
    table[name] = problem ? missingRow(needs) : runCase(program, name, services.env)
    if (problem) untested.push(`${name}: ${problem}`)
  }
  if (wanted !== '') table["the core's own tests"] = testCore(program)
  console.log(`\nNode ${version}, from the packed packages`)
  console.table(table)
  for (const one of untested) console.warn(`\n*** NOT TESTED: ${one} ***`)
  const results = Object.values(table).flatMap((row) => Object.values(row))
  return results.filter((result) => result !== 'ok' && !result.startsWith('not tested')).length
}

async function install(tarballs) {
  const dependencies = { ...EXTRA }
  for (const example of EXAMPLES) {
    const source = path.join(root, 'examples', example)
    const manifest = createRequire(`${source}/`)('./package.json')
    Object.assign(dependencies, manifest.dependencies)
    cpSync(path.join(source, 'dist'), path.join(folder, example), { recursive: true })
  }
  delete dependencies['example-simulated']
  for (const { name, tarball } of tarballs) dependencies[name] = `file:${tarball}`
  writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, dependencies }))
  for (const file of ['cases.cjs', 'run.cjs', 'express.cjs', 'bundled.cjs'])
    cpSync(path.join(root, 'scripts/matrix', file), path.join(folder, file))
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error')
  mkdirSync(`${folder}/bundle`)
  await build({
    entryPoints: [`${folder}/bundled.cjs`],
    outfile: `${folder}/bundle/app.cjs`,
    bundle: true,
    platform: 'node',
    target: 'node20',
    minify: true,
    logLevel: 'error',
  })
}

function runCase(program, name, env) {
  const options = {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, ...env },
  }
  const { stdout, stderr, error } = spawnSync(program, ['run.cjs', name], options)
  const last = stdout.trim().split('\n').at(-1)
  if (!error && last?.startsWith('{')) return JSON.parse(last)
  const why = error ? error.message : stderr.trim()
  return { monpay: `FAILED: ${why}`, zalopay: 'FAILED', moneypools: 'FAILED' }
}

/** A server that is missing is a failure where nobody would read the warning. */
function missingRow(name) {
  const word = process.env.CI === 'true' ? 'FAILED' : 'not tested'
  return { monpay: `${word}: no ${name}`, zalopay: word, moneypools: word }
}

/** Another Node, from the npm registry. */
function findNode(version) {
  const args = ['--yes', `node@${version}`, '-p', 'process.execPath']
  return execFileSync('npx', args, { encoding: 'utf8' }).trim()
}

function testCore(program) {
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '-i', '--silent']
  const args = [...jest, 'packages/passport-code-flow/test/[^/]+\\.test\\.ts$']
  const { status } = spawnSync(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const result = status === 0 ? 'ok' : 'FAILED'
  return { monpay: result, zalopay: result, moneypools: result }
}
