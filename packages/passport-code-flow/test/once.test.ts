import { randomUUID } from 'node:crypto'
import { once as emitted } from 'node:events'
import * as fc from 'fast-check'
import Redis from 'ioredis'
import { Pool } from 'pg'
import { createClient } from 'redis'
import {
  CodeFlowStrategy,
  memoryOnce,
  type Once,
  postgresOnce,
  type Provider,
  redisOnce,
} from '../src/index.js'
import { ending, request } from './support/bare.js'
import { describeWith, type Service, startPostgres, startRedis } from './support/services.js'

const HOUR = 3_600_000

/** How many of at least so many claims of one key at the same moment get `true`. */
async function race(guards: Once[], claims = 50): Promise<number> {
  const key = randomUUID()
  const rounds = Array.from({ length: Math.ceil(claims / guards.length) }, () => guards).flat()
  const answers = await Promise.all(rounds.map((guard) => guard.claim(key, HOUR)))
  return answers.filter(Boolean).length
}

/** Claims a key again and again until it is free; ends with the test when it never is. */
async function untilFree(guard: Once, key: string): Promise<boolean> {
  while (!(await guard.claim(key, HOUR))) await new Promise(setImmediate)
  return true
}

function unreachable(): never {
  throw new Error('the code was sent although nobody guards it')
}

/** A provider that must never be called. */
const provider = (): Provider => ({
  name: 'acme',
  initiatedBy: 'provider',
  callback: { code: 'code' },
  tokenRequest: ({ code }) =>
    code === '' ? { method: 'POST', url: 'http://127.0.0.1:9/' } : unreachable(),
  readRefusal: unreachable,
  readTokens: unreachable,
  profileRequest: () => ({ method: 'GET', url: 'http://127.0.0.1:9/' }),
  parseProfile: unreachable,
})

function guarded(guard: Once, timeout = 10_000): CodeFlowStrategy {
  const options = {
    clientID: 'id',
    clientSecret: 'a secret',
    callbackURL: 'http://app.test/callback',
    once: guard,
    timeout,
  }
  return new CodeFlowStrategy(provider, options, (_access, _refresh, _profile, done) => done())
}

describe('memoryOnce', () => {
  afterEach(() => jest.useRealTimers())

  it('gives a key to one of 50 claims made at once', async () => {
    expect(await race([memoryOnce()])).toBe(1)
  })

  it('gives a key again when its time is over, and not before', async () => {
    jest.useFakeTimers({ now: 0 })
    const guard = memoryOnce()
    expect(await guard.claim('key', 1000)).toBe(true)
    jest.setSystemTime(999)
    expect(await guard.claim('key', 1000)).toBe(false)
    jest.setSystemTime(1000)
    expect(await guard.claim('key', 1000)).toBe(true)
  })

  it('keeps different keys apart', async () => {
    const guard = memoryOnce()
    expect([await guard.claim('one', HOUR), await guard.claim('other', HOUR)]).toEqual([true, true])
  })

  it('remembers the last `max` claims, and forgets those before the last two times `max`', async () => {
    const guard = memoryOnce({ max: 3 })
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    for (const key of keys) await guard.claim(key, HOUR)
    for (const key of keys.slice(-3)) expect(await guard.claim(key, HOUR)).toBe(false)
    expect(await guard.claim('a', HOUR)).toBe(true)
  })

  it('keeps its word whatever comes when', async () => {
    jest.useFakeTimers({ now: 0 })
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      ttlMs: fc.constantFrom(1, 5, 20),
      passed: fc.nat(8),
    })
    const steps = fc.array(step, { maxLength: 60 })
    const law = fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), keepsWord)
    expect((await fc.check(law, { numRuns: 500 })).counterexample).toBe(null)
  })

  async function keepsWord(steps: { key: string; ttlMs: number; passed: number }[], max: number) {
    const guard = memoryOnce({ max })
    const claims: { key: string; expiry: number }[] = []
    for (const { key, ttlMs, passed } of steps) {
      jest.advanceTimersByTime(passed)
      const now = Date.now()
      const holds = (last: number) =>
        claims.slice(-last).some((claim) => claim.key === key && claim.expiry > now)
      const isFree = await guard.claim(key, ttlMs)
      if (isFree ? holds(max) : !holds(claims.length)) return false
      if (isFree) claims.push({ key, expiry: now + ttlMs })
    }
    return true
  }
})

