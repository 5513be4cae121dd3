import { randomUUID } from 'node:crypto'
import { once as emitted } from 'node:events'
import Redis from 'ioredis'
import { createClient } from 'redis'
import { redisOnce } from '../../src/index.js'
import { closeAll, keep } from '../../../../test/keep.js'
import { acmeStrategy, openLogin, started, useAcme } from '../support/acme.js'
import { ending } from '../support/bare.js'
import { describeWith, type Service, startRedis } from '../support/services.js'
import { CLIENTS, SmallRedis, WRONG } from './support/clients.js'
import { expectGuardWhileDead, HOUR, race } from './support/guards.js'

const acme = useAcme()

describe.each(Object.entries(CLIENTS))('redisOnce with a stand-in for %s', (_name, open) => {
  it('FR01 gives a key to one claim alone, and has Redis forget it', async () => {
    const redis = new SmallRedis()
    const guard = redisOnce(open(redis))
    expect([await guard.claim('key', 5000), await guard.claim('key', 5000)]).toEqual([true, false])
    const command = ['SET', 'key', '1', 'PX', '5000', 'NX']
    expect(redis.commands).toEqual([command, command])
  })
})

it.each(Object.entries(WRONG))(
  'FR01 no code is sent where a client %s: the login ends in guard',
  async (_what, open) => {
    const { finish } = await openLogin(acme, { once: redisOnce(open(new SmallRedis())) })
    expect(await finish()).toBe('error guard 503')
    expect(acme.calls).toEqual([])
  },
)

it.each([[undefined], [null], ['redis://127.0.0.1'], [{}], [{ set: 1 }], [{ call: () => 1 }]])(
  'FR01 throws a TypeError for %p, which is no client of Redis',
  (client) => {
    expect(() => redisOnce(client as never)).toThrow(
      new TypeError('redisOnce: client must be a Redis client with set or customCommand'),
    )
  },
)

describeWith('Redis', 'redisOnce', () => {
  let redis: Service

  beforeAll(async () => {
    redis = await startRedis()
  })

  afterAll(() => redis.close())

  afterEach(closeAll)

  /** `waits` says whether a client without a connection waits for one. */
  async function nodeRedis(url = redis.url, waits = true) {
    const socket = { reconnectStrategy: 20 }
    const client = createClient({ url, disableOfflineQueue: !waits, socket })
    client.on('error', () => undefined)
    await client.connect()
    await keep({ close: () => client.destroy() })
    return client
  }

  async function ioredis(url = redis.url, waits = true) {
    const client = new Redis(url, {
      enableOfflineQueue: waits,
      retryStrategy: () => 20,
      lazyConnect: true,
      // by default a client that is closed without a connection keeps the process for two seconds
      disconnectTimeout: 0,
    })
    client.on('error', () => undefined)
    await client.connect()
    await keep({ close: () => client.disconnect() })
    return client
  }

  const LIBRARIES = { 'node-redis': nodeRedis, ioredis }

  describe.each(Object.entries(LIBRARIES))('with %s', (_library, open) => {
    it('gives a key to one of 50 claims made at once over three connections', async () => {
      const clients = [await open(), await open(), await open()]
      expect(await race(clients.map((client) => redisOnce(client)))).toBe(1)
    })

    it('has Redis forget the key by itself after the milliseconds it was given', async () => {
      const key = randomUUID()
      await redisOnce(await open()).claim(key, HOUR)
      const left = await (await nodeRedis()).pTTL(key)
      expect(left).toBeGreaterThan(HOUR / 2)
      expect(left).toBeLessThanOrEqual(HOUR)
    })

    it('and a Redis that dies the login ends in guard and sends no code, and works once Redis is back', async () => {
      const mortal = await keep(startRedis())
      await expectGuardWhileDead(acme, mortal, redisOnce(await open(mortal.url, false)))
    })

    it('and a client that waits for a dead Redis the login ends in guard and sends no code', async () => {
      const mortal = await keep(startRedis())
      const client = await open(mortal.url)
      await Promise.all([mortal.kill(), emitted(client, 'error')])
      const { finish } = await openLogin(acme, { once: redisOnce(client), timeout: 100 })
      expect(await finish()).toBe('error guard 503')
      expect(acme.calls).toEqual([])
    })
  })

  it('A30 the same callback at two processes at once makes one exchange', async () => {
    const [one, other] = [await nodeRedis(), await ioredis()].map((client) =>
      acmeStrategy(acme, { once: redisOnce(client) }),
    )
    const { callback } = await started(one!)
    const ends = await Promise.all([one!, other!].map((process) => ending(process, callback())))
    expect(ends.sort()[1]).toBe('success')
    expect(ends[0]).toMatch(/code_already_used|no_pending_login/)
    expect(acme.calls).toHaveLength(2)
  })
})
