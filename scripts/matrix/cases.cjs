// Each case: opens an application on a free port of this machine, and can close it.
const events = require('node:events')

const SECRET = 'at least thirty-two letters of a secret'

/** The cases by name; `needs` is a server that must be there. */
exports.CASES = {
  'Express 5, Passport 0.7, memory': { open: onExpress('express', 'passport') },
  'Express 5, Passport 0.6, memory': { open: onExpress('express', 'passport06') },
  'Express 4, Passport 0.7, memory': { open: onExpress('express4', 'passport') },
  'Express 4, Passport 0.6, memory': { open: onExpress('express4', 'passport06') },
  'Express 5, connect-redis 9': { needs: 'redis', open: onExpress('express', 'passport', redis) },
  'Express 5, connect-pg-simple 10': {
    needs: 'postgres',
    open: onExpress('express', 'passport', postgres),
  },
  'Express 5, cookie-session 2 with adapter': {
    open: (settings) => serve(require('./cookie-session/app.js').createApp(settings, SECRET)),
  },
  'Express 5, bundled with esbuild': {
    open: (settings) => serve(require('./bundle/app.cjs').createApp(settings)),
  },
  'Fastify 5, @fastify/session 11': { open: (settings) => onFastify(settings, 'inMemory') },
  'Fastify 5, @fastify/secure-session 8': {
    open: (settings) => onFastify(settings, 'inCookie'),
  },
  'Koa 3, koa-session 7': {
    open: (settings) => serve(require('./koa/app.js').createApp(settings, SECRET)),
  },
  'Nest 11, express-session': { open: onNest },
}

async function serve(app) {
  const server = app.listen(0, '127.0.0.1')
  await events.once(server, 'listening')
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => end(server) }
}

async function end(server) {
  server.closeAllConnections()
  server.close()
}

function onExpress(express, passport, openStore = async () => ({})) {
  return async (settings) => {
    const session = require('express-session')
    const { store, close = async () => {} } = await openStore(session)
    const options = { secret: SECRET, resave: false, saveUninitialized: false, store }
    const modules = { express: require(express), passport: require(passport) }
    const { createApp } = require('./express.cjs')
    const opened = await serve(createApp({ ...modules, sessions: session(options) }, settings))
    return { url: opened.url, close: () => Promise.all([opened.close(), close()]) }
  }
}

async function redis() {
  const { createClient } = require('redis')
  const { RedisStore } = require('connect-redis')
  const client = await createClient({ url: process.env.MATRIX_REDIS }).connect()
  return { store: new RedisStore({ client }), close: () => client.close() }
}

async function postgres(session) {
  const { Pool } = require('pg')
  const Store = require('connect-pg-simple')(session)
  const pool = new Pool({ connectionString: process.env.MATRIX_POSTGRES })
  const store = new Store({ pool, createTableIfMissing: true, pruneSessionInterval: false })
  return { store, close: () => pool.end() }
}

async function onFastify(settings, kind) {
  const sessions = require('./fastify/sessions.js')[kind]
  const app = await require('./fastify/app.js').createApp(settings, SECRET, sessions)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, close: () => end(app.server) }
}

async function onNest(settings) {
  const app = await require('./nestjs/app.js').createApp(settings, SECRET)
  await app.listen(0, '127.0.0.1')
  return { url: await app.getUrl(), close: () => end(app.getHttpServer()) }
}
