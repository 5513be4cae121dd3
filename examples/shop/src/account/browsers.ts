import { randomUUID } from 'node:crypto'
import { parse } from 'bowser'
import type { Kysely } from 'kysely'
import type { Schema, Browser, User } from '../storage/tables.js'

/** How long a login lasts, in milliseconds: 30 days. */
export const LOGIN_LASTS = 30 * 24 * 3600 * 1000

const SEEN_EVERY = 60 * 1000
const PURGE_EVERY = 3600 * 1000

/** When this process last removed old rows. */
let purgedAt = 0

/** Remembers that a user logged in on a device and returns the id for the session. */
export async function addBrowser(
  db: Kysely<Schema>,
  logIn: { userId: string; identityId: string; provider: string; device: string },
): Promise<string> {
  const id = randomUUID()
  const now = new Date()
  await purgeOld(db, now.getTime())
  await db
    .insertInto('browsers')
    .values({
      id,
      user_id: logIn.userId,
      identity_id: logIn.identityId,
      provider: logIn.provider,
      device: logIn.device,
      created_at: now.toISOString(),
      last_seen_at: now.toISOString(),
    })
    .execute()
  return id
}

/** Runs at most once an hour, because it reads the whole table. An old row logs nobody in. */
async function purgeOld(db: Kysely<Schema>, now: number): Promise<void> {
  if (now - purgedAt < PURGE_EVERY) return
  purgedAt = now
  const oldest = new Date(now - LOGIN_LASTS).toISOString()
  await db.deleteFrom('browsers').where('created_at', '<', oldest).execute()
}

/** The user of a browser that is logged in; stores that it was active, at most once a minute. */
export async function findLoggedInUser(
  db: Kysely<Schema>,
  browserId: string,
): Promise<(User & { provider: string }) | undefined> {
  const found = await db
    .selectFrom('browsers')
    .innerJoin('users', 'users.id', 'browsers.user_id')
    .selectAll('users')
    .select(['browsers.last_seen_at', 'browsers.provider'])
    .where('browsers.id', '=', browserId)
    .where('browsers.created_at', '>', new Date(Date.now() - LOGIN_LASTS).toISOString())
    .executeTakeFirst()
  if (!found) return undefined
  const { last_seen_at: seen, ...user } = found
  if (Date.now() - Date.parse(seen) > SEEN_EVERY) {
    await db
      .updateTable('browsers')
      .set({ last_seen_at: new Date().toISOString() })
      .where('id', '=', browserId)
      .execute()
  }
  return user
}

/** The browsers where a user is logged in, the latest first. */
export async function listBrowsers(db: Kysely<Schema>, userId: string): Promise<Browser[]> {
  return db
    .selectFrom('browsers')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('last_seen_at', 'desc')
    .execute()
}

/** Logs a user out in one browser; does nothing when the browser is another user's. */
export async function removeBrowser(
  db: Kysely<Schema>,
  userId: string,
  browserId: string,
): Promise<void> {
  await db
    .deleteFrom('browsers')
    .where('id', '=', browserId)
    .where('user_id', '=', userId)
    .execute()
}

/** Logs a user out in every browser immediately, with any session store. */
export async function removeAllBrowsers(db: Kysely<Schema>, userId: string): Promise<void> {
  await db.deleteFrom('browsers').where('user_id', '=', userId).execute()
}

/**
 * In these apps, the browser's name is that of its engine; the name of the wallet tells the user
 * more.
 */
const WALLETS = ['ZaloPay', 'MonPay']

/** A short name of a browser, such as `Chrome, Android`. Empty for an unknown one. */
export function describeDevice(userAgent: string | undefined): string {
  const agent = userAgent || 'unknown'
  const { browser, os } = parse(agent)
  const wallet = WALLETS.find((name) => agent.toLowerCase().includes(name.toLowerCase()))
  return [wallet ?? browser.name, os.name].filter(Boolean).join(', ')
}
