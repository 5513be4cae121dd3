import { closeAll, keep } from '../../../test/keep'
import { type MonPayOptions, type MonPaySimulator, startMonPay } from '../src/index'
import {
  call,
  monpayForm,
  monpayUser,
  pick,
  pickText,
  postForm,
  postJSON,
  stoppedClock,
} from './support'

afterEach(closeAll)

const start = (options: MonPayOptions = {}) =>
  keep(startMonPay({ callbackURL: 'https://shop.example', ...options }))

const exchange = (
  monpay: MonPaySimulator,
  change: Record<string, string> = {},
  headers?: Record<string, string>,
) =>
  postForm(
    `${monpay.url}/v2/oauth/token`,
    { ...monpayForm(monpay, change.code), ...change },
    headers,
  )

const newToken = async (monpay: MonPaySimulator, change?: Record<string, string>) =>
  pickText((await exchange(monpay, change)).json, 'access_token')

const login = async (monpay: MonPaySimulator, code = monpay.issueCode()) =>
  monpayUser(monpay, `Bearer ${await newToken(monpay, { code })}`)

it('exchanges a code for a flat token answer, or for access_token alone and with more parameters by option, and wraps the user in result', async () => {
  const monpay = await start()
  expect(await exchange(monpay)).toMatchObject({
    status: 200,
    json: {
      access_token: expect.stringMatching(/^\w{40}$/),
      token_type: 'Bearer',
      refresh_token: expect.any(String),
      expires_in: 3600,
    },
  })
  expect(await login(monpay)).toMatchObject({
    status: 200,
    json: {
      code: 'OK',
      intCode: 0,
      info: expect.any(String),
      result: {
        userId: 11,
        userPhone: 99112233,
        userEmail: 'batbayar@example.com',
        userFirstname: 'Батбаяр',
        userLastname: 'Дорж',
      },
    },
  })
  Object.assign(monpay.behaviour, { tokenFields: 'access_token', extraParameters: 'ignore' })
  expect((await exchange(monpay, { type: 'web_server' })).json).toEqual({
    access_token: expect.any(String),
  })
})

it.each<[string, Record<string, string>, number, string, Record<string, string>?]>([
  ['an unknown code', { code: 'unknown' }, 403, 'invalid_grant'],
  ['a wrong client_id', { client_id: 'wrong' }, 401, 'unauthorized_client'],
  ['a wrong client_secret', { client_secret: 'wrong' }, 401, 'unauthorized_client'],
  ['another grant type', { grant_type: 'refresh_token' }, 415, 'unsupported_grant_type'],
  ['another redirect_uri', { redirect_uri: 'https://shop.example/' }, 400, 'invalid_request'],
  ['a sixth parameter', { type: 'web_server' }, 400, 'invalid_request'],
  ['HTTP Basic as well', {}, 400, 'invalid_request', { authorization: 'Basic eDp5' }],
])('refuses %s: %j with %i %s', async (_, change, status, error, headers = {}) => {
  expect(await exchange(await start(), change, headers)).toMatchObject({ status, json: { error } })
})

it('refuses a used code with 403 invalid_grant, or with 400 by option, and an expired code', async () => {
  const clock = stoppedClock()
  const monpay = await start({ now: clock.now })
  const [code, old] = [monpay.issueCode(), monpay.issueCode()]
  await exchange(monpay, { code })
  const refused = { status: 403, json: { error: 'invalid_grant' } }
  expect(await exchange(monpay, { code })).toMatchObject(refused)
  monpay.behaviour.reuseStatus = 400
  const broken = { status: 400, json: { error: 'invalid_request' } }
  expect(await exchange(monpay, { code })).toMatchObject(broken)
  clock.pass(600_001)
  expect(await exchange(monpay, { code: old })).toMatchObject(refused)
})

it('refuses a JSON body with 415 and a GET with 400', async () => {
  const monpay = await start()
  const url = `${monpay.url}/v2/oauth/token`
  expect((await postJSON(url, monpayForm(monpay))).status).toBe(415)
  expect((await call(`${url}?${new URLSearchParams(monpayForm(monpay))}`)).status).toBe(400)
})

it.each(['grant_type', 'code', 'redirect_uri', 'client_id', 'client_secret'])(
  'refuses a token request without %s, and one that repeats it, with 400 invalid_request',
  async (name) => {
    const monpay = await start()
    const form = () => new URLSearchParams(monpayForm(monpay))
    const [without, repeated] = [form(), form()]
    without.delete(name)
    repeated.append(name, repeated.get(name) ?? '')
    for (const fields of [without, repeated])
      expect(await postForm(`${monpay.url}/v2/oauth/token`, fields)).toMatchObject({
        status: 400,
        json: { error: 'invalid_request' },
      })
  },
)

it('compares redirect_uri as a whole, or by scheme and domain, and a wrong one uses up no code', async () => {
  const monpay = await start({ redirectStatus: 403 })
  const code = monpay.issueCode()
  const slash = { code, redirect_uri: 'https://shop.example/' }
  const refusal = { status: 403, json: { error: 'invalid_grant' } }
  expect(await exchange(monpay, slash)).toMatchObject(refusal)
  monpay.behaviour.redirectMatch = 'origin'
  const evil = { code, redirect_uri: 'https://evil.example/' }
  expect(await exchange(monpay, evil)).toMatchObject(refusal)
  expect((await exchange(monpay, slash)).status).toBe(200)
})

