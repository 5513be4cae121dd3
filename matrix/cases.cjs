// Each case: opens an application on a free port of this machine, and can close it.
const http = require('node:http')
const querystring = require('node:querystring')
const { end, listen: serve } = require('./visit.cjs')

const SECRET = 'at least thirty-two letters of a secret'

/** The cases by name; `needs` is a server that must be running. */
exports.CASES = {
  'Express 5, Passport 0.7, memory': { open: onExpress('express', 'passport') },
  'Express 5, Passport 0.6, memory': { open: onExpress('express', 'passport06') },
  'Express 4, Passport 0.7, memory': { open: onExpress('express4', 'passport') },
  'Express 4, Passport 0.6, memory': { open: onExpress('express4', 'passport06') },
  'Express 5, Passport 0.5, memory (B61)': { open: onExpress('express', 'passport05') },
  'Express 5, Passport 0.4, memory (B61)': { open: onExpress('express', 'passport04') },
  'Express 5, connect-redis 9': { needs: 'redis', open: onExpress('express', 'passport', redis) },
  'Express 5, connect-pg-simple 10': {
    needs: 'postgres',
    open: onExpress('express', 'passport', postgres),
  },
  'Express 5, cookie-session 2 with adapter': {
    open: (settings) => serve(require('./cookie-session/app.js').createApp(settings, SECRET)),
  },
  'Express 5, client-sessions 0.8 with adapter (B61)': { open: onClientSessions },
  'one file by esbuild, CommonJS': { open: onBundle('esbuild.cjs') },
  'one file by esbuild, ES module (FR13)': { open: onBundle('esbuild.mjs') },
  'one file by Rollup 4, ES module (FR13)': { open: onBundle('rollup.mjs') },
  'one file by Vite 7 SSR, ES module (FR13)': { open: onBundle('vite/app.mjs') },
  'one file by webpack 5': { open: onBundle('webpack.cjs') },
  'one file by ncc': { open: onBundle('ncc.cjs') },
  'Express 5, serverless-http 4 (FR22)': { open: onLambda((app) => require('serverless-http')(app)) },
  'Express 5, @codegenie/serverless-express 4 (FR22)': {
    open: onLambda((app) => require('@codegenie/serverless-express')({ app })),
  },
  'a proxy that strips a prefix (FR24)': { prefix: '/shop', open: behindProxy },
  'Express 5 on Bun (FR33)': { program: 'bun', open: onExpress('express', 'passport') },
  'Express 5 on Deno (FR33)': { program: 'deno', open: onExpress('express', 'passport') },
  'Fastify 5, @fastify/session 11': { open: (settings) => onFastify(settings) },
  'Fastify 5, @fastify/secure-session 8': {
    open: (settings) =>
      onFastify(settings, require('./fastify/secure-sessions.js').inCookie),
  },
  'Koa 3, koa-session 7': {
    open: (settings) => serve(require('./koa/app.js').createApp(settings, SECRET)),
  },
  'Nest 11, express-session': { open: onNest },
}

function onBundle(file) {
  return async (settings) => {
    const bundle = await import(`./bundles/${file}`)
    return serve((bundle.default ?? bundle).createApp(settings))
  }
}

function createExpress(settings, ...before) {
  const session = require('express-session')
  const sessions = session({ secret: SECRET, resave: false, saveUninitialized: false })
  const modules = { express: require('express'), passport: require('passport') }
  const { createApp } = require('./express.cjs')
  return createApp({ ...modules, sessions: [...before, sessions] }, settings)
}

exports.createExpress = createExpress

/** Behind a gateway: every request is an event of AWS Lambda. */
function onLambda(wrap) {
  return (settings) => {
    // the adapters have read the body: Express 5 then leaves it as bytes
    const parse = (req, _res, next) => {
      if (Buffer.isBuffer(req.body)) req.body = querystring.parse(String(req.body))
      next()
    }
    const handle = wrap(createExpress(settings, parse))
    const gateway = http.createServer(async (req, res) => {
      const answer = await handle(await eventOf(req), {})
      const { statusCode, headers = {}, multiValueHeaders = {}, cookies = [], body = '' } = answer
      for (const [name, value] of Object.entries({ ...headers, ...multiValueHeaders }))
        res.setHeader(name, value)
      if (cookies.length > 0) res.setHeader('set-cookie', cookies)
      res.writeHead(statusCode).end(Buffer.from(body, answer.isBase64Encoded ? 'base64' : 'utf8'))
    })
    return serve(gateway)
  }
}

/** The event of an HTTP API, payload format 2.0. */
async function eventOf(req) {
  let body = ''
  for await (const chunk of req) body += chunk
  const [rawPath, rawQueryString = ''] = req.url.split('?')
  const { cookie, ...headers } = req.headers
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers,
    cookies: cookie?.split('; ') ?? [],
    queryStringParameters: querystring.parse(rawQueryString),
    requestContext: { http: { method: req.method, path: rawPath, sourceIp: '127.0.0.1' } },
    body,
    isBase64Encoded: false,
  }
}

/** A proxy that removes a prefix of the path before the application gets it. */
async function behindProxy(settings) {
  const app = await serve(createExpress(settings))
  const proxy = http.createServer((req, res) => {
    const { method, headers } = req
    const request = http.request(app.url + req.url.replace(/^\/shop/, ''), { method, headers })
    request.on('response', (answer) => {
      res.writeHead(answer.statusCode, answer.headers)
      answer.pipe(res)
    })
    req.pipe(request)
  })
  const { url, close } = await serve(proxy)
  return { url, close: () => Promise.all([app.close(), close()]) }
}

function onExpress(express, passport, openStore = async () => ({})) {
  return async (settings) => {
    const session = require('express-session')
    const { store, close = async () => {} } = await openStore(session)
    const options = { secret: SECRET, resave: false, saveUninitialized: false, store }
    const modules = { express: require(express), passport: require(passport) }
    const sessions = [session(options)]
    // later versions do not need it
    if (passport === 'passport04') sessions.push(modules.passport.initialize())
    const { createApp } = require('./express.cjs')
    const opened = await serve(createApp({ ...modules, sessions }, settings))
    return { url: opened.url, close: () => Promise.all([opened.close(), close()]) }
  }
}

function onClientSessions(settings) {
  const { renewable } = require('./cookie-session/renewable.js')
  const sessions = [require('client-sessions')({ cookieName: 'session', secret: SECRET }), renewable]
  const modules = { express: require('express'), passport: require('passport') }
  return serve(require('./express.cjs').createApp({ ...modules, sessions }, settings))
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

/** Without `addSessions`, sessions are in memory. */
async function onFastify(settings, addSessions) {
  const app = await require('./fastify/app.js').createApp(settings, SECRET, addSessions)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, close: () => end(app.server) }
}

async function onNest(settings) {
  const app = await require('./nestjs/app.js').createApp(settings, SECRET)
  await app.listen(0, '127.0.0.1')
  return { url: await app.getUrl(), close: () => end(app.getHttpServer()) }
}
