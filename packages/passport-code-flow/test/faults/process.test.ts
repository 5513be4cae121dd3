import Redis from 'ioredis'
import { Pool } from 'pg'
import { createClient } from 'redis'
import { Strategy, type StrategyOptions } from '../../../passport-moneypools/src/index.js'
import {
  type SngineSimulator,
  startSngine,
} from '../../../passport-provider-simulators/src/index.js'
import { listen } from '../../../../test/server.js'
import { memoryOnce, type Once, postgresOnce, redisOnce } from '../../src/index.js'
import { recordTrace } from '../support/oracle.js'
import { describeWith, type Service, startPostgres, startRedis } from '../support/services.js'
import { Child } from './support/child.js'
import { startGate } from './support/gate.js'
import { Browser, createSite, type Shelf } from './support/site.js'

const SIGNED_IN = { status: 200, body: { user: { id: '1' } } }
const NOBODY = { status: 200, body: { user: null } }

let sngine: SngineSimulator
let verified = 0
const closing: (() => unknown)[] = []

beforeEach(async () => {
  verified = 0
  sngine = await startSngine({ callbackURL: 'https://shop.test/callback' })
  closing.push(() => sngine.close())
})

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** Starts a site with these sessions and this guard. */
async function openSite(shelf: Shelf, more: Partial<StrategyOptions> = {}): Promise<string> {
  const { clientID, clientSecret, callbackURL, url: baseURL } = sngine
  const options = { clientID, clientSecret, callbackURL, baseURL, ...more }
  const strategy = new Strategy(options, (_token, _refresh, { id }, done) => {
    verified++
    done(null, { id })
  })
  const { url, close } = await listen(createSite(strategy, shelf))
  closing.push(close)
  return url
}

const callback = () => `/callback?auth_key=${sngine.issueKey()}`

/** A whole login in a new browser. */
async function logIn(url: string) {
  const browser = new Browser(url)
  await browser.ask('/login', 'POST')
  const answer = await browser.ask(callback())
  return { browser, answer }
}

function keepInMemory(): Shelf {
  const kept = new Map<string, string>()
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    set: (key, value) => Promise.resolve(kept.set(key, value)),
    delete: (key) => Promise.resolve(kept.delete(key)),
  }
}

/** A guard during whose first claim something happens. */
function whileClaiming(happen: () => Promise<unknown>): Once {
  const guard = memoryOnce()
  let happening: Promise<unknown> | undefined
  return {
    async claim(...claim) {
      await (happening ??= happen())
      return guard.claim(...claim)
    },
  }
}

/** Asks again until it works, and ends with the test when it never does. */
async function untilItWorks<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch {
      await new Promise(setImmediate)
    }
  }
}

/** The session store is gone while the code is claimed, and then altogether. */
async function expectSafeWithoutSessions(
  shelf: Shelf,
  kill: () => Promise<void>,
  revive: () => Promise<void>,
) {
  const url = await openSite(shelf, { once: whileClaiming(kill) })
  const browser = new Browser(url)
  await browser.ask('/login', 'POST')
  sngine.misbehave({ body: { error: true, message: 'Bad Request, invalid auth_key' } }, 'token')
  // the refusal cannot be noted
  expect(await browser.ask(callback())).toEqual({ status: 500, body: { code: 'session' } })
  // no login starts that nobody would remember
  expect(await new Browser(url).ask('/login', 'POST')).toEqual({
    status: 500,
    body: { code: 'session' },
  })
  sngine.misbehave(undefined)
  await revive()
  const { browser: next, answer } = await logIn(url)
  expect(answer).toEqual(SIGNED_IN)
  expect(await next.ask('/me')).toEqual(SIGNED_IN)
}

/** The session store is gone when the provider has accepted the code. */
async function expectNobodyLoggedIn(
  shelf: Shelf,
  kill: () => Promise<void>,
  revive: () => Promise<void>,
) {
  const url = await openSite(shelf, { once: whileClaiming(kill) })
  const { browser, answer } = await logIn(url)
  // the new session is Passport's to store: the error is the store's own
  expect(answer.status).toBe(500)
  await revive()
  expect(await browser.ask('/me')).toEqual(NOBODY)
  expect((await logIn(url)).answer).toEqual(SIGNED_IN)
}

