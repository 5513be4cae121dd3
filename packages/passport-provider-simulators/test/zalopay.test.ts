import { startZaloPay, type ZaloPayOptions, type ZaloPaySimulator } from '../src/index'
import {
  call,
  challenge,
  keepOpen,
  pick,
  pickText,
  postForm,
  postJSON,
  stoppedClock,
} from './support'

const { open, closeAll } = keepOpen()
afterEach(closeAll)

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const RAW = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const HEX = 'MTNkMzFlOTYxYTFhZDhlYzJmMTZiMTBjNGM5ODJlMDg3NmE4NzhhZDZkZjE0NDU2NmVlMTg5NGFjYjcwZjljMw'

const start = (options: ZaloPayOptions = {}) =>
  open(startZaloPay({ callbackURL: 'https://shop.example/cb', ...options }))

const token = (zalopay: ZaloPaySimulator, body: unknown, secret = zalopay.clientSecret) =>
  postJSON(`${zalopay.url}/oauth/v1/access_token`, body, { 'x-secret-key': secret })

const newCode = (
  zalopay: ZaloPaySimulator,
  request: Partial<Parameters<ZaloPaySimulator['issueCode']>[0]> = {},
) => zalopay.issueCode({ codeChallenge: HEX, ...request })

const exchange = (zalopay: ZaloPaySimulator, code = newCode(zalopay)) =>
  token(zalopay, { code, code_verifier: VERIFIER })

const userInfo = (zalopay: ZaloPaySimulator, accessToken: string, query = '') =>
  call(`${zalopay.userInfoURL}${query}`, {
    headers: { authorization: `Bearer ${accessToken}`, 'x-secret-key': zalopay.clientSecret },
  })

async function login(
  zalopay: ZaloPaySimulator,
  request: Parameters<typeof newCode>[1] = {},
  query = '',
) {
  const { json } = await exchange(zalopay, newCode(zalopay, request))
  return userInfo(zalopay, pickText(json, 'data', 'access_token'), query)
}

it('has a numeric app id', async () => {
  const zalopay = await start()
  expect(zalopay.clientID).toMatch(/^\d+$/)
  await expect(startZaloPay({ clientID: 'shop' })).rejects.toThrow(TypeError)
})

it('puts tokens, lifetimes in ms and the granted scopes under data', async () => {
  const zalopay = await start()
  expect(await exchange(zalopay)).toMatchObject({
    status: 200,
    json: {
      data: {
        access_token: expect.any(String),
        refresh_token: expect.any(String),
        expires_in: 3_600_000,
        refresh_expires_in: 2_592_000_000,
        permissions: ['user.phone', 'user.name', 'user.avatar'],
      },
    },
  })
})

it('knows both forms of the challenge of RFC 7636 appendix B', async () => {
  expect(challenge(VERIFIER, 'raw')).toBe(RAW)
  expect(challenge(VERIFIER, 'hex')).toBe(HEX)
  const zalopay = await start()
  for (const codeChallenge of [RAW, HEX]) {
    const { json } = await exchange(zalopay, newCode(zalopay, { codeChallenge }))
    expect(json).toHaveProperty('data')
  }
})

it("takes the challenge of ZaloPay's published sample for the hex form", async () => {
  const sample =
    'NmNlZTBiNDg3MDU3ZGIyNmIxYTQ5YWFlMmI1NmE4MWVlZWZjYTg2OWM2YWMzOTdmNmRmM2M3YjRiMjNlZWMzNg'
  const zalopay = await start({ challenge: 'hex' })
  expect(newCode(zalopay, { codeChallenge: sample })).toHaveLength(64)
  zalopay.behaviour.challenge = 'raw'
  expect(() => newCode(zalopay, { codeChallenge: sample })).toThrow('has no accepted form')
})

it('can be told to accept one form of the challenge only', async () => {
  const zalopay = await start({ challenge: 'raw' })
  expect(newCode(zalopay, { codeChallenge: RAW })).toHaveLength(64)
  expect(() => newCode(zalopay)).toThrow('codeChallenge has no accepted form')
  zalopay.behaviour.challenge = 'hex'
  expect(() => newCode(zalopay, { codeChallenge: RAW })).toThrow(TypeError)
})

it.each(['', 'short', '!'.repeat(43), 'A'.repeat(86)])(
  'issues no code for the challenge "%s"',
  async (codeChallenge) => {
    const zalopay = await start()
    expect(() => newCode(zalopay, { codeChallenge })).toThrow('codeChallenge has no accepted form')
  },
)

