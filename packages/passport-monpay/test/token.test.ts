import type { CannedAnswer, Fault } from '../../passport-provider-simulators/src/index.js'
import { printed } from '../../passport-code-flow/test/support/oracle.js'
import { asked, closeAll, describe, forgetfulOnce, logIn, open } from './support.js'

afterEach(closeAll)

const html = '<!doctype html><title>Засвар</title><p>Түр хүлээнэ үү</p>'

/** Ends one login whose token call is answered like this. */
async function endWith(fault: Fault) {
  const { monpay, login, verified } = await open()
  monpay.misbehave(fault, 'token')
  const result = await login()
  expect(verified).toEqual([])
  // one token call, never repeated, and never a profile call
  expect(asked(monpay)).toEqual(['POST /v2/oauth/token'])
  return result
}

const refusal = (status: number, error: string): CannedAnswer => ({
  status,
  body: { error, error_description: 'тайлбар' },
})

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
  expect(refreshToken).toBeUndefined()
  expect(params).toEqual({ access_token: accessToken })
})

it('Q6 a scope in the token answer reaches verify, and null members count as absent', async () => {
  const { monpay, login, verified } = await open()
  monpay.misbehave(
    ({ json }) => ({
      body: {
        access_token: Reflect.get(Object(json), 'access_token'),
        token_type: null,
        refresh_token: null,
        expires_in: null,
        error: null,
        scope: 'phone email name',
      },
    }),
    'token',
  )
  expect(describe(await login())).toBe('success')
  expect(verified).toMatchObject([
    { refreshToken: undefined, params: { scope: 'phone email name' } },
  ])
  expect(verified[0]?.params).not.toHaveProperty('expires_at')
})

it.each([
  ['absent', {}],
  ['empty', { access_token: '' }],
  ['the scheme alone', { access_token: 'Bearer ' }],
  ['wrapped in result', { code: 'OK', intCode: 0, result: { access_token: 'abcdefgh' } }],
])('T3 Q6 HTTP 200 with an access_token that is %s is an error', async (_, body) => {
  expect(describe(await endWith({ body }))).toBe('error bad_response 502')
})

it.each([
  ['T4', 400, 'invalid_request', 'error config 500'],
  ['T5', 401, 'unauthorized_client', 'error config 500'],
  ['T6', 403, 'invalid_grant', 'fail invalid_code 401'],
  ['T7', 415, 'unsupported_grant_type', 'error config 500'],
  ['T8', 505, 'server_error', 'error provider_error 502'],
])('%s Q7 %i %s is %s', async (_, status, word, end) => {
  const result = await endWith(refusal(status, word))
  expect(describe(result)).toBe(end)
  const provider = { status, code: word, message: 'тайлбар' }
  expect(result).toMatchObject(
    result.action === 'error' ? { error: { step: 'token', provider } } : { info: { provider } },
  )
})

it.each([
  [200, 'invalid_grant', 'fail invalid_code 401'],
  [400, 'invalid_grant', 'fail invalid_code 401'],
  [500, 'invalid_grant', 'fail invalid_code 401'],
  [403, 'unauthorized_client', 'error config 500'],
  [403, 'server_error', 'error provider_error 502'],
  [200, 'server_error', 'error provider_error 502'],
])('Q7 the word says what is wrong, whatever the status: %i %s', async (status, word, end) => {
  expect(describe(await endWith(refusal(status, word)))).toBe(end)
})

it.each([
  [400, 'error config 500'],
  [401, 'error config 500'],
  [403, 'error bad_response 502'],
  [415, 'error config 500'],
  [505, 'error provider_error 502'],
  [500, 'error provider_error 502'],
  [503, 'error provider_error 502'],
  [429, 'error provider_error 502'],
  [404, 'error config 500'],
  [405, 'error config 500'],
  [200, 'error bad_response 502'],
])('Q7 the status says it where the word is new or missing: %i', async (status, end) => {
  expect(describe(await endWith(refusal(status, 'something_new')))).toBe(end)
  expect(describe(await endWith({ status, body: {} }))).toBe(end)
  // a word that every object answers to is no word of the table
  expect(describe(await endWith(refusal(status, 'constructor')))).toBe(end)
})

