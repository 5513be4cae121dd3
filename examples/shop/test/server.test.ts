import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import path from 'node:path'
import { readFileSync } from 'node:fs'
import request from 'supertest'
import { parse } from 'yaml'
import { listen } from '../../../test/server'
import { serve, type Server } from '../src/serve'
import { createLogger, linesForPeople } from '../src/log'
import { buildSite } from './scale/support/site-process'
import { startSite, type TestSite, writeLines } from './support/site'

let site: TestSite
let server: Server | undefined

afterEach(async () => {
  // a stopped server has closed its site
  await server?.stop()
  server = undefined
  await site.close()
})

it('answers health checks, and is not ready while it stops', async () => {
  site = await startSite()
  await request(site.app).get('/healthz').expect(200, 'ok')
  const ready = await request(site.app).get('/readyz').expect(200, 'ready')
  expect(ready.headers['set-cookie']).toBeUndefined()
  site.drain()
  await request(site.app).get('/readyz').expect(503)
  await request(site.app).get('/healthz').expect(200)
})

it('says in one line that its port is taken, and ends', async () => {
  site = await startSite()
  server = await serve(site, { port: 0, host: '127.0.0.1' })
  expect(await start({ PORT: String(server.port) })).toEqual([
    1,
    `Port ${server.port} is taken. Use another one: PORT=3100 npm run demo\n`,
  ])
})

it.each([
  ['HOST', 'not a host', {}],
  ['DATA_DIR', '/dev/null/data', {}],
  // nothing listens on port 1
  ['DATABASE_URL', 'postgres://user:hunter2@127.0.0.1:1/shop', {}],
  ['REDIS_URL', 'redis://user:hunter2@127.0.0.1:1', {}],
  [
    'MONPAY_BASE_URL',
    'http://wallet.example',
    { MONPAY_CLIENT_ID: 'shop', MONPAY_CLIENT_SECRET: 'hunter2' },
  ],
])('says in one line that %s is %s, and ends', async (name, value, others) => {
  site = await startSite()
  const [status, said] = await start({
    PORT: '0',
    BASE_URL: 'http://localhost:3000',
    ...others,
    [name]: value,
  })
  expect(status).toBe(1)
  expect(said).toMatch(/^.+\n$/)
  expect(said).toContain(name === 'MONPAY_BASE_URL' ? 'baseURL' : name)
  expect(said).not.toContain('hunter2')
})

/** Starts the site in a process of its own; returns its exit status and its output. */
async function start(settings: Record<string, string>): Promise<[number | null, string]> {
  const program = await buildSite()
  const env = { PATH: process.env['PATH'], DATA_DIR: site.config.dataDir, ...settings }
  const child = spawn(process.execPath, [program], { env, timeout: 30_000 })
  const said: string[] = []
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  }
  const [status] = await once(child, 'close')
  return [status, said.join('')]
}

it('in the demo it logs lines for people: the request, the answer, and errors with their stack', () => {
  const lines: string[] = []
  const logger = createLogger('info', linesForPeople(writeLines(lines)))
  const req = { method: 'GET', path: '/account' }
  logger.info({ req, res: { status: 303 }, responseTime: 12 }, 'request completed')
  logger.error({ req, res: { status: 502 }, responseTime: 1, err: new Error('refused') })
  logger.info({ url: 'http://localhost:3000/' }, 'listening')
  const [first, second, third] = lines
  expect(first).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: GET \/account 303 \(12 ms\)\n$/)
  expect(second).toContain('GET /account 502 (1 ms)')
  expect(second).toContain('Error: refused')
  expect(third).toMatch(/INFO: listening\n$/)
})

it('finishes a running login when it is stopped, and takes no new one', async () => {
  const waiting: ServerResponse[] = []
  const provider = createServer((_req, res) => waiting.push(res))
  const { url: baseURL, close } = await listen(provider)
  site = await startSite({
    providers: {
      monpay: {
        clientID: 'id',
        clientSecret: 'secret',
        baseURL,
        callbackURL: 'http://localhost:3000/auth/monpay',
        site: 'own',
      },
    },
  })
  server = await serve(site, { port: 0 })
  const url = `http://127.0.0.1:${server.port}`
  const login = fetch(`${url}/auth/monpay?code=running`, { redirect: 'manual' })
  await once(provider, 'request')
  const stopped = server.stop()
  await expect(fetch(url)).rejects.toThrow('fetch failed')
  provider.on('request', (_req, res) => answer(res, { intCode: 0, result: { userId: 1 } }))
  for (const res of waiting) answer(res, { access_token: 'token' })
  expect((await login).status).toBe(303)
  await stopped
  await close()
})

it('streams the steps of a login without a secret, in the demo only', async () => {
  site = await startSite()
  server = await serve(site, { port: 0 })
  const { body, headers } = await fetch(`http://127.0.0.1:${server.port}/auth/steps`)
  expect(headers.get('content-type')).toContain('text/event-stream')
  const visitor = site.visitor()
  await visitor.loginWithZaloPay()
  await server.stop()
  const stream = await new Response(body).text()
  const events = stream.split('\n').filter((line) => line.startsWith('data: '))
  const steps = events.map((line) => JSON.parse(line.slice('data: '.length)))
  const login = steps.slice(steps.findIndex(({ step }) => step === 'start'))
  expect(login.map(({ step }) => step)).toEqual([
    'start',
    'callback',
    'token',
    'profile',
    'verify',
    'session',
  ])
  for (const step of login) {
    expect(Object.keys(step).sort()).toEqual(['at', 'outcome', 'step', 'strategy'])
    expect(step).toMatchObject({ strategy: 'zalopay', outcome: 'ok' })
  }
})

it('has no step list and no simulator on its pages outside the demo', async () => {
  site = await startSite({ demo: undefined })
  await site.visitor().get('/auth/steps').expect(404)
  const { text } = await site.visitor().get('/')
  expect(text).not.toContain('simulat')
  expect(text).toContain('Open the MonPay app')
})

it('offers only the providers that are configured', async () => {
  site = await startSite({ providers: {} })
  const { text } = await site.visitor().get('/')
  expect(text).not.toContain('Log in with')
  await site.visitor().get('/auth/monpay?code=x').expect(404)
})

it('compose.yaml has two apps behind one proxy', () => {
  const folder = path.join(__dirname, '..')
  const { services } = parse(readFileSync(path.join(folder, 'compose.yaml'), 'utf8'))
  expect(Object.keys(services).sort()).toEqual(['app', 'postgres', 'proxy', 'redis'])
  expect(services.app.deploy.replicas).toBe(2)
  expect(services.proxy.ports).toHaveLength(1)
  const dockerfile = readFileSync(path.join(folder, 'Dockerfile'), 'utf8')
  expect(dockerfile).toMatch(/^USER node$/m)
  expect(dockerfile).toMatch(/^CMD \["node", /m)
})

function answer(res: ServerResponse, body: object): void {
  res.setHeader('Content-Type', 'application/json')
  res.end(JSON.stringify(body))
}
