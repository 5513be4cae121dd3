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

const start = (options: ZaloPayOptions = {}) =>
  keep(startZaloPay({ callbackURL: 'https://shop.example/cb', ...options }))

type Request = Partial<Parameters<ZaloPaySimulator['issueCode']>[0]>

const newCode = (zalopay: ZaloPaySimulator, request: Request = {}) =>
  zalopay.issueCode({ codeChallenge: HEX, ...request })

const exchange = (zalopay: ZaloPaySimulator, code = newCode(zalopay)) =>
  zalopayToken(zalopay, { code, code_verifier: VERIFIER })

const newRefreshToken = async (zalopay: ZaloPaySimulator) =>
  pickText((await exchange(zalopay)).json, 'data', 'refresh_token')

const userInfo = ({ userInfoURL, clientSecret }: ZaloPaySimulator, token: string, query = '') =>
  call(`${userInfoURL}${query}`, {
    headers: { authorization: `Bearer ${token}`, 'x-secret-key': clientSecret },
  })

/** What is under `data` of a user info. */
async function login(zalopay: ZaloPaySimulator, request: Request = {}, query = '') {
  const { json } = await exchange(zalopay, newCode(zalopay, request))
  const answer = await userInfo(zalopay, pickText(json, 'data', 'access_token'), query)
  return pick(answer.json, 'data')
}

it('has a numeric app id, and a path of user info that is clearly not that of ZaloPay', async () => {
  const zalopay = await start()
  expect(zalopay.clientID).toMatch(/^\d+$/)
  expect(zalopay.userInfoURL).toBe(`${zalopay.url}/simulated/user-info`)
  await expect(startZaloPay({ clientID: 'shop' })).rejects.toThrow(TypeError)
})

it('takes both forms of the challenge of RFC 7636 appendix B, or one by option', async () => {
  expect(challenge(VERIFIER, 'raw')).toBe(RAW)
  expect(challenge(VERIFIER, 'hex')).toBe(HEX)
  const zalopay = await start()
  for (const codeChallenge of [RAW, HEX])
    expect((await exchange(zalopay, newCode(zalopay, { codeChallenge }))).json).toHaveProperty(
      'data',
    )
  for (const [form, taken, refused] of [
    ['raw', [RAW], [HEX, SAMPLE]],
    ['hex', [HEX, SAMPLE], [RAW]],
    ['both', [RAW, HEX, SAMPLE], ['', 'short', '!'.repeat(43), 'A'.repeat(86)]],
  ] as const) {
    zalopay.behaviour.challenge = form
    for (const codeChallenge of taken)
      expect(newCode(zalopay, { codeChallenge })).toMatch(/^[A-Za-z0-9]{64}$/)
    for (const codeChallenge of refused)
      expect(() => newCode(zalopay, { codeChallenge })).toThrow(
        'codeChallenge has no accepted form',
      )
  }
})

it('refuses a verifier of another login, an unknown code and a used code, under HTTP 200', async () => {
  const zalopay = await start()
  const code = newCode(zalopay)
  const refusal = { status: 200, json: { error: { code: 3 } } }
  expect(await zalopayToken(zalopay, { code, code_verifier: 'other' })).toMatchObject(refusal)
  expect(await exchange(zalopay, 'unknown')).toMatchObject(refusal)
  expect((await exchange(zalopay, code)).json).toHaveProperty('data')
  expect(await exchange(zalopay, code)).toMatchObject(refusal)
  zalopay.behaviour.reuse = 'allow'
  expect((await exchange(zalopay, code)).json).toHaveProperty('data')
})

it('describes errors with reason, domain and a localized message, under another status by option', async () => {
  expect(await exchange(await start({ errorStatus: 400 }), 'unknown')).toMatchObject({
    status: 400,
    json: {
      error: {
        error: 'INVALID_ARGUMENT',
        code: 3,
        details: {
          error_info: { reason: 'CODE_INVALID', domain: 'oauth.simulator' },
          localized_message: { message: 'Mã xác thực không hợp lệ' },
        },
      },
    },
  })
})

it('names its errors by the numbers of google.rpc: a missing or wrong x-secret-key at both endpoints, and its own fault', async () => {
  const zalopay = await start()
  const refusal = { error: { error: 'UNAUTHENTICATED', code: 16 } }
  expect((await zalopayToken(zalopay, {}, 'wrong')).json).toMatchObject(refusal)
  const token = pickText((await exchange(zalopay)).json, 'data', 'access_token')
  const headers = { authorization: `Bearer ${token}` }
  expect((await call(zalopay.userInfoURL, { headers })).json).toMatchObject({
    context_id: expect.any(String),
    trace_id: expect.any(String),
    ...refusal,
  })
  zalopay.misbehave('status-505')
  expect((await exchange(zalopay)).json).toMatchObject({ error: { error: 'INTERNAL', code: 13 } })
})

it.each<[string, (zalopay: ZaloPaySimulator) => ReturnType<typeof call>]>([
  [
    'a form',
    ({ url, clientSecret }) =>
      postForm(`${url}/oauth/v1/access_token`, { code: 'x' }, { 'x-secret-key': clientSecret }),
  ],
  ['a GET', ({ url }) => call(`${url}/oauth/v1/access_token`)],
  ['a code without a verifier', (z) => zalopayToken(z, { code: newCode(z) })],
  ['an empty verifier', (z) => zalopayToken(z, { code: newCode(z), code_verifier: '' })],
  ['a number as code', (z) => zalopayToken(z, { code: 1, code_verifier: VERIFIER })],
  ['JSON null', (z) => zalopayToken(z, null)],
  [
    'a grant_type beside the code',
    (z) => zalopayToken(z, { code: newCode(z), code_verifier: VERIFIER, grant_type: 'any' }),
  ],
])('refuses %s as token request', async (_, send) => {
  expect((await send(await start())).json).toMatchObject({
    error: { details: { error_info: { reason: 'REQUEST_INVALID' } } },
  })
})

