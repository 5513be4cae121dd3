import type { Fault, ZaloPaySimulator } from '../../passport-provider-simulators/src/index'
import { type Browser, calls, ended, type Scene, told, useZaloPay } from './support/zalopay'

let simulator: ZaloPaySimulator
let visitor: Browser
let open: Scene['open']
let endWith: Scene['endWith']

useZaloPay((scene) => ({ simulator, visitor, open, endWith } = scene))

/** Stops the strategy's clock; gives its time. */
function stopClock(): number {
  const now = 1_800_000_000_000
  jest.spyOn(Date, 'now').mockReturnValue(now)
  return now
}

const ERROR = {
  error: 'INVALID_ARGUMENT',
  code: 3,
  details: {
    error_info: { reason: 'CODE_INVALID', domain: 'oauth' },
    localized_message: { message: 'Mã không hợp lệ' },
  },
}
const numbered = (code: unknown) => ({ error: { ...ERROR, code } })

/** The simulator's right answer with other members under `data`, or beside it. */
const withData =
  (data: object, beside: object = {}): Fault =>
  ({ json }) => {
    const right = json as { data: object }
    return { body: { ...right, data: { ...right.data, ...data }, ...beside } }
  }

/** What verify was given of a login whose token answer has these members. */
async function paramsOf(data: object) {
  simulator.misbehave(withData(data), 'token')
  return (await visitor.succeed()).params
}

it('T1 Q13 a full answer is a login: what was under data is params, and expires_at says when the "long-term" token ends', async () => {
  const now = stopClock()
  const { accessToken, refreshToken, params } = await visitor.succeed()
  expect(params).toEqual({
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: 3_600_000,
    refresh_expires_in: 2_592_000_000,
    permissions: ['user.phone', 'user.name', 'user.avatar'],
    expires_at: new Date(now + 3_600_000),
    refresh_expires_at: new Date(now + 2_592_000_000),
  })
})

it.each([
  ['0, the placeholder of the page', 0, undefined],
  ['59 999, the last that is seconds', 59_999, 59_999_000],
  ['60 000, the first that is milliseconds', 60_000, 60_000],
  ['text', '3600000', 3_600_000],
  ['a moment since 1970', 1_800_003_600_000, 3_600_000],
  ['the first that is a moment, of the year 2001', 1e12, 1e12 - 1_800_000_000_000],
  ['the last that a Date can hold', 8.64e15, 8.64e15 - 1_800_000_000_000],
  ['a negative number', -1, undefined],
  ['more than a date holds', 1e300, undefined],
  ['text that is no number', '3600abc', undefined],
  ['a number with an exponent as text', '1e3', undefined],
  ['a number behind a blank as text', ' 3600', undefined],
  ['nothing', null, undefined],
  ['a list', [3_600_000], undefined],
])('Q5 T5 expires_in of %s', async (_, expires_in, lifetime) => {
  const now = stopClock()
  const params = await paramsOf({ expires_in, refresh_expires_in: expires_in })
  const date = lifetime === undefined ? undefined : new Date(now + lifetime)
  expect(params['expires_at']).toEqual(date)
  expect(params['refresh_expires_at']).toEqual(date)
  expect(params['expires_in']).toEqual(expires_in)
})

it.each([
  ['seconds', 3600, 2_592_000, 2_592_000_000],
  ['milliseconds', 3_600_000, 2_592_000_000, 2_592_000_000],
  ['milliseconds beside the placeholder 0', 0, 3_600_000, 3_600_000],
  ['a thousand million beside seconds', 3600, 1_000_000_000, 1_000_000_000],
  ['a moment beside seconds', 3600, 1_802_592_000_000, 2_592_000_000],
])(
  'Q5 T5 refresh_expires_in where it comes in %s',
  async (_, expires_in, refresh_expires_in, lifetime) => {
    const now = stopClock()
    const params = await paramsOf({ expires_in, refresh_expires_in })
    expect(params['refresh_expires_at']).toEqual(new Date(now + lifetime))
  },
)

it('U1 U2 params name the scopes the user has allowed', async () => {
  const { codeChallenge, login } = await visitor.start()
  const code = visitor.getCode(codeChallenge, { scope: ['user.name'] })
  const result = await visitor.post({ code, login })
  expect(result).toMatchObject({
    user: { params: { permissions: ['user.name'] }, profile: { displayName: expect.any(String) } },
  })
  expect(result).not.toHaveProperty('user.profile.phoneNumbers')
})

const CODE = 'fail invalid_code 401'
const CONFIG = 'error config 500'
const FAULT = 'error provider_error 502'
const BAD = 'error bad_response 502'

