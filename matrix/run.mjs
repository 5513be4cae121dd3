// Tests the packed packages with other people's programs: README.md lists them.
// `--node 22` logs in on another Node, with the core's own tests; it can be given several times.
// `--types` only compiles the applications in TypeScript. `--only redis` runs only one program.
import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { makeFolder, packAll, root, run } from '../scripts/packages.mjs'
import { startServices } from './services.mjs'
import { checkTypes } from './types.mjs'

const { values } = parseArgs({
  options: {
    node: { type: 'string', multiple: true },
    only: { type: 'string' },
    types: { type: 'boolean' },
  },
})

/** Examples that are applications of the matrix. */
const EXAMPLES = ['simulated', 'fastify', 'koa', 'nestjs', 'cookie-session']

/**
 * Programs that print their own rows; `needs` is a server or program that must be there, `node` the
 * first version of Node that has what they need.
 */
const PROGRAMS = {
  consumer: { args: ['consumer.cjs'] },
  redis: { args: ['redis.cjs'], needs: 'redis' },
  postgres: { args: ['postgres.cjs'], needs: 'postgres' },
  nock13: { args: ['mocks.cjs', 'nock13'] },
  nock14: { args: ['mocks.cjs', 'nock14'] },
  nock15: { args: ['mocks.cjs', 'nock15'], node: 22 },
  msw: { args: ['mocks.cjs', 'msw'] },
  undici6: { args: ['mocks.cjs', 'undici6'] },
  undici7: { args: ['mocks.cjs', 'undici7'] },
  agents: { args: ['agents.cjs'] },
  servers: { args: ['servers/check.mjs'] },
  opentelemetry: { args: ['traces.cjs', 'opentelemetry'] },
  sentry: { args: ['traces.cjs', 'sentry'] },
  morgan: { args: ['traces.cjs', 'morgan'] },
  pino: { args: ['traces.cjs', 'pino'] },
  browser: { args: ['browser.cjs'], needs: 'chromium' },
}

const CERTIFICATES = path.join(
  root,
  'packages/passport-code-flow/test/attacks/support/certificates',
)

const folder = makeFolder('matrix')
let failed = 0
try {
  const tarballs = packAll(process.env.PACKED ?? path.join(folder, 'packed'), { reuse: true })
  failed = values.types ? 0 : await checkAll(tarballs)
  if (!values.node && !values.only) failed += await checkTypes(folder, tarballs)
} finally {
  rmSync(folder, { recursive: true })
}
if (failed > 0) {
  console.error(`${failed} of the matrix failed`)
  process.exitCode = 1
}

async function checkAll(tarballs) {
  install(tarballs)
  const services = await startServices()
  try {
    let failures = 0
    for (const version of values.node ?? ['']) failures += await checkNode(version, services)
    return failures
  } finally {
    await services.close()
  }
}

/** Prints all results on one version of Node; returns how many failed. */
async function checkNode(wanted, services) {
  const node = wanted === '' ? process.execPath : findNode(wanted)
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  const tables = []
  if (!values.only) tables.push(await checkLogins(node, services))
  const isOwn = wanted === ''
  tables.push(await checkPrograms(node, Number.parseInt(version.slice(1), 10), isOwn, services))
  if (!isOwn) tables.push({ "the core's own tests": { result: await testCore(node) } })
  console.log(`\nNode ${version}, from the packed packages`)
  for (const table of tables) console.table(table)
  const words = tables.flatMap((table) => Object.values(table)).flatMap((row) => Object.values(row))
  return words.filter((word) => word !== 'ok' && !word.startsWith('not tested')).length
}

/** A login with each strategy in each case of cases.cjs. */
async function checkLogins(node, services) {
  const { CASES } = createRequire(`${folder}/`)('./cases.cjs')
  const work = Object.entries(CASES).map(([name, { needs, program }]) => async () => {
    const missing = missingWord(services, needs)
    if (missing) return [name, { monpay: missing, zalopay: missing, moneypools: missing }]
    const command = program ? findRuntime(program) : [node]
    return [name, await runProgram([...command, 'login.cjs', name], services.env)]
  })
  return Object.fromEntries(await inTurns(work))
}

/** Another Node than this one runs only the programs that need a newer one. */
async function checkPrograms(node, major, isOwn, services) {
  const chosen = Object.entries(PROGRAMS).filter(
    ([name, { node: first }]) =>
      (isOwn || first !== undefined) && (!values.only || name === values.only),
  )
  const work = chosen.map(([name, { args, needs, node: first = 0 }]) => async () => {
    const old = major < first && `not tested: it needs Node ${first}`
    const missing = old || missingWord(services, needs)
    return missing ? { [name]: missing } : runProgram([node, ...args], services.env)
  })
  const rows = (await inTurns(work)).flatMap(Object.entries)
  return Object.fromEntries(rows.map(([name, result]) => [name, { result }]))
}

