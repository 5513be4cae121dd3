import type { CannedAnswer, Fault } from '../../passport-provider-simulators/src/index.js'
import { asked, closeAll, describe, logIn, open } from './support.js'

afterEach(closeAll)

/** Ends one login whose user-info call is answered like this. */
async function endWith(fault: Fault) {
  const { monpay, login, verified } = await open()
  monpay.misbehave(fault, 'profile')
  const result = await login()
  expect(verified).toEqual([])
  expect(asked(monpay)).toEqual(['POST /v2/oauth/token', 'GET /v2/api/oauth/userinfo'])
  return result
}

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
    const { profile } = await logIn({}, { scopes: [], missingScope })
    const { _raw, _json, ...rest } = profile
    expect(rest).toEqual({ provider: 'monpay', id: '11' })
    expect(JSON.parse(_raw)).toEqual(_json)
  },
)

it.each([
  ['OK', true],
  ['OK', false],
  ['SUCCESS', true],
  ['SUCCESS', false],
  ['', true],
  ['', false],
] as const)('U3 the code "%s", with intCode: %s, is a success', async (successCode, intCode) => {
  const { profile } = await logIn({}, { successCode, intCode })
  expect(profile.id).toBe('11')
})

it('U3 an intCode of 0 is a success as text and as null too', async () => {
  for (const intCode of ['0', null]) {
    const { monpay, login } = await open()
    monpay.misbehave(({ json }) => ({ body: { ...Object(json), intCode } }), 'profile')
    expect(describe(await login())).toBe('success')
  }
})

it('Q5 user info is wrapped in result: a flat one names no user', async () => {
  expect(describe(await endWith({ body: { userId: 11 } }))).toBe('error no_subject 502')
})

it.each([
  ['without result', { code: 'BAD_REQUEST', intCode: 5, info: 'Буруу хүсэлт' }],
  [
    'with a user all the same',
    { code: 'BAD_REQUEST', intCode: 5, info: 'Буруу хүсэлт', result: { userId: 11 } },
  ],
  ['written as text', { code: 'BAD_REQUEST', intCode: '5', info: 'Буруу хүсэлт' }],
])('U4 Q9 HTTP 200 with intCode 5, %s, is an error and no empty profile', async (_, body) => {
  expect(await endWith({ body })).toMatchObject({
    error: {
      code: 'profile_failed',
      step: 'profile',
      provider: {
        status: 200,
        code: 'BAD_REQUEST',
        message: 'Буруу хүсэлт',
        details: { intCode: '5' },
      },
    },
  })
})

it('U5 U6 Q10 the two meanings of 401 can be told apart by code and intCode', async () => {
  const { monpay, login } = await open()
  const refused = monpay.users.find((user) => user.insufficientAccess)
  expect(await login(monpay.issueCode(refused))).toMatchObject({
    error: {
      code: 'profile_failed',
      provider: { status: 401, code: 'INSUFFICIENT_ACCESS', details: { intCode: '6' } },
    },
  })
  monpay.misbehave('localized-error', 'profile')
  expect(await login()).toMatchObject({
    error: {
      code: 'profile_failed',
      provider: { status: 401, code: 'UNAUTHORIZED', details: { intCode: '1' } },
    },
  })
})

it.each<[string, object]>([
  ['no result', { code: 'OK', intCode: 0 }],
  ['a null result', { code: 'OK', result: null }],
  ['a list as result', { code: 'OK', result: [{ userId: 11 }] }],
  ['a result without userId', { code: 'OK', result: { userPhone: 99112233 } }],
  ...[null, '', '  ', 0, '0', -1, 1.5, 9_007_199_254_740_992, true, { $gt: '' }, [11], 'a\nb'].map(
    (userId): [string, object] => [`the userId ${JSON.stringify(userId)}`, { result: { userId } }],
  ),
])('U7 %s is an error', async (_, body) => {
  expect(describe(await endWith({ body }))).toBe('error no_subject 502')
})

it('Q11 a userId that comes as text stays the same user', async () => {
  const { monpay, login, verified } = await open()
  monpay.misbehave({ body: { result: { userId: '11' } } }, 'profile')
  await login()
  expect(verified[0]?.profile.id).toBe('11')
})

it('an answer about another user than the token names is an error', async () => {
  const { monpay, login, verified } = await open()
  monpay.misbehave(({ json }) => ({ body: { ...Object(json), userId: 12 } }), 'token')
  expect(describe(await login())).toBe('error bad_response 502')
  expect(verified).toEqual([])
})

const canned = (status: number, body: CannedAnswer['body'] = ''): CannedAnswer => ({ status, body })

it.each<[string, Fault, string]>([
  [
    'an OAuth error instead of an envelope',
    canned(401, { error: 'invalid_token' }),
    'profile_failed',
  ],
  ['an OAuth error with 200', canned(200, { error: 'invalid_token' }), 'profile_failed'],
  ["a code's 403", canned(403, { error: 'invalid_grant' }), 'profile_failed'],
  ['a 404', canned(404, {}), 'config'],
  ['a page with 404', canned(404, '<p>'), 'config'],
  ['a 405', canned(405, { error: 'Method Not Allowed' }), 'config'],
  ['a user with 201', ({ json }) => canned(201, Object(json)), 'profile_failed'],
  ['a 505 in the envelope', 'status-505', 'provider_error'],
  ['a 429', canned(429, {}), 'provider_error'],
  ['a 503 with a page', canned(503, '<p>Засвар</p>'), 'provider_error'],
])(
  'Q8 user info answered with %s is an error of its kind, without half a login',
  async (_, fault, code) => {
    expect(await endWith(fault)).toMatchObject({
      action: 'error',
      error: { name: 'LoginError', code },
    })
  },
)

it('Q12 skipUserProfile logs in without asking who it is', async () => {
  const { monpay, login, verified } = await open(
    { skipUserProfile: true },
    { scopes: [], missingScope: 'refuse' },
  )
  expect(describe(await login())).toBe('success')
  expect(asked(monpay)).toEqual(['POST /v2/oauth/token'])
  expect(verified).toMatchObject([{ profile: undefined }])
})
