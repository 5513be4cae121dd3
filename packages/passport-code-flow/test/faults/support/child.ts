import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'

const PACKAGES = path.resolve(__dirname, '../../../..')

/** A process of its own that runs a program of `faults/programs`. */
export class Child {
  private readonly messages: unknown[] = []

  private constructor(readonly process: ChildProcess) {
    process.on('message', (message) => this.messages.push(message))
  }

  /** Starts a program, compiled with everything it imports. */
  static async start(program: string, env: Record<string, string> = {}): Promise<Child> {
    const dir = mkdtempSync(path.join(tmpdir(), 'program-'))
    const outfile = path.join(dir, 'program.cjs')
    await build({
      entryPoints: [path.resolve(__dirname, '../programs', `${program}.ts`)],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      logLevel: 'error',
      alias: { 'passport-code-flow': path.join(PACKAGES, 'passport-code-flow/src/index.ts') },
    })
    const child = fork(outfile, { env: { ...process.env, ...env }, execArgv: ['--expose-gc'] })
    child.once('exit', () => rmSync(dir, { recursive: true, force: true }))
    return new Child(child)
  }

  /** The next thing it says; fails when it ends instead. */
  async hear<T>(): Promise<T> {
    const left = new AbortController()
    while (this.messages.length === 0) {
      const ended = once(this.process, 'exit', { signal: left.signal }).then(() => {
        throw new Error('the program has ended')
      })
      await Promise.race([once(this.process, 'message', { signal: left.signal }), ended])
    }
    left.abort()
    return this.messages.shift() as T
  }

  /** Tells it something. */
  say(message: object): void {
    this.process.send(message)
  }

  /** Its exit status, when it has ended. */
  async end(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null)
      await once(this.process, 'exit')
    return this.process.exitCode
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL')
    await this.end()
  }
}
