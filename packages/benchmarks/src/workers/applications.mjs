import { createRequire } from 'node:module'
import { CALLBACK_PATH, CONTENDERS } from '../contenders.mjs'
import { CountingStore } from '../counting-store.mjs'
import { argument, serve } from '../processes.mjs'

const require = createRequire(import.meta.url)
const express = require('express')
const session = require('express-session')
const { Passport } = require('passport')

// One Express application for each contender, each with its port and its sessions, in one process.
const { url, names } = argument()
const applications = new Map()
for (const name of names) applications.set(name, await open(CONTENDERS.get(name)))

async function open(contender) {
  const passport = new Passport()
  passport.use('login', contender.create(await contender.load(), url))
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
  return { store, port: server.address().port }
}

serve({
  port: (name) => applications.get(name).port,
  /**
   * Collects garbage before and after each contender's logins, so that each contender pays for its
   * own garbage.
   */
  usage(name) {
    globalThis.gc({ type: 'minor' })
    const { user, system } = process.cpuUsage()
    return { cpu: user + system, operations: { ...applications.get(name).store.operations } }
  },
  /** Drops all sessions of a contender. */
  clear: (name) => applications.get(name).store.sessions.clear(),
})
