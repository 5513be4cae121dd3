import { Store, type SessionData } from 'express-session'
import type { Kysely } from 'kysely'
import type { Schema } from './tables.js'

const PURGE_EVERY = 15 * 60 * 1000
const DEFAULT_TTL = 3600 * 1000

/** A store for express-session in the embedded database: one row per session. */
export class DatabaseSessionStore extends Store {
  private readonly purge: NodeJS.Timeout

  constructor(private readonly db: Kysely<Schema>) {
    super()
    this.purge = setInterval(() => this.removeExpired(), PURGE_EVERY).unref()
  }

  override get(
    sid: string,
    callback: (error: unknown, session?: SessionData | null) => void,
  ): void {
    settle(this.read(sid), callback)
  }

  override set(sid: string, session: SessionData, callback?: (error?: unknown) => void): void {
    settle(this.write(sid, session), callback)
  }

  override touch(sid: string, session: SessionData, callback?: (error?: unknown) => void): void {
    settle(this.prolong(sid, session), callback)
  }

  override destroy(sid: string, callback?: (error?: unknown) => void): void {
    settle(this.remove(sid), callback)
  }

  /** Stops the timer that removes expired sessions. */
  close(): void {
    clearInterval(this.purge)
  }

  private async read(sid: string): Promise<SessionData | null> {
    const row = await this.db
      .selectFrom('sessions')
      .select('sess')
      .where('sid', '=', sid)
      .where('expire', '>', new Date().toISOString())
      .executeTakeFirst()
    return row ? JSON.parse(row.sess) : null
  }

  private async write(sid: string, session: SessionData): Promise<void> {
    const sess = JSON.stringify(session)
    const expire = expiry(session)
    await this.db
      .insertInto('sessions')
      .values({ sid, sess, expire })
      .onConflict((conflict) => conflict.column('sid').doUpdateSet({ sess, expire }))
      .execute()
  }

  private async prolong(sid: string, session: SessionData): Promise<void> {
    await this.db
      .updateTable('sessions')
      .set({ expire: expiry(session) })
      .where('sid', '=', sid)
      .execute()
  }

  private async remove(sid: string): Promise<void> {
    await this.db.deleteFrom('sessions').where('sid', '=', sid).execute()
  }

  private removeExpired(): void {
    this.db
      .deleteFrom('sessions')
      .where('expire', '<', new Date().toISOString())
      .execute()
      // Expired sessions are never used. The next run removes what this run could not remove.
      .catch(() => undefined)
  }
}

/** Gives the result of a promise to a Node callback. */
function settle<T>(
  work: Promise<T>,
  callback: (error: unknown, result?: T) => void = () => undefined,
): void {
  work.then((result) => callback(null, result), callback)
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
