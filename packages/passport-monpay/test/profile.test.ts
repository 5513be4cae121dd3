import { toProfile } from '../../passport-code-flow/src/login/profile.js'
import { type MonPayProfile, readUser } from '../src/profile.js'

/** The profile of a user info with this result. */
function parse(result: object) {
  const body = { code: 'OK', intCode: 0, info: '', result }
  const text = JSON.stringify(body)
  const answer = { method: 'GET', status: 200, headers: {}, text, json: body, body } as const
  return toProfile('monpay', readUser(answer), answer) as MonPayProfile | undefined
}

/** Every field of https://developers.monpay.mn/en/guide/mini-app/user-info, in its documented type. */
const DOCUMENTED = {
  userId: 11,
  userPhone: 99112233,
  userEmail: 'batbayar@example.com',
  userFirstname: 'Батбаяр',
  userLastname: 'Дорж',
}
const READ = {
  id: '11',
  displayName: 'Дорж Батбаяр',
  name: { givenName: 'Батбаяр', familyName: 'Дорж' },
  emails: [{ value: 'batbayar@example.com' }],
  phoneNumbers: [{ value: '99112233' }],
}
const named = (displayName: string, name: object) => ({ id: '12', displayName, name })

it.each<[string, object, object]>([
  ['U1 the documented user', DOCUMENTED, READ],
  ['U2 a user of a mini app without scopes', { userId: '11' }, { id: '11' }],
  [
    'U1 U2 fields without a value',
    { userId: 12, userPhone: null, userEmail: '', userFirstname: ' ', userLastname: null },
    { id: '12' },
  ],
  [
    'a given name alone, and a phone as text',
    { userId: 12, userPhone: '+976 8804-5512', userFirstname: 'Оюун' },
    { ...named('Оюун', { givenName: 'Оюун' }), phoneNumbers: [{ value: '+976 8804-5512' }] },
  ],
  [
    // an unset integer is 0 in many languages
    'a patronymic alone, and a phone of 0',
    { userId: 12, userPhone: 0, userLastname: 'Ганболд' },
    named('Ганболд', { familyName: 'Ганболд' }),
  ],
  [
    // views escape it
    'text with markup, which is passed on as it is, and fields that are not read',
    { userId: 12, userFirstname: '<b>', avatar: 'javascript:1' },
    named('<b>', { givenName: '<b>' }),
  ],
])('Q11 Q12 the profile of %s', (_, result, profile) => {
  const { _raw, _json, ...read } = parse(result) ?? {}
  expect(read).toEqual({ provider: 'monpay', ...profile })
})