it('refuses a verifier of another login, an unknown code and a used code, under HTTP 200', async () => {
  const zalopay = await start()
  const code = newCode(zalopay)
  const refusal = { status: 200, json: { error: { code: 3 } } }
  expect(await token(zalopay, { code, code_verifier: 'other' })).toMatchObject(refusal)
  expect(await exchange(zalopay, 'unknown')).toMatchObject(refusal)
  expect((await exchange(zalopay, code)).json).toHaveProperty('data')
  expect(await exchange(zalopay, code)).toMatchObject(refusal)
  zalopay.behaviour.reuse = 'allow'
  expect((await exchange(zalopay, code)).json).toHaveProperty('data')
})

it('describes errors with reason, domain and a localized message, under another status by option', async () => {
  const zalopay = await start({ errorStatus: 400 })
  expect(await exchange(zalopay, 'unknown')).toEqual(
    expect.objectContaining({
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
    }),
  )
})

it('refuses a missing or wrong x-secret-key at both endpoints', async () => {
  const zalopay = await start()
  const refusal = { json: { error: { code: 16 } } }
  expect(await token(zalopay, {}, 'wrong')).toMatchObject(refusal)
  const { json } = await exchange(zalopay)
  const authorization = `Bearer ${pickText(json, 'data', 'access_token')}`
  const url = zalopay.userInfoURL
  expect(await call(url, { headers: { authorization } })).toMatchObject({
    json: { context_id: expect.any(String), trace_id: expect.any(String), ...refusal.json },
  })
})

it('can misbehave on refreshes alone', async () => {
  const zalopay = await start()
  zalopay.misbehave('null', 'refresh')
  const { json } = await exchange(zalopay)
  const refresh_token = pickText(json, 'data', 'refresh_token')
  expect((await token(zalopay, { refresh_token })).text).toBe('null')
  zalopay.misbehave(undefined, 'refresh')
  expect((await token(zalopay, { refresh_token })).json).toHaveProperty('data')
})

it('can keep the old refresh token alive beside the new one', async () => {
  const zalopay = await start({ refreshToken: 'keep-old' })
  const { json } = await exchange(zalopay)
  const refresh_token = pickText(json, 'data', 'refresh_token')
  for (const _ of [1, 2]) {
    const again = await token(zalopay, { refresh_token })
    expect(pick(again.json, 'data', 'refresh_token')).toEqual(expect.any(String))
  }
})

it.each([
  [
    'a form',
    (z: ZaloPaySimulator) =>
      postForm(`${z.url}/oauth/v1/access_token`, { code: 'x' }, { 'x-secret-key': z.clientSecret }),
  ],
  ['a GET', (z: ZaloPaySimulator) => call(`${z.url}/oauth/v1/access_token`)],
  ['a code without a verifier', (z: ZaloPaySimulator) => token(z, { code: newCode(z) })],
  ['an empty verifier', (z: ZaloPaySimulator) => token(z, { code: newCode(z), code_verifier: '' })],
  ['a number as code', (z: ZaloPaySimulator) => token(z, { code: 1, code_verifier: VERIFIER })],
  ['JSON null', (z: ZaloPaySimulator) => token(z, null)],
  [
    'a grant_type beside the code',
    (z: ZaloPaySimulator) =>
      token(z, { code: newCode(z), code_verifier: VERIFIER, grant_type: 'authorization_code' }),
  ],
])('refuses %s as token request', async (_, send) => {
  const zalopay = await start()
  expect((await send(zalopay)).json).toMatchObject({
    error: { details: { error_info: { reason: 'REQUEST_INVALID' } } },
  })
})

it('refreshes with a new refresh token and refuses the old one', async () => {
  const zalopay = await start()
  const first = await exchange(zalopay)
  const refresh_token = pickText(first.json, 'data', 'refresh_token')
  const second = await token(zalopay, { refresh_token })
  const newest = pickText(second.json, 'data', 'refresh_token')
  expect(newest).not.toBe(refresh_token)
  expect((await token(zalopay, { refresh_token })).json).toHaveProperty('error')
  const third = await token(zalopay, { refresh_token: newest })
  const user = await userInfo(zalopay, pickText(third.json, 'data', 'access_token'))
  expect(user.json).toMatchObject({ data: { muid: zalopay.users[0]?.muid } })
  expect(zalopay.requests.map(({ endpoint }) => endpoint)).toEqual([
    'token',
    'refresh',
    'refresh',
    'refresh',
    'profile',
  ])
})

