import { toProfile } from '../../passport-code-flow/src/login/profile.js'
import { type MonPayProfile, readUser } from '../src/profile.js'
import { closeAll, endWith, given, logIn } from './support.js'

afterEach(closeAll)

/** Parses a body as it would arrive. */
function parse(body: Record<string, unknown>) {
  const text = JSON.stringify(body)
  const answer = { method: 'GET', status: 200, headers: {}, text, json: body, body } as const
  return toProfile('monpay', readUser(answer), answer) as MonPayProfile | undefined
}

it.each<[string, Record<string, unknown>, object | undefined]>([
  [
    // every field of https://developers.monpay.mn/en/guide/mini-app/user-info, in the documented types
    'the documented user',
    {
      userId: 11,
      userPhone: 99112233,
      userEmail: 'batbayar@example.com',
      userFirstname: 'Батбаяр',
      userLastname: 'Дорж',
    },
    {
      id: '11',
      displayName: 'Дорж Батбаяр',
      name: { givenName: 'Батбаяр', familyName: 'Дорж' },
      emails: [{ value: 'batbayar@example.com' }],
      phoneNumbers: [{ value: '99112233' }],
    },
  ],
  ['a user of a mini app without scopes', { userId: 11 }, { id: '11' }],
  [
    'a userId beyond 2^31, which keeps every digit',
    { userId: 2 ** 52 },
    { id: '4503599627370496' },
  ],
  [
    'fields without a value',
    { userId: 12, userPhone: null, userEmail: '', userFirstname: ' ', userLastname: null },
    { id: '12' },
  ],
  [
    'a given name without a patronymic, and a phone as text',
    { userId: 13, userPhone: '88045512', userFirstname: 'Оюунчимэг' },
    {
      id: '13',
      displayName: 'Оюунчимэг',
      name: { givenName: 'Оюунчимэг' },
      phoneNumbers: [{ value: '88045512' }],
    },
  ],
  [
    // an unset integer is 0 in many languages
    'a patronymic without a given name, and a phone of 0',
    { userId: 14, userPhone: 0, userLastname: 'Ганболд' },
    { id: '14', displayName: 'Ганболд', name: { familyName: 'Ганболд' } },
  ],
  [
    // views escape it
    'text with markup, which is passed on as it is, and fields that are not read',
    { userId: 15, userFirstname: '<b>', userLastname: "O'Neil & José", avatar: 'javascript:1' },
    {
      id: '15',
      displayName: "O'Neil & José <b>",
      name: { givenName: '<b>', familyName: "O'Neil & José" },
    },
  ],
  ['an answer that names nobody', { userPhone: 99112233 }, undefined],
])('Q11 Q12 the profile of %s', (_, result, profile) => {
  const answer = { code: 'OK', intCode: 0, info: '', result }
  const expected = { provider: 'monpay', ...profile, _raw: JSON.stringify(answer), _json: answer }
  expect(parse(answer)).toStrictEqual(profile && expected)
})

it('Q11 a phone keeps the form it was sent in, with or without a country code', () => {
  const phone = (userPhone: unknown) => parse({ result: { userId: 11, userPhone } })?.phoneNumbers
  expect(phone('+976 9911-2233')).toEqual([{ value: '+976 9911-2233' }])
  expect(phone(97_699_112_233)).toEqual([{ value: '97699112233' }])
  for (const none of ['', '  ', '0', 0, -1, 1.5, 1e21, {}, [], true])
    expect([none, phone(none)]).toEqual([none, undefined])
})

it('Q12 verify gets the answer itself beside the profile, as text and as JSON', async () => {
  const { profile } = await logIn()
  expect(JSON.parse(profile._raw)).toEqual(profile._json)
  expect(profile._json).toMatchObject({
    code: 'OK',
    intCode: 0,
    result: { userId: 11, userFirstname: 'Батбаяр' },
  })
})

it.each(['token', 'profile'] as const)(
  'a __proto__ in the %s answer changes no object',
  async (place) => {
    const result = await endWith(({ json }) => {
      const [start, ...rest] = JSON.stringify(json)
      return { body: `${start}"__proto__":{"admin":true},${rest.join('')}` }
    }, place)
    const { params, profile } = given<MonPayProfile>(result)
    for (const one of [{}, params, profile, profile._json]) expect(one).not.toHaveProperty('admin')
  },
)
