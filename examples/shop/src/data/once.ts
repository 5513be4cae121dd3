import type { Kysely } from 'kysely'
import type { Schema } from './schema.js'

/** Claims each code once in the embedded database; the first caller gets `true`. */
export function databaseOnce(db: Kysely<Schema>) {
  return {
    async claim(key: string, ttlMs: number): Promise<boolean> {
      const now = Date.now()
      await db
        .deleteFrom('used_codes')
        .where('expires_at', '<', new Date(now).toISOString())
        .execute()
      const claimed = await db
        .insertInto('used_codes')
        .values({ key, expires_at: new Date(now + ttlMs).toISOString() })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .returning('key')
        .executeTakeFirst()
      return claimed !== undefined
    },
  }
}
