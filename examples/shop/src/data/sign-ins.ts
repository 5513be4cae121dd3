import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Schema, SignIn, User } from './schema.js'

/** How long a sign-in lasts, in milliseconds: 30 days. */
export const SIGN_IN_LASTS = 30 * 24 * 3600 * 1000

const SEEN_EVERY = 60 * 1000
const PURGE_EVERY = 3600 * 1000

/** When this process last removed old sign-ins. */
let purgedAt = 0

/** Remembers that a user signed in on a device and returns the id that the session carries. */
export async function recordSignIn(
  db: Kysely<Schema>,
  signIn: { userId: string; provider: string; device: string },
): Promise<string> {
  const id = randomUUID()
  const now = new Date()
  await purgeOld(db, now.getTime())
  await db
    .insertInto('sessions')
    .values({
      id,
      user_id: signIn.userId,
      provider: signIn.provider,
      device: signIn.device,
      created_at: now.toISOString(),
      last_seen_at: now.toISOString(),
    })
    .execute()
  return id
}

/** Not at every login: it reads the whole table. An old row signs nobody in meanwhile. */
async function purgeOld(db: Kysely<Schema>, now: number): Promise<void> {
  if (now - purgedAt < PURGE_EVERY) return
  purgedAt = now
  const oldest = new Date(now - SIGN_IN_LASTS).toISOString()
  await db.deleteFrom('sessions').where('created_at', '<', oldest).execute()
}

/** The user of a sign-in that has not been ended; marks it as seen, at most once a minute. */
export async function findSignedInUser(
  db: Kysely<Schema>,
  signInId: string,
): Promise<User | undefined> {
  const found = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .selectAll('users')
    .select('sessions.last_seen_at')
    .where('sessions.id', '=', signInId)
    .where('sessions.created_at', '>', new Date(Date.now() - SIGN_IN_LASTS).toISOString())
    .executeTakeFirst()
  if (!found) return undefined
  const { last_seen_at: seen, ...user } = found
  if (Date.now() - Date.parse(seen) > SEEN_EVERY) {
    await db
      .updateTable('sessions')
      .set({ last_seen_at: new Date().toISOString() })
      .where('id', '=', signInId)
      .execute()
  }
  return user
}

/** A user's signed-in devices, the latest first. */
export async function listSignIns(db: Kysely<Schema>, userId: string): Promise<SignIn[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('last_seen_at', 'desc')
    .execute()
}

/** Signs one device out. */
export async function endSignIn(db: Kysely<Schema>, signInId: string): Promise<void> {
  await db.deleteFrom('sessions').where('id', '=', signInId).execute()
}

/** Signs a user out on every device, at once and whatever store keeps the sessions. */
export async function endAllSignIns(db: Kysely<Schema>, userId: string): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute()
}
