import { runInNewContext } from 'node:vm'
import { attempt, createSession, matching, request, type Result } from '../support/bare.js'
import { holdTime, pass, releaseTime } from '../support/time.js'
import { acmeStrategy, openLogin, REFRESH, started, TOKEN, useAcme } from '../support/acme.js'

type Done = (error?: unknown, user?: unknown, info?: unknown) => void

const acme = useAcme()
const NOTHING: unknown = undefined

afterEach(releaseTime)

async function logIn(verify: unknown, options = {}): Promise<Result> {
  const { strategy, callback } = await openLogin(acme, { verify, ...options })
  return attempt(strategy, callback())
}

/** A verify with all four parameters, which answers like this. */
const byDone =
  (answer: (done: Done) => unknown) =>
  (_access: unknown, _refresh: unknown, _profile: unknown, done: Done) =>
    answer(done)

const user = { name: 'Ada' }
const profile = expect.objectContaining({ id: 'u1', provider: 'acme' })
const params = expect.objectContaining({ access_token: TOKEN })
const req = expect.objectContaining({ method: 'GET' })

/** A verify that throws this. */
const throwing = (problem: unknown) => () => {
  throw problem as Error
}

/** A verify that declares so many parameters; its user is all that it is given before `done`. */
const declaring = (length: number) => {
  const verify = (...given: unknown[]) => (given.pop() as Done)(null, { given })
  return Object.defineProperty(verify, 'length', { value: length })
}

it.each([
  ['all four', 4, false, [TOKEN, REFRESH, profile]],
  ['all five', 5, false, [TOKEN, REFRESH, params, profile]],
  ['five of six', 5, true, [req, TOKEN, REFRESH, profile]],
  ['all six', 6, true, [req, TOKEN, REFRESH, params, profile]],
  ['none but rest parameters', 0, false, [TOKEN, REFRESH, profile]],
])('gives params only to a verify that declares every parameter: %s', async (...row) => {
  const [, length, passReqToCallback, given] = row
  const result = await logIn(declaring(length), { passReqToCallback })
  expect(result).toEqual(expect.objectContaining({ user: { given } }))
})

const noted = (done: Done) => done(null, user, { note: 1 })
const later = (done: Done) => void setImmediate(noted, done)

const withNote = { user, info: { note: 1 } }

it.each([
  ['done', byDone(noted)],
  ['a promise', () => Promise.resolve(withNote)],
  ['what is returned', (_a: unknown) => withNote],
  ['a promise that is returned', (_a: unknown) => ({ ...withNote, user: Promise.resolve(user) })],
  ['done, no error being false', byDone((done) => done(false, user, { note: 1 }))],
  ['FR135 done, no error being an empty text', byDone((done) => done('', user, { note: 1 }))],
  ['a promise, although it takes done', byDone(() => Promise.resolve(withNote))],
  ['done, late', byDone(later)],
  ['done, late, beside what is no promise', byDone((done) => [later(done), { query: 'SELECT' }])],
  ['done inside an async verify that has returned', byDone(async (done) => later(done))],
  [
    'done in a wrapper with rest parameters that resolves to nothing, as frameworks make them',
    async (...args: unknown[]) => noted(args.at(-1) as Done),
  ],
])('takes the user from %s', async (_name, verify) =>
  expect(await logIn(verify)).toEqual({
    action: 'success',
    user,
    info: { note: 1, initiatedBy: 'site', duplicate: false },
  }),
)

const owner = { user: 'ada', id: 7 }

it.each([
  ['returned', (_a: unknown) => user, user],
  ['promised', () => Promise.resolve(user), user],
  ['promised and has a member named user', () => Promise.resolve(owner), owner],
])('takes for the user an object that is %s', async (_name, verify, taken) =>
  expect(await logIn(verify)).toMatchObject({ action: 'success', user: taken }),
)

it.each([undefined, null])('gives only our own info for the info %p of verify', async (info) => {
  expect(await logIn(byDone((done) => done(null, user, info)))).toStrictEqual({
    action: 'success',
    user,
    info: { initiatedBy: 'site', duplicate: false },
  })
})

