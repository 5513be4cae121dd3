import { toProfile } from '../../passport-code-flow/src/login/profile'
import { readUser, type ZaloPayProfile } from '../src/profile'

/** The profile of a user info that has this under `data`. */
function parse(data: unknown, beside: object = {}) {
  const body = { ...beside, data }
  const text = JSON.stringify(body)
  const answer = { method: 'GET', status: 200, headers: {}, text, json: body, body } as const
  return toProfile('zalopay', readUser(answer), answer) as ZaloPayProfile | undefined
}

const IDS = { context_id: 'c-1', trace_id: 't-1' }

/** A user with all that scopes give. */
const FULL = {
  muid: 'Zp7_vT8mB5nXc2LwY7hD0sJfA9gU4eRiOaPqVbM1rKQ',
  display_name: 'Phạm Quốc Bảo',
  avatar: 'https://pictures.example/bao.jpg',
  user_phone: '0912000111',
  user_email: 'bao@example.com',
  user_identity_info: {
    birthday: 631152000000,
    full_name: 'PHẠM QUỐC BẢO',
    gender: 1,
    permanent_address: '45 Nguyễn Huệ, Quận 1',
  },
  user_identity_image: {
    id_number: '079190000123',
    id_type: 3,
    issue_date: 1609459200000,
    identity_image_front: 'https://pictures.example/front.jpg',
  },
}

it('Q10 Q11 U2 U4 U5 U7 name, picture, phone and the email that no scope is documented for are read; identity data and ids for support are in _json alone', () => {
  const body = { ...IDS, data: FULL }
  expect(parse(FULL, IDS)).toStrictEqual({
    provider: 'zalopay',
    id: FULL.muid,
    displayName: 'Phạm Quốc Bảo',
    emails: [{ value: 'bao@example.com' }],
    phoneNumbers: [{ value: '0912000111' }],
    photos: [{ value: 'https://pictures.example/bao.jpg' }],
    _raw: JSON.stringify(body),
    _json: body,
  })
})

const NOTHING = [undefined, null, '']

it.each(NOTHING)('U1 U2 each member but the id is absent where it is %j', (nothing) => {
  const names = ['display_name', 'avatar', 'user_phone', 'user_email', 'user_identity_info']
  const none = Object.fromEntries(names.map((name) => [name, nothing]))
  const profile = parse({ muid: 'one', ...none })
  expect(Object.keys(profile ?? {})).toEqual(['provider', 'id', '_raw', '_json'])
})

it.each([901234567, '+84 901234567'])('Q9 U3 the phone number %j is the same text', (phone) => {
  const profile = parse({ muid: 'one', user_phone: phone })
  expect(profile?.phoneNumbers).toEqual([{ value: String(phone) }])
})

it.each([undefined, null, 'text', [{ muid: 'one' }]])('U6 %j as data is nobody', (data) => {
  expect(parse(data, { muid: 'one' })).toBeUndefined()
})
