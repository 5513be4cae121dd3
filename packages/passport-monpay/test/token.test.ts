import { printed } from '../../passport-code-flow/test/support/oracle.js'
import type { CannedAnswer, Fault } from '../../passport-provider-simulators/src/index.js'
import {
  calls,
  ended,
  endWith,
  forgetfulOnce,
  given,
  logIn,
  logInWith,
  open,
  toldBy,
} from './support.js'

const html = '<!doctype html><title>Засвар</title><p>Түр хүлээнэ үү</p>'

const refusal = (status: number, error: unknown) => ({ status, body: { error } })

/** The right answer with further members. */
const rightAnd =
  (members: object): Fault =>
  ({ json }) => ({ body: { ...Object(json), ...members } })

it('T1 Q5 a token answer is flat: verify gets its members and when the token dies', async () => {
  const clock = jest.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000)
  const { accessToken, refreshToken, params } = await logIn().finally(() => clock.mockRestore())
  expect(params).toEqual({
    access_token: accessToken,
    token_type: 'Bearer',
    refresh_token: refreshToken,
    expires_in: 3600,
    expires_at: new Date(1_800_000_000_000 + 3_600_000),
  })
})

it('T2 Q6 access_token alone is enough: no refresh token and no expiry are made up', async () => {
  const { accessToken, refreshToken, params } = await logIn({}, { tokenFields: 'access_token' })
  expect([refreshToken, params]).toEqual([undefined, { access_token: accessToken }])
})

it('Q6 a scope in the token answer reaches verify, and null members count as absent', async () => {
  const absent = { token_type: null, refresh_token: null, expires_in: null, error: null }
  const { refreshToken, params } = await logInWith({ ...absent, scope: 'phone email name' })
  expect([refreshToken, params['scope']]).toEqual([undefined, 'phone email name'])
  expect(params).not.toHaveProperty('expires_at')
})

const CONFIG = 'error config 500'
const BAD = 'error bad_response 502'
const FAULT = 'error provider_error 502'
const CODE = 'fail invalid_code 401'

it.each<[string, string, Fault]>([
  ['T3 Q6 200 without access_token', BAD, { body: {} }],
  ['T3 Q6 200 with an empty access_token', BAD, { body: { access_token: '' } }],
  ['T3 Q6 200 with the scheme alone', BAD, { body: { access_token: 'Bearer ' } }],
  ['T3 Q6 200 with a token in result', BAD, { body: { result: { access_token: 'abcdefgh' } } }],
  ['T8 Q7 505 without a body', FAULT, { status: 505, body: '' }],
  ['T8 Q7 505 with a page', FAULT, { status: 505, body: html }],
  ['T8 Q7 505 with a page in windows-1251', FAULT, { status: 505, body: Buffer.from([0xc7]) }],
  ['Q7 200 with the word invalid_grant', CODE, refusal(200, 'invalid_grant')],
  ['Q7 400 with the word invalid_grant', CODE, refusal(400, 'invalid_grant')],
  ['Q7 500 with the word invalid_grant', CODE, refusal(500, 'invalid_grant')],
  ['Q7 403 with the word unauthorized_client', CONFIG, refusal(403, 'unauthorized_client')],
  ['Q7 403 with the word server_error', FAULT, refusal(403, 'server_error')],
  ['Q7 200 with the word server_error', FAULT, refusal(200, 'server_error')],
  ['Q7 403 with a list as its word', BAD, refusal(403, ['unauthorized_client'])],
  ['another type of token than Bearer', BAD, rightAnd({ token_type: 'mac' })],
  ['a token beside an intCode under 200', BAD, rightAnd({ intCode: 5 })],
  ['a number as token beside an error', BAD, { body: { access_token: 7, error: 'invalid_grant' } }],
  ['T9 a token in an envelope in which all is well', 'success', rightAnd({ intCode: 0 })],
])('the token answer %s ends in: %s', async (_, end, fault) => {
  expect(ended(await endWith(fault))).toBe(end)
})

it.each([
  [400, CONFIG],
  [401, CONFIG],
  [403, BAD],
  [415, CONFIG],
  [505, FAULT],
  [500, FAULT],
  [503, FAULT],
  [429, FAULT],
  [404, CONFIG],
  [405, CONFIG],
  [200, BAD],
])('Q7 the status %i decides where the word is new or missing: %s', async (status, end) => {
  // the last one is a word that every object answers to, and none of the table
  for (const word of ['something_new', undefined, 'constructor'])
    expect([word, ended(await endWith(refusal(status, word)))]).toEqual([word, end])
})

it('Q7 a token under 201 is told by the status: no error is made up', async () => {
  const result = await endWith(({ json }) => ({ status: 201, body: Object(json) }))
  expect(ended(result)).toBe(BAD)
  expect(result).toHaveProperty(
    'error.message',
    'monpay: the provider does not say what is wrong: status 201, content type application/json; charset=utf-8, coding none',
  )
})

const refused = (error: string) => ({ error, error_description: 'тайлбар' })
const said = (code: string) => ({ code, message: 'тайлбар' })
const ENVELOPE = { code: 'BAD_REQUEST', intCode: 5, info: 'Буруу хүсэлт' }
const OF_ENVELOPE = { code: 'BAD_REQUEST', message: 'Буруу хүсэлт', details: { intCode: '5' } }
const SPRING = { status: 403, error: 'Forbidden' }

