import { attempt, createSession, ending, endOf, request } from '../support/bare.js'
import type { TestSession } from '../support/bare.js'
import { holdTime, releaseTime, waiting } from '../support/time.js'
import { acmeKey, acmeStrategy, json, openLogin, started, useAcme } from '../support/acme.js'

const acme = useAcme()
const MINUTE = 60_000
const ID = 'a'.repeat(22)

afterEach(() => {
  jest.restoreAllMocks()
  releaseTime()
})

/** Stops the clock, and nothing else. */
function stopClock() {
  const start = Date.now()
  const date = jest.spyOn(Date, 'now').mockReturnValue(start)
  return (ms: number) => void date.mockReturnValue(start + ms)
}

const refuse = json({ error: 'invalid_grant' }, 400)

/** The pending logins that the store of a session has. */
const kept = (session: TestSession) => session.stored()[acmeKey(acme)]
const unrefused = (): unknown =>
  expect.not.objectContaining({ refused: expect.anything() as unknown })

it('A26 completes a login once, with one accepted code', async () => {
  const { session, finish } = await openLogin(acme)
  expect(await finish('one')).toBe('success')
  expect(session.stored()).toEqual({})
  expect(acmeKey(acme) in session).toBe(false)
  expect(await finish('two')).toBe('fail no_pending_login 403')
})

it('A26 completes a login once, also when two codes arrive at the same moment', async () => {
  const { strategy, callback } = await openLogin(acme)
  const results = await Promise.all(['a', 'b'].map((code) => attempt(strategy, callback(code))))
  expect(results.map(endOf).sort()).toEqual(['fail no_pending_login 403', 'success'])
  const failed = results.find(({ action }) => action === 'fail')
  expect(failed).toHaveProperty('info.reason', 'Another code has completed this login')
})

it('A08 counts a wrong code for the login it came for alone, and keeps it: the right one works', async () => {
  const { strategy, session, state, finish } = await openLogin(acme)
  await started(strategy, session)
  const { token } = acme
  acme.token = refuse
  expect(await finish('forged')).toBe('fail invalid_code 401')
  expect(kept(session)).toEqual([expect.objectContaining({ id: state, refused: 1 }), unrefused()])
  acme.token = token
  expect(await finish('genuine')).toBe('success')
})

it('B03 ends the login with the fifth refused code', async () => {
  const { session, finish } = await openLogin(acme)
  acme.token = refuse
  for (let count = 1; count <= 5; count++)
    expect(await finish(`forged${count}`)).toBe('fail invalid_code 401')
  expect(session.stored()).toEqual({})
  expect(await finish('late')).toBe('fail no_pending_login 403')
  expect(acme.calls).toHaveLength(5)
})

it('B12 accepts no other code for a completed login, also when a slow request stores the old session again', async () => {
  const { session, finish } = await openLogin(acme)
  const before = session.stored()
  expect(await finish('one')).toBe('success')
  Object.assign(session, before)
  expect(await finish('two')).toBe('fail no_pending_login 403')
  expect(acme.calls.filter(({ path }) => path === '/me')).toHaveLength(1)
})

it('A12 keeps five of a thousand starts in less than 4 KB, and the newest works', async () => {
  const { strategy, session } = await openLogin(acme)
  for (let starts = 0; starts < 999; starts++) await started(strategy, session)
  const { callback } = await started(strategy, session)
  expect(kept(session)).toHaveLength(5)
  expect(JSON.stringify(session.stored()).length).toBeLessThan(5 * 130 + 100)
  expect(await ending(strategy, callback())).toBe('success')
})

it('counts no code that the provider has not seen', async () => {
  const { strategy, finish } = await openLogin(acme)
  await finish('used')
  const { session, callback } = await started(strategy)
  expect(await ending(strategy, callback('used'))).toBe('fail code_already_used 403')
  expect(session[acmeKey(acme)]).toEqual([unrefused()])
})

it('A105 ends in session when a refused code cannot be saved', async () => {
  const { strategy, session, callback } = await openLogin(acme)
  acme.token = refuse
  session.save = (done) => done(new Error('x'))
  const message = 'acme: the session could not be saved'
  expect(await attempt(strategy, callback('forged'))).toMatchObject({
    error: { code: 'session', message, cause: { message: 'x' } },
  })
})