describeWith('Redis', 'redisOnce', () => {
  let redis: Service

  beforeAll(async () => {
    redis = await startRedis()
  })

  afterAll(() => redis.stop())

  /** Clients of both libraries, closed when the test is over. */
  const closing: (() => void)[] = []
  afterEach(() => closing.splice(0).forEach((close) => close()))

  async function nodeRedis(url = redis.url, disableOfflineQueue = false) {
    const client = createClient({ url, disableOfflineQueue })
    client.on('error', () => undefined)
    await client.connect()
    closing.push(() => client.destroy())
    return client
  }

  async function ioredis(url = redis.url, enableOfflineQueue = true) {
    const client = new Redis(url, { enableOfflineQueue, lazyConnect: true })
    client.on('error', () => undefined)
    await client.connect()
    closing.push(() => client.disconnect())
    return client
  }

  const CLIENTS = { 'node-redis': nodeRedis, ioredis }

  it.each(['node-redis', 'ioredis'] as const)(
    'with %s gives a key to one of 50 claims made at once over three connections',
    async (library) => {
      const open = CLIENTS[library]
      const clients = await Promise.all([open(), open(), open()])
      expect(await race(clients.map((client) => redisOnce(client)))).toBe(1)
    },
  )

  it.each(['node-redis', 'ioredis'] as const)(
    'with %s gives a key again when its time is over',
    async (library) => {
      const guard = redisOnce(await CLIENTS[library]())
      const key = randomUUID()
      expect(await guard.claim(key, 5)).toBe(true)
      expect(await untilFree(guard, key)).toBe(true)
      expect(await guard.claim(key, HOUR)).toBe(false)
    },
  )

  it.each(['node-redis', 'ioredis'] as const)(
    'with %s lets Redis forget the key by itself after the milliseconds it was given',
    async (library) => {
      const key = randomUUID()
      await redisOnce(await CLIENTS[library]()).claim(key, HOUR)
      const left = await (await nodeRedis()).pTTL(key)
      expect(left).toBeGreaterThan(HOUR / 2)
      expect(left).toBeLessThanOrEqual(HOUR)
    },
  )

  it('shares its keys between both libraries', async () => {
    const key = randomUUID()
    expect(await redisOnce(await nodeRedis()).claim(key, HOUR)).toBe(true)
    expect(await redisOnce(await ioredis()).claim(key, HOUR)).toBe(false)
  })

  it('fails when Redis dies, with both libraries', async () => {
    const mortal = await startRedis()
    const old = await nodeRedis(mortal.url, true)
    const other = await ioredis(mortal.url, false)
    await mortal.kill()
    await expect(redisOnce(old).claim('key', HOUR)).rejects.toThrow(/offline|closed|ECONN/)
    await expect(redisOnce(other).claim('key', HOUR)).rejects.toThrow(/closed|writeable|ECONN/)
  })

  it.each(['node-redis', 'ioredis'] as const)(
    'with %s that waits for a dead Redis to come back, the login ends in guard and sends no code',
    async (library) => {
      const mortal = await startRedis()
      const client = await CLIENTS[library](mortal.url)
      await Promise.all([mortal.kill(), emitted(client, 'error')])
      const login = guarded(redisOnce(client), 100)
      expect(await ending(login, request('/callback?code=abc'))).toBe('error guard')
    },
  )
})

