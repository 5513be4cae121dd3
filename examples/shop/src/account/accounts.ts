import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Identity, NewIdentity, Schema, User } from '../storage/tables.js'

/** The user of a provider after a login: the key of the identity, and what the pages show of it. */
export interface Person {
  provider: string
  site: string
  subject: string
  /** Empty when the provider gave neither a name nor a phone number. */
  displayName: string
  picture?: string | undefined
  email?: string | undefined
  phone?: string | undefined
}

/** What `linkIdentity` did: `taken` means that the identity belongs to another user. */
export type LinkResult = 'linked' | 'already_linked' | 'taken'

/** A user, and the id of the identity by which the user was found. */
export type Owner = User & { identity_id: string }

/** The user who has this person's identity, if there is one. */
export async function findUser(db: Kysely<Schema>, person: Person): Promise<Owner | undefined> {
  return db
    .selectFrom('users')
    .innerJoin('identities', 'identities.user_id', 'users.id')
    .selectAll('users')
    .select('identities.id as identity_id')
    .where('identities.provider', '=', person.provider)
    .where('identities.site', '=', person.site)
    .where('identities.subject', '=', person.subject)
    .executeTakeFirst()
}

/**
 * The user who has this person's identity; a new user at the first login. `known` is the result of
 * an earlier `findUser`. Email addresses are never compared.
 */
export async function findOrCreateUser(
  db: Kysely<Schema>,
  person: Person,
  known?: Owner,
): Promise<Owner> {
  const user = known ?? (await findUser(db, person))
  if (user) {
    await refreshIdentity(db, person)
    return user
  }
  return (await createUser(db, person)) ?? findOrCreateUser(db, person)
}

/** `undefined` when another login of the same identity was faster; then no row is left. */
async function createUser(db: Kysely<Schema>, person: Person): Promise<Owner | undefined> {
  const now = new Date().toISOString()
  const user: User = { id: randomUUID(), ...shownName(person), created_at: now, updated_at: now }
  return db.transaction().execute(async (transaction) => {
    await transaction.insertInto('users').values(user).execute()
    const identityId = await insertIdentity(transaction, user.id, person)
    if (identityId !== undefined) return { ...user, identity_id: identityId }
    await transaction.deleteFrom('users').where('id', '=', user.id).execute()
    return undefined
  })
}

/** Gives a user one more identity; never takes it from another user. */
export async function linkIdentity(
  db: Kysely<Schema>,
  userId: string,
  person: Person,
): Promise<LinkResult> {
  if (await insertIdentity(db, userId, person)) return 'linked'
  const owner = await findUser(db, person)
  return owner?.id === userId ? 'already_linked' : 'taken'
}

/**
 * Removes one identity of a user; `false` when it is the last one. Browsers that have logged in by
 * it are logged out, all but the one that asks for this.
 */
export async function unlinkIdentity(
  db: Kysely<Schema>,
  asking: { id: string; browserId: string },
  identityId: string,
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    // An update locks the row in both databases: the second of two unlinks then sees one identity.
    await transaction
      .updateTable('users')
      .set({ updated_at: new Date().toISOString() })
      .where('id', '=', asking.id)
      .execute()
    const identities = await listIdentities(transaction, asking.id)
    // When a form is sent twice, the second request finds no such identity.
    if (!identities.some(({ id }) => id === identityId)) return true
    if (identities.length === 1) return false
    // The database removes an identity's rows of `browsers` together with it.
    await transaction
      .updateTable('browsers')
      .set({ identity_id: null })
      .where('id', '=', asking.browserId)
      .where('identity_id', '=', identityId)
      .execute()
    await transaction.deleteFrom('identities').where('id', '=', identityId).execute()
    return true
  })
}

/** Removes a user with all identities. All browsers of the user are logged out. */
export async function deleteUser(db: Kysely<Schema>, userId: string): Promise<void> {
  // The database removes the rows of `identities` and `browsers` together with it.
  await db.deleteFrom('users').where('id', '=', userId).execute()
}

/** The identities of a user, oldest first. */
export async function listIdentities(db: Kysely<Schema>, userId: string): Promise<Identity[]> {
  return db
    .selectFrom('identities')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute()
}

/** The id of the new identity; `undefined` when the person has one already. */
async function insertIdentity(
  db: Kysely<Schema>,
  userId: string,
  person: Person,
): Promise<string | undefined> {
  const now = new Date().toISOString()
  const identity: NewIdentity = {
    id: randomUUID(),
    user_id: userId,
    provider: person.provider,
    site: person.site,
    subject: person.subject,
    ...shownColumns(person),
    created_at: now,
    last_login_at: now,
  }
  const inserted = await db
    .insertInto('identities')
    .values(identity)
    .onConflict((conflict) => conflict.columns(['provider', 'site', 'subject']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted?.id
}

async function refreshIdentity(db: Kysely<Schema>, person: Person): Promise<void> {
  await db
    .updateTable('identities')
    .set({ ...shownColumns(person), last_login_at: new Date().toISOString() })
    .where('provider', '=', person.provider)
    .where('site', '=', person.site)
    .where('subject', '=', person.subject)
    .execute()
}

function shownColumns(person: Person) {
  return { ...shownName(person), email: storable(person.email), phone: storable(person.phone) }
}

function shownName({ displayName, picture }: Person) {
  return { display_name: storable(displayName) ?? '', picture: storable(picture) }
}

/** Removes what databases refuse or end a text at: NUL, and halves of a surrogate pair. */
function storable(text: string | undefined): string | null {
  return text === undefined ? null : Buffer.from(text).toString().replaceAll('\0', '')
}
