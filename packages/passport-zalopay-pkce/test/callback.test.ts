import { withPlanted } from '../../passport-code-flow/test/support/planted'
import type { ZaloPaySimulator } from '../../passport-provider-simulators/src/index'
import type { Strategy } from '../src/index'
import { CALLBACK, createStrategy, SHOP, summary, Visitor, useZaloPay } from './support/zalopay'

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
  ['a code in a list', 'code must be sent once, as text', { body: { code: ['c'] } }],
  [
    'a code unlike the one of the query',
    'code must be the same in query and body',
    { path: '?code=d' },
  ],
  ['no login', 'login is missing', { body: { login: undefined } }],
  ['a login in an object', 'login must be sent once, as text', { body: { login: { id: 'l' } } }],
  [
    'a login unlike the one of the query',
    'login must be the same in query and body',
    { path: '?login=d' },
  ],
  ['a state', 'state is not empty', { body: { state: 's' } }],
  ['an error beside the code', 'Both error and code are there', { body: { error: '030501' } }],
  ['an error that is a number', 'error must be sent once, as text', { body: { error: 30501 } }],
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

it.each([
  ['a page of this site in a frame', SHOP, 'iframe'],
  ['FR08 our own page under Referrer-Policy: no-referrer', 'null', 'document'],
  ['a fetch of the page itself', SHOP, 'empty'],
])('%s may bring the code', async (_, origin, destination) => {
  const { codeChallenge, login } = await visitor.start()
  const headers = { origin, 'sec-fetch-dest': destination, 'sec-fetch-site': 'same-origin' }
  const code = visitor.getCode(codeChallenge)
  expect(summary(await visitor.post({ code, login }, headers))).toBe('success')
})
