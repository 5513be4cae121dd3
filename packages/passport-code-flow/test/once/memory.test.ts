import * as fc from 'fast-check'
import { memoryOnce } from '../../src/index.js'
import { HOUR, race } from './support/guards.js'

describe('memoryOnce', () => {
  afterEach(() => jest.useRealTimers())

  it('gives a key to one of 50 claims made at once', async () => {
    expect(await race([memoryOnce()])).toBe(1)
  })

  it('A13 gives a key again when its time is over, and not before', async () => {
    jest.useFakeTimers({ now: 0 })
    const guard = memoryOnce()
    expect(await guard.claim('key', 1000)).toBe(true)
    for (const time of [999, -60_000]) {
      jest.setSystemTime(time)
      expect(await guard.claim('key', 1000)).toBe(false)
    }
    jest.setSystemTime(1000)
    expect(await guard.claim('key', 1000)).toBe(true)
  })

  it('remembers the last `max` claims, and forgets those before the last two times `max`', async () => {
    const guard = memoryOnce({ max: 3 })
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    for (const key of keys) await guard.claim(key, HOUR)
    for (const key of keys.slice(-3)) expect(await guard.claim(key, HOUR)).toBe(false)
    expect(await guard.claim('a', HOUR)).toBe(true)
  })

  it.each([null, 0, -1, Number.NaN, Infinity, '100', {}])('refuses %p as `max`', (max) =>
    expect(() => memoryOnce({ max: max as number })).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: expect.stringMatching(/^memoryOnce: option max must be a number/) as unknown,
      }),
    ),
  )

  it('gives no key again before its time while it is among the last `max`, whatever is claimed when', async () => {
    jest.useFakeTimers({ now: 0 })
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      ttlMs: fc.constantFrom(1, 5, 20),
      passed: fc.nat(8),
    })
    const steps = fc.array(step, { maxLength: 60 })
    const law = fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), isRight)
    expect((await fc.check(law, { numRuns: 500 })).counterexample).toBe(null)
  })

  async function isRight(steps: { key: string; ttlMs: number; passed: number }[], max: number) {
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
