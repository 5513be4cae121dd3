import type { Fault } from '../../passport-provider-simulators/src/index.js'
import { calls, closeAll, ended, endWith, given, logIn, open, toldBy } from './support.js'

afterEach(closeAll)

it.each([
  ['number', '99112233'],
  ['string', '99112233'],
  ['null', undefined],
  ['absent', undefined],
] as const)('U1 Q11 a phone sent as %s comes out as %s', async (phone, expected) => {
  const { profile } = await logIn({}, { phone })
  expect(profile.phoneNumbers).toEqual(expected && [{ value: expected }])
  expect('phoneNumbers' in profile).toBe(expected !== undefined)
})

it.each(['omit', 'null'] as const)(
  'U2 Q12 without scopes (%s) the profile is the id alone: nothing is made up',
  async (missingScope) => {
    const { _raw, _json, ...rest } = (await logIn({}, { scopes: [], missingScope })).profile
    expect(rest).toEqual({ provider: 'monpay', id: '11' })
    expect(JSON.parse(_raw)).toEqual(_json)
  },
)

it.each(['OK', 'SUCCESS', ''] as const)(
  'U3 the code "%s" is a success, with and without intCode',
  async (successCode) => {
    for (const intCode of [true, false])
      expect((await logIn({}, { successCode, intCode })).profile.id).toBe('11')
  },
)

const canned = (status: number, body: string | object) => ({ status, body })
const envelope = (members: object): Fault => ({ body: { code: 'OK', intCode: 0, ...members } })
const userAnd =
  (members: object): Fault =>
  ({ json }) => ({ body: { ...Object(json), ...members } })

const NOBODY = 'error no_subject 502'
const FAILED = 'error profile_failed 502'
const CONFIG = 'error config 500'
const FAULT = 'error provider_error 502'

it.each<[string, string, Fault]>([
  ['U3 an intCode of 0 as text', 'success', userAnd({ intCode: '0' })],
  ['U3 an intCode of null', 'success', userAnd({ intCode: null })],
  ['Q5 a flat user, which is not in result', NOBODY, { body: { userId: 11 } }],
  ['U7 no result', NOBODY, envelope({})],
  ['U7 a null result', NOBODY, envelope({ result: null })],
  ['U7 a list as result', NOBODY, envelope({ result: [{ userId: 11 }] })],
  ['U7 a result without userId', NOBODY, envelope({ result: { userPhone: 99112233 } })],
  ['Q8 an OAuth error', FAILED, canned(401, { error: 'invalid_token' })],
  ['Q8 an OAuth error under 200', FAILED, canned(200, { error: 'invalid_token' })],
  ["Q8 a code's 403", FAILED, canned(403, { error: 'invalid_grant' })],
  ['Q8 a 404', CONFIG, canned(404, {})],
  ['Q8 a page under 404', CONFIG, canned(404, '<p>')],
  ['Q8 a 405', CONFIG, canned(405, { error: 'Method Not Allowed' })],
  ['Q8 a user under 201', FAILED, ({ json }) => canned(201, Object(json))],
  ['Q8 a 505 in the envelope', FAULT, 'status-505'],
  ['Q8 a 429', FAULT, canned(429, {})],
  ['Q8 a page under 503', FAULT, canned(503, '<p>Засвар</p>')],
])('the user info %s ends in: %s', async (_, end, fault) => {
  expect(ended(await endWith(fault, 'profile'))).toBe(end)
})

it.each([null, '', '  ', 0, '0', -1, 1.5, 2 ** 53, true, { $gt: '' }, [11], 'a\nb'])(
  'U7 the userId %j is an error',
  async (userId) => {
    expect(ended(await endWith(envelope({ result: { userId } }), 'profile'))).toBe(NOBODY)
  },
)

const REFUSED = { code: 'BAD_REQUEST', intCode: 5, info: 'Буруу хүсэлт' }

it.each([
  ['without result', REFUSED],
  ['with a user all the same', { ...REFUSED, result: { userId: 11 } }],
  ['written as text', { ...REFUSED, intCode: '5' }],
])('U4 Q9 HTTP 200 with intCode 5, %s, is an error and no empty profile', async (_, body) => {
  const result = await endWith({ body }, 'profile')
  expect(ended(result)).toBe(FAILED)
  const provider = { code: 'BAD_REQUEST', message: 'Буруу хүсэлт', details: { intCode: '5' } }
  expect(toldBy(result)).toEqual({ status: 200, ...provider })
})

it('U5 U6 Q10 the two meanings of 401 can be told apart by code and intCode', async () => {
  const { monpay, login } = await open()
  const forbidden = await login(
    monpay.issueCode(monpay.users.find((one) => one.insufficientAccess)),
  )
  monpay.misbehave('localized-error', 'profile')
  const unknown = await login()
  for (const [result, code, intCode] of [
    [forbidden, 'INSUFFICIENT_ACCESS', '6'],
    [unknown, 'UNAUTHORIZED', '1'],
  ] as const) {
    expect(ended(result)).toBe(FAILED)
    expect(toldBy(result)).toMatchObject({ status: 401, code, details: { intCode } })
  }
})

it('Q11 a userId that comes as text stays the same user', async () => {
  const result = await endWith({ body: { result: { userId: '11' } } }, 'profile')
  expect(given(result)).toMatchObject({ profile: { id: '11' } })
})

it('an answer about another user than the token names is an error', async () => {
  const { monpay, login } = await open()
  monpay.misbehave(userAnd({ userId: 12 }), 'token')
  expect(ended(await login())).toBe('error bad_response 502')
})

it('Q12 skipUserProfile logs in without asking who it is', async () => {
  const { monpay, login } = await open({ skipUserProfile: true }, { missingScope: 'refuse' })
  expect(given(await login()).profile).toBeUndefined()
  expect(calls(monpay)).toEqual(['POST token'])
})
