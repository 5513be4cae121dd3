import type { Fault } from '../../passport-provider-simulators/src/index'
import { ended, endWith, simulator, told, useZaloPay, visitor } from './support/zalopay'

useZaloPay()

/** The time by the strategy's clock. */
const NOW = 1_800_000_000_000

beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(NOW))

const ERROR = {
  error: 'INVALID_ARGUMENT',
  code: 3,
  details: {
    error_info: { reason: 'CODE_INVALID', domain: 'oauth' },
    localized_message: { message: 'Mã không hợp lệ' },
  },
}

/** The simulator's right answer with other members under `data`, or beside it. */
const withData =
  (more: object, beside: object = {}): Fault =>
  ({ json }) => {
    const { data } = json as { data: object }
    return { body: { data: { ...data, ...more }, ...beside } }
  }

/** What verify was given of a login whose token answer has these lifetimes. */
async function paramsOf(expires_in: unknown, refresh_expires_in: unknown) {
  simulator.misbehave(withData({ expires_in, refresh_expires_in }), 'token')
  return (await visitor.succeed()).params
}

/** The end of a lifetime in milliseconds. */
const after = (lifetime: number) => new Date(NOW + lifetime)

it('T1 Q13 a full answer is a login: what was under data is params, and expires_at says when the "long-term" token ends', async () => {
  const { accessToken, refreshToken, params } = await visitor.succeed()
  expect(params).toEqual({
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: 3_600_000,
    refresh_expires_in: 2_592_000_000,
    permissions: ['user.phone', 'user.name', 'user.avatar'],
    expires_at: after(3_600_000),
    refresh_expires_at: after(2_592_000_000),
  })
})

it.each([
  ['0, the placeholder of the page', 0, undefined],
  ['59 999, the last that is seconds', 59_999, 59_999_000],
  ['60 000, the first that is milliseconds', 60_000, 60_000],
  ['text', '3600000', 3_600_000],
  ['a moment since 1970', 1_800_003_600_000, 3_600_000],
  ['the first that is a moment, of the year 2001', 1e12, 1e12 - NOW],
  ['the last that a Date can hold', 8.64e15, 8.64e15 - NOW],
  ['a negative number', -1, undefined],
  ['more than a date holds', 1e300, undefined],
  ['text that is no number', '3600abc', undefined],
  ['a number with an exponent as text', '1e3', undefined],
  ['a number behind a blank as text', ' 3600', undefined],
  ['nothing', null, undefined],
  ['a list', [3_600_000], undefined],
])('Q5 T5 expires_in of %s', async (_, expires_in, lifetime) => {
  const params = await paramsOf(expires_in, expires_in)
  const date = lifetime === undefined ? undefined : after(lifetime)
  const { expires_at, refresh_expires_at } = params
  expect([params.expires_in, expires_at, refresh_expires_at]).toEqual([expires_in, date, date])
})

it.each([
  ['seconds', 3600, 2_592_000, 2_592_000_000],
  ['milliseconds', 3_600_000, 2_592_000_000, 2_592_000_000],
  ['milliseconds beside the placeholder 0', 0, 3_600_000, 3_600_000],
  ['a thousand million beside seconds', 3600, 1_000_000_000, 1_000_000_000],
  ['a moment beside seconds', 3600, 1_802_592_000_000, 2_592_000_000],
])('Q5 T5 refresh_expires_in in %s', async (_, expires, refreshExpires, lifetime) => {
  const params = await paramsOf(expires, refreshExpires)
  expect(params['refresh_expires_at']).toEqual(after(lifetime))
})

it('FR67 both times are a Date or absent, whatever the answer has there', async () => {
  const raw = { expires_at: 'soon', refresh_expires_at: 1_800_000_000 }
  simulator.misbehave(withData({ ...raw, expires_in: 0, refresh_expires_in: 0 }), 'token')
  const { params } = await visitor.succeed()
  expect(params).not.toHaveProperty('expires_at')
  expect(params).not.toHaveProperty('refresh_expires_at')
  simulator.misbehave(withData(raw), 'token')
  const right = { expires_at: after(3_600_000), refresh_expires_at: after(2_592_000_000) }
  expect((await visitor.succeed()).params).toMatchObject(right)
})

it('U1 U2 params name the scopes the user has allowed', async () => {
  simulator.behaviour.scope = ['user.name']
  const { params, profile } = await visitor.succeed()
  expect(params['permissions']).toEqual(['user.name'])
  expect([profile.displayName, profile.phoneNumbers]).toEqual(['Nguyễn Thị Hồng', undefined])
})

const CODE = 'fail invalid_code 401'
const CONFIG = 'error config 500'
const FAULT = 'error provider_error 502'
const BAD = 'error bad_response 502'

const wrong = (error: unknown, status = 200): Fault => ({ status, body: { error } })

