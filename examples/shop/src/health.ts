import { Router } from 'express'
import { sql } from 'kysely'
import type { Database } from './storage/database.js'
import type { SharedStores } from './storage/stores.js'

/** `/healthz`: the process answers. `/readyz`: it can serve visitors; otherwise 503. */
export function healthRoutes(
  database: Database,
  stores: SharedStores,
  state: { draining: boolean },
): Router {
  const router = Router()
  router.get('/healthz', (_req, res) => {
    res.type('text').send('ok')
  })
  router.get('/readyz', async (_req, res) => {
    const ready =
      !state.draining &&
      (await Promise.all([sql`select 1`.execute(database.db), stores.redis?.ping()]).then(
        () => true,
        () => false,
      ))
    res
      .status(ready ? 200 : 503)
      .type('text')
      .send(ready ? 'ready' : 'not ready')
  })
  return router
}
