import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { hear } from '../../../../../packages/passport-code-flow/test/support/services'
import { start } from '../../../../../test/program'

/** One running process of the site. */
export class SiteProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly log: string[],
  ) {}

  /** Starts the program on a free port. */
  static async start(program: string, settings: Record<string, string>): Promise<SiteProcess> {
    const child = start(program, { NODE_ENV: 'production', PORT: '0', ...settings })
    const log: string[] = []
    child.stderr?.on('data', (chunk: Buffer) => log.push(chunk.toString()))
    const output = await hear(child, '"msg":"listening"')
    createInterface(child.stdout!).on('line', (line) => {
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

  /** Ends it by a signal; fulfilled with its exit status. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const { child } = this
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await once(child, 'exit')
    }
    return child.exitCode
  }
}