it.each<[string, string, Fault]>([
  ['T1 another user than user info has', BAD, withData({ muid: 'somebody-else' })],
  [
    'T2 under 500 an error without a number',
    FAULT,
    { status: 500, body: { error: { error: 'X' } } },
  ],
  ['T2 under 500 an error with the number 1', CODE, { status: 500, body: numbered(1) }],
  ['T2 an error object without members', CODE, { body: { error: {} } }],
  ['T2 an error object with an object in it', CODE, { body: { error: { error: { deep: 1 } } } }],
  ['T2 an error object with an unknown number', CODE, { body: { error: { code: 99 } } }],
  ['Q4 T3 data beside an error object', BAD, withData({}, { error: ERROR })],
  ['Q4 T3 data beside an empty error object', BAD, withData({}, { error: {} })],
  ['Q4 T3 data beside the error ""', 'success', withData({}, { error: '' })],
  ['Q4 T3 data beside the error null', 'success', withData({}, { error: null })],
  ['Q3 T4 a token at the top', BAD, ({ json }) => ({ body: (json as { data: object }).data })],
  ['T8 a list under data', BAD, { body: { data: [{ access_token: 'token' }] } }],
  ['T8 a form', BAD, { body: 'data[access_token]=token' }],
])('a token answer with %s ends in: %s', async (_, ending, fault) => {
  expect(ended(await endWith(fault))).toBe(ending)
})

it.each(['text', '', 7, []])(
  'FR18 T2 the error %j, which is no object of ZaloPay, is not the fault of the visitor',
  async (error) => {
    expect(ended(await endWith({ body: { error } }))).toBe(BAD)
  },
)

it.each([
  ['2, unknown', 2, FAULT],
  ['3, invalid argument', 3, CODE],
  ['4, deadline exceeded', 4, FAULT],
  ['5, not found', 5, CODE],
  ['7, permission denied', 7, CONFIG],
  ['8, resource exhausted', 8, FAULT],
  ['13, internal', 13, FAULT],
  ['14, unavailable', 14, FAULT],
  ['16, unauthenticated', 16, CONFIG],
  ['16 as text', '16', CONFIG],
])(
  'Q2 T2 the number %s of an error object decides, whatever the status',
  async (_, code, ending) => {
    for (const status of [200, 401, 404, 500])
      expect([status, ended(await endWith({ status, body: numbered(code) }))]).toEqual([
        status,
        ending,
      ])
    expect(calls(simulator)).toEqual(Array(4).fill('POST token'))
  },
)

it.each([
  [401, CONFIG, CONFIG],
  [403, CONFIG, CONFIG],
  [404, CODE, CONFIG],
  [405, CODE, CONFIG],
  [429, FAULT, FAULT],
  [502, FAULT, FAULT],
  [400, CODE, BAD],
])(
  'FR18 the status %i sorts an error object without a number (%s), and an answer without such an object (%s)',
  async (status, own, foreign) => {
    expect(ended(await endWith({ status, body: { error: { error: 'WORD' } } }))).toBe(own)
    for (const body of [
      '<html>',
      { message: 'Forbidden' },
      { status, error: 'Forbidden' },
      { error: { code: status, message: 'Forbidden', status: 'PERMISSION_DENIED' } },
      { error: { code: 'ResourceNotFound' } },
    ])
      expect([body, ended(await endWith({ status, body }))]).toEqual([body, foreign])
  },
)

it("T2 the error's own words are kept for logs, apart from what people are shown", async () => {
  const body = { error: ERROR, trace_id: 't-1', context_id: 'c-1' }
  expect(await endWith({ body })).toMatchObject({
    info: {
      message: 'The login was not accepted. Please start again.',
      provider: {
        status: 200,
        code: 'INVALID_ARGUMENT',
        message: 'Mã không hợp lệ',
        details: {
          code: '3',
          reason: 'CODE_INVALID',
          domain: 'oauth',
          context_id: 'c-1',
          trace_id: 't-1',
        },
      },
    },
  })
})

it('an error holds no member that ZaloPay has not sent', async () => {
  const result = await endWith({ body: { error: { code: 3 } } })
  expect(told(result).provider).toEqual({ status: 200, details: { code: '3' } })
})

it('FR18 an error keeps the words of a gateway', async () => {
  const message = 'Access Denied'
  for (const status of [400, 401, 403, 404, 503])
    expect(await endWith({ status, body: { error: 'Forbidden', message } })).toHaveProperty(
      'error.provider',
      { status, code: 'Forbidden', message },
    )
  const inside = { status: 403, body: { error: { code: 403, message } } }
  expect(await endWith(inside)).toHaveProperty('error.provider', { status: 403, message })
})

it.each([
  ['config', CONFIG],
  ['provider_error', FAULT],
  ['invalid_code', CODE],
  ['something else', CODE],
])('classifyError may sort the error as %s, whatever the status is', async (kind, ending) => {
  const classifyError = jest.fn((_error: unknown, _status: number) => kind as 'config')
  for (const status of [200, 500]) {
    expect(
      ended(await endWith({ status, body: { error: ERROR } }, 'token', { classifyError })),
    ).toBe(ending)
    expect(classifyError).toHaveBeenLastCalledWith(ERROR, status)
  }
  const foreign = { status: 403, body: { error: { code: 403 } } }
  const isSorted = kind !== 'something else'
  expect(ended(await endWith(foreign, 'token', { classifyError }))).toBe(isSorted ? ending : CONFIG)
})

it('a wrong secret key is a mistake of the configuration, unless classifyError knows better', async () => {
  const wrong = { clientSecret: 'wrong-secret-key-of-the-shop' }
  const result = await open(wrong).logIn()
  expect(ended(result)).toBe(CONFIG)
  expect(result).toMatchObject({ error: { provider: { details: { code: '16' } } } })
  const sorted = await open({ ...wrong, classifyError: () => 'invalid_code' }).logIn()
  expect(ended(sorted)).toBe(CODE)
})
