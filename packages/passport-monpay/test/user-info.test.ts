import type { Fault } from '../../passport-provider-simulators/src/index.js'
import { closeAll, ended, endWith, open, rightAnd, told } from './support.js'

afterEach(closeAll)

const envelope = (members: object): Fault => ({ body: { code: 'OK', intCode: 0, ...members } })
const REFUSED = { code: 'BAD_REQUEST', intCode: 5, info: 'Буруу хүсэлт' }
const TOLD = { code: 'BAD_REQUEST', message: 'Буруу хүсэлт', details: { intCode: '5' } }

const NOBODY = 'error no_subject 502'
const FAILED = 'error profile_failed 502'
const CONFIG = 'error config 500'
const FAULT = 'error provider_error 502'

it.each<[string, string, Fault, object?]>([
  ['U3 the code SUCCESS', 'success', rightAnd({ code: 'SUCCESS' })],
  ['U3 an empty code and no intCode', 'success', rightAnd({ code: '', intCode: undefined })],
  ['U3 an intCode of 0 as text', 'success', rightAnd({ intCode: '0' })],
  ['Q5 U7 a user at the top', NOBODY, { body: { userId: 11 } }],
  ['U7 a result without userId', NOBODY, envelope({ result: { userPhone: 99112233 } })],
  ['U4 Q9 intCode 5 under 200', FAILED, { body: REFUSED }, TOLD],
  ['U4 Q9 intCode 5 as text and a user', FAILED, rightAnd({ ...REFUSED, intCode: '5' }), TOLD],
  ['Q8 an OAuth error', FAILED, { status: 401, body: { error: 'invalid_token' } }],
  ['Q8 an OAuth error under 200', FAILED, { body: { error: 'invalid_token' } }],
  ['Q8 the refusal of a code', FAILED, { status: 403, body: { error: 'invalid_grant' } }],
  ['Q8 a page under 404', CONFIG, { status: 404, body: '<p>' }],
  ['Q8 an error under 405', CONFIG, { status: 405, body: { error: 'Method Not Allowed' } }],
  ['Q8 a user under 201', FAILED, ({ json }) => ({ status: 201, body: Object(json) })],
  ['Q8 a 505 in the envelope', FAULT, 'status-505'],
])('a user info with %s ends in: %s', async (_, end, fault, ...[words]) => {
  const result = await endWith(fault, 'profile')
  expect(ended(result)).toBe(end)
  const provider = words && told(result).provider
  expect(provider).toEqual(words && { status: 200, ...words })
})

it('U5 U6 Q10 code and intCode tell the operator which of two meanings a 401 has', async () => {
  const { monpay, login } = await open()
  const refused = monpay.users.find(({ insufficientAccess }) => insufficientAccess)
  const forbidden = await login(monpay.issueCode(refused))
  monpay.misbehave('localized-error', 'profile')
  for (const [result, code, intCode] of [
    [forbidden, 'INSUFFICIENT_ACCESS', '6'],
    [await login(), 'UNAUTHORIZED', '1'],
  ] as const) {
    expect(ended(result)).toBe(FAILED)
    expect(told(result).provider).toMatchObject({ status: 401, code, details: { intCode } })
  }
})
