import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { describeUnless } from '../../../../test/needs.js'
import { findFreePort, findPostgres, findProgram, unprivileged } from './programs.js'

/** A Redis or PostgreSQL that a test has started for itself; it keeps its address. */
export interface Service {
  url: string
  readonly pid: number
  /** Starts it again after it was killed. PostgreSQL then has what it had stored. */
  start(): Promise<void>
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>
  /** Ends it and removes what it has stored. */
  close(): Promise<void>
}

const NEEDS = {
  Redis: () => (findProgram('redis-server') ? undefined : 'install redis-server'),
  PostgreSQL: () =>
    process.env.TEST_DATABASE_URL || findPostgres()
      ? undefined
      : 'install postgresql, or set TEST_DATABASE_URL',
}

type Need = keyof typeof NEEDS

/** Groups tests that need one or more programs; they are skipped where one is missing. */
export function describeWith(needs: Need | Need[], title: string, tests: () => void): void {
  const missing = [needs].flat().flatMap((need) => NEEDS[need]() ?? [])
  describeUnless(missing[0], title, tests)
}

/** Starts a Redis on a free port. It stores nothing unless `more` of its command line says so. */
export async function startRedis(...more: string[]): Promise<Service> {
  const dir = mkdtempSync(path.join(tmpdir(), 'redis-'))
  const port = await findFreePort()
  const place = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir]
  const args = [...place, '--save', '', '--appendonly', 'no', ...more]
  return startService({
    url: `redis://127.0.0.1:${port}`,
    dir,
    launch: () => spawn(demand(findProgram('redis-server'), 'redis-server'), args, { cwd: dir }),
    ready: 'Ready to accept connections',
    signal: 'SIGKILL',
  })
}

/** Starts an empty PostgreSQL, or makes a database in the server of `TEST_DATABASE_URL`. */
export async function startPostgres(): Promise<Service> {
  if (process.env.TEST_DATABASE_URL) return createDatabase(process.env.TEST_DATABASE_URL)
  const bin = demand(findPostgres(), 'PostgreSQL')
  const dir = mkdtempSync(path.join(tmpdir(), 'postgres-'))
  const account = unprivileged()
  if (account) chownSync(dir, account.uid, account.gid)
  const data = path.join(dir, 'data')
  const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N']
  await promisify(execFile)(path.join(bin, 'initdb'), init, { cwd: dir, ...account })
  const port = await findFreePort()
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', 'max_connections=200']
  const args = ['-D', data, '-p', `${port}`, '-k', dir, ...settings.flatMap((one) => ['-c', one])]
  const env = { ...process.env, LC_ALL: 'C' }
  return startService({
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    dir,
    launch: () => spawn(path.join(bin, 'postgres'), args, { cwd: dir, env, ...account }),
    ready: 'ready to accept connections',
    // its children end with it, as in a crash
    signal: 'SIGQUIT',
  })
}

interface Plan {
  url: string
  dir: string
  launch: () => ChildProcess
  /** What it prints when it can be used. */
  ready: string
  /** Ends it at once. */
  signal: NodeJS.Signals
}

async function startService({ url, dir, launch, ready, signal }: Plan): Promise<Service> {
  let child = launch()
  await hear(child, ready)
  const service = {
    url,
    get pid() {
      return child.pid ?? 0
    },
    async start() {
      child = launch()
      await hear(child, ready)
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      await once(child, 'close')
    },
    async close() {
      await service.kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  return service
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

/** A new database in a running PostgreSQL; `close` removes it. */
export async function createDatabase(server: string): Promise<Service> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const run = async (statement: string) => {
    const client = new Client({ connectionString: server })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  const start = () => run(`CREATE DATABASE ${name}`)
  await start()
  const url = new URL(server)
  url.pathname = `/${name}`
  // whoever is connected is thrown out, as by a server that ends
  const drop = () => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  return { url: url.href, pid: 0, start, kill: drop, close: drop }
}

function demand(found: string | undefined, name: string): string {
  if (!found) throw new Error(`${name} is not installed`)
  return found
}