it('refreshes with a new refresh token and refuses the old one', async () => {
  const zalopay = await start()
  const refresh_token = await newRefreshToken(zalopay)
  const second = await zalopayToken(zalopay, { refresh_token })
  const newest = pickText(second.json, 'data', 'refresh_token')
  expect(newest).not.toBe(refresh_token)
  expect((await zalopayToken(zalopay, { refresh_token })).json).toHaveProperty('error')
  const third = await zalopayToken(zalopay, { refresh_token: newest })
  const user = await userInfo(zalopay, pickText(third.json, 'data', 'access_token'))
  expect(user.json).toMatchObject({ data: { muid: zalopay.users[0]?.muid } })
  const refreshes = Array<string>(3).fill('refresh')
  const asked = zalopay.requests.map(({ endpoint }) => endpoint)
  expect(asked).toEqual(['token', ...refreshes, 'profile'])
})

it.each([
  ['beside the new one', 'keep-old', true],
  ['and leave it out of the answer', 'omit', false],
] as const)('can keep the old refresh token alive %s', async (_, refreshToken, isGiven) => {
  const zalopay = await start({ refreshToken })
  const refresh_token = await newRefreshToken(zalopay)
  for (const _turn of [1, 2]) {
    const data = pick((await zalopayToken(zalopay, { refresh_token })).json, 'data')
    expect(data).toHaveProperty('access_token')
    expect('refresh_token' in Object(data)).toBe(isGiven)
  }
})

it('can misbehave on refreshes alone', async () => {
  const zalopay = await start()
  zalopay.misbehave('null', 'refresh')
  const refresh_token = await newRefreshToken(zalopay)
  expect((await zalopayToken(zalopay, { refresh_token })).text).toBe('null')
  zalopay.misbehave(undefined, 'refresh')
  expect((await zalopayToken(zalopay, { refresh_token })).json).toHaveProperty('data')
})

it('codes, access tokens and refresh tokens expire by the clock of the simulator', async () => {
  const clock = stoppedClock()
  const zalopay = await start({ now: clock.now })
  const code = newCode(zalopay)
  const { json } = await exchange(zalopay)
  clock.pass(600_001)
  expect((await exchange(zalopay, code)).json).toHaveProperty('error')
  const accessToken = pickText(json, 'data', 'access_token')
  expect((await userInfo(zalopay, accessToken)).json).toHaveProperty('data')
  clock.pass(3_600_000)
  expect((await userInfo(zalopay, accessToken)).json).toHaveProperty('error')
  clock.pass(2_592_000_000)
  const refresh_token = pickText(json, 'data', 'refresh_token')
  expect((await zalopayToken(zalopay, { refresh_token })).json).toHaveProperty('error')
})

it('puts tokens, lifetimes and the granted scopes under data; expires_in may be an instant or any number', async () => {
  const zalopay = await start({ now: () => 1_800_000_000_000 })
  const data = {
    access_token: expect.any(String) as unknown,
    refresh_token: expect.any(String) as unknown,
    refresh_expires_in: 2_592_000_000,
    permissions: ['user.phone', 'user.name', 'user.avatar'],
  }
  for (const [expiresIn, expires_in] of [
    ['lifetime', 3_600_000],
    ['instant', 1_800_003_600_000],
    [0, 0],
  ] as const) {
    zalopay.behaviour.expiresIn = expiresIn
    expect((await exchange(zalopay)).json).toMatchObject({ data: { ...data, expires_in } })
  }
})

it('answers user info under data with context_id and trace_id, the phone as an integer', async () => {
  const zalopay = await start()
  const token = pickText((await exchange(zalopay)).json, 'data', 'access_token')
  expect((await userInfo(zalopay, token)).json).toEqual({
    context_id: expect.any(String),
    trace_id: expect.any(String),
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
  const zalopay = await start({ scope: [] })
  expect(await login(zalopay)).toEqual({ muid: zalopay.users[0]?.muid })
  const scope: Request = { scope: ['user.name'] }
  const { json } = await exchange(zalopay, newCode(zalopay, scope))
  expect(pick(json, 'data', 'permissions')).toEqual(['user.name'])
  expect(await login(zalopay, scope)).not.toHaveProperty('user_phone')
})

it('fields narrows the answer, and never gives more than the grant', async () => {
  const zalopay = await start({ email: 'never' })
  const { muid } = zalopay.users[0] ?? {}
  const data = await login(zalopay, {}, '?fields=user.phone,user.identity.info')
  expect(data).toEqual({ muid, user_phone: 84901234567 })
})

it('gives identity data only with its scopes, as numbers or text, under either image name', async () => {
  const zalopay = await start({ numbers: 'string', frontImage: 'identity_image_font' })
  const data = await login(zalopay, { scope: ['user.identity.info', 'user.identity.image'] })
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
  const zalopay = await start({ codeLength: 35 })
  expect(newCode(zalopay)).toMatch(/^[A-Za-z0-9]{35}$/)
  expect(zalopay.redirectURI('abc')).toBe('https://shop.example/cb?code=abc&state=')
  expect(zalopay.redirectURI('abc', { withState: false })).toBe('https://shop.example/cb?code=abc')
})
