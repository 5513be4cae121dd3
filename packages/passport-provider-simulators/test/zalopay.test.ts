import { closeAll, keep } from '../../../test/keep'
import { startZaloPay, type ZaloPayOptions, type ZaloPaySimulator } from '../src/index'
import { call, challenge, pick, pickText, postForm, stoppedClock, zalopayToken } from './support'

afterEach(closeAll)

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const RAW = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const HEX = 'MTNkMzFlOTYxYTFhZDhlYzJmMTZiMTBjNGM5ODJlMDg3NmE4NzhhZDZkZjE0NDU2NmVlMTg5NGFjYjcwZjljMw'
/** The challenge of ZaloPay's published sample. */
const SAMPLE =
  'NmNlZTBiNDg3MDU3ZGIyNmIxYTQ5YWFlMmI1NmE4MWVlZWZjYTg2OWM2YWMzOTdmNmRmM2M3YjRiMjNlZWMzNg'

type Request = Partial<Parameters<ZaloPaySimulator['issueCode']>[0]>

/** A ZaloPay, and the requests that fit it. */
async function start(options: ZaloPayOptions = {}) {
  const zalopay = await keep(startZaloPay({ callbackURL: 'https://shop.example/cb', ...options }))
  const { behaviour, userInfoURL, clientSecret } = zalopay
  const newCode = (request: Request = {}) => zalopay.issueCode({ codeChallenge: HEX, ...request })
  const ask = (body: unknown, key?: string) => zalopayToken(zalopay, body, key)
  const exchange = (code = newCode()) => ask({ code, code_verifier: VERIFIER })
  /** What is under `data` of a token answer: these are texts. */
  const newTokens = async (code?: string) => {
    const { json } = await exchange(code)
    const text = (name: string) => pickText(json, 'data', name)
    return { access_token: text('access_token'), refresh_token: text('refresh_token') }
  }
  const userInfo = (token: string, query = '', key = clientSecret) => {
    const headers = { authorization: `Bearer ${token}`, ...(key && { 'x-secret-key': key }) }
    return call(`${userInfoURL}${query}`, { headers })
  }
  /** What is under `data` of a user info. */
  const login = async (request: Request = {}, query = '') => {
    const { access_token } = await newTokens(newCode(request))
    return pick((await userInfo(access_token, query)).json, 'data')
  }
  return { zalopay, behaviour, newCode, ask, exchange, newTokens, userInfo, login }
}

const REFUSED = { status: 200, json: { error: { code: 3 } } }
const UNAUTHENTICATED = { error: { error: 'UNAUTHENTICATED', code: 16 } }
const TEXT = expect.any(String) as unknown

it('has a numeric app id, and a path of user info that is clearly not that of ZaloPay', async () => {
  const { zalopay } = await start()
  expect(zalopay.clientID).toMatch(/^\d+$/)
  expect(zalopay.userInfoURL).toBe(`${zalopay.url}/simulated/user-info`)
  await expect(startZaloPay({ clientID: 'shop' })).rejects.toThrow(TypeError)
})

it('takes both forms of the challenge of RFC 7636 appendix B, or one by option', async () => {
  expect([challenge(VERIFIER, 'raw'), challenge(VERIFIER, 'hex')]).toEqual([RAW, HEX])
  const { behaviour, newCode, exchange } = await start()
  for (const codeChallenge of [RAW, HEX])
    expect((await exchange(newCode({ codeChallenge }))).json).toHaveProperty('data')
  for (const [form, taken, refused] of [
    ['raw', [RAW], [HEX, SAMPLE]],
    ['hex', [HEX, SAMPLE], [RAW]],
    ['both', [RAW, HEX, SAMPLE], ['', 'short', '!'.repeat(43), 'A'.repeat(86)]],
  ] as const) {
    behaviour.challenge = form
    for (const codeChallenge of taken)
      expect(newCode({ codeChallenge })).toMatch(/^[A-Za-z0-9]{64}$/)
    for (const codeChallenge of refused)
      expect(() => newCode({ codeChallenge })).toThrow('codeChallenge has no accepted form')
  }
})

