import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const { Store } = require('express-session')

/** Sessions in memory, as express-session's own store keeps them; counts the calls. */
export class CountingStore extends Store {
  operations = { get: 0, set: 0, touch: 0, destroy: 0 }
  sessions = new Map()

  get(id, done) {
    this.operations.get++
    const stored = this.sessions.get(id)
    setImmediate(() => done(null, stored && JSON.parse(stored)))
  }

  set(id, session, done) {
    this.operations.set++
    this.sessions.set(id, JSON.stringify(session))
    if (done) setImmediate(() => done())
  }

  touch(id, session, done) {
    this.operations.touch++
    const stored = this.sessions.get(id)
    if (stored)
      this.sessions.set(id, JSON.stringify({ ...JSON.parse(stored), cookie: session.cookie }))
    if (done) setImmediate(() => done())
  }

  destroy(id, done) {
    this.operations.destroy++
    this.sessions.delete(id)
    if (done) setImmediate(() => done())
  }
}
