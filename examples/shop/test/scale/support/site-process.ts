import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { hear } from '../../../../../packages/passport-code-flow/test/support/services'

const EXAMPLE = path.resolve('examples/shop')
const PACKAGES = path.resolve('packages')
const WORKSPACE = ['code-flow', 'monpay', 'zalopay-pkce', 'moneypools', 'provider-simulators']

/** Bundles the sources of the example and the packages into one file; returns its path. */
export async function buildSite(): Promise<string> {
  // where the compiled server is too: it looks for views and styles beside its folder
  const outfile = path.join(EXAMPLE, 'dist', 'scale.cjs')
  const names = WORKSPACE.map((name) => `passport-${name}`)
  await build({
    absWorkingDir: EXAMPLE,
    entryPoints: ['src/server.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    external: ['libsql', 'pg-native'],
    alias: Object.fromEntries(
      names.map((name) => [name, path.join(PACKAGES, name, 'src/index.ts')]),
    ),
  })
  return outfile
}

/** One running process of the site. */
export class SiteProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly log: string[],
  ) {}

  /** Starts the program that `buildSite` made, on a free port. */
  static async start(program: string, settings: Record<string, string>): Promise<SiteProcess> {
    const inherited = { PATH: process.env['PATH'], HOME: process.env['HOME'] }
    const env = { ...inherited, NODE_ENV: 'production', PORT: '0', ...settings }
    const child = spawn(process.execPath, [program], { env })
    const log: string[] = []
    child.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()))
    const output = await hear(child, '"msg":"listening"')
    createInterface(child.stdout).on('line', (line) => {
      if (line.includes('"level":50')) log.push(`${line}\n`)
    })
    const port = /"port":(\d+)/.exec(output)?.[1] ?? ''
    return new SiteProcess(child, `http://127.0.0.1:${port}`, log)
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** What it has written to stderr. */
  complaints(): string {
    return this.log.join('')
  }

  /** Stops it by a signal; fulfilled with its exit status. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM')
  }

  /** Kills it, whatever it is doing. */
  async kill(): Promise<number | null> {
    return this.end('SIGKILL')
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await once(child, 'exit')
    }
    return child.exitCode
  }
}
