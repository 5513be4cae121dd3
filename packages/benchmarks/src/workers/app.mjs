import { createRequire } from 'node:module'
import { CONTENDERS } from '../contenders/index.mjs'
import { CALLBACK_PATH } from '../contenders/application.mjs'
import { CountingStore } from '../harness/counting-store.mjs'
import { serve } from '../harness/serve.mjs'

const require = createRequire(import.meta.url)
const express = require('express')
const session = require('express-session')
const { Passport } = require('passport')

// An Express application: arguments are a contender's name and the provider's URL.
const contender = CONTENDERS.get(process.argv[2])
const strategy = contender.create(await contender.load(), process.argv[3])

const passport = new Passport()
passport.use('login', strategy)
passport.serializeUser((user, done) => done(null, user.id ?? user.sub))
passport.deserializeUser((id, done) => done(null, { id }))

const store = new CountingStore()
const app = express()
app.use(session({ secret: 'a secret', resave: false, saveUninitialized: false, store }))
app.use(express.urlencoded({ extended: false }))
app.get('/auth/login', passport.authenticate('login'))
app.all(CALLBACK_PATH, passport.authenticate('login', { successRedirect: '/' }))
const server = app.listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))

serve({
  port: () => server.address().port,
  /** CPU of this process so far, in µs, and what the session store was asked for. */
  usage() {
    const { user, system } = process.cpuUsage()
    return { cpu: user + system, operations: { ...store.operations } }
  },
  /** Drops all sessions. */
  clear: () => store.sessions.clear(),
})
