import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { memoryOnce } from '../../src/index.js'
import { attempt, createSession, ending, endOf, matching, request } from '../support/bare.js'
import { holdTime, pass, releaseTime } from '../support/time.js'
import { acmeStrategy, BY_PROVIDER, CODE, json, openLogin } from '../support/acme.js'
import { SECRET, started, useAcme } from '../support/acme.js'
import { expectNoSecret } from '../support/oracle.js'

const acme = useAcme()
const NOTHING: unknown = undefined

afterEach(releaseTime)

/** The error of a login whose browser has gone. */
const GONE = {
  code: 'network',
  step: 'callback',
  message: 'acme: the browser has closed the connection',
}

/** Waits until the provider is asked. */
async function untilAsked(): Promise<void> {
  while (acme.calls.length === 0) await new Promise(setImmediate)
}

it('needs no timer that is an object: in jsdom and under fake timers it may be a number', async () => {
  const realTimeout = setTimeout
  const numbers = (...given: Parameters<typeof setTimeout>) => Number(realTimeout(...given))
  const spy = jest.spyOn(globalThis, 'setTimeout').mockImplementation(numbers as never)
  try {
    const res = new EventEmitter()
    const { finish } = await openLogin(acme)
    const left = finish(CODE, { res })
    await untilAsked()
    res.emit('close')
    expect(await left).toBe('error network 502')
    expect(await (await openLogin(acme)).finish('another')).toBe('success')
  } finally {
    spy.mockRestore()
  }
})

it('B39 a login that has ended takes no memory until the next full garbage collection', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void
  const strategy = acmeStrategy(acme, { describe: BY_PROVIDER })
  const logIn = (code: number) =>
    ending(
      strategy,
      request(`/callback?code=${code}`, { session: { page: Array(10_000).fill(0) } }),
    )
  collect()
  const { heapUsed: before } = process.memoryUsage()
  for (let round = 0; round < 20; round++) {
    const ends = await Promise.all(Array.from({ length: 32 }, (_, i) => logIn(32 * round + i)))
    expect(new Set(ends)).toEqual(new Set(['success']))
    collect({ type: 'minor' })
  }
  collect({ type: 'minor' })
  // the sessions of all 640 logins have 51 million bytes
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(30e6)
})

// many at once: attacks/replay.test.ts
it.each([
  ['request has the same sessionID', { sessionID: 's1' }, {}],
  ['session has the same sessionId', {}, { sessionId: 's1' }],
  ['session has the same externalKey', {}, { externalKey: 's1' }],
])('A29 joins callbacks whose %s: one exchange, one verify', async (_name, more, members) => {
  const verify = jest.fn((_a: unknown, _r: unknown, profile: object) => Promise.resolve(profile))
  const { strategy, session, callback } = await openLogin(acme, { verify })
  Object.assign(session, members)
  const both = [callback(CODE, more), callback(CODE, more)].map((req) => attempt(strategy, req))
  expect(await Promise.all(both)).toMatchObject([
    { action: 'success', info: { duplicate: false } },
    { action: 'success', info: { duplicate: true } },
  ])
  expect(verify).toHaveBeenCalledTimes(1)
  expect(acme.calls).toHaveLength(2)
})

it('gives all of them the same failure', async () => {
  acme.token = json({ error: 'invalid_grant' })
  const { strategy, session, callback } = await openLogin(acme)
  const again = () => attempt(strategy, callback(CODE, { sessionID: 's1' }))
  const [first, second] = await Promise.all([again(), again()])
  expect(first).toMatchObject({ action: 'fail', status: 401, info: { code: 'invalid_code' } })
  expect(second).toEqual(first)
  expect(acme.calls).toHaveLength(1)
  expect(JSON.stringify(session.stored())).toContain('"refused":1')
})

it('says that a code was refused where the provider starts and no login waits', async () => {
  acme.token = json({ error: 'invalid_grant' })
  const strategy = acmeStrategy(acme, { describe: BY_PROVIDER })
  expect(await ending(strategy, request('/any?code=c'))).toBe('fail invalid_code 401')
})

it("counts only the provider's refusals, not an error with the same code", async () => {
  const exchange = () => Promise.reject(Object.assign(new Error('no'), { code: 'invalid_code' }))
  const { session, finish } = await openLogin(acme, { describe: { exchange } })
  expect(await finish()).toBe('error config 500')
  expect(JSON.stringify(session.stored())).not.toContain('refused')
})

it.each([
  ['another session', 's1', 's2'],
  ['sessions without an id', undefined, undefined],
  ['sessions with an empty id', '', ''],
])('A28 A29 shares nothing between %s', async (_name, one, other) => {
  const strategy = acmeStrategy(acme)
  const [first, second] = [await started(strategy), await started(strategy)]
  const results = await Promise.all([
    attempt(strategy, first.callback(CODE, { sessionID: one })),
    attempt(strategy, second.callback(CODE, { sessionID: other })),
  ])
  expect(results.map(endOf)).toEqual(['success', 'fail code_already_used 403'])
  expect(results[1]).toHaveProperty('info.reason', 'Another session is using this code')
  expect(acme.calls).toHaveLength(2)
})

