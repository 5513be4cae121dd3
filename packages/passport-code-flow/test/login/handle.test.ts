import { attempt, createSession, ending, request } from '../support/bare.js'
import { acmeStrategy, CODE, openLogin, SECRET, started, TOKEN, useAcme } from '../support/acme.js'
import { expectNoSecret } from '../support/oracle.js'

const acme = useAcme()

/** A callback with one pending login in its session; `more` changes the request. */
async function call(query: string, more: object = {}, options = {}) {
  const { strategy, session, state } = await openLogin(acme, options)
  const req = request(`/callback?${query.replace('STATE', state)}`, { session, ...more })
  const result = await attempt(strategy, req)
  expectNoSecret([SECRET, TOKEN], result, strategy)
  return result
}

it.each([
  ['an empty code', 'code=&state=STATE'],
  ['a repeated state', 'code=a&state=STATE&state=STATE'],
  ['a code without the name of its login', 'code=a'],
  ['code and error together', 'code=a&error=access_denied&state=STATE'],
  ['an error nobody has documented', 'error=no_such_word&state=STATE'],
])('refuses %s before any call', async (_name, query) => {
  const result = await call(query)
  expect(result).toMatchObject({ action: 'fail', status: 400, info: { code: 'bad_callback' } })
  expect(acme.calls).toEqual([])
})

it.each([[['a']], [{ x: '1' }], [7], [null]])(
  'refuses the code %j of a parsed query',
  async (code) =>
    expect(await call('state=STATE', { query: { code } })).toMatchObject({
      info: { code: 'bad_callback' },
    }),
)

it.each([
  [`code=${CODE}&state=STATE`, { action: 'success' }],
  ['code=a&code=b&state=STATE', { info: { code: 'bad_callback' } }],
])('reads the query itself where no framework has read it: %s', async (query, end) =>
  expect(await call(query, { query: undefined })).toMatchObject(end),
)

it('ignores a body that came with a GET, and bodies that are no object', async () => {
  expect(await call(`code=${CODE}&state=STATE`, { body: { code: 'b' } })).toMatchObject({
    action: 'success',
  })
  for (const body of [undefined, null, 'code=b', [], 7])
    expect(await call(`code=${CODE}&state=STATE`, { method: 'POST', body })).toMatchObject({
      action: 'success',
    })
})

it('ends the login that an access_denied names', async () => {
  const { strategy, session, state, finish } = await openLogin(acme)
  const denial = request(`/callback?error=access_denied&state=${state}`, { session })
  expect(await attempt(strategy, denial)).toMatchObject({
    status: 401,
    info: { code: 'access_denied', provider: { code: 'access_denied' } },
  })
  expect(session.stored()).toEqual({})
  expect(await finish()).toBe('fail no_pending_login 403')
})

it('ends no login for an access_denied that names none, or an unknown one', async () => {
  const { strategy, session, finish } = await openLogin(acme)
  for (const query of ['error=access_denied', `error=access_denied&state=${'x'.repeat(22)}`])
    expect(await ending(strategy, request(`/callback?${query}`, { session }))).toBe(
      'fail no_pending_login 403',
    )
  expect(await finish()).toBe('success')
})

it('ends no login for an access_denied where the provider cannot name a login', async () => {
  const strategy = acmeStrategy(acme, { describe: { callback: { code: 'code' } } })
  const denial = (session = createSession()) =>
    request('/callback?error=access_denied', { session })
  expect(await ending(strategy, denial())).toBe('fail no_pending_login 403')
  const { session, callback } = await started(strategy)
  expect(await ending(strategy, denial(session))).toBe('fail access_denied 401')
  expect(await ending(strategy, callback())).toBe('success')
})

it.each([
  ['method_not_allowed', 405, { method: 'HEAD' }],
  ['prefetch', 403, { headers: { 'sec-purpose': 'prefetch;prerender' } }],
  ['prefetch', 403, { headers: { 'sec-fetch-dest': 'image' } }],
])('uses up no code for %s %i: %j', async (code, status, more) => {
  expect(await call(`code=${CODE}&state=STATE`, more)).toMatchObject({ status, info: { code } })
  expect(acme.calls).toEqual([])
})

it('uses up no code for a fetch by another site', async () => {
  const headers = { 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'cross-site' }
  expect(await call(`code=${CODE}&state=STATE`, { headers })).toMatchObject({
    status: 403,
    info: { code: 'cross_site_callback', reason: 'Sec-Fetch-Site of a fetch is cross-site' },
  })
  expect(acme.calls).toEqual([])
})