it('B07 B14 turns an info that is a text into a message, and lets no info replace our members', async () => {
  const greet = byDone((done) => done(null, user, 'hello'))
  expect(await logIn(greet)).toMatchObject({ info: { message: 'hello', duplicate: false } })
  const theirs = { initiatedBy: 'provider', duplicate: true, returnTo: '//evil.example', state: 1 }
  const claim = () => Promise.resolve({ user, info: { ...theirs, note: 1 } })
  expect(await logIn(claim)).toEqual({
    action: 'success',
    user,
    info: { note: 1, initiatedBy: 'site', duplicate: false },
  })
})

it("B07 keeps state and returnTo of the start beside verify's own info", async () => {
  const claim = () => Promise.resolve({ user, info: { note: 1, state: 2, returnTo: '/other' } })
  const strategy = acmeStrategy(acme, { verify: claim })
  const given = { state: 1, returnTo: '/basket' }
  const { callback } = await started(strategy, createSession(), given)
  expect(await attempt(strategy, callback())).toMatchObject({ info: { note: 1, ...given } })
})

it('B07 drops a member __proto__ of an info', async () => {
  const info: unknown = JSON.parse('{"note":1,"__proto__":{"state":1,"returnTo":"//evil.example"}}')
  const result = await logIn(() => Promise.resolve({ user, info }))
  expect(result).toMatchObject({ action: 'success', info: { note: 1 } })
  const copy = Object.assign({}, 'info' in result && result.info)
  expect(copy).not.toHaveProperty('state')
  expect(copy).not.toHaveProperty('returnTo')
})

it.each([
  ['false by done', byDone((done) => done(null, false))],
  ['nothing by done', byDone((done) => done())],
  ['null by done', byDone((done) => done(null, null))],
  ['false by promise', () => Promise.resolve(false)],
  ['false returned', (_a: unknown) => false],
  ['null returned', () => null],
  ['null by promise', () => Promise.resolve(null)],
  ['0 by done', byDone((done) => done(null, 0))],
  ['an empty text by promise', () => Promise.resolve('')],
  ['no user in an object', () => Promise.resolve({ user: false, info: undefined })],
])('A104 rejects the user for %s', async (_name, verify) =>
  expect(await logIn(verify)).toEqual({
    action: 'fail',
    status: 401,
    info: {
      code: 'user_rejected',
      message: 'This account cannot log in here.',
      reason: 'verify gave no user',
    },
  }),
)

it.each([
  ['an object', { message: 'banned' }],
  ['B22 a text, which a header could not hold', 'Энэ хаяг хаагдсан'],
])('lets the application say by %s why it rejects a user', async (_name, info) => {
  const ways = [
    byDone((done) => done(null, false, info)),
    () => Promise.resolve({ user: false, info }),
  ]
  const message = typeof info === 'string' ? info : info.message
  for (const verify of ways)
    expect(await logIn(verify)).toEqual({ action: 'fail', status: 401, info: { message } })
})

class AppError extends Error {
  constructor(readonly detail: string) {
    super('database is down')
  }
}
const failure = new AppError('theirs')

const foreign: unknown = runInNewContext('new TypeError("theirs")')
const unmade = Object.create(Error.prototype) as Error

it.each<[string, unknown, unknown?]>([
  ['thrown', throwing(failure)],
  ['given to done', byDone((done) => done(failure))],
  ['rejected', () => Promise.reject(failure)],
  ['rejected in a wrapper', async (..._given: unknown[]) => throwing(failure)()],
  ['given to done, then a user', byDone((done) => [done(failure), done(null, user)])],
  ['of another realm', throwing(foreign), foreign],
  ['of a class that calls no constructor', throwing(unmade), unmade],
])('A103 passes a real error through as it is: %s', async (_name, verify, error = failure) => {
  const result = await logIn(verify)
  expect(result.action === 'error' && result.error).toBe(error)
})

it.each([
  ['thrown', throwing('text')],
  ['given to done', byDone((done) => done({ no: 'error' }))],
  ['rejected', () => Promise.reject(7)],
  ['rejected with nothing', () => Promise.reject<unknown>(NOTHING)],
])('A103 ends in verify_failed for a value that is no Error: %s', async (_name, verify) => {
  const message = 'acme: verify failed with something that is not an Error'
  const error = { name: 'LoginError', code: 'verify_failed', message, step: 'verify', status: 500 }
  expect(await logIn(verify)).toMatchObject({ error })
})

