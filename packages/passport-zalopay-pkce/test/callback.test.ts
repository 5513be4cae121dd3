import { ending, request } from '../../passport-code-flow/test/support/bare'
import { withPlanted } from '../../passport-code-flow/test/support/planted'
import type { ZaloPaySimulator } from '../../passport-provider-simulators/src/index'
import type { Strategy } from '../src/index'
import {
  CALLBACK,
  calls,
  createStrategy,
  type Given,
  SHOP,
  summary,
  Visitor,
  useZaloPay,
} from './support/zalopay'

let simulator: ZaloPaySimulator
let strategy: Strategy
let visitor: Visitor

useZaloPay((scene) => ({ simulator, strategy, visitor } = scene))

it.each([
  ['the query of redirectUri with an empty state', true],
  ['the query of redirectUri without a state', false],
])('Q7 C1 S1 the code comes in %s', async (_, withState) => {
  const { codeChallenge } = await visitor.start({ returnTo: '/cart', state: { basket: 7 } })
  const { pathname, search } = new URL(
    simulator.redirectURI(visitor.getCode(codeChallenge), { withState }),
  )
  expect(search.includes('state=')).toBe(withState)
  const result = await visitor.open(pathname + search)
  expect(result).toMatchObject({
    action: 'success',
    info: { initiatedBy: 'site', returnTo: '/cart', state: { basket: 7 }, duplicate: false },
  })
  expect(visitor.left()).toEqual([])
})

it('C1 the code comes in the body together with the login it belongs to', async () => {
  expect(summary(await visitor.logIn())).toBe('success')
  expect(visitor.left()).toEqual([])
})

it.each([64, 35, 8, 2048])('S2 a code of %i characters is accepted', async (codeLength) => {
  simulator.behaviour.codeLength = codeLength
  expect(summary(await visitor.logIn())).toBe('success')
})

it('Q7 a state that says anything is none of ours', async () => {
  const { codeChallenge } = await visitor.start()
  const code = visitor.getCode(codeChallenge)
  expect(summary(await visitor.open(`${CALLBACK}?code=${code}&state=abc`))).toBe(
    'fail bad_callback 400',
  )
  expect(summary(await visitor.open(`${CALLBACK}?code=${code}&state=`))).toBe('success')
})

it('C2 a code for another verifier is refused by ZaloPay, and the right one still works', async () => {
  const { codeChallenge, login } = await visitor.start()
  const other = await new Visitor(simulator, strategy, 'session-2').start()
  const foreign = visitor.getCode(other.codeChallenge)
  expect(summary(await visitor.post({ code: foreign, login }))).toBe('fail invalid_code 401')
  expect(summary(await visitor.post({ code: visitor.getCode(codeChallenge), login }))).toBe(
    'success',
  )
})

it('five refused codes end a pending login', async () => {
  const { codeChallenge, login } = await visitor.start()
  for (const wrong of ['one', 'two', 'three', 'four', 'five'])
    expect(summary(await visitor.post({ code: wrong, login }))).toBe('fail invalid_code 401')
  const code = visitor.getCode(codeChallenge)
  expect(summary(await visitor.post({ code, login }))).toBe('fail no_pending_login 403')
})

it.each(['code_verifier', 'codeVerifier'])(
  'C3 a %s from the page is refused, in body and query, even an empty one',
  async (name) => {
    const { codeChallenge, login } = await visitor.start()
    const code = visitor.getCode(codeChallenge)
    const bad = 'fail bad_callback 400'
    expect(summary(await visitor.post({ code, login, [name]: 'a'.repeat(43) }))).toBe(bad)
    expect(summary(await visitor.post({ code, login, [name]: '' }))).toBe(bad)
    expect(summary(await visitor.open(`${CALLBACK}?code=${code}&${name}=abc`))).toBe(bad)
    expect(simulator.requests).toEqual([])
    expect(summary(await visitor.post({ code, login }))).toBe('success')
  },
)

it.each([
  ['a foreign Origin', { origin: 'https://evil.test' }],
  ['the Origin null', { origin: 'null' }],
  ['an Origin that only begins like ours', { origin: `${SHOP}.evil.test` }],
  ['another scheme', { origin: 'http://shop.test' }],
  ['Sec-Fetch-Site: cross-site', { origin: SHOP, 'sec-fetch-site': 'cross-site' }],
])('a POST with %s is refused before anything is sent', async (_, headers) => {
  const { codeChallenge, login } = await visitor.start()
  const code = visitor.getCode(codeChallenge)
  expect(summary(await visitor.post({ code, login }, headers))).toBe('fail bad_callback 400')
  expect(simulator.requests).toEqual([])
  expect(summary(await visitor.post({ code, login }, { origin: SHOP }))).toBe('success')
})

