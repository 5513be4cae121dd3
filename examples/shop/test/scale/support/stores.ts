import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import {
  findFreePort,
  findPostgres,
  findProgram,
  unprivileged,
} from '../../../../../packages/passport-code-flow/test/support/programs'

/** A Redis or PostgreSQL of one's own that keeps its address and its data over a restart. */
export interface StoreServer {
  url: string
  readonly pid: number
  start(): Promise<void>
  /** Ends it in the middle of whatever it does. */
  kill(): Promise<void>
  /** Ends it and removes its data. */
  remove(): Promise<void>
}

/** What has to be installed here before many processes can be tried, or nothing. */
export function findMissing(): string | undefined {
  if (!findProgram('redis-server')) return 'install redis-server'
  return findPostgres() ? undefined : 'install postgresql'
}

/** Starts a Redis that writes every change to its file; `more` goes to its command line. */
export async function startRedis(...more: string[]): Promise<StoreServer> {
  const program = demand(findProgram('redis-server'))
  const dir = mkdtempSync(path.join(tmpdir(), 'scale-redis-'))
  const port = await findFreePort()
  const place = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir]
  const args = [...place, '--save', '', '--appendonly', 'yes', ...more]
  const url = `redis://127.0.0.1:${port}`
  const launch = () => spawn(program, args, { cwd: dir })
  return startStore({ url, dir, launch, ready: 'Ready to accept connections', kill: 'SIGKILL' })
}

/** Starts an empty PostgreSQL. */
export async function startPostgres(): Promise<StoreServer> {
  const bin = demand(findPostgres())
  const dir = mkdtempSync(path.join(tmpdir(), 'scale-postgres-'))
  const account = unprivileged()
  if (account) chownSync(dir, account.uid, account.gid)
  const data = path.join(dir, 'data')
  const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N']
  await promisify(execFile)(path.join(bin, 'initdb'), init, { cwd: dir, ...account })
  const port = await findFreePort()
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', 'max_connections=200']
  const args = ['-D', data, '-p', `${port}`, '-k', dir, ...settings.flatMap((one) => ['-c', one])]
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const env = { ...process.env, LC_ALL: 'C' }
  const launch = () => spawn(path.join(bin, 'postgres'), args, { cwd: dir, env, ...account })
  // SIGQUIT: its children end with it, as in a crash
  return startStore({ url, dir, launch, ready: 'ready to accept connections', kill: 'SIGQUIT' })
}

interface Plan {
  url: string
  dir: string
  launch: () => ChildProcess
  /** What it prints when it can be used. */
  ready: string
  kill: NodeJS.Signals
}

async function startStore({ url, dir, launch, ready, kill }: Plan): Promise<StoreServer> {
  let child: ChildProcess | undefined
  const store: StoreServer = {
    url,
    get pid() {
      return child?.pid ?? 0
    },
    async start() {
      child = launch()
      await hear(child, ready)
    },
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      child.kill(kill)
      await once(child, 'close')
    },
    async remove() {
      await store.kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  await store.start()
  return store
}

/** Waits until a program has printed a text; fails with its output when it ends instead. */
export async function hear(child: ChildProcess, text: string): Promise<string> {
  const outputs = [child.stdout, child.stderr]
  let heard = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      heard += chunk.toString()
      if (!heard.includes(text)) return
      // still read, so that the program never waits for a reader
      for (const output of outputs) output?.off('data', read).resume()
      resolve(heard)
    }
    for (const output of outputs) output?.on('data', read)
    child.once('close', () => reject(new Error(`${child.spawnfile} has ended:\n${heard}`)))
  })
}

function demand(found: string | undefined): string {
  if (!found) throw new Error(findMissing())
  return found
}