it.each([undefined, null])(
  'FR174 says what issueCode needs where a start gave no challenge: %s',
  async (given) => {
    const { zalopay } = await start()
    const codeChallenge = given as unknown as string
    const said = 'codeChallenge has no accepted form: give the one of the started login'
    expect(() => zalopay.issueCode({ codeChallenge })).toThrow(new TypeError(said))
  },
)

it('refuses a verifier of another login, an unknown code and a used code, under HTTP 200', async () => {
  const { behaviour, newCode, ask, exchange } = await start()
  const code = newCode()
  expect(await ask({ code, code_verifier: 'other' })).toMatchObject(REFUSED)
  expect(await exchange('unknown')).toMatchObject(REFUSED)
  expect((await exchange(code)).json).toHaveProperty('data')
  expect(await exchange(code)).toMatchObject(REFUSED)
  behaviour.reuse = 'allow'
  expect((await exchange(code)).json).toHaveProperty('data')
})

it('describes errors with reason, domain and a localized message, under another status by option', async () => {
  const { exchange } = await start({ errorStatus: 400 })
  const error_info = { reason: 'CODE_INVALID', domain: 'oauth.simulator' }
  const details = { error_info, localized_message: { message: 'Mã xác thực không hợp lệ' } }
  const error = { error: 'INVALID_ARGUMENT', code: 3, details }
  expect(await exchange('unknown')).toMatchObject({ status: 400, json: { error } })
})

it('names its errors by the numbers of google.rpc: a missing or wrong x-secret-key at both endpoints, and its own fault', async () => {
  const { zalopay, ask, exchange, newTokens, userInfo } = await start()
  expect((await ask({}, 'wrong')).json).toMatchObject(UNAUTHENTICATED)
  const { access_token } = await newTokens()
  const refused = { context_id: TEXT, trace_id: TEXT, ...UNAUTHENTICATED }
  expect((await userInfo(access_token, '', '')).json).toMatchObject(refused)
  zalopay.misbehave('status-505')
  expect((await exchange()).json).toMatchObject({ error: { error: 'INTERNAL', code: 13 } })
})

it.each<[string, object | null]>([
  ['a code without a verifier', {}],
  ['an empty verifier', { code_verifier: '' }],
  ['a number as code', { code: 1, code_verifier: VERIFIER }],
  ['JSON null', null],
  ['a grant_type beside the code', { code_verifier: VERIFIER, grant_type: 'any' }],
])('refuses %s as token request, as it does a form and a GET', async (_, body) => {
  const { zalopay, newCode, ask } = await start()
  const url = `${zalopay.url}/oauth/v1/access_token`
  const key = { 'x-secret-key': zalopay.clientSecret }
  for (const { json } of [
    await ask(body && { code: newCode(), ...body }),
    await postForm(url, { code: newCode(), code_verifier: VERIFIER }, key),
    await call(url, { headers: key }),
  ])
    expect(pick(json, 'error', 'details', 'error_info', 'reason')).toBe('REQUEST_INVALID')
})

it('refreshes with a new refresh token and refuses the old one', async () => {
  const { zalopay, ask, newTokens, userInfo } = await start()
  const { refresh_token } = await newTokens()
  const newest = pickText((await ask({ refresh_token })).json, 'data', 'refresh_token')
  expect(newest).not.toBe(refresh_token)
  expect((await ask({ refresh_token })).json).toHaveProperty('error')
  const third = await ask({ refresh_token: newest })
  const user = await userInfo(pickText(third.json, 'data', 'access_token'))
  expect(user.json).toMatchObject({ data: { muid: zalopay.users[0]?.muid } })
  const asked = zalopay.requests.map(({ endpoint }) => endpoint)
  expect(asked).toEqual(['token', 'refresh', 'refresh', 'refresh', 'profile'])
})

it.each([
  ['beside the new one', 'keep-old', true],
  ['and leave it out of the answer', 'omit', false],
] as const)('can keep the old refresh token alive %s', async (_, refreshToken, isGiven) => {
  const { zalopay, ask, newTokens } = await start({ refreshToken })
  zalopay.misbehave('null', 'refresh')
  const { refresh_token } = await newTokens()
  // it misbehaves on refreshes alone
  expect((await ask({ refresh_token })).text).toBe('null')
  zalopay.misbehave(undefined, 'refresh')
  for (const _turn of [1, 2]) {
    const data = pick((await ask({ refresh_token })).json, 'data')
    expect(data).toHaveProperty('access_token')
    expect('refresh_token' in Object(data)).toBe(isGiven)
  }
})

