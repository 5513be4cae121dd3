import { CALLBACK, ended, SHOP, simulator, useZaloPay, visitor } from './support/zalopay'

useZaloPay()

it.each([
  ['with an empty state', true],
  ['without a state', false],
])('Q7 C1 S1 the code comes in the query of redirectUri %s', async (_, withState) => {
  const { codeChallenge } = await visitor.start({ returnTo: '/cart', state: { basket: 7 } })
  const code = visitor.getCode(codeChallenge)
  const { pathname, search } = new URL(simulator.redirectURI(code, { withState }))
  expect(search.includes('state=')).toBe(withState)
  expect(await visitor.visit(pathname + search)).toMatchObject({
    action: 'success',
    info: { initiatedBy: 'site', returnTo: '/cart', state: { basket: 7 }, duplicate: false },
  })
  expect(visitor.pending()).toEqual([])
})

const LENGTHS = [8, 8192]

it.each(LENGTHS)('C1 S2 a code of %i characters comes in a body with its login', async (length) => {
  simulator.behaviour.codeLength = length
  expect(ended(await visitor.logIn())).toBe('success')
  expect(visitor.pending()).toEqual([])
})

const NONE = undefined
const NOT = 'must not come from the page'
const SAME = 'must be the same in query and body'
const TEXT = 'must be sent once, as text'
const ORIGIN = 'Origin is not that of callbackURL'
const OURS = { origin: SHOP }
const FOREIGN = { origin: 'https://a.test' }
const postedBy = (destination: string) => ({
  ...FOREIGN,
  'sec-fetch-site': 'cross-site',
  'sec-fetch-dest': destination,
})

it.each<[string, string, object, query?: string, headers?: { origin: string }]>([
  ['an empty verifier', `code_verifier ${NOT}`, { code_verifier: '' }],
  ['a verifier in the query', `codeVerifier ${NOT}`, {}, '?codeVerifier=v'],
  ['a code by another name', 'code is missing', { code: NONE, authCode: 'c' }],
  ['an empty code', 'code is not 1 to 8192 visible ASCII characters', { code: '' }],
  ['another code in the query', `code ${SAME}`, {}, '?code=d'],
  ['no login', 'login is missing', { login: NONE }],
  ['a login in an object', `login ${TEXT}`, { login: { id: 'l' } }],
  ['a state', 'state is not empty', { state: 's' }],
  ['an error beside the code', 'The callback holds both error and code', { error: '030501' }],
  ['an error that is a number', `error ${TEXT}`, { error: 30501 }],
  ['no word as error', 'error is not 1 to 256 ASCII characters', { code: NONE, error: 'x\n' }],
  ['a foreign Origin', ORIGIN, {}, '', FOREIGN],
  ['B68 a fetch of another site', ORIGIN, {}, '', postedBy('empty')],
  ['B68 a frame of another site', ORIGIN, {}, '', postedBy('iframe')],
])('C3 FR07 a posted callback with %s is told: %s', async (_what, reason, fields, ...more) => {
  const [query = '', headers = OURS] = more
  const { login } = await visitor.start()
  const post = { method: 'POST', body: { code: 'abc', login, ...fields }, headers }
  const refused = { status: 400, info: { code: 'bad_callback', reason } }
  expect(await visitor.visit(CALLBACK + query, post)).toMatchObject(refused)
  expect(simulator.requests).toEqual([])
  expect(visitor.pending()).toHaveLength(1)
})

it("FR121 a page that posts the SDK's whole answer is told that there is no code", async () => {
  const { codeChallenge } = await visitor.start()
  const body = { status: 'success', data: { code: visitor.getCode(codeChallenge) } }
  const refused = await visitor.visit(CALLBACK, { method: 'POST', body, headers: OURS })
  const reason = expect.stringMatching(
    /^There is no parameter code\. Start and callback are/,
  ) as string
  expect(refused).toMatchObject({ status: 403, info: { code: 'start_loop', reason } })
})

it.each([
  ['a page of this site in a frame', SHOP, 'iframe'],
  ['FR08 our own page under Referrer-Policy: no-referrer', 'null', 'document'],
  ['a fetch of the page itself', SHOP, 'empty'],
])('%s may bring the code', async (_, origin, destination) => {
  const { codeChallenge, login } = await visitor.start()
  const headers = { origin, 'sec-fetch-dest': destination, 'sec-fetch-site': 'same-origin' }
  const code = visitor.getCode(codeChallenge)
  expect(ended(await visitor.post({ code, login }, headers))).toBe('success')
})