it.each([
  ['a code repeated in the query', `${CALLBACK}?code=a&code=b`, {}],
  ['an empty code', `${CALLBACK}?code=`, {}],
  ['a code with a space', `${CALLBACK}?code=a%20b`, {}],
  ['a code with a line break', `${CALLBACK}?code=a%0Ab`, {}],
  ['a code of 2 049 characters', `${CALLBACK}?code=${'a'.repeat(2049)}`, {}],
  ['the word undefined', `${CALLBACK}?code=undefined`, {}],
  ['code and error together', `${CALLBACK}?code=abc&error=030501`, {}],
  ['different codes in query and body', `${CALLBACK}?code=a`, { code: 'b', login: 'x' }],
  ['a code that is an object', CALLBACK, { code: { $gt: '' }, login: 'x' }],
  ['a code that is a number', CALLBACK, { code: 5, login: 'x' }],
  ['a posted code without a login', CALLBACK, { code: 'abc' }],
  ['a login that is a list', CALLBACK, { code: 'abc', login: ['x'] }],
  ['an error that is a number', CALLBACK, { error: 30501, login: 'x' }],
  ['an error of 300 characters', CALLBACK, { error: 'e'.repeat(300), login: 'x' }],
])('%s is refused before anything is sent', async (_, path, body) => {
  await visitor.start()
  const method = Object.keys(body).length > 0 ? 'POST' : 'GET'
  expect(summary(await visitor.open(path, { method, body }))).toBe('fail bad_callback 400')
  expect(simulator.requests).toEqual([])
  expect(visitor.left()).toHaveLength(1)
})

const OURS = { origin: SHOP }

it.each<[string, string, { path?: string; body?: object; headers?: Record<string, string> }]>([
  [
    'code_verifier of RFC 7636',
    'code_verifier must not come from the page',
    { body: { code_verifier: 'v' } },
  ],
  [
    'codeVerifier of Zalo',
    'codeVerifier must not come from the page',
    { body: { codeVerifier: 'v' } },
  ],
  ['no code', 'code is missing', { body: { code: undefined } }],
  ['a code by another name', 'code is missing', { body: { code: undefined, authCode: 'c' } }],
  ['an empty code', 'code is not 1 to 2048 visible ASCII characters', { body: { code: '' } }],
  ['a code in a list', 'code is not one text', { body: { code: ['c'] } }],
  ['a code unlike the one of the query', 'code has two values', { path: '?code=d' }],
  ['no login', 'login is missing', { body: { login: undefined } }],
  ['a login in an object', 'login is not one text', { body: { login: { id: 'l' } } }],
  ['a login unlike the one of the query', 'login has two values', { path: '?login=d' }],
  ['a state', 'state is not empty', { body: { state: 's' } }],
  ['an error beside the code', 'Both error and code are there', { body: { error: '030501' } }],
  ['an error that is a number', 'error is not one text', { body: { error: 30501 } }],
  [
    'an error that is no word',
    'error is not 1 to 256 ASCII characters',
    { body: { code: undefined, error: 'x\n' } },
  ],
  [
    'the Origin of another site',
    'Origin is not that of callbackURL',
    { headers: { origin: 'https://a.test' } },
  ],
])(
  'FR07 a posted callback with %s is told: %s',
  async (_what, reason, { path = '', body, headers = OURS }) => {
    const { login } = await visitor.start()
    const post = { method: 'POST', body: { code: 'abc', login, ...body }, headers }
    expect(await visitor.open(CALLBACK + path, post)).toMatchObject({
      status: 400,
      info: { code: 'bad_callback', reason },
    })
    expect(simulator.requests).toEqual([])
    expect(visitor.left()).toHaveLength(1)
  },
)

it.each(['', '__proto__', 'constructor', 'a'.repeat(22), "' OR 1=1"])(
  'a callback that names the unknown login "%s" finds none, although one is pending',
  async (login) => {
    const { codeChallenge } = await visitor.start()
    const code = visitor.getCode(codeChallenge)
    expect(summary(await visitor.post({ code, login }))).toBe('fail no_pending_login 403')
    expect(summary(await visitor.open(`${CALLBACK}?code=${code}&login=${login}`))).toBe(
      'fail no_pending_login 403',
    )
    expect(simulator.requests).toEqual([])
  },
)

