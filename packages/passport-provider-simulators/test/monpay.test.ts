import { closeAll, keep } from '../../../test/keep'
import { type MonPayOptions, startMonPay } from '../src/index'
import { call, monpayForm, monpayUser, pick, postForm, postJSON, stoppedClock } from './support'

afterEach(closeAll)

type Fields = Record<string, string>

/** A MonPay, and the requests that fit it. */
async function start(options: MonPayOptions = {}) {
  const monpay = await keep(startMonPay({ callbackURL: 'https://shop.example', ...options }))
  const { url, behaviour } = monpay
  const tokenURL = `${url}/v2/oauth/token`
  /** Asks for a token with some fields of the form changed. */
  const exchange = (change: Fields = {}, headers?: Fields) =>
    postForm(tokenURL, { ...monpayForm(monpay, change.code), ...change }, headers)
  const newToken = async (code = monpay.issueCode()) =>
    String(pick((await exchange({ code })).json, 'access_token'))
  const userInfo = (authorization: string) => monpayUser(monpay, authorization)
  const login = async (code?: string) => userInfo(`Bearer ${await newToken(code)}`)
  return { monpay, behaviour, tokenURL, exchange, newToken, userInfo, login }
}

/** A refusal of the token endpoint. */
const refusal = (status: number, error: string) => ({ status, json: { error } })
const INVALID = refusal(400, 'invalid_request')
const GRANT = refusal(403, 'invalid_grant')

it('exchanges a code for a flat token answer, or for access_token alone and with more parameters by option, and wraps the user in result', async () => {
  const { behaviour, exchange, login } = await start()
  const { status, json } = await exchange()
  const access_token = expect.stringMatching(/^\w{40}$/) as unknown
  const refresh_token = expect.any(String) as unknown
  expect(status).toBe(200)
  expect(json).toEqual({ access_token, token_type: 'Bearer', refresh_token, expires_in: 3600 })
  const result = {
    userId: 11,
    userPhone: 99112233,
    userEmail: 'batbayar@example.com',
    userFirstname: 'Батбаяр',
    userLastname: 'Дорж',
  }
  const envelope = { code: 'OK', intCode: 0, info: expect.any(String) as unknown, result }
  expect(await login()).toMatchObject({ status: 200, json: envelope })
  Object.assign(behaviour, { tokenFields: 'access_token', extraParameters: 'ignore' })
  expect((await exchange({ type: 'web_server' })).json).toEqual({ access_token })
})

it.each<[string, Fields, object, Fields?]>([
  ['an unknown code', { code: 'unknown' }, GRANT],
  ['a wrong client_id', { client_id: 'wrong' }, refusal(401, 'unauthorized_client')],
  ['a wrong client_secret', { client_secret: 'wrong' }, refusal(401, 'unauthorized_client')],
  ['another grant', { grant_type: 'refresh_token' }, refusal(415, 'unsupported_grant_type')],
  ['another redirect_uri', { redirect_uri: 'https://shop.example/' }, INVALID],
  ['a sixth parameter', { type: 'web_server' }, INVALID],
  ['HTTP Basic as well', {}, INVALID, { authorization: 'Basic eDp5' }],
])('refuses %s: %j with %j', async (_, change, refused, headers = {}) => {
  const { exchange } = await start()
  expect(await exchange(change, headers)).toMatchObject(refused)
})

it('refuses a used code with 403 invalid_grant, or with 400 by option, and an expired code', async () => {
  const clock = stoppedClock()
  const { monpay, behaviour, exchange } = await start({ now: clock.now })
  const [code, old] = [monpay.issueCode(), monpay.issueCode()]
  await exchange({ code })
  expect(await exchange({ code })).toMatchObject(GRANT)
  behaviour.reuseStatus = 400
  expect(await exchange({ code })).toMatchObject(INVALID)
  clock.pass(600_001)
  expect(await exchange({ code: old })).toMatchObject(GRANT)
})

it('refuses a JSON body with 415 and a GET with 400', async () => {
  const { monpay, tokenURL } = await start()
  expect((await postJSON(tokenURL, monpayForm(monpay))).status).toBe(415)
  expect((await call(`${tokenURL}?${new URLSearchParams(monpayForm(monpay))}`)).status).toBe(400)
})

const NAMES = ['grant_type', 'code', 'redirect_uri', 'client_id', 'client_secret']

it.each(NAMES)('refuses a token request without %s or with two: invalid_request', async (name) => {
  const { monpay, tokenURL } = await start()
  const form = () => new URLSearchParams(monpayForm(monpay))
  const [without, repeated] = [form(), form()]
  without.delete(name)
  repeated.append(name, repeated.get(name) ?? '')
  for (const fields of [without, repeated])
    expect(await postForm(tokenURL, fields)).toMatchObject(INVALID)
})

