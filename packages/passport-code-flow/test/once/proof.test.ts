import { memoryOnce, type Once } from '../../src/index.js'
import { openLogin, useAcme } from '../support/acme.js'
import { attempt } from '../support/bare.js'

const acme = useAcme()

/** A guard that remembers, and what it was asked. */
function recorded(answer: (first: boolean, key: string) => unknown = (first) => first) {
  const memory = memoryOnce()
  const asked: { key: string; ttlMs: number }[] = []
  const once = {
    claim: async (key: string, ttlMs: number) => {
      asked.push({ key, ttlMs })
      return answer(await memory.claim(key, ttlMs), key)
    },
  } as Once
  return { once, asked }
}

/** Logs in with a code, in a browser of its own. */
async function logIn(once: Once, code: string) {
  return (await openLogin(acme, { once, codeTTL: 5000 })).finish(code)
}

it('FR01 a guard is proven at its first login, by the same key, and never again', async () => {
  const { once, asked } = recorded()
  expect([await logIn(once, 'one'), await logIn(once, 'two')]).toEqual(['success', 'success'])
  expect(asked).toHaveLength(3)
  expect(asked[1]).toEqual(asked[0])
  expect(asked[2]?.key).not.toBe(asked[0]?.key)
})

it('FR01 a guard that gives a key twice lets nobody in, and is proven again at the next login', async () => {
  let broken = true
  const { once, asked } = recorded((first) => broken || first)
  for (const code of ['one', 'two']) expect(await logIn(once, code)).toBe('error guard 503')
  expect(acme.calls).toEqual([])
  expect(asked).toHaveLength(4)
  broken = false
  expect(await logIn(once, 'three')).toBe('success')
})

it('FR01 a guard that refuses a used code first is proven by a key of no code', async () => {
  const { once, asked } = recorded()
  // another process has claimed it
  const other: Once = { claim: (key, ttlMs) => once.claim(key, ttlMs) }
  await logIn(other, 'used')
  asked.length = 0
  expect(await logIn(once, 'used')).toBe('fail code_already_used 403')
  expect(asked.map(({ ttlMs }) => ttlMs)).toEqual([5000, 60_000, 60_000])
  expect(asked[1]?.key).toMatch(/^passport-code-flow:[0-9a-f]{64}$/)
  expect(asked[1]).toEqual(asked[2])
  expect(asked[1]?.key).not.toBe(asked[0]?.key)
  expect(await logIn(once, 'new')).toBe('success')
  expect(asked).toHaveLength(4)
})

it.each([
  ['would let one code log in twice: claim must give true only the first time', () => true],
  ['refused a code that nobody had used: claim must give true the first time', () => false],
  ['gave neither true nor false: claim must give a promise of one of them', () => 'OK'],
])('FR01 the error says that the guard %s', async (what, answer) => {
  const { strategy, callback } = await openLogin(acme, { once: recorded(answer).once })
  const error = { code: 'guard', status: 503, message: `acme: the option once ${what}` }
  expect(await attempt(strategy, callback())).toMatchObject({ error })
  expect(acme.calls).toEqual([])
})

it('a guard in memory needs no proof', async () => {
  const once = memoryOnce()
  const claim = jest.spyOn(once, 'claim')
  expect(await logIn(once, 'one')).toBe('success')
  expect(claim).toHaveBeenCalledTimes(1)
})