it.each<[string, number, string, CannedAnswer['body'], object]>([
  ['T4 Q7', 400, CONFIG, refused('invalid_request'), said('invalid_request')],
  ['T5 Q7', 401, CONFIG, refused('unauthorized_client'), said('unauthorized_client')],
  ['T6 Q7', 403, CODE, refused('invalid_grant'), said('invalid_grant')],
  ['T7 Q7', 415, CONFIG, refused('unsupported_grant_type'), said('unsupported_grant_type')],
  ['T8 Q7', 505, FAULT, refused('server_error'), said('server_error')],
  ['T9 Q8 an envelope', 200, BAD, ENVELOPE, OF_ENVELOPE],
  ['T9 Q8 an envelope', 400, CONFIG, ENVELOPE, OF_ENVELOPE],
  ['T9 Q8 an envelope', 401, CONFIG, ENVELOPE, OF_ENVELOPE],
  ['T10 a page', 200, BAD, html, {}],
  ['an intCode that is no number', 200, BAD, { code: 'BAD_REQUEST', intCode: {} }, {}],
  ['FR18 Q7 a gateway', 403, BAD, { message: 'Forbidden' }, { message: 'Forbidden' }],
  ['FR18 Q7 Spring', 403, BAD, SPRING, { code: 'Forbidden' }],
  ['FR18 Q7 Spring', 404, CONFIG, { error: 'Not Found' }, { code: 'Not Found' }],
  [
    'FR18 Q7 Spring, with a message',
    403,
    BAD,
    { ...SPRING, message: 'Access Denied' },
    { code: 'Forbidden', message: 'Access Denied' },
  ],
  ['FR18 Q7 a blank intCode', 404, CONFIG, { message: 'no', intCode: ' ' }, { message: 'no' }],
  ['FR18 Q7 a page', 403, BAD, html, {}],
  ['FR18 Q7 a page', 404, CONFIG, html, {}],
])(
  '%s under %i ends in %s, and the operator is told what came and nothing else',
  async (_, status, end, body, told) => {
    const result = await endWith({ status, body })
    expect(ended(result)).toBe(end)
    expect(toldBy(result)).toEqual({ status, ...told })
    expect(printed(result)).not.toMatch(/doctype/)
  },
)

it('Q14 offers no refresh, and takes no member expires_at for a date: MonPay documents neither', async () => {
  expect('refresh' in (await open()).strategy).toBe(false)
  const { params } = await logInWith({ expires_in: undefined, expires_at: 'soon' })
  expect(params).not.toHaveProperty('expires_at')
})

it.each([
  [400, CONFIG],
  [403, CODE],
] as const)('T11 a used code that MonPay answers with %i is %s', async (reuseStatus, end) => {
  const { once, forget } = forgetfulOnce()
  const { monpay, login } = await open({ once }, { reuseStatus })
  const code = monpay.issueCode()
  await login(code)
  forget()
  expect(ended(await login(code))).toBe(end)
})

it.each([
  ['whole', 'https://shop.example/', 400, CONFIG],
  ['whole', 'https://shop.example/', 403, CODE],
  ['origin', 'https://shop.example/login', 400, 'success'],
  ['origin', 'http://shop.example', 400, CONFIG],
] as const)(
  'T11 redirect_uri compared as %s: %s, refused with %i, is %s',
  async (redirectMatch, callbackURL, redirectStatus, end) => {
    const { login } = await open({ callbackURL }, { redirectMatch, redirectStatus })
    expect(ended(await login())).toBe(end)
  },
)

it('a code that MonPay let die, and one it never gave out, fail', async () => {
  let now = 0
  const { monpay, login } = await open({}, { now: () => now })
  const code = monpay.issueCode()
  now = monpay.behaviour.codeLifetime + 1
  for (const dead of [code, 'never-given-out']) expect(ended(await login(dead))).toBe(CODE)
})

it.each(['clientID', 'clientSecret'])(
  "T5 a wrong %s is for the operator to fix, told by MonPay's own word",
  async (name) => {
    const { login } = await open({ [name]: 'wrong-wrong-wrong' })
    expect(await login()).toMatchObject({
      error: { code: 'config', provider: { status: 401, code: 'unauthorized_client' } },
    })
  },
)

it('T12 Q17 a token endpoint that says nothing ends the login, and is not tried again', async () => {
  const { monpay, login } = await open({ timeout: 300 })
  monpay.misbehave('silence', 'token')
  expect(ended(await login())).toBe('error timeout 504')
  expect(calls(monpay)).toEqual(['POST token'])
})

it('takes the scheme off the front of a token and nowhere else', async () => {
  const { monpay, login } = await open({ skipUserProfile: true })
  monpay.misbehave({ body: { access_token: 'bearer abc' } }, 'token')
  expect(given(await login()).accessToken).toBe('abc')
  monpay.misbehave({ body: { access_token: 'xBearer abc' } }, 'token')
  expect(ended(await login())).toBe(BAD)
})
