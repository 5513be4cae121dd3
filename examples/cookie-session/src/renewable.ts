import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'

/** Put it after cookie-session: gives its sessions the `regenerate` and `save` Passport calls. */
export const renewable: RequestHandler = (req, _res, next) => {
  equip(req)
  next()
}

function equip(req: Request): void {
  const { session } = req
  if (!session) return
  // not enumerable: they are no part of the cookie
  const add = (name: string, value: (done: () => void) => void) =>
    Object.defineProperty(session, name, { value })
  add('save', (done) => {
    session['sessionId'] ??= randomUUID()
    done() // the cookie leaves with the answer
  })
  add('regenerate', (done) => {
    // never empty: cookie-session would leave the old cookie where it is
    req.session = { sessionId: randomUUID() }
    equip(req)
    done()
  })
}