/** Runs two at a time; returns their results in order. */
async function inTurns(work) {
  const results = []
  const queue = [...work.entries()]
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await next[1]()
  }
  await Promise.all([lane(), lane()])
  return results
}

/** In CI a missing server is a failure, because nobody reads warnings there. */
function missingWord(services, needs) {
  const problem = services.problems[needs]
  if (!problem) return undefined
  console.warn(`\n*** NOT TESTED: ${problem} ***`)
  return `${process.env.CI === 'true' ? 'FAILED' : 'not tested'}: no ${needs}`
}

/** One folder with all clients, the examples and the packed packages, installed by npm. */
function install(tarballs) {
  const manifest = createRequire(import.meta.url)('./package.json')
  const { dependencies } = manifest
  cpSync(import.meta.dirname, folder, { recursive: true })
  for (const example of EXAMPLES) {
    const source = path.join(root, 'examples', example)
    Object.assign(dependencies, createRequire(`${source}/`)('./package.json').dependencies)
    cpSync(path.join(source, 'dist'), path.join(folder, example), { recursive: true })
  }
  const page = readFileSync(path.join(root, 'docs/testing-your-app.md'), 'utf8')
  mkdirSync(`${folder}/testing`)
  for (const [, file, program] of page.matchAll(/^```js\n\/\/ (\S+)\n(.*?)^```$/gms))
    writeFileSync(`${folder}/testing/${file}`, program)
  const recipes = readFileSync(path.join(root, 'docs/recipes.md'), 'utf8')
  mkdirSync(`${folder}/recipes`)
  for (const [, tool, program] of recipes.matchAll(/^### (\w+)\n[^#]*?^```js\n(.*?)^```$/gms))
    writeFileSync(`${folder}/recipes/${tool}.js`, program)
  delete dependencies['example-simulated']
  for (const { name, tarball } of tarballs) dependencies[name] = `file:${tarball}`
  writeFileSync(`${folder}/package.json`, JSON.stringify(manifest))
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline']
  run(folder, 'npm', 'install', ...options, '--loglevel=error')
  if (!values.only) run(folder, process.execPath, 'bundles.mjs')
}

/** Runs a program in the folder; the last line that it prints is its result. */
async function runProgram([file, ...args], services) {
  const tools = {
    MATRIX_JEST: path.join(root, 'node_modules/.bin/jest'),
    MATRIX_PLAYWRIGHT: path.join(root, 'node_modules/playwright-core'),
    MATRIX_CERTIFICATES: CERTIFICATES,
    NODE_EXTRA_CA_CERTS: path.join(CERTIFICATES, 'test-authority.pem'),
    DENO_NO_UPDATE_CHECK: '1',
  }
  const env = { ...process.env, ...services, ...tools }
  const child = spawn(file, args, { cwd: folder, env, timeout: 60_000 })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const why = await new Promise((resolve) => {
    child.on('error', resolve)
    child.on('close', (status, signal) => resolve(signal ?? status))
  })
  const last = stdout.trim().split('\n').at(-1)
  if (last.startsWith('{')) return JSON.parse(last)
  // Node prints the line that threw, which is the whole file where a bundler has minified it
  return { [args.at(-1)]: `FAILED: ${why} ${stderr.trim().slice(-1000)}` }
}

/** Bun and Deno are in packages for each platform, so that they need no install script. */
function findRuntime(name) {
  const isBun = name === 'bun'
  const scope = path.join(folder, 'node_modules', isBun ? '@oven' : '@deno')
  const platforms = existsSync(scope) ? readdirSync(scope) : []
  const files = platforms.map((platform) => path.join(scope, platform, isBun ? 'bin/bun' : name))
  const found = files.find((file) => existsSync(file)) ?? name
  return isBun ? [found] : [found, 'run', '--allow-all', '--quiet']
}

/** Another Node, from the npm registry. */
function findNode(version) {
  const args = ['--yes', `node@${version}`, '-p', 'process.execPath']
  return execFileSync('npx', args, { encoding: 'utf8' }).trim()
}

async function testCore(program) {
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '-i', '--silent']
  const args = [...jest, 'packages/passport-code-flow/test/[^/]+\\.test\\.ts$']
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  const status = await new Promise((resolve) => child.on('close', resolve))
  return status === 0 ? 'ok' : 'FAILED'
}
