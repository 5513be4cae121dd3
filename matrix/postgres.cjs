// `postgresOnce` with other clients than pg, on a real PostgreSQL, as docs/recipes.md gives them to it.
const { randomUUID } = require('node:crypto')
const { postgresOnce } = require('passport-code-flow')
const { Pool } = require('pg')
const { expect, report } = require('./visit.cjs')

const URL_OF_POSTGRES = process.env.MATRIX_POSTGRES
const pool = new Pool({ connectionString: URL_OF_POSTGRES })

const CLIENTS = {
  'Drizzle 0.45': () => require('drizzle-orm/node-postgres').drizzle(pool).$client,
  'pg-promise 12': () => require('pg-promise')()(URL_OF_POSTGRES).$pool,
  "Neon's neon 1": () => {
    const { neon, neonConfig } = require('@neondatabase/serverless')
    neonConfig.fetchFunction = async (_url, { body }) => {
      const { query: text, params: values } = JSON.parse(body)
      return Response.json({ ...(await pool.query({ text, values, rowMode: 'array' })) })
    }
    return neon('postgres://user:password@neon.test/shop', { fullResults: true })
  },
  'postgres.js 3': () => {
    const sql = require('postgres')(URL_OF_POSTGRES)
    return { query: async (text, values) => ({ rowCount: (await sql.unsafe(text, values)).count }) }
  },
}

const row = ([name, open]) => {
  const check = async () => {
    const once = postgresOnce(open())
    const key = randomUUID()
    const claims = await Promise.all(Array.from({ length: 20 }, () => once.claim(key, 60_000)))
    expect(claims.filter(Boolean).length, 1)
  }
  return [`postgresOnce with ${name} (FR103)`, check]
}

void report(Object.fromEntries(Object.entries(CLIENTS).map(row)))