it('A28 A34 refuses the code again afterwards, without a call, also on another machine with the same guard', async () => {
  const once = memoryOnce()
  const strategy = acmeStrategy(acme, { once })
  const first = await started(strategy)
  await ending(strategy, first.callback(CODE, { sessionID: 's1' }))
  const machine = acmeStrategy(acme, { once })
  for (const place of [strategy, machine]) {
    const { callback } = await started(place)
    const result = await attempt(place, callback(CODE, { sessionID: 's1' }))
    expect(endOf(result)).toBe('fail code_already_used 403')
    expect(result).toHaveProperty('info.reason', 'This code was exchanged before')
  }
  expect(acme.calls).toHaveLength(2)
})

it('B05 claims a hash of the code for codeTTL in whole milliseconds, and the same key again to test the guard', async () => {
  const claim = jest.fn(memoryOnce().claim)
  const strategy = acmeStrategy(acme, { once: { claim }, codeTTL: 4999.5 })
  await ending(strategy, (await started(strategy)).callback('abc'))
  // printf 'acme\0abc' | sha256sum
  const key = 'passport-code-flow:3c405f3e109e79de6a3d3ec0390dd97bec2f4c6b5c24f899cdd169d926622883'
  expect(claim.mock.calls).toEqual([
    [key, 5000],
    [key, 5000],
  ])
})

it.each<[string, () => unknown]>([
  ['fails', () => Promise.reject(new Error(`ECONNREFUSED ${SECRET}`))],
  [
    'throws',
    () => {
      throw new Error('x')
    },
  ],
  ['is silent', () => new Promise(() => {})],
  ['fails with nothing', () => Promise.reject<unknown>(NOTHING)],
  ['answers with nothing', () => Promise.resolve()],
])('B04 logs nobody in when the guard %s', async (_name, claim) => {
  const once = { claim: claim as () => Promise<boolean> }
  const { strategy, callback } = await openLogin(acme, { once, timeout: 100 })
  const result = await attempt(strategy, callback())
  const said = /the option once (failed or did not answer in time|gave neither true nor false): /
  expect(result).toMatchObject({
    error: { code: 'guard', status: 503, step: 'token', message: matching(said) },
  })
  expectNoSecret([SECRET, CODE], result)
  expect(acme.calls).toEqual([])
})

it('B13 logs nobody in whose browser has gone, and goes on for one that asks again', async () => {
  const release = holdToken()
  const { strategy, callback } = await openLogin(acme)
  const tabs = [new EventEmitter(), new EventEmitter()]
  const attempts = tabs.map((res) => attempt(strategy, callback(CODE, { sessionID: 's1', res })))
  await untilAsked()
  tabs[0]!.emit('close')
  release()
  const [gone, here] = await Promise.all(attempts)
  expect(gone).toMatchObject({ action: 'error', error: GONE })
  expect(here).toMatchObject({ action: 'success', info: { duplicate: true } })
  expect(tabs.map((one) => one.listenerCount('close'))).toEqual([0, 0])
})

it('FR80 says that the application has answered: a middleware that limits the time does not stop a login', async () => {
  const release = holdToken()
  const { strategy, callback } = await openLogin(acme)
  const res = Object.assign(new EventEmitter(), { headersSent: true })
  const answered = attempt(strategy, callback(CODE, { res }))
  await untilAsked()
  res.emit('close')
  release()
  const message = 'acme: the application has answered the request before the login ended'
  const error = { ...GONE, message }
  expect(await answered).toMatchObject({ action: 'error', error })
  const { strategy: other, callback: back } = await openLogin(acme)
  const ended = Object.assign(new EventEmitter(), { headersSent: true, destroyed: true })
  expect(await attempt(other, back(CODE, { res: ended }))).toMatchObject({ error })
})

it('counts a browser once, also when its connection says twice that it is closed', async () => {
  const release = holdToken()
  const { finish } = await openLogin(acme)
  const [first, second] = [new EventEmitter(), new EventEmitter()]
  const ends = [first, second].map((res) => finish(CODE, { sessionID: 's1', res }))
  await untilAsked()
  first.emit('close')
  expect(first.listenerCount('close')).toBe(0)
  release()
  expect(await Promise.all(ends)).toEqual(['error network 502', 'success'])
})

/** A login whose token is held back, on a clock that the test moves; `ask` opens its callback. */
async function patientLogin() {
  holdTime()
  const release = holdToken()
  const { finish } = await openLogin(acme, { timeout: 60_000 })
  const ask = (res?: EventEmitter) => finish(CODE, { sessionID: 's1', ...(res && { res }) })
  return { ask, release }
}

const BOTH_GONE = ['error network 502', 'error network 502', 'success']

/** Lets the token endpoint answer only when the function given back is called. */
function holdToken(): () => void {
  let answer = () => {}
  const { token } = acme
  acme.token = (req, res, body) => {
    answer = () => token(req, res, body)
  }
  return () => answer()
}