it('Q7 a token under 201 is told by the status: no error is made up', async () => {
  const result = await endWith(({ json }) => ({ status: 201, body: Object(json) }))
  expect(describe(result)).toBe('error bad_response 502')
  expect(result).toHaveProperty(
    'error.message',
    'monpay: the provider does not say what is wrong: status 201, content type application/json; charset=utf-8, coding none',
  )
})

it.each([
  [
    'a gateway',
    403,
    { message: 'Forbidden' },
    'error bad_response 502',
    { status: 403, message: 'Forbidden' },
  ],
  [
    'Kong',
    403,
    { message: 'You cannot consume this service', request_id: '1' },
    'error bad_response 502',
    { status: 403, message: 'You cannot consume this service' },
  ],
  [
    'Spring',
    403,
    { timestamp: 't', status: 403, error: 'Forbidden', path: '/v2/oauth/token' },
    'error bad_response 502',
    { status: 403, code: 'Forbidden' },
  ],
  [
    'Spring, with a message',
    403,
    { status: 403, error: 'Forbidden', message: 'Access Denied' },
    'error bad_response 502',
    { status: 403, code: 'Forbidden', message: 'Access Denied' },
  ],
  [
    'a gateway, with a blank intCode',
    404,
    { message: 'no Route matched', intCode: ' ' },
    'error config 500',
    { status: 404, message: 'no Route matched' },
  ],
  ['a page', 403, html, 'error bad_response 502', { status: 403 }],
  [
    'Spring',
    404,
    { status: 404, error: 'Not Found' },
    'error config 500',
    { status: 404, code: 'Not Found' },
  ],
  ['a page', 404, html, 'error config 500', { status: 404 }],
] as const)(
  "FR18 Q7 an answer of %s with %i is never the visitor's fault, and its error holds what came alone",
  async (_, status, body, end, provider) => {
    const result = await endWith({ status, body })
    expect(describe(result)).toBe(end)
    expect(result).toHaveProperty('error.provider', provider)
  },
)

it.each([
  ['an RFC body', { error: 'server_error' }],
  ['an empty body', ''],
  ['an HTML page', html],
  ['a page in windows-1251', Buffer.from([0xc7, 0xe0, 0xf1, 0xe2, 0xe0, 0xf0])],
])("T8 Q7 a 505 with %s is the provider's fault", async (_, body) => {
  expect(describe(await endWith({ status: 505, body }))).toBe('error provider_error 502')
})

it('T9 Q8 an error in the envelope of the resources is understood, code and intCode included', async () => {
  const body = { code: 'BAD_REQUEST', intCode: 5, info: 'Буруу хүсэлт' }
  for (const [status, end] of [
    [200, 'error bad_response 502'],
    [400, 'error config 500'],
    [401, 'error config 500'],
  ] as const) {
    const result = await endWith({ status, body })
    expect(describe(result)).toBe(end)
    expect(result).toMatchObject({
      error: {
        provider: {
          status,
          code: 'BAD_REQUEST',
          message: 'Буруу хүсэлт',
          details: { intCode: '5' },
        },
      },
    })
  }
})

it('T9 an envelope in which all is well is no error: a token beside intCode 0 logs in', async () => {
  const { monpay, login } = await open()
  monpay.misbehave(({ json }) => ({ body: { code: 'OK', intCode: 0, ...Object(json) } }), 'token')
  expect(describe(await login())).toBe('success')
})

it('T10 HTML with 200 is an error that quotes none of it', async () => {
  const result = await endWith({ body: html })
  expect(describe(result)).toBe('error bad_response 502')
  expect(printed(result)).not.toMatch(/doctype/)
})

it('a token of another type than Bearer is an error', async () => {
  const result = await endWith(({ json }) => ({ body: { ...Object(json), token_type: 'mac' } }))
  expect(describe(result)).toBe('error bad_response 502')
})