it.each<[string, object]>([
  ['is frozen', Object.freeze({})],
  ['throws at each change', new Proxy({}, { set: () => false })],
])('A105 starts no login in a session that %s, and says so', async (_, session) => {
  const error = {
    code: 'session',
    step: 'start',
    message: 'acme: the session could not be changed',
  }
  expect(await attempt(acmeStrategy(acme), request('/login', { session }))).toMatchObject({
    error: { ...error, cause: expect.any(Error) },
  })
})

it('leaves no timer behind once a session is saved', async () => {
  holdTime()
  await started(acmeStrategy(acme))
  expect(waiting()).toBe(0)
})

it('keeps the login when the provider fails', async () => {
  const { session, finish } = await openLogin(acme)
  const { token } = acme
  acme.token = json({}, 500)
  const save = jest.spyOn(session, 'save')
  expect(await finish('a')).toBe('error provider_error 502')
  // nothing in it has changed
  expect(save).not.toHaveBeenCalled()
  acme.token = token
  expect(await finish('b')).toBe('success')
})

it('A11 completes a login in either of two tabs', async () => {
  const first = await openLogin(acme)
  const { strategy, session } = first
  for (const tab of [first, await started(strategy, session)])
    expect(await ending(strategy, tab.callback(tab.state))).toBe('success')
})

it('takes the newest login where the provider names none', async () => {
  const strategy = acmeStrategy(acme, { describe: { callback: { code: 'code' } } })
  const session = createSession()
  for (const state of ['old', 'new']) await started(strategy, session, { state })
  const result = await attempt(strategy, request('/callback?code=c', { session }))
  expect(result).toMatchObject({ action: 'success', info: { state: 'new' } })
  expect(session[acmeKey(acme)]).toEqual([expect.objectContaining({ state: 'old' })])
})

it('FR32 A10 B10 refuses a login of another browser and of another strategy, and keeps one over a restart', async () => {
  const { strategy, state, session } = await openLogin(acme)
  const elsewhere = request(`/callback?code=c&state=${state}`, { session: createSession() })
  const message = 'No login was started in this browser. Please start again from the login page.'
  expect(await attempt(strategy, elsewhere)).toMatchObject({
    status: 403,
    info: { code: 'no_pending_login', message },
  })
  expect(acme.calls).toEqual([])
  const here = request(`/callback?code=c&state=${state}`, { session })
  for (const other of [{ name: 'other' }, { clientID: 'club' }])
    expect(await ending(acmeStrategy(acme, other), here)).toBe('fail no_pending_login 403')
  // a strategy made anew, as after a restart: the session has it all
  expect(await ending(acmeStrategy(acme), here)).toBe('success')
})

it('A13 B67 calls a login expired after pendingTTL, and forgets it after twice that time', async () => {
  const move = stopClock()
  const { strategy, session, callback, finish } = await openLogin(acme)
  move(10 * MINUTE + 1)
  expect(await attempt(strategy, callback('a'))).toMatchObject({
    status: 403,
    info: { code: 'pending_expired', reason: 'The login was started longer ago than pendingTTL' },
  })
  // nothing waits any more: a callback without a code is no loop
  const empty = () => ending(strategy, request('/callback', { session }))
  expect(await empty()).toBe('fail bad_callback 400')
  move(10 * MINUTE)
  expect(await empty()).toBe('fail start_loop 403')
  move(-MINUTE)
  expect(await finish('b')).toBe('fail pending_expired 403')
  expect(acme.calls).toEqual([])
  // B67: it is forgotten also where no other login is started
  move(20 * MINUTE)
  expect(await finish('c')).toBe('fail pending_expired 403')
  move(20 * MINUTE + 1)
  expect(await finish('d')).toBe('fail no_pending_login 403')
  move(10 * MINUTE)
  expect(await finish('e')).toBe('success')
  await started(strategy, session)
  move(30 * MINUTE)
  await started(strategy, session)
  expect(kept(session)).toHaveLength(2)
  move(30 * MINUTE + 1)
  await started(strategy, session)
  expect(kept(session)).toHaveLength(2)
})

it('A13 FR149 accepts a clock that differs from that of another machine by 30 seconds, and names the clock otherwise', async () => {
  const move = stopClock()
  const { strategy, callback, finish } = await openLogin(acme)
  move(-30_001)
  const reason = 'The login was started in the future: set the clocks of the machines'
  expect(await attempt(strategy, callback('a'))).toMatchObject({
    status: 403,
    info: { code: 'pending_expired', reason },
  })
  move(-30_000)
  expect(await finish('b')).toBe('success')
})

