import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { createClient } from 'redis'

/** An empty database in a PostgreSQL. */
export async function createDatabase(
  server: string,
): Promise<{ url: string; drop: () => Promise<void> }> {
  const admin = new Client({ connectionString: server })
  await admin.connect()
  const name = `shop_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    async drop() {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.end()
    },
  }
}

/** Removes everything from a Redis. */
export async function emptyRedis(url: string): Promise<void> {
  const client = createClient({ url })
  await client.connect()
  await client.flushDb()
  client.destroy()
}
