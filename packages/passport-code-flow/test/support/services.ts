import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { describeUnless } from '../../../../test/needs.js'
import { findPostgres, findProgram, findFreePort, unprivileged } from './programs.js'

/** A server that a test has started for itself; what it stored is gone when it ends. */
export interface Service {
  url: string
  /** Ends it in order. */
  stop(): Promise<void>
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>
}

const NEEDS = {
  Redis: () => (findProgram('redis-server') ? undefined : 'install redis-server'),
  PostgreSQL: () =>
    process.env.TEST_DATABASE_URL || findPostgres()
      ? undefined
      : 'install postgresql, or set TEST_DATABASE_URL',
}

/** Groups tests that need a program; they are skipped where it is missing. */
export function describeWith(need: keyof typeof NEEDS, title: string, tests: () => void): void {
  describeUnless(NEEDS[need](), title, tests)
}

/** Starts a Redis of one's own, on a free port unless one is given. */
export async function startRedis(given: { port?: number } = {}): Promise<Service> {
  const program = demand(findProgram('redis-server'), 'redis-server')
  const dir = mkdtempSync(path.join(tmpdir(), 'redis-'))
  const port = given.port ?? (await findFreePort())
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const server = await launch(program, [...args, '--dir', dir], {
    dir,
    ready: 'Ready to accept connections',
    stop: 'SIGTERM',
    kill: 'SIGKILL',
  })
  return { url: `redis://127.0.0.1:${port}`, ...server }
}

/** What `initdb` has made, for several servers of a test: a copy takes a third of the time. */
export interface Cluster {
  data: string
  remove(): void
}

/** Makes a cluster; undefined where the server of `TEST_DATABASE_URL` is used. */
export async function makeCluster(): Promise<Cluster | undefined> {
  if (process.env.TEST_DATABASE_URL) return undefined
  const bin = demand(findPostgres(), 'PostgreSQL')
  const { dir, data, account } = makeDataFolder()
  const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N']
  await promisify(execFile)(path.join(bin, 'initdb'), init, { cwd: dir, ...account })
  return { data, remove: () => rmSync(dir, { recursive: true }) }
}

function makeDataFolder() {
  const dir = mkdtempSync(path.join(tmpdir(), 'postgres-'))
  const account = unprivileged()
  if (account) chownSync(dir, account.uid, account.gid)
  return { dir, data: path.join(dir, 'data'), account }
}

/** Starts a PostgreSQL of one's own, or makes a database in the server of `TEST_DATABASE_URL`. */
export async function startPostgres(
  given: { port?: number; cluster?: Cluster } = {},
): Promise<Service> {
  if (process.env.TEST_DATABASE_URL) return createDatabase(process.env.TEST_DATABASE_URL)
  const bin = demand(findPostgres(), 'PostgreSQL')
  const cluster = given.cluster ?? (await makeCluster())
  const { dir, data, account } = makeDataFolder()
  if (cluster) await promisify(execFile)('cp', ['-a', cluster.data, data], { cwd: dir, ...account })
  if (!given.cluster) cluster?.remove()
  const port = given.port ?? (await findFreePort())
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', 'shared_buffers=16MB']
  const args = ['-D', data, '-p', `${port}`, '-k', dir, ...settings.flatMap((one) => ['-c', one])]
  const server = await launch(path.join(bin, 'postgres'), args, {
    dir,
    account,
    ready: 'ready to accept connections',
    stop: 'SIGINT',
    kill: 'SIGQUIT',
  })
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, ...server }
}

interface Launch {
  dir: string
  account?: { uid: number; gid: number } | undefined
  ready: string
  stop: NodeJS.Signals
  kill: NodeJS.Signals
}

async function launch(
  program: string,
  args: string[],
  { dir, account, ready, stop, kill }: Launch,
): Promise<Pick<Service, 'stop' | 'kill'>> {
  const env = { ...process.env, LC_ALL: 'C' }
  const child = spawn(program, args, {
    cwd: dir,
    env,
    ...account,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await closed
    rmSync(dir, { recursive: true, force: true })
  }
  await new Promise<void>((resolve, reject) => {
    let output = ''
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes(ready)) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    closed.then(() => reject(new Error(`${program} did not start:\n${output}`)), reject)
  })
  return { stop: () => end(stop), kill: () => end(kill) }
}

async function createDatabase(server: string): Promise<Service> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const run = async (statement: string) => {
    const client = new Client({ connectionString: server })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await run(`CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  // whoever is connected is thrown out, as by a server that ends
  const drop = () => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  return { url: url.href, stop: drop, kill: drop }
}

function demand(found: string | undefined, name: string): string {
  if (!found) throw new Error(`${name} is not installed`)
  return found
}