it('FR74 keeps the words of what verify throws in place of an error', async () => {
  const thrown = { message: 'duplicate key', code: '23505', details: null, hint: null }
  const result = await logIn(throwing(thrown))
  const cause = { message: 'duplicate key', code: '23505' }
  expect(result).toMatchObject({ error: { code: 'verify_failed', cause } })
})

it('A103 waits no longer than the timeout for an answer, and no answer counts after it', async () => {
  let late: Done = () => {}
  holdTime()
  const silent = byDone((done) => {
    late = done
    setImmediate(pass, 100)
  })
  const result = await logIn(silent, { timeout: 100 })
  const message = matching(/^acme: there was no answer within 100 ms, .* did not call done$/)
  expect(result).toMatchObject({ error: { code: 'timeout', step: 'verify', status: 504, message } })
  late(null, user)
  const never = () => new Promise(() => void setImmediate(pass, 100))
  expect(await logIn(never, { timeout: 100 })).toMatchObject({ error: { code: 'timeout' } })
})

it('FR134 A103 has the whole timeout, however much of it the provider took', async () => {
  holdTime()
  const { profile: answer } = acme
  acme.profile = (...call) => {
    pass(80)
    answer(...call)
  }
  const slow = byDone((done) => {
    pass(80)
    done(null, user)
  })
  expect(await logIn(slow, { timeout: 100 })).toMatchObject({ action: 'success', user })
})

/** A verify that calls `done` with a user and then does this. */
const afterDone = (more: (done: Done) => unknown) =>
  byDone((done) => {
    done(null, user)
    return more(done)
  })

it.each([
  ['done twice', afterDone((done) => done(null, { other: 1 }))],
  ['done, then a throw', afterDone(throwing(failure))],
  ['done, then a rejection', afterDone(() => Promise.reject(failure))],
  ['done and a promise of another', afterDone(() => Promise.resolve({ other: 1 }))],
])('A103 counts only the first answer: %s', async (_name, verify) =>
  expect(await logIn(verify)).toMatchObject({ action: 'success', user }),
)

it('waits for a user that is a promise, and takes its rejection as its own', async () => {
  const give = (promise: Promise<unknown>) => byDone((done) => done(null, promise))
  expect(await logIn(give(Promise.resolve(user)))).toMatchObject({ action: 'success', user })
  const nobody = give(Promise.resolve(null))
  expect(await logIn(nobody)).toMatchObject({ info: { code: 'user_rejected' } })
  expect(await logIn(give(Promise.reject(failure)))).toEqual({ action: 'error', error: failure })
  holdTime()
  const never = byDone((done) => done(null, new Promise(() => void setImmediate(pass, 100))))
  const error = { code: 'timeout', step: 'verify' }
  expect(await logIn(never, { timeout: 100 })).toMatchObject({ error })
})

it.each([
  ['returned', (_a: unknown) => undefined],
  ['promised', (_a: unknown, _b: unknown) => Promise.resolve()],
  ['promised by an async function', async (_a: unknown, _b: unknown, _c: unknown) => {}],
])('ends in verify_failed when a verify without done has %s nothing', async (_name, verify) =>
  expect(await logIn(verify)).toMatchObject({
    error: { code: 'verify_failed', message: matching(/returned nothing: .* and call it$/) },
  }),
)

it('says that done does not count behind a default value', async () => {
  const late = (_a: unknown, _b = '', _profile: unknown, done: Done) =>
    void setImmediate(() => done(null, user))
  const message = matching(/declare done \(with no default value up to it\)/)
  expect(await logIn(late)).toMatchObject({ error: { code: 'verify_failed', message } })
})

it('waits for done of a verify without parameters, and the timeout says that it was never called', async () => {
  const late = (...given: unknown[]) => void setImmediate(() => (given[3] as Done)(null, user))
  expect(await logIn(late)).toMatchObject({ action: 'success', user })
  holdTime()
  const error = { code: 'timeout', step: 'verify', message: matching(/declares no parameter$/) }
  const never = () => void setImmediate(pass, 200)
  expect(await logIn(never, { timeout: 200 })).toMatchObject({ error })
})