it('codes, access tokens and refresh tokens expire by the clock of the simulator', async () => {
  const clock = stoppedClock()
  const { newCode, ask, exchange, newTokens, userInfo } = await start({ now: clock.now })
  const code = newCode()
  const { access_token, refresh_token } = await newTokens()
  clock.pass(600_001)
  expect((await exchange(code)).json).toHaveProperty('error')
  expect((await userInfo(access_token)).json).toHaveProperty('data')
  clock.pass(3_600_000)
  expect((await userInfo(access_token)).json).toHaveProperty('error')
  clock.pass(2_592_000_000)
  expect((await ask({ refresh_token })).json).toHaveProperty('error')
})

it('puts tokens, lifetimes and the granted scopes under data; expires_in may be an instant or any number', async () => {
  const { behaviour, exchange } = await start({ now: () => 1_800_000_000_000 })
  const permissions = ['user.phone', 'user.name', 'user.avatar']
  for (const [expiresIn, expires_in] of [
    ['lifetime', 3_600_000],
    ['instant', 1_800_003_600_000],
    [0, 0],
  ] as const) {
    behaviour.expiresIn = expiresIn
    const lifetimes = { expires_in, refresh_expires_in: 2_592_000_000 }
    const data = { access_token: TEXT, refresh_token: TEXT, ...lifetimes, permissions }
    expect((await exchange()).json).toMatchObject({ data })
  }
})

it('answers user info under data with context_id and trace_id, the phone as an integer', async () => {
  const { zalopay, newTokens, userInfo } = await start()
  const { access_token } = await newTokens()
  expect((await userInfo(access_token)).json).toEqual({
    context_id: TEXT,
    trace_id: TEXT,
    data: {
      muid: zalopay.users[0]?.muid,
      display_name: 'Nguyễn Thị Hồng',
      avatar: `${zalopay.url}/pictures/hong.svg`,
      user_phone: 84901234567,
      user_email: 'hong@example.com',
    },
  })
})

it('gives only the muid when the scope is empty, and lists what a user allowed in permissions', async () => {
  const { zalopay, newCode, exchange, login } = await start({ scope: [] })
  expect(await login()).toEqual({ muid: zalopay.users[0]?.muid })
  const scope: Request = { scope: ['user.name'] }
  const { json } = await exchange(newCode(scope))
  expect(pick(json, 'data', 'permissions')).toEqual(['user.name'])
  expect(await login(scope)).not.toHaveProperty('user_phone')
})

it('fields narrows the answer, and never gives more than the grant', async () => {
  const { zalopay, login } = await start({ email: 'never' })
  const { muid } = zalopay.users[0] ?? {}
  const data = await login({}, '?fields=user.phone,user.identity.info')
  expect(data).toEqual({ muid, user_phone: 84901234567 })
})

it('gives identity data only with its scopes, as numbers or text, under either image name', async () => {
  const { zalopay, login } = await start({ numbers: 'string', frontImage: 'identity_image_font' })
  const data = await login({ scope: ['user.identity.info', 'user.identity.image'] })
  expect(data).toMatchObject({
    user_identity_info: { birthday: 631152000000, gender: 2, full_name: 'NGUYỄN THỊ HỒNG' },
    user_identity_image: {
      id_number: '001190000001',
      id_type: '3',
      issue_date: '1609459200000',
      identity_image_font: `${zalopay.url}/pictures/card-front.svg`,
    },
  })
  expect(pick(data, 'user_identity_image')).not.toHaveProperty('identity_image_front')
})

it('redirectUri is the registered URL with a code of the configured length and an empty state, which can be left out', async () => {
  const { zalopay, newCode } = await start({ codeLength: 35 })
  expect(newCode()).toMatch(/^[A-Za-z0-9]{35}$/)
  expect(zalopay.redirectURI('abc')).toBe('https://shop.example/cb?code=abc&state=')
  expect(zalopay.redirectURI('abc', { withState: false })).toBe('https://shop.example/cb?code=abc')
})
