import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { buildSync } from 'esbuild'
import { hear } from '../../../packages/passport-code-flow/test/support/services'
import { listen, type Listening } from '../../../test/server'

const ROOT = path.join(__dirname, '../../..')
const PACKAGES = ['code-flow', 'monpay', 'zalopay-pkce', 'moneypools', 'provider-simulators']
const SOURCES = Object.fromEntries([
  ['example-simulated', path.join(ROOT, 'examples/simulated/src/index.ts')],
  ...PACKAGES.map((name) => [
    `passport-${name}`,
    path.join(ROOT, `packages/passport-${name}/src/index.ts`),
  ]),
])

const programs: string[] = []
const running: ChildProcess[] = []
let taken: Listening | undefined

afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
  await taken?.close()
  taken = undefined
})

afterAll(() => {
  for (const program of programs) rmSync(program, { force: true })
})

/** Makes one file of an example's start, from its sources; returns its path. */
function buildExample(name: string, entry: string): string {
  const absWorkingDir = path.join(ROOT, 'examples', name)
  const manifest = readFileSync(path.join(absWorkingDir, 'package.json'), 'utf8')
  const { dependencies } = JSON.parse(manifest)
  const outfile = path.join(absWorkingDir, 'dist', 'run-test.cjs')
  programs.push(outfile)
  buildSync({
    absWorkingDir,
    entryPoints: [`src/${entry}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    external: Object.keys(dependencies).filter((one) => !(one in SOURCES)),
    alias: SOURCES,
  })
  return outfile
}

/** Starts an example as a process of its own. */
function start(program: string, PORT: string): ChildProcess {
  const child = spawn(process.execPath, [program], { env: { PATH: process.env['PATH'], PORT } })
  running.push(child)
  return child
}

/** How a process ended: its exit status, and all that it has said. */
async function endOf(child: ChildProcess): Promise<[number | null, string]> {
  const said: string[] = []
  for (const output of [child.stdout, child.stderr]) {
    output?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  }
  const [status] = await once(child, 'close')
  return [status, said.join('')]
}

it.each([
  ['express', 'simulated'],
  ['fastify', 'server'],
  ['koa', 'server'],
  ['nestjs', 'server'],
  ['cookie-session', 'server'],
])(
  '%s says in one line that its port is taken, and starts when it is free',
  async (name, entry) => {
    const program = buildExample(name, entry)
    taken = await listen(createServer(), 'localhost')
    const { port } = taken
    expect(await endOf(start(program, String(port)))).toEqual([
      1,
      `Port ${port} is taken. Use another one: PORT=3100 before the same command\n`,
    ])
    await taken.close()
    taken = undefined
    const url = `http://localhost:${port}`
    await hear(start(program, String(port)), `${url}; MonPay's phone: http://127.0.0.1:`)
    expect((await fetch(url)).status).toBe(200)
  },
)

it.each(['shop', '0', '65536'])('says what PORT must be when it is "%s"', async (port) => {
  const program = buildExample('koa', 'server')
  const said = 'PORT must be a number from 1 to 65535\n'
  expect(await endOf(start(program, port))).toEqual([1, said])
})