it("a whole callback of another browser finds no login in this one's session", async () => {
  const attacker = new Visitor(simulator, strategy, 'session-2')
  const { codeChallenge, login } = await attacker.start()
  const code = attacker.getCode(codeChallenge)
  await visitor.start()
  expect(summary(await visitor.post({ code, login }))).toBe('fail no_pending_login 403')
  // by the query it meets the newest login here, whose verifier does not fit
  expect(summary(await visitor.open(`${CALLBACK}?code=${code}&state=`))).toBe(
    'fail invalid_code 401',
  )
})

it('nobody can post a profile or an access token in place of a code', async () => {
  const { login } = await visitor.start()
  const muid = simulator.users[0]?.muid
  expect(
    summary(await visitor.post({ login, muid, access_token: 'token', profile: { muid } })),
  ).toBe('fail bad_callback 400')
  expect(simulator.requests).toEqual([])
})

it('a pending login whose verifier is lost is never exchanged without one', async () => {
  const { codeChallenge, login } = await visitor.start()
  for (const pending of Object.values(visitor.session).flat() as Record<string, unknown>[])
    delete pending['verifier']
  const code = visitor.getCode(codeChallenge)
  expect(summary(await visitor.post({ code, login }))).toBe('fail no_pending_login 403')
  expect(simulator.requests).toEqual([])
})

it('two tabs: either login can be finished, each with its own code', async () => {
  const [older, newer] = [await visitor.start(), await visitor.start()]
  expect(older.codeChallenge).not.toBe(newer.codeChallenge)
  for (const { codeChallenge, login } of [older, newer])
    expect(summary(await visitor.post({ code: visitor.getCode(codeChallenge), login }))).toBe(
      'success',
    )
})

it('a login older than pendingTTL has expired', async () => {
  const { codeChallenge, login } = await visitor.start()
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 600_001)
  const code = visitor.getCode(codeChallenge)
  expect(summary(await visitor.post({ code, login }))).toBe('fail pending_expired 403')
})

it.each(['refuse', 'allow'] as const)(
  'T7 a code used twice signs nobody in again, even where ZaloPay would %s it',
  async (reuse) => {
    simulator.behaviour.reuse = reuse
    expect(summary(await visitor.logIn())).toBe('success')
    const { login } = await visitor.start()
    const [code] = visitor.codes
    const before = simulator.requests.length
    expect(summary(await visitor.post({ code, login }))).toBe('fail code_already_used 403')
    expect(simulator.requests).toHaveLength(before)
    // another process, which has not seen the code, has no verifier for it either
    const elsewhere = new Visitor(simulator, createStrategy(simulator))
    const again = await elsewhere.start()
    expect(summary(await elsewhere.post({ code, login: again.login }))).toBe(
      'fail invalid_code 401',
    )
  },
)

it('the same callback twice at once from one browser is one exchange with one user', async () => {
  const { codeChallenge, login } = await visitor.start()
  const code = visitor.getCode(codeChallenge)
  const [one, two] = await Promise.all([
    visitor.post({ code, login }),
    visitor.post({ code, login }),
  ])
  expect([one, two]).toMatchObject([
    { action: 'success', info: { duplicate: false } },
    { action: 'success', info: { duplicate: true } },
  ])
  expect(calls(simulator)).toEqual(['token', 'profile'])
})

it('nothing on Object.prototype gets into the options of the strategy', async () => {
  const planted = {
    environment: 'production',
    tokenURL: 'https://planted.test/token',
    challengeEncoding: 'raw',
    fields: ['planted'],
    classifyError: () => 'config',
    allowCrossSiteStart: true,
  }
  const plain = await withPlanted(planted, () => createStrategy(simulator))
  const shopper = new Visitor(simulator, plain)
  expect(summary(await shopper.logIn())).toBe('success')
  expect(simulator.requests.map(({ endpoint, query }) => [endpoint, query])).toEqual([
    ['token', {}],
    ['profile', {}],
  ])
  const { login } = await shopper.start()
  expect(summary(await shopper.post({ code: 'wrong', login }))).toBe('fail invalid_code 401')
  const foreign = { headers: { 'sec-fetch-site': 'cross-site' } }
  expect(summary(await shopper.open('/auth/zalopay', foreign))).toBe('fail cross_site_start 403')
})

