import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

const ROOT = path.join(__dirname, '..')
const PACKAGES = ['code-flow', 'monpay', 'zalopay-pkce', 'moneypools', 'provider-simulators']
const SOURCES = Object.fromEntries([
  ['example-simulated', path.join(ROOT, 'examples/simulated/src/index.ts')],
  ...PACKAGES.map((name) => [
    `passport-${name}`,
    path.join(ROOT, `packages/passport-${name}/src/index.ts`),
  ]),
])

/** Makes one file of an example and the packages, from their sources; returns its path. */
export async function buildExample(name: string, entry = 'server'): Promise<string> {
  const absWorkingDir = path.join(ROOT, 'examples', name)
  const manifest = readFileSync(path.join(absWorkingDir, 'package.json'), 'utf8')
  const others = Object.keys(JSON.parse(manifest).dependencies).filter((one) => !(one in SOURCES))
  // the shop is started often, and starts faster from one file
  const external = name === 'shop' ? ['libsql', 'pg-native'] : others
  // where the compiled example is too: the shop looks for views and styles beside its folder
  const outfile = path.join(absWorkingDir, 'dist', `${entry}-test.cjs`)
  await build({
    absWorkingDir,
    entryPoints: [`src/${entry}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    external,
    alias: SOURCES,
  })
  return outfile
}

/** Starts a program with these variables and `PATH`, and with these options. */
export function start(
  program: string,
  variables: Record<string, string>,
  ...options: string[]
): ChildProcess {
  const env = { PATH: process.env['PATH'], ...variables }
  return spawn(process.execPath, [program, ...options], { env })
}

/** How a process ended: its exit status, and all that it has said. */
export async function endOf(child: ChildProcess): Promise<[status: number | null, said: string]> {
  const said: string[] = []
  for (const output of [child.stdout, child.stderr])
    output?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const [status] = await once(child, 'close')
  return [status, said.join('')]
}
