// Runs every check except the tests, two at a time, and prints how long each took: npm run check
// [-- lint format …]
import { spawn } from 'node:child_process'
import path from 'node:path'
import { root } from './packages.mjs'

/** Program, arguments and folder of each check. The slow ones come first. */
const CHECKS = {
  packages: ['node', ['scripts/check-packages.mjs']],
  reference: ['npm', ['run', '--silent', 'check'], 'packages/api-reference'],
  unused: ['knip', []],
  lint: ['oxlint', ['--type-aware']],
  format: ['biome', ['format']],
  titles: ['node', ['scripts/check-titles.mjs']],
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !(name in CHECKS))
if (unknown) throw new Error(`no check is called ${unknown}: ${Object.keys(CHECKS).join(', ')}`)

const env = {
  ...process.env,
  PATH: [path.join(root, 'node_modules/.bin'), process.env.PATH].join(path.delimiter),
}

/** Runs a check, and prints its output when it has ended, so that two outputs do not mix. */
function run(name) {
  const [program, args, folder = ''] = CHECKS[name]
  const start = Date.now()
  const child = spawn(program, args, {
    cwd: path.join(root, folder),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => output.push(text))
  return new Promise((resolve) => {
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)))
    child.on('close', (status) => {
      const end = status === 0 ? 'passed' : 'FAILED'
      console.log(`\n# ${name} ${end} after ${Math.round((Date.now() - start) / 1000)} s`)
      process.stdout.write(Buffer.concat(output))
      if (status !== 0) process.exitCode = 1
      resolve()
    })
  })
}

const queue = asked.length > 0 ? asked : Object.keys(CHECKS)
const lane = async () => {
  for (let name = queue.shift(); name; name = queue.shift()) await run(name)
}
await Promise.all([lane(), lane()])