it('a token beside an intCode with 200 is an error', async () => {
  const result = await endWith(({ json }) => ({ body: { ...Object(json), intCode: 5 } }))
  expect(describe(result)).toBe('error bad_response 502')
})

it("Q14 a member expires_at of MonPay's own is not taken for a date", async () => {
  const { monpay, login, verified } = await open({}, { tokenFields: 'access_token' })
  monpay.misbehave(({ json }) => ({ body: { ...Object(json), expires_at: 'soon' } }), 'token')
  await login()
  expect(verified[0]?.params).not.toHaveProperty('expires_at')
})

it('Q14 offers no refresh: MonPay documents none', async () => {
  const { strategy } = await open()
  expect('refresh' in strategy).toBe(false)
})

it.each([
  ['T11 a used code', 400, 'error config 500'],
  ['T11 a used code', 403, 'fail invalid_code 401'],
])('%s that MonPay answers with %i is %s', async (_, reuseStatus, end) => {
  const { once, forget } = forgetfulOnce()
  const { monpay, login } = await open({ once })
  monpay.behaviour.reuseStatus = reuseStatus === 400 ? 400 : 403
  const code = monpay.issueCode()
  await login(code)
  forget()
  expect(describe(await login(code))).toBe(end)
})

it.each([
  ['whole', 'https://shop.example/', 400, 'error config 500'],
  ['whole', 'https://shop.example/', 403, 'fail invalid_code 401'],
  ['origin', 'https://shop.example/login', 400, 'success'],
  ['origin', 'http://shop.example', 400, 'error config 500'],
] as const)(
  'T11 redirect_uri compared as %s: %s, refused with %i, is %s',
  async (redirectMatch, callbackURL, redirectStatus, end) => {
    const { login } = await open({ callbackURL }, { redirectMatch, redirectStatus })
    expect(describe(await login())).toBe(end)
  },
)

it('a code that MonPay let die, and one it never gave out, fail', async () => {
  let now = 0
  const { monpay, login } = await open({}, { now: () => now })
  const code = monpay.issueCode()
  now = monpay.behaviour.codeLifetime + 1
  expect(describe(await login(code))).toBe('fail invalid_code 401')
  expect(describe(await login('never-given-out'))).toBe('fail invalid_code 401')
})

it.each(['clientID', 'clientSecret'] as const)(
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
  expect(describe(await login())).toBe('error timeout 504')
  expect(asked(monpay)).toEqual(['POST /v2/oauth/token'])
})

it('Q8 text that MonPay sends is one short line without our secrets', async () => {
  const { monpay, login } = await open()
  const message = `\u001B[31m${monpay.clientSecret}\n${'a'.repeat(5000)}`
  monpay.misbehave({ status: 400, body: { error: 'invalid_request', error_description: message } })
  const result = await login()
  expect(result).toMatchObject({
    error: { provider: { message: expect.stringMatching(/^\[31m\[redacted\] a{1,200}$/) } },
  })
  expect(describe(result)).toBe('error config 500')
})

it('takes only a word for a word: a list of one, or an intCode that is no number, names nothing', async () => {
  const listed = await endWith({ status: 403, body: { error: ['unauthorized_client'] } })
  expect(describe(listed)).toBe('error bad_response 502')
  const odd = await endWith({ body: { code: 'BAD_REQUEST', intCode: {} } })
  expect(odd).toMatchObject({ error: { code: 'bad_response' } })
  expect(odd).toHaveProperty('error.provider', { status: 200 })
})

it('takes the scheme off the front of a token and nowhere else', async () => {
  const { monpay, login, verified } = await open({ skipUserProfile: true })
  monpay.misbehave({ body: { access_token: 'bearer abc' } }, 'token')
  expect(describe(await login())).toBe('success')
  expect(verified).toMatchObject([{ accessToken: 'abc' }])
  monpay.misbehave({ body: { access_token: 'xBearer abc' } }, 'token')
  expect(describe(await login())).toBe('error bad_response 502')
})

it('a token that is no text beside an error is still both', async () => {
  const body = { access_token: 7, error: 'invalid_grant' }
  expect(describe(await endWith({ body }))).toBe('error bad_response 502')
})