const trap = throwing(new Error('trap'))
const trapped = (name: string) => Object.defineProperty({}, name, { enumerable: true, get: trap })
const reading = { get: trap, has: trap, ownKeys: trap, getOwnPropertyDescriptor: trap }
const traps = { ...reading, getPrototypeOf: trap }
/** A Proxy whose traps throw it, the one for its prototype from the second call on. */
function throwsItself(target: object, calls = 0): object {
  let read = 0
  const get = () => throwing(hostile)()
  const getPrototypeOf = () => (read++ < calls ? Reflect.getPrototypeOf(target) : get())
  const all = { get, has: get, ownKeys: get, getOwnPropertyDescriptor: get, getPrototypeOf }
  const hostile: object = new Proxy(target, all)
  return hostile
}
/* oxlint-disable unicorn/no-thenable -- that is what an application may give */
const twice = (yes: (value: object) => void, no: (problem: Error) => void) => {
  yes(user)
  no(new Error('late'))
}
const NO_TEXT: unknown = Object.create(null)
const HOSTILE: [string, () => unknown][] = [
  ['an object whose user throws', () => trapped('user')],
  ['a Proxy that throws at everything', () => new Proxy({}, traps)],
  ['a Proxy that throws itself', () => throwsItself({})],
  ['a Proxy of an Error that throws itself', () => throwsItself(new Error('inner'), 1)],
  ['an Error whose message is no text', () => Object.assign(new Error(), { message: NO_TEXT })],
  ['an object whose then throws', () => trapped('then')],
  ['a thenable that throws', () => ({ then: trap })],
  ['a thenable that answers twice', () => ({ then: twice })],
  ['info whose members throw', () => ({ user, info: trapped('a') })],
]

it.each(HOSTILE)(
  'A103 B07 ends the request once, whatever verify gives: %s',
  async (_name, make) => {
    const ways = [
      byDone((done) => done(null, make())),
      byDone((done) => done(null, user, make())),
      byDone((done) => done(make())),
      (_a: unknown) => make(),
      (_a: unknown) => Promise.resolve().then(make),
      (_a: unknown) => Promise.reject(make()),
    ]
    for (const verify of ways) expect((await logIn(verify)).action).toMatch(/^(success|error)$/)
  },
)

it.each(HOSTILE)(
  'A105 B04 ends the request once, whatever a guard and a session store fail with: %s',
  async (_name, make) => {
    const verify = byDone((done) => done(null, user))
    const once = { claim: () => Promise.reject(make()) }
    expect(await logIn(verify, { once })).toMatchObject({ error: { code: 'guard' } })
    const session = createSession((done) => done(make()))
    expect(await attempt(acmeStrategy(acme), request('/login', { session }))).toMatchObject({
      error: { code: 'session' },
    })
  },
)

it('sets req.authInfo like any other member while verify runs, and restores what was there', async () => {
  const seen: unknown[] = []
  const verify = (given: object, ..._rest: unknown[]) => {
    seen.push(Object.getOwnPropertyDescriptor(given, 'authInfo'))
    return Promise.resolve(user)
  }
  const options = { passReqToCallback: true, verify }
  const strategy = acmeStrategy(acme, options)
  const given = { state: { a: 1 }, returnTo: '/x' }
  for (const before of [{}, { authInfo: 'mine' }]) {
    const { callback } = await started(strategy, createSession(), given)
    const asked = Object.assign(callback(String('authInfo' in before)), before)
    expect(await attempt(strategy, asked)).toMatchObject({ action: 'success' })
    const value = { ...given, initiatedBy: 'site' }
    expect(seen.pop()).toEqual({ value, configurable: true, enumerable: true, writable: true })
    const left = Object.entries(asked).filter(([name]) => name === 'authInfo')
    expect(left).toEqual(Object.entries(before))
  }
  const frozen = Object.freeze((await started(strategy)).callback('another'))
  expect(await attempt(strategy, frozen)).toMatchObject({ action: 'success' })
})