it.each<[string, string, Fault]>([
  ['T2 under 500 an error without a number', FAULT, wrong({ error: 'X' }, 500)],
  ['T2 under 500 an error with the number 1', CODE, wrong({ ...ERROR, code: 1 }, 500)],
  ['T2 an error object without members', CODE, wrong({})],
  ['T2 an error object with an object in it', CODE, wrong({ error: { deep: 1 } })],
  ['T2 an error object with an unknown number', CODE, wrong({ code: 99 })],
  ['Q4 T3 data beside an error object', BAD, withData({}, { error: ERROR })],
  ['Q4 T3 data beside an empty error object', BAD, withData({}, { error: {} })],
  ['Q4 T3 data beside the error ""', 'success', withData({}, { error: '' })],
  ['Q4 T3 data beside the error null', 'success', withData({}, { error: null })],
  ['Q3 T4 a token at the top', BAD, ({ json }) => ({ body: (json as { data: object }).data })],
  ['T8 a list under data', BAD, { body: { data: [{ access_token: 'token' }] } }],
  ['T8 a form', BAD, { body: 'data[access_token]=token' }],
  ['FR18 T2 an error that is a text', BAD, wrong('text')],
  ['FR18 T2 an empty error', BAD, wrong('')],
  ['FR18 T2 an error that is a number', BAD, wrong(7)],
  ['FR18 T2 an error that is a list', BAD, wrong([])],
])('a token answer with %s ends in: %s', async (_, ending, fault) => {
  expect(ended(await endWith(fault))).toBe(ending)
})

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
])('Q2 T2 the number %s of an error object decides under every status', async (_, code, ending) => {
  for (const status of [200, 401, 404, 500]) {
    const result = await endWith(wrong({ ...ERROR, code }, status))
    expect([status, ended(result)]).toEqual([status, ending])
  }
  expect(simulator.requests.map(({ endpoint }) => endpoint)).toEqual(Array(4).fill('token'))
})

it.each([
  [401, CONFIG, CONFIG],
  [403, CONFIG, CONFIG],
  [404, CODE, CONFIG],
  [405, CODE, CONFIG],
  [429, FAULT, FAULT],
  [502, FAULT, FAULT],
  [400, CODE, BAD],
])('FR18 the status %i sorts errors without a number (%s), and gateways (%s)', async (...row) => {
  const [status, own, foreign] = row
  expect(ended(await endWith(wrong({ error: 'WORD' }, status)))).toBe(own)
  for (const body of [
    '<html>',
    { message: 'Forbidden' },
    { status, error: 'Forbidden' },
    { error: { code: status, message: 'Forbidden', status: 'PERMISSION_DENIED' } },
    { error: { code: 'ResourceNotFound' } },
  ])
    expect([body, ended(await endWith({ status, body }))]).toEqual([body, foreign])
})

it.each([
  [401, CONFIG],
  [403, CONFIG],
  [429, FAULT],
  [500, FAULT],
  [599, FAULT],
  ['503', FAULT],
  [400, CODE],
  [404, CODE],
  [600, CODE],
])(
  'FR186 T2 with status 200, the number %j of an error object counts as a status: %s',
  async (...row) => {
    const [code, ending] = row
    expect(ended(await endWith(wrong({ ...ERROR, code })))).toBe(ending)
  },
)

it("T2 the error's own words are kept for logs, apart from what people are shown", async () => {
  const ids = { context_id: 'c-1', trace_id: 't-1' }
  const details = { code: '3', reason: 'CODE_INVALID', domain: 'oauth', ...ids }
  expect(told(await endWith({ body: { error: ERROR, ...ids } }))).toMatchObject({
    message: 'The login was not accepted. Please start again.',
    provider: { status: 200, code: 'INVALID_ARGUMENT', message: 'Mã không hợp lệ', details },
  })
  // no member that ZaloPay has not sent
  const provider = { status: 200, details: { code: '3' } }
  expect(told(await endWith(wrong({ code: 3 }))).provider).toEqual(provider)
})

it('FR18 an error keeps the words of a gateway', async () => {
  const message = 'Access Denied'
  for (const status of [400, 401, 403, 404, 503]) {
    const result = await endWith({ status, body: { error: 'Forbidden', message } })
    expect(told(result).provider).toEqual({ status, code: 'Forbidden', message })
  }
  const inside = await endWith(wrong({ code: 403, message }, 403))
  expect(told(inside).provider).toEqual({ status: 403, code: '403', message })
})

it.each([
  ['config', CONFIG],
  ['provider_error', FAULT],
  ['invalid_code', CODE],
  ['something else', CODE],
])('classifyError may sort the error as %s, whatever the status is', async (kind, ending) => {
  const classifyError = jest.fn((_error: unknown, _status: number) => kind as 'config')
  const end = async (fault: Fault) => ended(await endWith(fault, 'token', { classifyError }))
  for (const status of [200, 500]) {
    expect(await end(wrong(ERROR, status))).toBe(ending)
    expect(classifyError).toHaveBeenLastCalledWith(ERROR, status)
  }
  const isSorted = kind !== 'something else'
  expect(await end(wrong({ code: 403 }, 403))).toBe(isSorted ? ending : CONFIG)
})