it('A34 follows pendingTTL and maxPending', async () => {
  const move = stopClock()
  const { strategy, session, finish } = await openLogin(acme, { pendingTTL: 1000, maxPending: 2 })
  await started(strategy, session)
  await started(strategy, session)
  expect(kept(session)).toHaveLength(2)
  expect(await finish('a')).toBe('fail no_pending_login 403')
  const last = await started(strategy, session)
  move(1001)
  expect(await ending(strategy, last.callback('b'))).toBe('fail pending_expired 403')
})

const OTHERS = [null, 7, 'x', {}, { id: 1, createdAt: Date.now() }, { id: 'x', createdAt: 'y' }]

it.each([
  ['a text', 'x'],
  ['an object', { id: 'x' }],
  ['entries of another form', OTHERS],
  ['nothing', undefined],
  ['a login of the end of time', [{ id: ID, verifier: 'v'.repeat(43), createdAt: 8.64e15 }]],
])('B06 finds no login in a session that holds %s, and can start one', async (_name, stored) => {
  // without a verifier there is less to know an entry by
  for (const pkce of ['raw', undefined] as const) {
    const strategy = acmeStrategy(acme, { describe: { pkce } as object })
    const session = Object.assign(createSession(), { [acmeKey(acme)]: stored })
    expect(await ending(strategy, request(`/callback?code=c&state=${ID}`, { session }))).toMatch(
      /^fail (no_pending_login|pending_expired) 403$/,
    )
    const { callback } = await started(strategy, session)
    expect(await ending(strategy, callback())).toBe('success')
  }
})

it.each([undefined, true, '', 'short', 7])(
  'A22 exchanges nothing for a login whose verifier has become %p',
  async (verifier) => {
    const { session, finish } = await openLogin(acme)
    Object.assign((session[acmeKey(acme)] as object[])[0] ?? {}, { verifier })
    expect(await finish()).toBe('fail no_pending_login 403')
    expect(acme.calls).toEqual([])
  },
)

it('writes a new list, for session stores that see no change inside the old one', async () => {
  const { strategy, session } = await openLogin(acme)
  const before = session[acmeKey(acme)]
  await started(strategy, session)
  expect(session[acmeKey(acme)]).not.toBe(before)
  expect(before).toHaveLength(1)
})

it('keeps no verifier where there is no challenge', async () => {
  const describe = { pkce: undefined } as object
  const { session, url, callback } = await started(acmeStrategy(acme, { describe }))
  expect(JSON.stringify(session.stored())).not.toContain('verifier')
  expect(url.searchParams.get('code_challenge')).toBe('')
  expect(await ending(acmeStrategy(acme, { describe }), callback())).toBe('success')
  expect(new URLSearchParams(acme.calls[0]?.body).get('code_verifier')).toBe('')
})

it('works with a session that is a Proxy which only gets and sets', async () => {
  const data: Record<string, unknown> = {}
  const session = new Proxy({} as TestSession, {
    get: (_target, name) => data[String(name)],
    set: (_target, name, value) => {
      data[String(name)] = value
      return true
    },
    deleteProperty: () => true,
  })
  const strategy = acmeStrategy(acme)
  const { callback } = await started(strategy, session)
  expect(await ending(strategy, callback())).toBe('success')
  expect(JSON.stringify(data)).toBe('{}')
})

it('A105 saves the session when a login succeeds, unless Passport is about to save a new one', async () => {
  const strategy = acmeStrategy(acme)
  let count = 0
  const saves = async (more: object, options?: object) => {
    const { session, callback } = await started(strategy)
    const save = jest.spyOn(session, 'save')
    expect(await ending(strategy, callback(`code${count++}`, more), options)).toBe('success')
    expect(session[acmeKey(acme)]).toBeUndefined()
    return save.mock.calls.length
  }
  const logIn = () => {}
  expect(await saves({})).toBe(1)
  expect(await saves({ logIn }, {})).toBe(0)
  expect(await saves({ logIn }, { session: false })).toBe(1)
  expect(await saves({ logIn }, { assignProperty: 'account' })).toBe(1)
})

it.each([
  ['the profile fails', () => void (acme.profile = json({}, 500)), {}],
  ['verify rejects', () => {}, { verify: () => Promise.resolve(false) }],
])('saves the session when a code was accepted and then %s', async (_name, prepare, options) => {
  prepare()
  const { strategy, session, finish } = await openLogin(acme, options)
  const other = await started(strategy, session)
  expect(await finish('code', { logIn: () => {} })).not.toBe('success')
  expect(kept(session)).toEqual([expect.objectContaining({ id: other.state })])
})