/** The guard is gone between start and callback. */
async function expectSafeWithoutGuard(
  once: Once,
  kill: () => Promise<void>,
  revive: () => Promise<void>,
) {
  const url = await openSite(keepInMemory(), { once })
  expect((await logIn(url)).answer).toEqual(SIGNED_IN)
  sngine.requests.length = 0
  const browser = new Browser(url)
  await browser.ask('/login', 'POST')
  const opened = callback()
  await kill()
  expect(await browser.ask(opened)).toEqual({ status: 503, body: { code: 'guard' } })
  expect(await browser.ask('/me')).toEqual(NOBODY)
  expect([sngine.requests.length, verified]).toEqual([0, 1])
  await revive()
  // nothing was used up: the same page, loaded again, logs in
  expect(await browser.ask(opened)).toEqual(SIGNED_IN)
  expect(await browser.ask('/me')).toEqual(SIGNED_IN)
}

/** The endings of a login whose session store dies. */
const ENDINGS = [
  ['refuses: session, and it works again', expectSafeWithoutSessions],
  ['accepts: nobody is logged in, and it works again', expectNobodyLoggedIn],
] as const

describeWith('Redis', 'Redis dies', () => {
  let redis: Service

  beforeEach(async () => {
    redis = await startRedis()
    closing.push(() => redis.stop())
  })

  const kill = () => redis.kill()

  const LIBRARIES = {
    async ioredis() {
      const quick = { enableOfflineQueue: false, retryStrategy: () => 20, lazyConnect: true }
      const client = new Redis(redis.url, quick)
      client.on('error', () => undefined)
      await client.connect()
      closing.push(() => client.disconnect())
      return client
    },
    async 'node-redis'() {
      const socket = { reconnectStrategy: 20 }
      const client = createClient({ url: redis.url, disableOfflineQueue: true, socket })
      client.on('error', () => undefined)
      await client.connect()
      closing.push(() => client.destroy())
      return client
    },
  }

  /** Starts Redis again, and waits until a client has noticed. */
  const revive = (client: { get(key: string): Promise<unknown> }) => async () => {
    await redis.start()
    await untilItWorks(() => client.get('anything'))
  }

  it.each(ENDINGS)(
    'under the sessions of a login that the provider then %s',
    async (_ending, expectSafe) => {
      const client = await LIBRARIES.ioredis()
      const shelf: Shelf = {
        get: (key) => client.get(key),
        set: (key, value) => client.set(key, value),
        delete: (key) => client.del(key),
      }
      await expectSafe(shelf, kill, revive(client))
    },
    30_000,
  )

  it.each(['ioredis', 'node-redis'] as const)(
    'under the guard of a login that has started, with %s: guard, then the same callback works',
    async (library) => {
      const client = await LIBRARIES[library]()
      await expectSafeWithoutGuard(redisOnce(client), kill, revive(client))
    },
    30_000,
  )

  describe('the process is told to end', () => {
    async function startChild(baseURL: string, timeout: number) {
      const child = await Child.start('site', {
        CLIENT_ID: sngine.clientID,
        CLIENT_SECRET: sngine.clientSecret,
        BASE_URL: baseURL,
        REDIS_URL: redis.url,
        TIMEOUT: `${timeout}`,
      })
      closing.push(() => child.kill())
      const { port } = await child.hear<{ port: number }>()
      return { child, url: `http://127.0.0.1:${port}` }
    }

    it('in the middle of a login: that one is finished, new ones are refused, and the next process knows the user', async () => {
      const gate = await startGate(sngine.url)
      closing.push(() => gate.close())
      const { child, url } = await startChild(gate.url, 20_000)
      const browser = new Browser(url)
      await browser.ask('/login', 'POST')
      const answer = browser.ask(callback())
      await gate.knock
      child.process.kill('SIGTERM')
      expect(await child.hear()).toEqual({ closing: true })
      await expect(new Browser(url).ask('/login', 'POST')).rejects.toThrow('fetch failed')
      gate.open()
      expect(await answer).toEqual(SIGNED_IN)
      expect(await child.end()).toBe(0)
      const next = await startChild(sngine.url, 20_000)
      expect(await browser.at(next.url).ask('/me')).toEqual(SIGNED_IN)
    }, 30_000)

    it('while the provider says nothing: the login ends at its deadline, and the process after it', async () => {
      const { child, url } = await startChild(sngine.url, 1000)
      sngine.misbehave('silence', 'token')
      const browser = new Browser(url)
      await browser.ask('/login', 'POST')
      const answer = browser.ask(callback())
      while (sngine.requests.length === 0) await new Promise(setImmediate)
      child.process.kill('SIGTERM')
      expect(await answer).toEqual({ status: 504, body: { code: 'timeout' } })
      expect(await child.end()).toBe(0)
      // the login itself is not lost: it is still pending, and a fresh key completes it
      sngine.misbehave(undefined)
      const next = await startChild(sngine.url, 20_000)
      expect(await browser.at(next.url).ask(callback())).toEqual(SIGNED_IN)
    }, 30_000)
  })
})

