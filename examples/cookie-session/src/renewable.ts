import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'

/** Put it after cookie-session. It adds `regenerate` and `save`, which Passport calls. */
export const renewable: RequestHandler = (req, _res, next) => {
  equip(req)
  next()
}

function equip(req: Request): void {
  const { session } = req
  if (!session) return
  // not enumerable, so that they are not in the cookie
  const add = (name: string, value: (done: () => void) => void) =>
    Object.defineProperty(session, name, { value })
  add('save', (done) => {
    session['sessionId'] ??= randomUUID()
    done() // the answer sends the cookie
  })
  add('regenerate', (done) => {
    // never empty: cookie-session would not replace the old cookie
    req.session = { sessionId: randomUUID() }
    equip(req)
    done()
  })
}