it('compares redirect_uri as a whole, or by scheme and domain, and a wrong one uses up no code', async () => {
  const { monpay, behaviour, exchange } = await start({ redirectStatus: 403 })
  const code = monpay.issueCode()
  const slash = { code, redirect_uri: 'https://shop.example/' }
  expect(await exchange(slash)).toMatchObject(GRANT)
  behaviour.redirectMatch = 'origin'
  expect(await exchange({ code, redirect_uri: 'https://evil.example/' })).toMatchObject(GRANT)
  expect((await exchange(slash)).status).toBe(200)
})

const WRONG = ['', 'Bearer wrong', 'Bearer auth TOKEN', 'Bearer Bearer TOKEN', 'TOKEN']

it.each(WRONG)('answers user info for "%s" with 401 UNAUTHORIZED, intCode 1', async (form) => {
  const { monpay, newToken, userInfo } = await start()
  const token = await newToken()
  const refused = { status: 401, json: { code: 'UNAUTHORIZED', intCode: 1 } }
  expect(await userInfo(form.replace('TOKEN', token))).toMatchObject(refused)
  const byQuery = await call(`${monpay.url}/v2/api/oauth/userinfo?access_token=${token}`)
  expect(byQuery).toMatchObject(refused)
})

it('refuses revoked tokens with intCode 1 and a user without permission with intCode 6', async () => {
  const { monpay, newToken, userInfo, login } = await start()
  const token = await newToken()
  monpay.revokeTokens()
  expect(await userInfo(`Bearer ${token}`)).toMatchObject({ json: { intCode: 1 } })
  const code = monpay.issueCode(monpay.users.find((user) => user.insufficientAccess))
  const json = { code: 'INSUFFICIENT_ACCESS', intCode: 6 }
  expect(await login(code)).toMatchObject({ status: 401, json })
})

it('without a scope it leaves out the field, sends null or refuses the call', async () => {
  const { behaviour, login } = await start({ scopes: ['phone'] })
  const granted = { userId: 11, userPhone: 99112233 }
  expect(pick((await login()).json, 'result')).toEqual(granted)
  behaviour.missingScope = 'null'
  const none = { userEmail: null, userFirstname: null, userLastname: null }
  expect(pick((await login()).json, 'result')).toEqual({ ...granted, ...none })
  behaviour.missingScope = 'refuse'
  expect((await login()).json).toMatchObject({ intCode: 6 })
})

it.each([
  ['string', '99112233'],
  ['number', 99112233],
  ['null', null],
  ['absent', undefined],
] as const)('sends the phone as %s', async (phone, sent) => {
  const { login } = await start({ phone })
  expect(pick((await login()).json, 'result', 'userPhone')).toBe(sent)
})

it.each(['OK', 'SUCCESS', ''] as const)('marks success with code "%s"', async (successCode) => {
  const { login } = await start({ successCode, intCode: false })
  const { json } = await login()
  expect(json).toMatchObject({ code: successCode })
  expect(json).not.toHaveProperty('intCode')
})

it('opens the registered URL unchanged, with the code added', async () => {
  const { monpay } = await start()
  expect(monpay.openURL()).toMatch(/^https:\/\/shop\.example\?code=\w{32}$/)
  monpay.callbackURL = 'https://shop.example/in?a=1#top'
  expect(monpay.openURL()).toMatch(/^https:\/\/shop\.example\/in\?a=1&code=\w{32}#top$/)
})

it('records what arrived at its endpoints', async () => {
  const { monpay, exchange } = await start({ now: () => 5 })
  await exchange({ code: 'some-code' })
  const form = monpayForm(monpay, 'some-code')
  const asked = { method: 'POST', path: '/v2/oauth/token', endpoint: 'token', query: {} }
  const body = String(new URLSearchParams(form))
  expect(monpay.requests).toEqual([expect.objectContaining({ ...asked, form, body, at: 5 })])
})

it('reset removes codes, tokens, requests and faults, and restores users and behaviour', async () => {
  const { monpay, behaviour, exchange } = await start()
  const code = monpay.issueCode()
  monpay.users.length = 0
  monpay.misbehave('status-500')
  behaviour.phone = 'null'
  await exchange({ code })
  monpay.reset()
  expect(monpay.requests).toEqual([])
  expect(behaviour.phone).toBe('number')
  expect(monpay.users[0]?.userId).toBe(11)
  expect((await exchange({ code })).status).toBe(403)
})

it('gives a merchant token for client_credentials in form or query, and user info refuses it', async () => {
  const { monpay, tokenURL, userInfo } = await start()
  const { client_id, client_secret } = monpayForm(monpay)
  const fields = { grant_type: 'client_credentials', client_id, client_secret }
  const byQuery = call(`${tokenURL}?${new URLSearchParams(fields)}`, { method: 'POST' })
  for (const { json } of [await postForm(tokenURL, fields), await byQuery])
    expect((await userInfo(`Bearer ${String(pick(json, 'access_token'))}`)).status).toBe(401)
})