it('waits one second for a browser that sends the code again after the last one has gone', async () => {
  const { ask, release } = await patientLogin()
  const [first, second] = [new EventEmitter(), new EventEmitter()]
  const gone = [ask(first), ask(second)]
  await untilAsked()
  first.emit('close')
  pass(900)
  second.emit('close')
  pass(999)
  const back = ask()
  await new Promise(setImmediate)
  pass(1)
  release()
  expect(await Promise.all([...gone, back])).toEqual(BOTH_GONE)
})

it('waits another second when that browser has gone too', async () => {
  const { ask, release } = await patientLogin()
  const gone: Promise<string>[] = []
  for (const tab of [new EventEmitter(), new EventEmitter()]) {
    gone.push(ask(tab))
    await untilAsked()
    await new Promise(setImmediate)
    tab.emit('close')
    pass(600)
  }
  const back = ask()
  await new Promise(setImmediate)
  release()
  expect(await Promise.all([...gone, back])).toEqual(BOTH_GONE)
})

it('A79 A82 closes the connection to the provider when no browser sends the code again', async () => {
  acme.token = () => {}
  const { strategy, callback } = await openLogin(acme, { timeout: 60_000 })
  const socket = new EventEmitter()
  const outcome = attempt(strategy, callback(CODE, { sessionID: 's1', socket }))
  await untilAsked()
  const hungUp = new Promise((resolve) =>
    [...acme.sockets].map((one) => (one as EventEmitter).once('close', resolve)),
  )
  expectNoSecret([SECRET, CODE], strategy)
  socket.emit('close')
  expect(await outcome).toMatchObject({ error: GONE })
  await hungUp
})

it.each([1, 2])('B44 blames no guard when the browser has gone before its answer %i', async (n) => {
  const claim = jest.fn(() => Promise.resolve(true))
  const asked = new Promise<void>((resolve) => {
    const silent = () => new Promise<boolean>(() => resolve())
    if (n === 2) claim.mockResolvedValueOnce(true)
    claim.mockImplementationOnce(silent)
  })
  const res = new EventEmitter()
  const { strategy, callback } = await openLogin(acme, { once: { claim } })
  const outcome = attempt(strategy, callback(CODE, { res }))
  await asked
  res.emit('close')
  expect(await outcome).toMatchObject({ error: GONE })
})

it('A110 says that a code was refused also when its browser has gone', async () => {
  acme.token = json({ error: 'invalid_grant' })
  const release = holdToken()
  const { finish } = await openLogin(acme)
  const res = new EventEmitter()
  const outcome = finish(CODE, { res })
  await untilAsked()
  res.emit('close')
  release()
  expect(await outcome).toBe('fail invalid_code 401')
})

it('B17 logs nobody in whose browser has gone before the login begins', async () => {
  const { strategy, callback } = await openLogin(acme)
  const res = Object.assign(new EventEmitter(), { destroyed: true })
  expect(await attempt(strategy, callback(CODE, { res }))).toMatchObject({ error: GONE })
  expect(acme.calls).toEqual([])
})

it('B01 exchanges no code without a pending login while another login with that code ends', async () => {
  for (let ticks = 0; ticks < 20; ticks++) {
    let fail = (_failure: Error) => {}
    const claim = jest.fn<Promise<boolean>, []>(() => Promise.resolve(false))
    claim.mockReturnValueOnce(new Promise((_resolve, reject) => (fail = reject)))
    const { strategy, finish } = await openLogin(acme, { once: { claim } })
    const first = finish(CODE, { sessionID: 's1' })
    await new Promise(setImmediate)
    fail(new Error('guard'))
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
    const other = { session: createSession(), sessionID: 's2' }
    const stranger = request(`/callback?code=${CODE}&state=${'a'.repeat(22)}`, other)
    expect(await ending(strategy, stranger)).toMatch(/code_already_used|no_pending_login/)
    expect(await first).toBe('error guard 503')
    expect(acme.calls).toEqual([])
  }
})

it('B09 runs verify in the async context of its own request', async () => {
  const context = new AsyncLocalStorage<unknown>()
  const seen: unknown[] = []
  const verify = (req: object, ..._rest: unknown[]) =>
    Promise.resolve({ isOwn: seen.push(context.getStore() === req) })
  const strategy = acmeStrategy(acme, { verify, passReqToCallback: true })
  const logins = [await started(strategy), await started(strategy)]
  const requests = logins.map(({ callback }, index) => callback(`code${index}`))
  await Promise.all(requests.map((req) => context.run(req, () => ending(strategy, req))))
  expect(seen).toEqual([true, true])
})

it('completes a login of a request that has no connection', async () => {
  // such as a test's or a cloud function's: no response that tells when it is closed
  for (const more of [{ raw: { socket: new EventEmitter() } }, {}, { res: {} }, { res: 7 }])
    expect(await (await openLogin(acme)).finish(CODE, more)).toBe('success')
})