it('can leave the refresh token out of a refresh, and the old one alive', async () => {
  const zalopay = await start({ refreshToken: 'omit' })
  const { json } = await exchange(zalopay)
  const refresh_token = pickText(json, 'data', 'refresh_token')
  for (const _ of [1, 2]) {
    const again = await token(zalopay, { refresh_token })
    expect(pick(again.json, 'data')).not.toHaveProperty('refresh_token')
    expect(pick(again.json, 'data')).toHaveProperty('access_token')
  }
})

it('ends codes, access tokens and refresh tokens by its clock', async () => {
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
  expect((await token(zalopay, { refresh_token })).json).toHaveProperty('error')
})

it('can tell expires_in as an instant or as any number', async () => {
  const zalopay = await start({ now: () => 1_800_000_000_000, expiresIn: 'instant' })
  expect(pick((await exchange(zalopay)).json, 'data', 'expires_in')).toBe(1_800_003_600_000)
  zalopay.behaviour.expiresIn = 0
  expect(pick((await exchange(zalopay)).json, 'data', 'expires_in')).toBe(0)
})

it('answers user info under data with context_id and trace_id, the phone as an integer', async () => {
  const zalopay = await start()
  const { json } = await login(zalopay)
  expect(json).toEqual({
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

it('gives the muid alone when the scope is empty', async () => {
  const zalopay = await start({ scope: [] })
  const { json } = await login(zalopay)
  expect(pick(json, 'data')).toEqual({ muid: zalopay.users[0]?.muid })
})

it('gives only what the user allowed, and tells it in permissions', async () => {
  const zalopay = await start()
  const code = newCode(zalopay, { scope: ['user.name'] })
  const { json } = await exchange(zalopay, code)
  expect(pick(json, 'data', 'permissions')).toEqual(['user.name'])
  const user = await userInfo(zalopay, pickText(json, 'data', 'access_token'))
  expect(pick(user.json, 'data')).not.toHaveProperty('user_phone')
})

it('narrows the answer to the scope names in fields, and never beyond the grant', async () => {
  const zalopay = await start({ email: 'never' })
  const { json } = await login(zalopay, {}, '?fields=user.phone,user.identity.info')
  expect(pick(json, 'data')).toEqual({ muid: zalopay.users[0]?.muid, user_phone: 84901234567 })
})

it('gives identity data with its scopes only, as numbers or text, under either image name', async () => {
  const zalopay = await start({ numbers: 'string', frontImage: 'identity_image_font' })
  const { json } = await login(zalopay, { scope: ['user.identity.info', 'user.identity.image'] })
  expect(pick(json, 'data')).toMatchObject({
    user_identity_info: { birthday: 631152000000, gender: 2, full_name: 'NGUYỄN THỊ HỒNG' },
    user_identity_image: {
      id_number: '001190000001',
      id_type: '3',
      issue_date: '1609459200000',
      identity_image_font: `${zalopay.url}/pictures/card-front.svg`,
    },
  })
  expect(pick(json, 'data', 'user_identity_image')).not.toHaveProperty('identity_image_front')
})

it('names its errors by the numbers of google.rpc, its own fault too', async () => {
  const zalopay = await start()
  expect((await token(zalopay, {}, 'wrong')).json).toMatchObject({
    error: { error: 'UNAUTHENTICATED', code: 16 },
  })
  zalopay.misbehave('status-505')
  expect((await exchange(zalopay)).json).toMatchObject({ error: { error: 'INTERNAL', code: 13 } })
})

it('serves user info at a path that nobody takes for that of ZaloPay', async () => {
  const zalopay = await start()
  expect(zalopay.userInfoURL).toBe(`${zalopay.url}/simulated/user-info`)
})

it('resolves with the registered URL, the code and an empty state that can be left out', async () => {
  const zalopay = await start()
  expect(zalopay.redirectURI('abc')).toBe('https://shop.example/cb?code=abc&state=')
  expect(zalopay.redirectURI('abc', { withState: false })).toBe('https://shop.example/cb?code=abc')
})

it('issues codes of the length asked for', async () => {
  const zalopay = await start({ codeLength: 35 })
  expect(newCode(zalopay)).toMatch(/^[A-Za-z0-9]{35}$/)
})
