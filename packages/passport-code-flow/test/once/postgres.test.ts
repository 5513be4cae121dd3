import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { postgresOnce } from '../../src/index.js'
import { closeAll, keep } from '../../../../test/keep.js'
import { useAcme } from '../support/acme.js'
import { describeWith, type Service, startPostgres } from '../support/services.js'
import { expectGuardWhileDead, HOUR, race } from './support/guards.js'

const acme = useAcme()

afterEach(() => jest.restoreAllMocks())

it.each([[undefined], [null], [{}], [{ query: 'SELECT' }]])(
  'throws a TypeError for %j, which is no pool',
  (pool) => {
    expect(() => postgresOnce(pool as never)).toThrow(
      new TypeError('postgresOnce: pool must be a pool of pg'),
    )
  },
)

it('FR107 a client whose rowCount is optional, as that of PGlite, is a pool for the compiler', async () => {
  const pool = { query: async (): Promise<{ rowCount?: number }> => ({ rowCount: 1 }) }
  expect(await postgresOnce(pool).claim('a key', 1000)).toBe(true)
})

describe('postgresOnce with a stand-in for a pool', () => {
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
    for (const key of ['one', 'two']) await guard.claim(key, HOUR)
    expect(pool.asked).toEqual(['SELECT', 'INSERT', 'INSERT'])
  })

  it('FR231 a first connection that never answers holds up no other claim', async () => {
    const { query } = fakePool()
    const silent = jest.fn(query).mockReturnValueOnce(new Promise(() => undefined))
    const guard = postgresOnce({ query: silent })
    void guard.claim('one', HOUR)
    expect(await guard.claim('two', HOUR)).toBe(true)
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
    const now = jest.spyOn(Date, 'now').mockReturnValue(0)
    const guard = postgresOnce(fakePool((text) => text.startsWith('DELETE')))
    now.mockReturnValue(60_000)
    expect(await guard.claim('key', HOUR)).toBe(true)
    // Jest fails a test in which a promise rejects that nobody handles
    await new Promise(setImmediate)
  })
})

describeWith('PostgreSQL', 'postgresOnce', () => {
  let postgres: Service

  beforeAll(async () => {
    postgres = await startPostgres()
  })

  afterAll(() => postgres.close())

  afterEach(closeAll)

  function openPool(url = postgres.url): Pool {
    const pool = new Pool({ connectionString: url, max: 4 })
    pool.on('error', () => undefined)
    void keep({ close: () => pool.end() })
    return pool
  }

  it('creates its table when several processes claim for the first time at once', async () => {
    for (let round = 0; round < 10; round++) {
      await openPool().query('DROP TABLE IF EXISTS passport_code_flow_once')
      const guards = Array.from({ length: 6 }, () => postgresOnce(openPool()))
      expect(await race(guards, 12)).toBe(1)
      await closeAll()
    }
  })

  it('gives a key to one of 50 claims made at once over three pools', async () => {
    expect(await race([1, 2, 3].map(() => postgresOnce(openPool())))).toBe(1)
  })

  const expire = (pool: Pool, key: string) =>
    pool.query('UPDATE passport_code_flow_once SET expires_at = now() WHERE key = $1', [key])

  it('gives a key again to one claim alone when its time is over', async () => {
    const pool = openPool()
    const guard = postgresOnce(pool)
    const key = randomUUID()
    expect(await guard.claim(key, HOUR)).toBe(true)
    expect(await guard.claim(key, HOUR)).toBe(false)
    await expire(pool, key)
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
    const guard = postgresOnce(pool)
    const expired = randomUUID()
    await guard.claim(expired, HOUR)
    await expire(pool, expired)
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_001)
    const query = jest.spyOn(pool, 'query')
    await guard.claim(randomUUID(), HOUR)
    await Promise.all(query.mock.results.map(({ value }) => value as unknown))
    const find = 'SELECT 1 FROM passport_code_flow_once WHERE key = $1'
    expect(await pool.query(find, [expired])).toMatchObject({ rowCount: 0 })
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

  it('when PostgreSQL dies, the login ends in guard and sends no code, and works once it is back', async () => {
    const mortal = await keep(startPostgres())
    await expectGuardWhileDead(acme, mortal, postgresOnce(openPool(mortal.url)))
  }, 60_000)
})
