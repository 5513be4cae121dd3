import { createRequire } from 'node:module'
import { inspect } from 'node:util'
import { serve } from '../harness/serve.mjs'
import { CountingStore } from '../harness/counting-store.mjs'
import { CONTENDERS } from './contenders.mjs'

const require = createRequire(import.meta.url)
const express = require('express')
const session = require('express-session')
const { Passport } = require('passport')

// The application under attack: arguments are a contender's name and its settings.
const create = CONTENDERS[process.argv[2]]
const { url, other, verify: manner, noSession } = JSON.parse(process.argv[3])

const VERIFY = {
  throws() {
    throw new Error('the database is down')
  },
  twice(user, done) {
    done(null, user)
    done(null, user)
  },
  throwsLater(user, done) {
    done(null, user)
    throw new Error('after the answer')
  },
  // the second user comes while the first one's verify works, and waits longer
  slow(user, done) {
    setTimeout(() => done(null, user), user.id === 'ada' ? 400 : 800)
  },
}

const verify = VERIFY[manner] ?? ((user, done) => done(null, user))
const strategy = await create({ url, verify })
const passport = new Passport()
passport.serializeUser((user, done) => done(null, String(user.id)))
passport.deserializeUser((id, done) => done(null, { id }))
passport.use('login', strategy)
if (other) passport.use('other', await create({ url: other, name: 'other', verify }))

const store = new CountingStore()
const app = express()
// the parser that makes lists and objects of parameters, which Express 4 has by default
app.set('query parser', 'extended')
if (!noSession)
  app.use(session({ secret: 'a secret', resave: false, saveUninitialized: false, store }))
app.use(express.urlencoded({ extended: true }))

let doubled = 0

/** Tells the browser everything about how a login ended. */
const attempt = (which) => (req, res, next) => {
  let actions = 0
  const tell = (action, error, { user, info, status } = {}) =>
    res.json({
      action,
      user,
      info: info && { ...info, message: info.message },
      status,
      message: error?.message,
      printed: error && [error.stack, safeJSON(error), print(error)].join('\n'),
    })
  passport.authenticate(which, (error, user, info, status) => {
    actions++
    if (actions > 1) return void doubled++
    if (error) return tell('error', error)
    if (!user) return tell('fail', undefined, { info, status })
    req.logIn(user, (failure) => tell(failure ? 'error' : 'success', failure, { user, info }))
  })(req, res, next)
}
app.get('/start', attempt('login'))
app.all('/callback', attempt('login'))
app.get('/other/start', attempt('other'))
app.all('/other/callback', attempt('other'))
// Passport's other way to name a strategy: by the object itself, which two requests then share
app.all('/by-object/callback', (req, res, next) => {
  passport.authenticate(strategy, (error, user) =>
    res.json({ action: error ? 'error' : user ? 'success' : 'fail', user }),
  )(req, res, next)
})
app.get('/alive', (_req, res) => res.json({ alive: true }))
app.use((error, _req, res, _next) => {
  if (!res.headersSent)
    res.status(500).json({ action: 'error', message: error.message, printed: print(error) })
})
const server = app.listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const now = Date.now

serve({
  port: () => server.address().port,
  /** How many requests ended in a second action. */
  doubled: () => doubled,
  printed: () => [print(strategy), safeJSON(strategy)].join('\n'),
  /** How many bytes the largest session has. */
  sessionBytes: () => Math.max(0, ...[...store.sessions.values()].map((text) => text.length)),
  /** Takes whatever looks like a verifier out of all sessions. */
  loseVerifiers() {
    for (const [id, text] of store.sessions)
      store.sessions.set(
        id,
        JSON.stringify(JSON.parse(text), (key, value) =>
          /verifier/.test(key) ? undefined : value,
        ),
      )
  },
  /** The clock of this process goes on. */
  later: (ms) => {
    Date.now = () => now() + ms
  },
  resident: () => process.memoryUsage().rss,
  polluted: () => Object.keys(Object.prototype).length > 0 || {}.polluted !== undefined,
})

function print(value) {
  return inspect(value, { depth: 10, showHidden: true })
}

function safeJSON(value) {
  try {
    return JSON.stringify(value)
  } catch (failure) {
    return String(failure)
  }
}
