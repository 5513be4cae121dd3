import { inspect } from 'node:util'
import { challengesOf } from '../../src/pkce.js'
import type { StartedLogin } from '../../src/index.js'
import { attempt, createSession, ending, matching, request, succeed } from '../support/bare.js'
import { acmeKey, acmeStrategy, openLogin, SECRET, started, useAcme } from '../support/acme.js'
import type { Options } from '../support/acme.js'

const acme = useAcme()

/** What a start ends in; `more` is of the request, `given` is for authenticate. */
function start(options: Options = {}, more: object = {}, given?: object) {
  const req = request('/login', { session: createSession(), ...more })
  return attempt(acmeStrategy(acme, options), req, given)
}

const throwing = (problem: unknown) => () => {
  throw problem as Error
}

it('A27 saves the login before it redirects, and sends only the challenge', async () => {
  const { session, url, state } = await openLogin(acme)
  const [login] = session.stored()[acmeKey(acme)] as Record<string, unknown>[]
  expect(Object.keys(login ?? {})).toEqual(['id', 'createdAt', 'verifier'])
  expect(login?.['id']).toBe(state)
  expect(url.href).not.toContain(String(login?.['verifier']))
  expect(url.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
})

it('B26 the name of a login has letters and digits alone, as WeChat and LINE want their state', async () => {
  const starts = Array.from({ length: 40 }, () => openLogin(acme))
  const names = (await Promise.all(starts)).map(({ state }) => state)
  expect(new Set(names).size).toBe(40)
  expect(names.filter((name) => !/^[A-Za-z0-9]{22}$/.test(name))).toEqual([])
})

it('gives a start the challenges of one verifier in every encoding that the provider lists', async () => {
  const begun: StartedLogin[] = []
  const launch = (login: StartedLogin) => `/launch?state=${begun.push(login) && login.id}`
  const { finish } = await openLogin(acme, { describe: { pkce: ['hex', 'raw'], start: launch } })
  expect(await finish()).toBe('success')
  const verifier = new URLSearchParams(acme.calls[0]?.body).get('code_verifier') ?? ''
  const challenges = challengesOf(verifier, ['hex', 'raw'])
  expect(begun).toMatchObject([{ codeChallenge: challenges[0], codeChallenges: challenges }])
})

it('hides the verifier when the store that cannot save prints the session', async () => {
  const session = createSession((done) => done(new Error(JSON.stringify(session))))
  const result = await start({}, { session })
  expect(result).toMatchObject({ error: { code: 'session', cause: { message: /verifier/ } } })
  const [{ verifier }] = session[acmeKey(acme)] as [{ verifier: string }]
  expect(inspect(result)).not.toContain(verifier)
})

it('gives back returnTo and state of the start, checked and as JSON', async () => {
  const strategy = acmeStrategy(acme)
  const { callback } = await started(strategy, createSession(), {
    returnTo: '/orders?page=2',
    state: { cart: [1, 2], at: new Date(0), gone: undefined },
  })
  expect((await succeed(strategy, callback())).info).toEqual({
    returnTo: '/orders?page=2',
    state: { cart: [1, 2], at: '1970-01-01T00:00:00.000Z' },
    initiatedBy: 'site',
    duplicate: false,
  })
})

it('A94 A96 gives no returnTo of another site: of the start, of the changed session, of the callback', async () => {
  const strategy = acmeStrategy(acme)
  for (const [given, changed, more, expected] of [
    ['//evil.example', '//evil.example', '', '/'],
    ['/fine', 'https://evil.example', '', '/'],
    ['/fine', '/fine', '&returnTo=//evil.example', '/fine'],
  ] as const) {
    const { session, state } = await started(strategy, createSession(), { returnTo: given })
    Object.assign((session[acmeKey(acme)] as object[])[0]!, { returnTo: changed })
    const callback = request(`/callback?code=${state}&state=${state}${more}`, { session })
    expect(await attempt(strategy, callback)).toMatchObject({ info: { returnTo: expected } })
  }
})

const circle: Record<string, unknown> = {}
circle['self'] = circle

it.each([
  ['a number no JSON holds', 1n],
  ['an object that contains itself', circle],
  ['a function', () => 1],
])('refuses a state that is %s', async (_name, state) => {
  const message = matching(/state .* is not a JSON value/)
  const error = { code: 'config', step: 'start', message, cause: { message: matching(/./) } }
  expect(await start({}, {}, { state })).toMatchObject({ error })
})

it('hides the secret in what the start of a provider throws', async () => {
  const describe = { start: throwing(new Error(`no ${SECRET}`)) as never }
  expect(await start({ describe })).toMatchObject({
    error: { code: 'config', step: 'start', cause: { message: 'no [redacted]' } },
  })
})

it('A105 says what is missing when there is no session, at the start and at the callback', async () => {
  const error = { code: 'config', status: 500, message: matching(/session middleware/) }
  for (const session of [undefined, null, 'x']) {
    expect(await start({}, { session })).toMatchObject({ error: { ...error, step: 'start' } })
    const callback = request('/callback?code=a&state=b', { session })
    expect(await attempt(acmeStrategy(acme), callback)).toMatchObject({ error })
  }
})

it('B52 says so when the session is a promise that nobody has waited for', async () => {
  const error = { code: 'config', message: matching(/the session is a promise: wait for it/) }
  const session = Promise.resolve(createSession())
  expect(await start({}, { session })).toMatchObject({ error })
  const callback = request('/callback?code=a&state=b', { session })
  expect(await attempt(acmeStrategy(acme), callback)).toMatchObject({ error })
})

it('B56 a session that stores only what its functions get loses the login, unless a Proxy calls them', async () => {
  const stored = new Map<string, unknown>()
  const get = (key: string) => stored.get(key) ?? null
  const set = (key: string, value: unknown) => Boolean(stored.set(key, value))
  const own = () => ({ get, set })
  const proxy = () =>
    new Proxy(
      {},
      {
        get: (_target, key) => get(String(key)),
        set: (_target, ...pair) => set(String(pair[0]), pair[1]),
      },
    )
  const login = async (session: () => object) => {
    const strategy = acmeStrategy(acme)
    const begun = await attempt(strategy, request('/login', { session: session() }))
    const state = begun.action === 'redirect' ? begun.url.searchParams.get('state') : ''
    const callback = request(`/callback?code=a-code&state=${state}`, { session: session() })
    return ending(strategy, callback)
  }
  expect(await login(own)).toBe('fail no_pending_login 403')
  expect(await login(proxy)).toBe('success')
})

it('A105 does not redirect when the session cannot be saved', async () => {
  const failure = new Error('store is down')
  const error = { code: 'session', status: 500, step: 'start' }
  type Save = Parameters<typeof createSession>[0]
  const startSaving = (save: Save) => start({ timeout: 100 }, { session: createSession(save) })
  const ways: Save[] = [(done) => done(failure), throwing(failure), () => Promise.reject(failure)]
  for (const save of ways)
    expect(await startSaving(save)).toMatchObject({ error: { ...error, cause: failure } })
  expect(await startSaving(() => {})).toMatchObject({ error })
})

it('works with a session whose save gives a promise or another value, and with one that has no save', async () => {
  const strategy = acmeStrategy(acme)
  const chained = (done: () => void) => {
    setImmediate(done)
    return { id: 's1' }
  }
  for (const save of [() => Promise.resolve(), chained, undefined])
    expect(await ending(strategy, request('/login', { session: { save } }))).toBe('redirect')
})

it('A15 refuses a start from another site, unless allowCrossSiteStart says otherwise', async () => {
  for (const [headers, reason] of [
    [{ origin: 'null' }, 'Origin is not that of callbackURL'],
    [{ 'sec-fetch-site': 'cross-site' }, 'Sec-Fetch-Site is cross-site'],
  ]) {
    const more = { session: createSession(), method: 'POST', headers }
    const info = { code: 'cross_site_start', reason }
    expect(await start({}, more)).toMatchObject({ status: 403, info })
    expect(Object.keys(more.session)).toEqual([])
    const allowed = { allowCrossSiteStart: true } as Options
    expect(await start(allowed, more)).toMatchObject({ action: 'redirect' })
  }
})

it('B15 starts nothing on the path of the callback, not for an absolute address in the request line either', async () => {
  const strategy = acmeStrategy(acme)
  const session = createSession()
  const callback = () => request('/CALLBACK/?x=1', { session })
  const absolute = request('/', { session, originalUrl: 'http://app.test/callback?x=1' })
  expect(await ending(strategy, absolute)).toBe('fail bad_callback 400')
  // nothing has ever started where start and callback are one route
  const first = await attempt(strategy, callback())
  expect(first).toMatchObject({ status: 400, info: { code: 'bad_callback' } })
  await started(strategy, session)
  const result = await attempt(strategy, callback())
  expect(result).toMatchObject({ status: 403, info: { code: 'start_loop' } })
  for (const refused of [first, result])
    expect(refused).toHaveProperty('info.reason', expect.stringContaining('different routes'))
})

it('starts on a path with its own error or state, and reads a code on any path', async () => {
  const strategy = acmeStrategy(acme)
  const session = createSession()
  for (const query of ['error=expired', 'state=x', 'error=a&error=b'])
    expect(await ending(strategy, request(`/login?${query}`, { session }))).toBe('redirect')
  const [login] = session.stored()[acmeKey(acme)] as { id: string }[]
  const rewritten = request(`/login?code=c&state=${login?.id}`, { session })
  expect(await ending(strategy, rewritten)).toBe('success')
})

it('FR42 starts nothing where a host has put something before the path of a callback with an error', async () => {
  const strategy = acmeStrategy(acme)
  const open = (path: string) => ending(strategy, request(path, { session: createSession() }))
  expect(await open('/stage/callback?error=access_denied')).toBe('fail no_pending_login 403')
  expect(await open('/stage/callback?x=access_denied')).toBe('redirect')
  expect(await open('/callback/stage?error=expired')).toBe('redirect')
  const root = acmeStrategy(acme, { callbackURL: 'https://app.test' })
  const req = request('/login?error=expired', { session: createSession() })
  expect(await ending(root, req)).toBe('redirect')
})

it.each([
  ['nothing', undefined],
  ['an object', new URL('https://acme.test/')],
  ['a letter that a header cannot hold', 'https://acme.test/нэвтрэх'],
  ['a line break', 'https://acme.test/\nx: y'],
])('B20 ends a start in config where the start of the provider gives %s', async (_name, given) => {
  const message = "acme: the provider's start must give the text of an encoded URL"
  expect(await start({ describe: { start: () => given as string } })).toMatchObject({
    error: { code: 'config', step: 'start', message },
  })
})

it.each([Buffer.from('challenge'), '', undefined])(
  'FR51 ends a start in config where pkce gives %p, which is no challenge',
  async (given) => {
    const cause = { message: "the provider's pkce must give a text" }
    const describe = { pkce: () => given as string }
    expect(await start({ describe })).toMatchObject({
      error: { code: 'config', step: 'start', cause },
    })
  },
)

it('ends a start in config where the provider has no start, and adds its hint', async () => {
  const message = 'acme: there is no page to start from'
  for (const [hints, said] of [
    [undefined, message],
    [{}, message],
    [{ start: 'set pageURL' }, `${message}: set pageURL`],
  ]) {
    const describe = { start: undefined, hints } as object
    const error = { code: 'config', step: 'start', message: said }
    expect(await start({ describe })).toMatchObject({ error })
  }
})

const WORDS = [
  ['scope', 'prompt', 'loginHint', 'login_hint', 'accessType', 'access_type'],
  ['includeGrantedScopes', 'hostedDomain', 'callbackURL', 'pkce'],
].flat()

it.each(WORDS)('ends a start with %s in config, unless the provider takes it', async (word) => {
  const given = { [word]: 'x', failureRedirect: '/login' }
  expect(await start({ describe: { startOptions: [] } }, {}, given)).toMatchObject({
    error: { code: 'config', message: `acme: this provider does not take ${word} at a start` },
  })
  const describe = { startOptions: [word] }
  expect(await start({ describe }, {}, given)).toMatchObject({ action: 'redirect' })
})
