import { Store, type SessionData } from 'express-session'
import type { Kysely } from 'kysely'
import type { Schema } from './tables.js'

const PURGE_EVERY = 15 * 60 * 1000
const DEFAULT_TTL = 3600 * 1000

type Done = (error?: unknown) => void

/** A store for express-session in the embedded database: one row per session. */
export class DatabaseSessionStore extends Store {
  private readonly purge: NodeJS.Timeout

  constructor(private readonly db: Kysely<Schema>) {
    super()
    this.purge = setInterval(() => this.removeExpired(), PURGE_EVERY).unref()
  }

  override get(sid: string, done: (error: unknown, session?: SessionData | null) => void): void {
    const row = this.db
      .selectFrom('sessions')
      .select('sess')
      .where('sid', '=', sid)
      .where('expire', '>', new Date().toISOString())
      .executeTakeFirst()
    settle(
      row.then((found) => (found ? JSON.parse(found.sess) : null)),
      done,
    )
  }

  override set(sid: string, session: SessionData, done?: Done): void {
    const values = { sess: JSON.stringify(session), expire: expiry(session) }
    const query = this.db
      .insertInto('sessions')
      .values({ sid, ...values })
      .onConflict((conflict) => conflict.column('sid').doUpdateSet(values))
    settle(query.execute(), done)
  }

  override touch(sid: string, session: SessionData, done?: Done): void {
    const values = { expire: expiry(session) }
    settle(this.db.updateTable('sessions').set(values).where('sid', '=', sid).execute(), done)
  }

  override destroy(sid: string, done?: Done): void {
    settle(this.db.deleteFrom('sessions').where('sid', '=', sid).execute(), done)
  }

  /** Stops the timer that removes expired sessions. */
  close(): void {
    clearInterval(this.purge)
  }

  private removeExpired(): void {
    // Expired sessions are never used. The next run removes what this run could not remove.
    settle(this.db.deleteFrom('sessions').where('expire', '<', new Date().toISOString()).execute())
  }
}

/** Gives the result of a promise to a Node callback. */
function settle<T>(work: Promise<T>, done: (error: unknown, result?: T) => void = () => {}): void {
  work.then((result) => done(null, result), done)
}

function expiry(session: SessionData): string {
  return new Date(Date.now() + (session.cookie.maxAge ?? DEFAULT_TTL)).toISOString()
}

/** A guard in the embedded database: only the first claim of a code gets `true`. */
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
