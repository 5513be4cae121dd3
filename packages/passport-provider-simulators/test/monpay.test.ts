import { type MonPayOptions, type MonPaySimulator, startMonPay } from '../src/index'
import { call, keepOpen, pick, pickText, postForm, postJSON, stoppedClock } from './support'

const { open, closeAll } = keepOpen()
afterEach(closeAll)

const start = (options: MonPayOptions = {}) =>
  open(startMonPay({ callbackURL: 'https://shop.example', ...options }))

const formOf = (monpay: MonPaySimulator, code = monpay.issueCode()) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: monpay.callbackURL,
  client_id: monpay.clientID,
  client_secret: monpay.clientSecret,
})

const exchange = (monpay: MonPaySimulator, change: Record<string, string> = {}, code?: string) =>
  postForm(`${monpay.url}/v2/oauth/token`, { ...formOf(monpay, code), ...change })

const userInfo = (monpay: MonPaySimulator, authorization: string) =>
  call(`${monpay.url}/v2/api/oauth/userinfo`, { headers: { authorization } })

async function login(monpay: MonPaySimulator, code?: string) {
  const { json } = await exchange(monpay, {}, code)
  return userInfo(monpay, `Bearer ${pickText(json, 'access_token')}`)
}

it('exchanges a code for a flat token answer and wraps the user in result', async () => {
  const monpay = await start()
  const token = await exchange(monpay)
  expect(token).toMatchObject({
    status: 200,
    json: {
      access_token: expect.stringMatching(/^\w{40}$/),
      token_type: 'Bearer',
      refresh_token: expect.any(String),
      expires_in: 3600,
    },
  })
  const user = await login(monpay)
  expect(user).toMatchObject({
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
})

it('refuses a second exchange of a code with 403 invalid_grant, or with 400 by option', async () => {
  const monpay = await start()
  const code = monpay.issueCode()
  await exchange(monpay, {}, code)
  expect(await exchange(monpay, {}, code)).toMatchObject({
    status: 403,
    json: { error: 'invalid_grant' },
  })
  monpay.behaviour.reuseStatus = 400
  expect(await exchange(monpay, {}, code)).toMatchObject({
    status: 400,
    json: { error: 'invalid_request' },
  })
})

it('refuses an unknown code and one past its lifetime with 403 invalid_grant', async () => {
  const clock = stoppedClock()
  const monpay = await start({ now: clock.now })
  const refusal = { status: 403, json: { error: 'invalid_grant' } }
  expect(await exchange(monpay, { code: 'unknown' })).toMatchObject(refusal)
  const code = monpay.issueCode()
  clock.pass(600_001)
  expect(await exchange(monpay, {}, code)).toMatchObject(refusal)
})

it.each(['client_id', 'client_secret'])('refuses a wrong %s with 401', async (name) => {
  const monpay = await start()
  expect(await exchange(monpay, { [name]: 'wrong' })).toMatchObject({
    status: 401,
    json: { error: 'unauthorized_client' },
  })
})

it('refuses another grant type with 415 unsupported_grant_type', async () => {
  const monpay = await start()
  expect(await exchange(monpay, { grant_type: 'refresh_token' })).toMatchObject({
    status: 415,
    json: { error: 'unsupported_grant_type' },
  })
})

it('refuses a JSON body with 415 and a GET with 400', async () => {
  const monpay = await start()
  const url = `${monpay.url}/v2/oauth/token`
  expect(await postJSON(url, formOf(monpay))).toMatchObject({ status: 415 })
  const query = new URLSearchParams(formOf(monpay)).toString()
  expect(await call(`${url}?${query}`)).toMatchObject({ status: 400 })
})

it.each(['grant_type', 'code', 'redirect_uri', 'client_id', 'client_secret'])(
  'refuses a token request without %s, and one that repeats it, with 400 invalid_request',
  async (name) => {
    const monpay = await start()
    const url = `${monpay.url}/v2/oauth/token`
    const refusal = { status: 400, json: { error: 'invalid_request' } }
    const without = new URLSearchParams(formOf(monpay))
    without.delete(name)
    expect(await call(url, { method: 'POST', body: without })).toMatchObject(refusal)
    const repeated = new URLSearchParams(formOf(monpay))
    repeated.append(name, repeated.get(name) ?? '')
    expect(await call(url, { method: 'POST', body: repeated })).toMatchObject(refusal)
  },
)

it('refuses a sixth parameter unless told to ignore it', async () => {
  const monpay = await start()
  expect(await exchange(monpay, { type: 'web_server' })).toMatchObject({ status: 400 })
  monpay.behaviour.extraParameters = 'ignore'
  expect(await exchange(monpay, { type: 'web_server' })).toMatchObject({ status: 200 })
})

it('refuses HTTP Basic beside the secret in the body', async () => {
  const monpay = await start()
  const url = `${monpay.url}/v2/oauth/token`
  expect(await postForm(url, formOf(monpay), { authorization: 'Basic eDp5' })).toMatchObject({
    status: 400,
  })
})

it('compares redirect_uri as a whole, or by scheme and domain, and does not use up the code', async () => {
  const monpay = await start()
  const code = monpay.issueCode()
  const slash = { redirect_uri: 'https://shop.example/' }
  expect(await exchange(monpay, slash, code)).toMatchObject({ status: 400 })
  monpay.behaviour.redirectStatus = 403
  expect(await exchange(monpay, slash, code)).toMatchObject({
    status: 403,
    json: { error: 'invalid_grant' },
  })
  monpay.behaviour.redirectMatch = 'origin'
  const evil = { redirect_uri: 'https://evil.example/' }
  expect(await exchange(monpay, evil, code)).toMatchObject({ status: 403 })
  expect(await exchange(monpay, slash, code)).toMatchObject({ status: 200 })
})

it('can answer access_token alone', async () => {
  const monpay = await start({ tokenFields: 'access_token' })
  const { json } = await exchange(monpay)
  expect(json).toEqual({ access_token: expect.any(String) })
})

it.each(['', 'Bearer wrong', 'Bearer auth TOKEN', 'Bearer Bearer TOKEN', 'TOKEN'])(
  'answers user info for "%s" with 401 UNAUTHORIZED, intCode 1',
  async (form) => {
    const monpay = await start()
    const { json } = await exchange(monpay)
    const accessToken = pickText(json, 'access_token')
    const answer = await userInfo(monpay, form.replace('TOKEN', accessToken))
    expect(answer).toMatchObject({ status: 401, json: { code: 'UNAUTHORIZED', intCode: 1 } })
  },
)

it('ignores a token in the query of user info', async () => {
  const monpay = await start()
  const { json } = await exchange(monpay)
  const accessToken = pickText(json, 'access_token')
  const url = `${monpay.url}/v2/api/oauth/userinfo?access_token=${accessToken}`
  expect(await call(url)).toMatchObject({ status: 401 })
})

it('refuses revoked tokens with intCode 1 and a user without permission with intCode 6', async () => {
  const monpay = await start()
  const { json } = await exchange(monpay)
  monpay.revokeTokens()
  const accessToken = pickText(json, 'access_token')
  expect(await userInfo(monpay, `Bearer ${accessToken}`)).toMatchObject({ json: { intCode: 1 } })
  const refused = monpay.users.find((user) => user.insufficientAccess)
  expect(await login(monpay, monpay.issueCode(refused))).toMatchObject({
    status: 401,
    json: { code: 'INSUFFICIENT_ACCESS', intCode: 6 },
  })
})

it('omits, nulls or refuses the fields of a scope that the mini app lacks', async () => {
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
  const monpay = await start({ phone })
  const { json } = await login(monpay)
  expect(pick(json, 'result', 'userPhone')).toBe(sent)
})

it.each(['OK', 'SUCCESS', ''] as const)('marks success with code "%s"', async (successCode) => {
  const monpay = await start({ successCode, intCode: false })
  const { json } = await login(monpay)
  expect(json).toMatchObject({ code: successCode })
  expect(json).not.toHaveProperty('intCode')
})

it('opens the registered URL as it is, with the code behind it', async () => {
  const monpay = await start()
  expect(monpay.openURL()).toMatch(/^https:\/\/shop\.example\?code=\w{32}$/)
  monpay.callbackURL = 'https://shop.example/in?a=1#top'
  expect(monpay.openURL()).toMatch(/^https:\/\/shop\.example\/in\?a=1&code=\w{32}#top$/)
})

it('records what arrived at its endpoints', async () => {
  const monpay = await start({ now: () => 5 })
  await exchange(monpay, {}, 'some-code')
  expect(monpay.requests).toEqual([
    expect.objectContaining({
      method: 'POST',
      path: '/v2/oauth/token',
      endpoint: 'token',
      query: {},
      form: formOf(monpay, 'some-code'),
      body: new URLSearchParams(formOf(monpay, 'some-code')).toString(),
      at: 5,
    }),
  ])
})

it('throws a TypeError for a relative callbackURL', async () => {
  const monpay = await start()
  expect(() => {
    monpay.callbackURL = '/callback'
  }).toThrow(new TypeError('callbackURL must be an absolute URL'))
  await expect(startMonPay({ callbackURL: 'callback' })).rejects.toThrow(TypeError)
})

it('forgets users, codes, tokens, requests, faults and switches on reset', async () => {
  const monpay = await start()
  const code = monpay.issueCode()
  monpay.users.length = 0
  monpay.misbehave('status-500')
  monpay.behaviour.phone = 'null'
  await exchange(monpay, {}, code)
  monpay.reset()
  expect(monpay.requests).toEqual([])
  expect(monpay.behaviour.phone).toBe('number')
  expect(monpay.users[0]?.userId).toBe(11)
  expect(await exchange(monpay, {}, code)).toMatchObject({ status: 403 })
})

it('refuses connections once closed, and can be closed twice', async () => {
  const monpay = await start()
  await monpay.close()
  await monpay.close()
  await expect(fetch(monpay.url)).rejects.toThrow('fetch failed')
})

it.each(['form', 'query'])(
  'gives a merchant token by client_credentials in the %s, which opens no user info',
  async (place) => {
    const monpay = await start()
    const { client_id, client_secret } = formOf(monpay)
    const fields = { grant_type: 'client_credentials', client_id, client_secret }
    const url = `${monpay.url}/v2/oauth/token`
    const { json } =
      place === 'form'
        ? await postForm(url, fields)
        : await call(`${url}?${new URLSearchParams(fields).toString()}`, { method: 'POST' })
    const token = pickText(json, 'access_token')
    expect(await userInfo(monpay, `Bearer ${token}`)).toMatchObject({ status: 401 })
  },
)

it('refuses the grant type password with 415', async () => {
  const monpay = await start()
  const fields = { grant_type: 'password', username: 'a', password: 'b' }
  expect(await postForm(`${monpay.url}/v2/oauth/token`, fields)).toMatchObject({
    status: 415,
    json: { error: 'unsupported_grant_type' },
  })
})
