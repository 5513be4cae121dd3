import { toProfile } from '../../passport-code-flow/src/login/profile.js'
import { type MonPayProfile, readUser } from '../src/profile.js'
import { closeAll, logIn } from './support.js'

afterEach(closeAll)

/** The profile of a user info with this result. */
function parse(result: object) {
  const body = { code: 'OK', intCode: 0, info: '', result }
  const text = JSON.stringify(body)
  const answer = { method: 'GET', status: 200, headers: {}, text, json: body, body } as const
  return toProfile('monpay', readUser(answer), answer) as MonPayProfile | undefined
}

it.each<[string, object, object]>([
  [
    // every field of https://developers.monpay.mn/en/guide/mini-app/user-info, in the documented types
    'U1 the documented user',
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
  ['U2 a user of a mini app without scopes', { userId: '11' }, { id: '11' }],
  [
    'U1 U2 fields without a value',
    { userId: 12, userPhone: null, userEmail: '', userFirstname: ' ', userLastname: null },
    { id: '12' },
  ],
  [
    'a given name alone, and a phone as text',
    { userId: 13, userPhone: '+976 8804-5512', userFirstname: 'Оюунчимэг' },
    {
      id: '13',
      displayName: 'Оюунчимэг',
      name: { givenName: 'Оюунчимэг' },
      phoneNumbers: [{ value: '+976 8804-5512' }],
    },
  ],
  [
    // an unset integer is 0 in many languages
    'a patronymic alone, and a phone of 0',
    { userId: 14, userPhone: 0, userLastname: 'Ганболд' },
    { id: '14', displayName: 'Ганболд', name: { familyName: 'Ганболд' } },
  ],
  [
    // views escape it
    'text with markup, which is passed on as it is, and fields that are not read',
    { userId: 15, userFirstname: '<b>', avatar: 'javascript:1' },
    { id: '15', displayName: '<b>', name: { givenName: '<b>' } },
  ],
])('Q11 Q12 the profile of %s', (_, result, profile) => {
  const { _raw, _json, ...read } = parse(result) ?? {}
  expect(read).toEqual({ provider: 'monpay', ...profile })
})

it('Q12 verify gets the answer itself beside the profile, as text and as JSON', async () => {
  const { profile } = await logIn()
  expect(JSON.parse(profile._raw)).toEqual(profile._json)
  expect(profile._json).toMatchObject({ intCode: 0, result: { userFirstname: 'Батбаяр' } })
})
