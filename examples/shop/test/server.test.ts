import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import request from 'supertest'
import { closeAll, keep } from '../../../test/keep'
import { buildExample, endOf, start } from '../../../test/program'
import { listen } from '../../../test/server'
import { serve } from '../src/serve'
import { createLogger, linesForPeople } from '../src/log'
import { startSite, useSite, writeLines } from './support/site'

afterEach(closeAll)

const site = useSite()

/** Listens on a free port. */
async function open(app = site) {
  const { port, stop } = await serve(app, { port: 0, host: '127.0.0.1' })
  await keep({ close: stop })
  return { port, stop, url: `http://127.0.0.1:${port}` }
}

it('answers health checks, and is not ready while it stops', async () => {
  await request(site.app).get('/healthz').expect(200, 'ok')
  const ready = await request(site.app).get('/readyz').expect(200, 'ready')
  expect(ready.headers['set-cookie']).toBeUndefined()
  site.drain()
  await request(site.app).get('/readyz').expect(503)
  await request(site.app).get('/healthz').expect(200)
})

/** How the site ends as a process of its own. */
async function run(variables: Record<string, string>): Promise<[number | null, string]> {
  const program = await buildExample('shop')
  return endOf(start(program, { DATA_DIR: site.config.dataDir, ...variables }))
}

it('says in one line that its port is taken, and ends', async () => {
  const { port } = await open()
  const said = `Port ${port} is taken. Use another one: PORT=3100 npm run demo\n`
  expect(await run({ PORT: String(port) })).toEqual([1, said])
})

it.each([
  ['HOST', 'not a host', 'HOST'],
  ['DATA_DIR', '/dev/null/data', 'DATA_DIR'],
  // nothing listens on port 1
  ['DATABASE_URL', 'postgres://user:hunter2@127.0.0.1:1/shop', 'DATABASE_URL'],
  ['REDIS_URL', 'redis://user:hunter2@127.0.0.1:1', 'REDIS_URL'],
  ['MONPAY_BASE_URL', 'http://wallet.example', 'baseURL'],
])('says in one line that %s is %s, and ends', async (name, value, named) => {
  const monpay = { MONPAY_CLIENT_ID: 'shop', MONPAY_CLIENT_SECRET: 'hunter2' }
  const base = { PORT: '0', BASE_URL: 'http://localhost:3000' }
  const [status, said] = await run({ ...base, ...(named === 'baseURL' && monpay), [name]: value })
  expect(status).toBe(1)
  expect(said).toMatch(/^.+\n$/)
  expect(said).toContain(named)
  expect(said).not.toContain('hunter2')
})

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
  const provider = createServer()
  const { url: baseURL } = await keep(listen(provider))
  const { monpay } = site.config.providers
  const app = await keep(startSite({ providers: { monpay: { ...monpay!, baseURL } } }))
  const { url, stop } = await open(app)
  const login = fetch(`${url}/auth/monpay?code=running`, { redirect: 'manual' })
  const [, waiting] = await once(provider, 'request')
  const stopped = stop()
  await expect(fetch(url)).rejects.toThrow('fetch failed')
  provider.on('request', (_req, res) => answer(res, { intCode: 0, result: { userId: 1 } }))
  answer(waiting, { access_token: 'token' })
  expect((await login).status).toBe(303)
  await stopped
})

it('streams the steps of a login without a secret, in the demo only', async () => {
  const { url, stop } = await open()
  // fetch cancels the body of a response that nothing holds any more
  const response = await fetch(`${url}/auth/steps`)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  await site.zaloPayVisitor()
  await stop()
  const events = (await response.text()).matchAll(/^data: (.*)$/gm)
  const steps = [...events].map(([, data = '']) => JSON.parse(data))
  const login = steps.slice(steps.findIndex(({ step }) => step === 'start'))
  const names = ['start', 'callback', 'token', 'profile', 'verify', 'session']
  expect(login.map(({ step }) => step)).toEqual(names)
  for (const step of login) {
    expect(Object.keys(step).sort()).toEqual(['at', 'outcome', 'step', 'strategy'])
    expect(step).toMatchObject({ strategy: 'zalopay', outcome: 'ok' })
  }
})

it('has no step list and no simulator on its pages outside the demo', async () => {
  const visitor = (await keep(startSite({ demo: undefined }))).visitor()
  await visitor.get('/auth/steps').expect(404)
  const { text } = await visitor.get('/')
  expect(text).not.toContain('simulat')
  expect(text).toContain('Open the MonPay app')
})

it('offers only the providers that are configured', async () => {
  const visitor = (await keep(startSite({ providers: {} }))).visitor()
  const { text } = await visitor.get('/')
  expect(text).not.toContain('Log in with')
  await visitor.get('/auth/monpay?code=x').expect(404)
})

function answer(res: ServerResponse, body: object): void {
  res.setHeader('Content-Type', 'application/json')
  res.end(JSON.stringify(body))
}
