import { printed } from '../../passport-code-flow/test/support/oracle.js'
import type { Fault } from '../../passport-provider-simulators/src/index.js'
import { closeAll, ended, endWith, given, logIn, open, rightAnd, told } from './support.js'

afterEach(closeAll)

it('T1 Q5 a token answer is flat: verify gets its members and the time when the token expires', async () => {
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

it('Q6 Q14 verify gets a scope; null members count as absent, and a member expires_at is no date', async () => {
  const absent = { token_type: null, refresh_token: null, expires_in: null, error: null }
  const members = { ...absent, expires_at: 'soon', scope: 'phone email name' }
  const { refreshToken, params } = given(await endWith(rightAnd(members)))
  expect([refreshToken, params['scope']]).toEqual([undefined, 'phone email name'])
  expect(params).not.toHaveProperty('expires_at')
})

it('Q14 offers no refresh: MonPay documents none', async () => {
  expect('refresh' in (await open()).strategy).toBe(false)
})

const CONFIG = 'error config 500'
const BAD = 'error bad_response 502'
const FAULT = 'error provider_error 502'
const CODE = 'fail invalid_code 401'
const REFUSAL = 'invalid_grant'

it.each<[string, string, Fault]>([
  ['T3 Q6 without access_token', BAD, { body: {} }],
  ['T3 Q6 with the scheme alone', BAD, { body: { access_token: 'Bearer ' } }],
  ['T3 with the scheme inside the token', BAD, { body: { access_token: 'xBearer abc' } }],
  ['T3 Q5 with a token in result', BAD, { body: { result: { access_token: 'abcdefgh' } } }],
  ['with another type of token than Bearer', BAD, rightAnd({ token_type: 'mac' })],
  ['with a token beside an intCode', BAD, rightAnd({ intCode: 5 })],
  ['with a number as token and a refusal', BAD, rightAnd({ access_token: 7, error: REFUSAL })],
  ['with the id of another user', BAD, rightAnd({ userId: 99 })],
  ['T9 with a token and the intCode 0', 'success', rightAnd({ intCode: 0 })],
])('a token answer %s ends in: %s', async (_, end, fault) => {
  expect(ended(await endWith(fault))).toBe(end)
})

it.each([
  [CONFIG, [400, 401, 404, 405, 415]],
  [BAD, [200, 403]],
  [FAULT, [429, 500, 505]],
])('Q7 a new or missing word ends in %s under the statuses %j', async (end, statuses) => {
  // every object has a member with the name of the last word
  for (const status of statuses)
    for (const error of ['something_new', undefined, 'constructor']) {
      const result = await endWith({ status, body: { error } })
      expect([status, error, ended(result)]).toEqual([status, error, end])
      expect(told(result).provider).toMatchObject({ status })
    }
})

it('Q7 a token under 201 is told by the status: no error is made up', async () => {
  const result = await endWith(({ json }) => ({ status: 201, body: Object(json) }))
  expect(ended(result)).toBe(BAD)
  expect(told(result).message).toContain('the status is not one of success: status 201')
})

const html = '<!doctype html><title>Засвар</title><p>Түр хүлээнэ үү</p>'
const refused = (error: unknown) => ({ error, error_description: 'тайлбар' })
const coded = (code: string) => ({ code, info: 'тайлбар' })
const said = (code?: string) => ({ code, message: 'тайлбар' })
const ENVELOPE = { code: 'BAD_REQUEST', intCode: 5, info: 'Буруу хүсэлт' }
const OF_ENVELOPE = { code: 'BAD_REQUEST', message: 'Буруу хүсэлт', details: { intCode: '5' } }
const DENIED = { error: 'Forbidden', message: 'Access Denied' }

it.each<[string, number, string, object | string, object]>([
  ['T4 Q7', 400, CONFIG, refused('invalid_request'), said('invalid_request')],
  ['T5 Q7', 401, CONFIG, refused('unauthorized_client'), said('unauthorized_client')],
  ['Q7 another status', 403, CONFIG, refused('unauthorized_client'), said('unauthorized_client')],
  ['T6 Q7', 403, CODE, refused('invalid_grant'), said('invalid_grant')],
  ['Q7 another status', 200, CODE, refused('invalid_grant'), said('invalid_grant')],
  ['Q7 another status', 500, CODE, refused('invalid_grant'), said('invalid_grant')],
  ['T7 Q7', 415, CONFIG, refused('unsupported_grant_type'), said('unsupported_grant_type')],
  ['T8 Q7', 505, FAULT, refused('server_error'), said('server_error')],
  ['Q7 another status', 403, FAULT, refused('server_error'), said('server_error')],
  ['Q7 a list as its word', 403, BAD, refused(['unauthorized_client']), said()],
  ['T9 Q8 an envelope', 200, BAD, ENVELOPE, OF_ENVELOPE],
  ['T9 Q8 an envelope', 401, CONFIG, ENVELOPE, OF_ENVELOPE],
  ['T9 Q8 an envelope', 404, BAD, ENVELOPE, OF_ENVELOPE],
  ['FR183 Q8 a word as code', 403, CODE, coded('invalid_grant'), said('invalid_grant')],
  ['FR183 Q8 a word as code', 200, CODE, coded('invalid_grant'), said('invalid_grant')],
  [
    'FR183 Q8 a word as code',
    403,
    CONFIG,
    coded('unauthorized_client'),
    said('unauthorized_client'),
  ],
  ['FR183 Q8 a word as code', 404, FAULT, coded('server_error'), said('server_error')],
  ['T10 a page', 200, BAD, html, {}],
  ['an intCode that is no number', 200, BAD, { code: 'BAD_REQUEST', intCode: {} }, {}],
  ['FR18 Q7 a gateway', 403, BAD, { message: 'Forbidden' }, { message: 'Forbidden' }],
  ['FR18 Q7 Spring', 404, CONFIG, { error: 'Not Found' }, { code: 'Not Found' }],
  ['FR18 Q7 Spring', 403, BAD, DENIED, { code: 'Forbidden', message: 'Access Denied' }],
  ['FR18 Q7 a blank intCode', 404, CONFIG, { message: 'no', intCode: ' ' }, { message: 'no' }],
  ['FR18 Q7 a page', 403, BAD, html, {}],
  ['FR18 Q7 a page', 404, CONFIG, html, {}],
])('%s under %i ends in %s, and the operator is told all of it', async (...row) => {
  const [, status, end, body, words] = row
  const result = await endWith({ status, body })
  expect(ended(result)).toBe(end)
  expect(told(result).provider).toEqual({ status, ...words })
  expect(printed(result)).not.toMatch(/doctype/)
})

it.each([
  ['whole', 400, CONFIG],
  ['whole', 403, CODE],
  ['origin', 400, 'success'],
] as const)('T11 another redirect_uri of the site, compared as %s, %i, is %s', async (...row) => {
  const [redirectMatch, redirectStatus, end] = row
  const callbackURL = 'https://shop.example/login'
  const { login } = await open({ callbackURL }, { redirectMatch, redirectStatus })
  expect(ended(await login())).toBe(end)
})