it.each(['HEAD', 'PUT', 'DELETE', 'OPTIONS'])('%s spends no code', async (method) => {
  const { codeChallenge } = await visitor.start()
  const code = visitor.getCode(codeChallenge)
  expect(summary(await visitor.open(`${CALLBACK}?code=${code}`, { method }))).toBe(
    'fail method_not_allowed 405',
  )
  expect(simulator.requests).toEqual([])
})

it.each([
  ['a prefetch', { 'sec-purpose': 'prefetch' }],
  ['an image', { 'sec-fetch-dest': 'image', 'sec-fetch-site': 'cross-site' }],
  ['a frame of another site', { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' }],
  ['a frame of a sibling', { 'sec-fetch-dest': 'frame', 'sec-fetch-site': 'same-site' }],
])('%s spends no code', async (_, headers) => {
  const { codeChallenge } = await visitor.start()
  const code = visitor.getCode(codeChallenge)
  expect(summary(await visitor.open(`${CALLBACK}?code=${code}`, { headers }))).toBe(
    'fail prefetch 403',
  )
  expect(simulator.requests).toEqual([])
})

it('a page of this site in a frame may bring the code', async () => {
  const { codeChallenge, login } = await visitor.start()
  const headers = { origin: SHOP, 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-origin' }
  const code = visitor.getCode(codeChallenge)
  expect(summary(await visitor.post({ code, login }, headers))).toBe('success')
})

it('FR08 our own page under Referrer-Policy: no-referrer may bring the code', async () => {
  const { codeChallenge, login } = await visitor.start()
  const headers = { origin: 'null', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'same-origin' }
  const code = visitor.getCode(codeChallenge)
  expect(summary(await visitor.post({ code, login }, headers))).toBe('success')
})

it('a fetch of the page itself may bring the code', async () => {
  const { codeChallenge, login } = await visitor.start()
  const headers = { origin: SHOP, 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' }
  const code = visitor.getCode(codeChallenge)
  expect(summary(await visitor.post({ code, login }, headers))).toBe('success')
})

it.each([
  ['Sec-Fetch-Site: cross-site', 'GET', { 'sec-fetch-site': 'cross-site' }],
  ['a foreign Origin', 'POST', { origin: 'https://evil.test' }],
])('a start with %s is refused, unless the application allows it', async (_, method, headers) => {
  const start = { method, headers }
  expect(summary(await visitor.open('/auth/zalopay', start))).toBe('fail cross_site_start 403')
  const open = new Visitor(simulator, createStrategy(simulator, { allowCrossSiteStart: true }))
  expect(summary(await open.open('/auth/zalopay', start))).toBe('redirect')
})

it('the callback alone starts nothing: it says that start and callback are different routes', async () => {
  expect(summary(await visitor.open(CALLBACK))).toBe('fail bad_callback 400')
  await visitor.start()
  expect(summary(await visitor.open(`${CALLBACK}?state=`))).toBe('fail start_loop 403')
})

it('a callback in a browser where nothing was started is nobody', async () => {
  const elsewhere = await new Visitor(simulator, strategy, 'session-2').start()
  const code = visitor.getCode(elsewhere.codeChallenge)
  expect(summary(await visitor.open(`${CALLBACK}?code=${code}&state=`))).toBe(
    'fail no_pending_login 403',
  )
  expect(summary(await visitor.post({ code, login: elsewhere.login }))).toBe(
    'fail no_pending_login 403',
  )
  expect(simulator.requests).toEqual([])
})

it('without a session middleware a login is refused as a mistake of the configuration', async () => {
  const { codeChallenge } = await visitor.start()
  const code = visitor.getCode(codeChallenge)
  const ends = await ending(strategy, request(`${CALLBACK}?code=${code}`))
  expect(ends).toBe('error config')
  expect(simulator.requests).toEqual([])
})

it('one strategy object shared by two requests gives each its own user', async () => {
  const users = simulator.users.slice(0, 2)
  const results = await Promise.all(
    users.map(async (user, index) => {
      const one = new Visitor(simulator, strategy, `session-${index}`)
      const { codeChallenge, login } = await one.start()
      return one.post({ code: simulator.issueCode({ codeChallenge, user }), login })
    }),
  )
  const ids = results.map((result) => 'user' in result && (result.user as Given).profile.id)
  expect(ids).toEqual(users.map(({ muid }) => muid))
})