it.each(['', 'Bearer wrong', 'Bearer auth TOKEN', 'Bearer Bearer TOKEN', 'TOKEN'])(
  'answers user info for "%s" with 401 UNAUTHORIZED, intCode 1',
  async (form) => {
    const monpay = await start()
    const answer = await monpayUser(monpay, form.replace('TOKEN', await newToken(monpay)))
    expect(answer).toMatchObject({ status: 401, json: { code: 'UNAUTHORIZED', intCode: 1 } })
  },
)

it('ignores a token in the query of user info', async () => {
  const monpay = await start()
  const url = `${monpay.url}/v2/api/oauth/userinfo?access_token=${await newToken(monpay)}`
  expect((await call(url)).status).toBe(401)
})

it('refuses revoked tokens with intCode 1 and a user without permission with intCode 6', async () => {
  const monpay = await start()
  const token = await newToken(monpay)
  monpay.revokeTokens()
  expect(await monpayUser(monpay, `Bearer ${token}`)).toMatchObject({ json: { intCode: 1 } })
  const refused = monpay.users.find((user) => user.insufficientAccess)
  expect(await login(monpay, monpay.issueCode(refused))).toMatchObject({
    status: 401,
    json: { code: 'INSUFFICIENT_ACCESS', intCode: 6 },
  })
})

it('without a scope it leaves out the field, sends null or refuses the call', async () => {
  const monpay = await start({ scopes: ['phone'] })
  const omitted = await login(monpay)
  expect(omitted.json).toMatchObject({ result: { userId: 11, userPhone: 99112233 } })
  expect(omitted.text).not.toContain('userEmail')
  monpay.behaviour.missingScope = 'null'
  expect((await login(monpay)).json).toMatchObject({
    result: { userEmail: null, userFirstname: null, userLastname: null },
  })
  monpay.behaviour.missingScope = 'refuse'
  expect((await login(monpay)).json).toMatchObject({ intCode: 6 })
})

it.each([
  ['string', '99112233'],
  ['number', 99112233],
  ['null', null],
  ['absent', undefined],
] as const)('sends the phone as %s', async (phone, sent) => {
  expect(pick((await login(await start({ phone }))).json, 'result', 'userPhone')).toBe(sent)
})

it.each(['OK', 'SUCCESS', ''] as const)('marks success with code "%s"', async (successCode) => {
  const { json } = await login(await start({ successCode, intCode: false }))
  expect(json).toMatchObject({ code: successCode })
  expect(json).not.toHaveProperty('intCode')
})

it('opens the registered URL unchanged, with the code added', async () => {
  const monpay = await start()
  expect(monpay.openURL()).toMatch(/^https:\/\/shop\.example\?code=\w{32}$/)
  monpay.callbackURL = 'https://shop.example/in?a=1#top'
  expect(monpay.openURL()).toMatch(/^https:\/\/shop\.example\/in\?a=1&code=\w{32}#top$/)
})

it('records what arrived at its endpoints', async () => {
  const monpay = await start({ now: () => 5 })
  await exchange(monpay, { code: 'some-code' })
  const form = monpayForm(monpay, 'some-code')
  expect(monpay.requests).toEqual([
    expect.objectContaining({
      method: 'POST',
      path: '/v2/oauth/token',
      endpoint: 'token',
      query: {},
      form,
      body: new URLSearchParams(form).toString(),
      at: 5,
    }),
  ])
})

it('reset removes codes, tokens, requests and faults, and restores users and behaviour', async () => {
  const monpay = await start()
  const code = monpay.issueCode()
  monpay.users.length = 0
  monpay.misbehave('status-500')
  monpay.behaviour.phone = 'null'
  await exchange(monpay, { code })
  monpay.reset()
  expect(monpay.requests).toEqual([])
  expect(monpay.behaviour.phone).toBe('number')
  expect(monpay.users[0]?.userId).toBe(11)
  expect((await exchange(monpay, { code })).status).toBe(403)
})

it('refuses connections once closed, and can be closed twice', async () => {
  const monpay = await start()
  await monpay.close()
  await monpay.close()
  await expect(fetch(monpay.url)).rejects.toThrow('fetch failed')
})

it('gives a merchant token for client_credentials in form or query, and user info refuses it', async () => {
  const monpay = await start()
  const { client_id, client_secret } = monpayForm(monpay)
  const fields = { grant_type: 'client_credentials', client_id, client_secret }
  const url = `${monpay.url}/v2/oauth/token`
  const byQuery = call(`${url}?${new URLSearchParams(fields)}`, { method: 'POST' })
  for (const { json } of [await postForm(url, fields), await byQuery]) {
    const token = pickText(json, 'access_token')
    expect((await monpayUser(monpay, `Bearer ${token}`)).status).toBe(401)
  }
})
