// `redisOnce` with real clients, old versions and mocks, on a real Redis.
const { spawn } = require('node:child_process')
const { randomUUID } = require('node:crypto')
const http = require('node:http')
const { redisOnce } = require('passport-code-flow')
const { Strategy } = require('passport-monpay')
const { startMonPay } = require('passport-provider-simulators')
const { expect, listen, report, verify, visit } = require('./visit.cjs')

const URL_OF_REDIS = process.env.MATRIX_REDIS
const HOUR = 3_600_000

/** Each opens a client: `[client, close]`. */
const CLIENTS = {
  'node-redis 4.7': () => nodeRedis('redis4'),
  // such a client answers by callbacks, and its member v4 by promises
  'node-redis 4.7 in legacyMode, v4 (FR103)': async () => {
    const [client, close] = await nodeRedis('redis4', { legacyMode: true })
    return [client.v4, close]
  },
  'node-redis 5.12': () => nodeRedis('redis5'),
  'node-redis 6.3': () => nodeRedis('redis'),
  'node-redis 4.7 cluster': () => cluster('redis4'),
  'node-redis 6.3 cluster': () => cluster('redis'),
  'ioredis 4.31': () => ioredis('ioredis4'),
  'ioredis 5.11': () => ioredis('ioredis'),
  'ioredis 6.0': () => ioredis('ioredis6'),
  'ioredis 6.0 with a key prefix': () => ioredis('ioredis6', { keyPrefix: 'shop:' }),
  'iovalkey 0.4': () => ioredis('iovalkey'),
  'Upstash 1.39': () => upstash({}),
  'Upstash 1.39, one request per command': () => upstash({ enableAutoPipelining: false }),
  'valkey-glide 2.5': glide,
}

/**
 * Clients that answer by a callback, and a mock that lacks `call`: none of them may accept a code.
 */
const REFUSED = {
  'node-redis 4.7 in legacyMode is refused (FR103)': () =>
    nodeRedis('redis4', { legacyMode: true }),
  'ioredis-mock 8.13 is refused': async () => {
    const Mock = require('ioredis-mock')
    const client = new Mock()
    return [client, () => client.disconnect()]
  },
  'node-redis 3.1 is refused': async () => {
    const client = require('redis3').createClient(URL_OF_REDIS)
    return [client, () => client.quit()]
  },
  'redis-mock 0.56 is refused': async () => {
    const client = require('redis-mock').createClient()
    return [client, () => client.quit()]
  },
}

async function nodeRedis(name, options) {
  const client = require(name).createClient({ url: URL_OF_REDIS, ...options })
  await client.connect()
  return [client, () => client.disconnect()]
}

async function ioredis(name, options) {
  const Redis = require(name)
  const client = new (Redis.default ?? Redis)(URL_OF_REDIS, options)
  return [client, () => client.disconnect()]
}

async function glide() {
  const { GlideClient } = require('@valkey/valkey-glide')
  const { hostname: host, port } = new URL(URL_OF_REDIS)
  const client = await GlideClient.createClient({ addresses: [{ host, port: Number(port) }] })
  return [client, () => client.close()]
}

/** A Redis of one node that owns all slots. */
async function cluster(name) {
  const { port, close: free } = await listen(http.createServer())
  await free()
  const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--cluster-enabled', 'yes']
  const file = ['--cluster-config-file', `nodes-${port}.conf`]
  const redis = spawn('redis-server', [...args, ...file], { stdio: ['ignore', 'pipe', 'ignore'] })
  for await (const chunk of redis.stdout) if (/Ready to accept/.test(String(chunk))) break
  redis.stdout.resume()
  const url = `redis://127.0.0.1:${port}`
  const { createClient, createCluster } = require(name)
  const node = await createClient({ url }).connect()
  await node.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383'])
  while (!/cluster_state:ok/.test(await node.sendCommand(['CLUSTER', 'INFO'])))
    await new Promise((resolve) => setTimeout(resolve, 20))
  await node.disconnect()
  const client = createCluster({ rootNodes: [{ url }] })
  client.on('error', () => {})
  await client.connect()
  const close = async () => {
    await (client.destroy ?? client.disconnect).call(client)
    redis.kill()
  }
  return [client, close]
}

/** Upstash's REST protocol in front of the Redis: one command, or a list of them. */
async function upstash(options) {
  const { Redis } = require('@upstash/redis')
  const [redis, closeRedis] = await nodeRedis('redis')
  const run = (command) => redis.sendCommand(command.map(String)).then((result) => ({ result }))
  const server = http.createServer(async (req, res) => {
    let text = ''
    for await (const chunk of req) text += chunk
    const body = JSON.parse(text)
    const answer = req.url === '/pipeline' ? await Promise.all(body.map(run)) : await run(body)
    res.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  const { url, close: closeServer } = await listen(server)
  const client = new Redis({ url, token: 'token', enableTelemetry: false, ...options })
  return [client, () => closeServer().then(closeRedis)]
}

async function checkClient(client) {
  const once = redisOnce(client)
  const key = randomUUID()
  const claims = await Promise.all(Array.from({ length: 20 }, () => once.claim(key, HOUR)))
  expect(claims.filter(Boolean).length, 1)
  const short = randomUUID()
  await once.claim(short, 30)
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(await once.claim(short, 30), true)
  expect(await logIn({ once: redisOnce(client) }, 2), ['success', 'fail code_already_used'])
}

async function checkRefused(client) {
  expect(await logIn({ once: redisOnce(client), timeout: 1000 }, 1), ['error guard'])
}

/** The outcomes of MonPay logins with one code. */
async function logIn(options, times) {
  const monpay = await startMonPay({ callbackURL: 'http://shop.test/auth/monpay' })
  const { clientID, clientSecret, callbackURL, url: baseURL } = monpay
  const given = { clientID, clientSecret, callbackURL, baseURL, ...options }
  const code = monpay.issueCode()
  const ends = []
  for (let time = 0; time < times; time++)
    ends.push((await visit(new Strategy(given, verify), `/auth/monpay?code=${code}`)).end)
  await monpay.close()
  return ends
}

const row = (open, examine) => async () => {
  const [client, close] = await open()
  client.on?.('error', () => {})
  try {
    await examine(client)
  } finally {
    await close()
  }
}

const rows = (clients, examine) =>
  Object.fromEntries(Object.entries(clients).map(([name, open]) => [name, row(open, examine)]))

void report({ ...rows(CLIENTS, checkClient), ...rows(REFUSED, checkRefused) })