describe('postgresOnce over a pool that is none', () => {
  afterEach(() => jest.restoreAllMocks())

  /** A pool that notes the first words it is asked, and finds one row except where it fails. */
  function fakePool(fails: (text: string) => boolean = () => false) {
    const asked: string[] = []
    const query = (text: string) => {
      asked.push(text.slice(0, text.indexOf(' ')))
      return fails(text) ? Promise.reject(new Error('no')) : Promise.resolve({ rowCount: 1 })
    }
    return { query, asked }
  }

  it('creates no table where there is one, and asks for it once', async () => {
    const pool = fakePool()
    const guard = postgresOnce(pool)
    await Promise.all([guard.claim('one', HOUR), guard.claim('two', HOUR)])
    expect(pool.asked).toEqual(['SELECT', 'INSERT', 'INSERT'])
  })

  it('deletes once a minute, and not before', async () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(0)
    const pool = fakePool()
    const guard = postgresOnce(pool)
    for (const time of [59_999, 60_000, 119_999, 120_000]) {
      now.mockReturnValue(time)
      await guard.claim('key', HOUR)
    }
    const inserts = pool.asked.filter((word) => word !== 'SELECT')
    expect(inserts).toEqual(['INSERT', 'DELETE', 'INSERT', 'INSERT', 'DELETE', 'INSERT'])
  })

  it('lets no claim fail with a deletion', async () => {
    const unhandled = jest.fn()
    process.on('unhandledRejection', unhandled)
    const now = jest.spyOn(Date, 'now').mockReturnValue(0)
    const guard = postgresOnce(fakePool((text) => text.startsWith('DELETE')))
    now.mockReturnValue(60_000)
    expect(await guard.claim('key', HOUR)).toBe(true)
    await new Promise(setImmediate)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

describeWith('PostgreSQL', 'postgresOnce', () => {
  let postgres: Service

  beforeAll(async () => {
    postgres = await startPostgres()
  })

  afterAll(() => postgres.stop())

  const pools: Pool[] = []
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.end())))

  function openPool(url = postgres.url): Pool {
    const pool = new Pool({ connectionString: url, max: 4 })
    pool.on('error', () => undefined)
    pools.push(pool)
    return pool
  }

  it('creates its table when several processes claim for the first time at once', async () => {
    for (let round = 0; round < 10; round++) {
      await openPool().query('DROP TABLE IF EXISTS passport_code_flow_once')
      const guards = Array.from({ length: 6 }, () => postgresOnce(openPool()))
      expect(await race(guards, 12)).toBe(1)
      await Promise.all(pools.splice(0).map((pool) => pool.end()))
    }
  })

  it('gives a key to one of 50 claims made at once over three pools', async () => {
    expect(await race([1, 2, 3].map(() => postgresOnce(openPool())))).toBe(1)
  })

  it('gives a key again to one claim alone when its time is over', async () => {
    const pool = openPool()
    const guard = postgresOnce(pool)
    const key = randomUUID()
    expect(await guard.claim(key, HOUR)).toBe(true)
    expect(await guard.claim(key, HOUR)).toBe(false)
    await pool.query('UPDATE passport_code_flow_once SET expires_at = now() WHERE key = $1', [key])
    const claims = await Promise.all([1, 2, 3].map(() => guard.claim(key, HOUR)))
    expect(claims.filter(Boolean)).toHaveLength(1)
  })

  it('remembers a key for the milliseconds it was given', async () => {
    const pool = openPool()
    const key = randomUUID()
    await postgresOnce(pool).claim(key, HOUR)
    const { rows } = await pool.query(
      `SELECT expires_at BETWEEN now() + interval '59 minutes' AND now() + interval '1 hour' AS right
       FROM passport_code_flow_once WHERE key = $1`,
      [key],
    )
    expect(rows).toEqual([{ right: true }])
  })

  it('deletes what has expired, once a minute', async () => {
    const pool = openPool()
    const start = Date.now()
    const now = jest.spyOn(Date, 'now').mockReturnValue(start)
    try {
      const guard = postgresOnce(pool)
      const expired = randomUUID()
      await guard.claim(expired, HOUR)
      await pool.query('UPDATE passport_code_flow_once SET expires_at = now() WHERE key = $1', [
        expired,
      ])
      now.mockReturnValue(start + 60_001)
      const query = jest.spyOn(pool, 'query')
      await guard.claim(randomUUID(), HOUR)
      const running: unknown[] = query.mock.results.map(({ value }) => value)
      await Promise.all(running)
      const { rowCount } = await pool.query(
        'SELECT 1 FROM passport_code_flow_once WHERE key = $1',
        [expired],
      )
      expect(rowCount).toBe(0)
    } finally {
      jest.restoreAllMocks()
    }
  })

  it('tries again to create its table after a failure', async () => {
    const pool = openPool()
    let failures = 1
    const guard = postgresOnce({
      query: (text, values) =>
        failures-- > 0 ? Promise.reject(new Error('no table today')) : pool.query(text, values),
    })
    await expect(guard.claim(randomUUID(), HOUR)).rejects.toThrow('no table today')
    expect(await guard.claim(randomUUID(), HOUR)).toBe(true)
  })

  it('fails when PostgreSQL dies, and the login ends in guard and sends no code', async () => {
    const mortal = await startPostgres()
    const guard = postgresOnce(openPool(mortal.url))
    expect(await guard.claim('key', HOUR)).toBe(true)
    await mortal.kill()
    await expect(guard.claim('key', HOUR)).rejects.toThrow(/terminat|closed|ECONN/)
    expect(await ending(guarded(guard), request('/callback?code=abc'))).toBe('error guard')
  })
})
