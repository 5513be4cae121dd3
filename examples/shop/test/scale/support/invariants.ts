import type { Topology } from './topology'

const BROKEN = {
  'identities that two users have': `
    SELECT provider, site, subject FROM identities
    GROUP BY provider, site, subject HAVING count(*) > 1`,
  'users without an identity': `
    SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM identities)`,
  'browsers of nobody': `
    SELECT id FROM browsers WHERE user_id NOT IN (SELECT id FROM users)`,
}

/** Which faults the database has: an empty list when it is consistent. */
export async function findBroken({ sql }: Topology): Promise<string[]> {
  const found: string[] = []
  for (const [what, query] of Object.entries(BROKEN)) {
    const { rowCount } = await sql.query(query)
    if (rowCount) found.push(`${rowCount} ${what}`)
  }
  return found
}
