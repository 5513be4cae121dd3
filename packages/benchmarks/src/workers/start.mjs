import http from 'node:http'
import net from 'node:net'
import { createRequire } from 'node:module'
import { CONTENDERS } from '../contenders/index.mjs'
import { authenticate, createRequest } from '../harness/passport.mjs'
import { CountingStore } from '../harness/counting-store.mjs'
import { serve } from '../harness/serve.mjs'

const require = createRequire(import.meta.url)
const session = require('express-session')

// The start leg in process: arguments are a contender's name and the provider's URL.
const contender = CONTENDERS.get(process.argv[2])
const strategy = contender.create(await contender.load(), process.argv[3])
const store = new CountingStore()
const middleware = session({ secret: 'a secret', resave: false, saveUninitialized: false, store })

/** On a session that is a plain object. */
function prepareBare() {
  const req = createRequest({ url: '/auth/login' }, {})
  return () => authenticate(strategy, req)
}

/** On express-session, up to the end of the answer. */
function prepareWithSession() {
  const req = Object.assign(new http.IncomingMessage(new net.Socket()), {
    ...createRequest({ url: '/auth/login' }),
    connection: { encrypted: true },
  })
  const res = new http.ServerResponse(req)
  return () =>
    new Promise((resolve, reject) => {
      res.end = resolve
      middleware(req, res, () =>
        authenticate(strategy, req).then((location) => {
          res.statusCode = 302
          res.setHeader('location', location)
          res.end()
        }, reject),
      )
    })
}

serve({
  /** CPU of one start, in µs. */
  async round(count, withSession) {
    const starts = Array.from({ length: count }, withSession ? prepareWithSession : prepareBare)
    store.sessions.clear()
    const before = process.cpuUsage()
    for (const start of starts) await start()
    const { user, system } = process.cpuUsage(before)
    return { cpu: (user + system) / count }
  },
  /** Bytes of JSON that abandoned starts leave in one session. */
  async pending(counts) {
    const abandoned = {}
    const sizes = []
    let started = 0
    for (const count of counts) {
      for (; started < count; started++)
        await authenticate(strategy, createRequest({ url: '/auth/login' }, abandoned))
      sizes.push(JSON.stringify(abandoned).length)
    }
    const [entries] = Object.values(abandoned)
    return { sizes, entries: Array.isArray(entries) ? entries.length : 1 }
  },
})