describeWith('PostgreSQL', 'PostgreSQL dies', () => {
  let postgres: Service
  let pool: Pool

  beforeAll(async () => {
    postgres = await startPostgres()
    pool = new Pool({ connectionString: postgres.url, max: 4 })
    pool.on('error', () => undefined)
  }, 60_000)

  afterAll(async () => {
    await pool?.end()
    await postgres?.stop()
  })

  const kill = () => postgres.kill()
  const createTable = () =>
    pool.query('CREATE TABLE IF NOT EXISTS shelf (key text PRIMARY KEY, value text)')

  it.each(ENDINGS)(
    'under the sessions of a login that the provider then %s',
    async (_ending, expectSafe) => {
      const put = 'INSERT INTO shelf VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2'
      const shelf: Shelf = {
        async get(key) {
          const { rows } = await pool.query('SELECT value FROM shelf WHERE key = $1', [key])
          return rows[0]?.value
        },
        set: (key, value) => pool.query(put, [key, value]),
        delete: (key) => pool.query('DELETE FROM shelf WHERE key = $1', [key]),
      }
      await createTable()
      await expectSafe(shelf, kill, async () => {
        await postgres.start()
        await untilItWorks(createTable)
      })
    },
    60_000,
  )

  it('under the guard of a login that has started: guard, then the same callback works', async () => {
    const once = postgresOnce({ query: (text, values) => pool.query(text, values) })
    await expectSafeWithoutGuard(once, kill, async () => {
      await postgres.start()
      // as another machine of the same site does
      await untilItWorks(() => postgresOnce(pool).claim('first', 1000))
    })
  }, 60_000)
})

it('a browser that goes away in the middle is not logged in, and the provider is let go', async () => {
  const trace = recordTrace()
  closing.push(trace.stop)
  const url = await openSite(keepInMemory(), { timeout: 60_000 })
  sngine.misbehave('silence', 'token')
  const browser = new Browser(url)
  await browser.ask('/login', 'POST')
  const leave = new AbortController()
  const answer = browser.ask(callback(), 'GET', leave.signal)
  while (sngine.requests.length === 0) await new Promise(setImmediate)
  leave.abort()
  await expect(answer).rejects.toThrow('abort')
  const isOver = () => trace.events.some(({ step, outcome }) => step === 'token' && outcome)
  while (!isOver()) await new Promise(setImmediate)
  expect(trace.events).toContainEqual(
    expect.objectContaining({ step: 'token', outcome: 'network' }),
  )
  expect(verified).toBe(0)
  expect(await browser.ask('/me')).toEqual(NOBODY)
  sngine.misbehave(undefined)
  // the login it has started is still pending
  expect(await browser.ask(callback())).toEqual(SIGNED_IN)
})
