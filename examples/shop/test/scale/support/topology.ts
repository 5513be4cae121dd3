import { Pool } from 'pg'
import { createClient, type RedisClientType } from 'redis'
import { buildExample } from '../../../../../test/program'
import { startFront } from './front'
import { Person, startManyUsers } from './people'
import { SiteProcess } from './site-process'
import * as services from '../../../../../packages/passport-code-flow/test/support/services'
import { layWire, readCommands, readStatements } from './wire'

/** How many processes, and what they share. */
export interface Plan {
  processes: number
  /** Default `redis`: sessions, used codes and limits in Redis; else all of it in PostgreSQL. */
  sessions?: 'redis' | 'postgres'
  /** Users that each provider has; default 200. */
  users?: number
}

/** Starts the stores, the providers, the processes and the front; leaves nothing when it fails. */
export async function startTopology(plan: Plan) {
  const cleanups: (() => unknown)[] = []
  const close = async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
  }
  try {
    return { ...(await start(plan, cleanups)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function start(plan: Plan, cleanups: (() => unknown)[]) {
  const { processes, sessions = 'redis', users = 200 } = plan
  const program = await buildExample('shop')
  // writes every change to its file
  const redis = await services.startRedis('--appendonly', 'yes')
  cleanups.push(() => redis.close())
  const postgres = await services.startPostgres()
  cleanups.push(() => postgres.close())
  const front = await startFront()
  cleanups.push(() => front.close())
  const providers = await startManyUsers(front.url, users)
  cleanups.push(() => providers.close())
  const redisWire = await layWire(redis.url, readCommands)
  cleanups.push(() => redisWire.close())
  const sqlWire = await layWire(postgres.url, readStatements)
  cleanups.push(() => sqlWire.close())

  const settings = {
    ...providers.variables,
    BASE_URL: front.url,
    TRUST_PROXY: '1',
    SESSION_SECRET: 'one secret that all processes share',
    DATABASE_URL: throughWire(postgres.url, sqlWire.port),
    ...(sessions === 'redis' && { REDIS_URL: throughWire(redis.url, redisWire.port) }),
  }
  const running: SiteProcess[] = []
  const all: SiteProcess[] = []
  cleanups.push(() => Promise.all(all.map((site) => site.stop('SIGKILL'))))

  /** Starts one more process, to which the front then sends requests, too. */
  async function add(): Promise<SiteProcess> {
    const site = await SiteProcess.start(program, settings)
    all.push(site)
    running.push(site)
    front.backends.push(site.url)
    return site
  }

  /** Removes a process from the front. */
  function forget(site: SiteProcess): void {
    running.splice(running.indexOf(site), 1)
    front.backends.splice(front.backends.indexOf(site.url), 1)
  }

  const started = await Promise.allSettled(Array.from({ length: processes }, add))
  for (const one of started) if (one.status === 'rejected') throw one.reason
  const sql = new Pool({ connectionString: postgres.url, max: 2 })
  sql.on('error', () => undefined)
  cleanups.push(() => sql.end())
  const keys: RedisClientType = createClient({ url: redis.url })
  keys.on('error', () => undefined)
  await keys.connect()
  cleanups.push(() => keys.destroy())

  return {
    front,
    providers,
    redis,
    postgres,
    /** Between the processes and Redis. */
    redisWire,
    /** Between the processes and PostgreSQL. */
    sqlWire,
    running,
    /** The database itself, past the wire. */
    sql,
    /** Redis itself, past the wire. */
    keys,
    add,
    forget,
    /** The browser of the person with this number. */
    person: (number: number) => new Person(providers, number),
  }
}

/** A running topology. */
export type Topology = Awaited<ReturnType<typeof startTopology>>

function throughWire(url: string, port: number): string {
  const wired = new URL(url)
  wired.port = String(port)
  return wired.href
}
