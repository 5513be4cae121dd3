import { spawnSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { Client } from 'pg'
import { createClient } from 'redis'

const POSTGRES = new URL(
  process.env['TEST_DATABASE_URL'] ??
    process.env['DATABASE_URL'] ??
    'postgres://postgres@127.0.0.1:5432/postgres',
)
const REDIS = new URL(
  process.env['TEST_REDIS_URL'] ?? process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
)

/** Why a server cannot be used, or `undefined` when it answers; asked before tests are registered. */
export function whyNot(name: 'PostgreSQL' | 'Redis'): string | undefined {
  const { hostname, port } = name === 'Redis' ? REDIS : POSTGRES
  const script = `require('net').connect(${Number(port)}, ${JSON.stringify(hostname)})
    .on('connect', () => process.exit(0)).on('error', () => process.exit(1))`
  const { status } = spawnSync(process.execPath, ['-e', script], { timeout: 5000 })
  return status === 0 ? undefined : `start ${name} on ${hostname}:${port}`
}

/** An empty PostgreSQL database. */
export async function createPostgres(): Promise<{ url: string; drop: () => Promise<void> }> {
  const admin = new Client({ connectionString: POSTGRES.href })
  await admin.connect()
  const name = `express_example_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  const url = new URL(POSTGRES)
  url.pathname = `/${name}`
  return {
    url: url.href,
    async drop() {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.end()
    },
  }
}

/** An empty Redis database. */
export async function openRedis(): Promise<{ url: string; clear: () => Promise<void> }> {
  const url = new URL(REDIS)
  url.pathname = `/${randomInt(1, 16)}`
  const client = createClient({ url: url.href })
  await client.connect()
  if ((await client.dbSize()) > 0) {
    client.destroy()
    return openRedis()
  }
  return {
    url: url.href,
    async clear() {
      await client.flushDb()
      client.destroy()
    },
  }
}
