import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toProfile } from '../../passport-code-flow/src/login/profile'
import { readUser, type ZaloPayProfile } from '../src/profile'

function fixture(name: string): { text: string; body: Record<string, unknown> } {
  const text = readFileSync(join(__dirname, 'fixtures', `${name}.json`), 'utf8')
  return { text, body: JSON.parse(text) as Record<string, unknown> }
}

function parse(body: Record<string, unknown>, text = JSON.stringify(body)) {
  const answer = { method: 'GET', status: 200, headers: {}, text, json: body, body } as const
  return toProfile('zalopay', readUser(answer), answer) as ZaloPayProfile | undefined
}

function parseFixture(name: string) {
  const { text, body } = fixture(name)
  return parse(body, text)
}

it('U1 a silent login gives an id, and absent members rather than empty ones', () => {
  const { text, body } = fixture('silent')
  expect(parseFixture('silent')).toStrictEqual({
    provider: 'zalopay',
    id: 'Zp9_7Xc2LwY0sJfA9gU4eRiOaPqVbMhD1rKQ3vT8mBn',
    _raw: text,
    _json: body,
  })
})

it('U2 name, picture and phone come where their scopes were granted', () => {
  expect(parseFixture('basic')).toMatchObject({
    displayName: 'Lê Thị Ánh Tuyết',
    photos: [{ value: 'https://pictures.example/tuyet.jpg' }],
    phoneNumbers: [{ value: '901234567' }],
  })
})

it('U2 every member but the id may be missing, null or empty', () => {
  for (const nothing of [undefined, null, '', '  ', {}, [], true]) {
    const data = {
      display_name: nothing,
      avatar: nothing,
      user_phone: nothing,
      user_email: nothing,
    }
    const profile = parse({ data: { muid: 'one', ...data, user_identity_info: nothing } })
    expect(Object.keys(profile ?? {})).toEqual(['provider', 'id', '_raw', '_json'])
  }
})

it('Q9 U3 a phone number that came as an integer is text, and gets neither its 0 back nor a prefix', () => {
  expect(parse({ data: { muid: 'one', user_phone: 901234567 } })?.phoneNumbers).toEqual([
    { value: '901234567' },
  ])
  expect(parse({ data: { muid: 'one', user_phone: '0901234567' } })?.phoneNumbers).toEqual([
    { value: '0901234567' },
  ])
})

it('U3 numbers of the identity card are passed on as they came, integer or text', () => {
  expect(parseFixture('full')?._json.data.user_identity_image).toMatchObject({
    id_type: 3,
    issue_date: 1609459200000,
  })
  expect(parseFixture('identity-as-text')?._json.data.user_identity_image).toMatchObject({
    id_type: '3',
    issue_date: '2021-01-01',
  })
})

it('Q10 U4 the front image survives under both of its names', () => {
  const front = 'https://pictures.example/front.jpg'
  expect(parseFixture('full')?._json.data.user_identity_image?.identity_image_front).toBe(front)
  expect(
    parseFixture('identity-as-text')?._json.data.user_identity_image?.identity_image_font,
  ).toBe(front)
})

it('Q11 an email address is taken although no scope is documented for it', () => {
  expect(parseFixture('full')?.emails).toEqual([{ value: 'bao@example.com' }])
})

it('U5 identity data is in no normalised member of the profile', () => {
  const { _raw, _json, ...normalised } = parseFixture('full') ?? { _raw: '', _json: {} }
  expect(Object.keys(normalised).sort()).toEqual(
    ['displayName', 'emails', 'id', 'phoneNumbers', 'photos', 'provider'].sort(),
  )
  const text = JSON.stringify(normalised)
  for (const secret of ['079190000123', 'PHẠM QUỐC BẢO', 'Nguyễn Huệ', '631152000000', 'front.jpg'])
    expect(text).not.toContain(secret)
})

it('U7 context_id and trace_id are on the profile, for a support request', () => {
  expect(parseFixture('basic')?._json).toMatchObject({
    context_id: 'b7a4c1d9e3f0a1b2c3d4e5f66f2c0d5e',
    trace_id: '4b5a69788796a5b4c3d2e1f00f1e2d3c',
  })
})

it.each([undefined, null, '', ' ', '0', 0, -1, 1.5, 2 ** 60, true, {}, [], { $gt: '' }, 'a\nb'])(
  'U6 the muid %j names nobody',
  (muid) => {
    expect(parse({ data: { muid } })).toBeUndefined()
  },
)

it.each([undefined, null, [], 'text', 7])('U6 %j in the place of data is nobody', (data) => {
  expect(parse({ data, muid: 'one', id: 'two' })).toBeUndefined()
})

it('a muid that came as a number is text', () => {
  expect(parse({ data: { muid: 9007199254740991 } })?.id).toBe('9007199254740991')
})

it.each([
  'javascript:alert(1)',
  'data:text/html,x',
  '//evil.example/x',
  '/avatar.png',
  'ftp://x/y',
])('the avatar %s, which is no web address, is left out', (avatar) => {
  expect(parse({ data: { muid: 'one', avatar } })).not.toHaveProperty('photos')
})

it('a name with markup stays as it is: the view escapes it', () => {
  const display_name = "O'Neil & José <script>alert(1)</script>"
  expect(parse({ data: { muid: 'one', display_name } })?.displayName).toBe(display_name)
})