it.each([
  ['server_error', 'provider_error', 502],
  ['invalid_scope', 'config', 500],
])('the error %s that names a login of this browser ends in %s', async (word, code, status) => {
  const description = encodeURIComponent(`no scope\n${SECRET}`)
  const provider = { code: word, message: 'no scope [redacted]' }
  expect(await call(`error=${word}&error_description=${description}&state=STATE`)).toMatchObject({
    error: { code, status, step: 'callback', provider },
  })
})

it('an error that names no login of this browser is only a failure', async () => {
  const { strategy, session } = await openLogin(acme)
  for (const state of ['', '&state=', `&state=${'a'.repeat(22)}`])
    expect(
      await ending(strategy, request(`/callback?error=server_error${state}`, { session })),
    ).toBe('fail no_pending_login 403')
  const bare = acmeStrategy(acme, { describe: { callback: { code: 'code' } } })
  const { session: other } = await started(bare)
  expect(await ending(bare, request('/callback?error=server_error', { session: other }))).toBe(
    'fail bad_callback 400',
  )
})

it('a callback with its state alone ends the login in access_denied', async () => {
  const { strategy, session, state, finish } = await openLogin(acme)
  const cancel = () => request(`/callback?state=${state}`, { session })
  expect(await ending(strategy, cancel())).toBe('fail access_denied 401')
  expect(await finish()).toBe('fail no_pending_login 403')
})

it.each([
  ['no parser', undefined],
  ['express.raw', Buffer.from('code=x')],
  ['express.text', 'code=x'],
  ['a parser of another type', {}],
])(
  'FR22 a posted callback of our own page that %s has read is a mistake of the operator',
  async (_name, body) => {
    const headers = {
      origin: 'https://app.test',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': '6',
    }
    const { strategy, session } = await openLogin(acme)
    const post = (more: object) =>
      ending(
        strategy,
        request('/callback', { method: 'POST', session, body, headers: { ...headers, ...more } }),
      )
    expect(await post({})).toBe('error config')
    // what fetch sends of a FormData and of a text, which neither parser reads
    for (const type of ['multipart/form-data; boundary=x', 'text/plain;charset=UTF-8'])
      expect([type, await post({ 'content-type': type })]).toEqual([type, 'error config'])
    // nobody else may cause errors for the operator
    expect(await post({ origin: 'https://evil.test' })).toBe('fail start_loop 403')
    expect(await post({ 'content-length': '0' })).toBe('fail start_loop 403')
  },
)

it('FR04 two strategies of one name and two clients keep their logins apart', async () => {
  const [friends, club] = [acmeStrategy(acme), acmeStrategy(acme, { clientID: 'club' })]
  const { callback } = await started(friends)
  expect(await ending(club, callback())).toBe('fail no_pending_login 403')
  expect(await ending(friends, callback())).toBe('success')
})

const BY_PROVIDER = { initiatedBy: 'provider', callback: { code: 'code' } } as const

it('accepts a code without a session where the provider starts, and says initiatedBy: provider', async () => {
  const options = { returnTo: '/basket', state: { a: 1 } }
  const result = await attempt(
    acmeStrategy(acme, { describe: BY_PROVIDER }),
    request('/any?code=c1'),
    options,
  )
  expect(result).toMatchObject({ action: 'success' })
  expect(result).toHaveProperty('info', { ...options, initiatedBy: 'provider', duplicate: false })
})

it("refuses a request without a code where the provider starts, and adds the provider's hint", async () => {
  const hints = { no_code: 'That app is Acme.' }
  const strategy = acmeStrategy(acme, { describe: { ...BY_PROVIDER, hints } })
  expect(await attempt(strategy, request('/any'))).toEqual({
    action: 'fail',
    status: 400,
    info: {
      code: 'no_code',
      message: 'Please open this page from the app that you log in with.',
      reason: 'There is no parameter code. That app is Acme.',
    },
  })
  expect(acme.calls).toEqual([])
})

it('answers a prefetch without a code with prefetch, not with no_code', async () => {
  const req = request('/any', { headers: { purpose: 'prefetch' } })
  expect(await ending(acmeStrategy(acme, { describe: BY_PROVIDER }), req)).toBe('fail prefetch 403')
})
