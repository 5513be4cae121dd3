import { Pool } from 'pg'
import { createClient, type RedisClientType } from 'redis'
import { startFront } from './front'
import { startProviders } from './people'
import { buildSite, SiteProcess } from './site-process'
import { startPostgres, startRedis } from './stores'
import { layWire, readCommands, readStatements } from './wire'

/** How many processes, and what they share. */
export interface Plan {
  processes: number
  /** Default `redis`: sessions, used codes and limits in Redis; else all of it in PostgreSQL. */
  sessions?: 'redis' | 'postgres'
  /** Users that each provider has; default 200. */
  users?: number
}

/** Starts the stores, the providers, the processes and the front, in this order. */
export async function startTopology({ processes, sessions = 'redis', users = 200 }: Plan) {
  const [program, redis, postgres, front] = await Promise.all([
    buildSite(),
    startRedis(),
    startPostgres(),
    startFront(),
  ])
  const providers = await startProviders(front.url, users)
  const redisWire = await layWire(redis.url, readCommands)
  const sqlWire = await layWire(postgres.url, readStatements)
  const settings = {
    ...providers.settings,
    BASE_URL: front.url,
    TRUST_PROXY: '1',
    SESSION_SECRET: 'one secret that all processes share',
    DATABASE_URL: throughWire(postgres.url, sqlWire.port),
    ...(sessions === 'redis' && { REDIS_URL: throughWire(redis.url, redisWire.port) }),
  }
  const running: SiteProcess[] = []

  /** Starts one more process; the front gives it its turn from now on. */
  async function add(): Promise<SiteProcess> {
    const site = await SiteProcess.start(program, settings)
    running.push(site)
    front.backends.push(site.url)
    return site
  }

  /** The front forgets a process. */
  function forget(site: SiteProcess): void {
    running.splice(running.indexOf(site), 1)
    front.backends.splice(front.backends.indexOf(site.url), 1)
  }

  await Promise.all(Array.from({ length: processes }, add))
  const sql = new Pool({ connectionString: postgres.url, max: 2 })
  sql.on('error', () => undefined)
  const keys: RedisClientType = createClient({ url: redis.url })
  keys.on('error', () => undefined)
  await keys.connect()

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
    async close() {
      await Promise.all(running.map((site) => site.kill()))
      keys.destroy()
      await sql.end()
      await Promise.all([front.close(), redisWire.close(), sqlWire.close(), providers.close()])
      await Promise.all([redis.remove(), postgres.remove()])
    },
  }
}

/** A running topology. */
export type Topology = Awaited<ReturnType<typeof startTopology>>

function throughWire(url: string, port: number): string {
  const wired = new URL(url)
  wired.port = String(port)
  return wired.href
}
