import { toProfile } from '../../src/login/profile.js'
import type { Answer } from '../../src/index.js'

const answer = { text: '{"a":1}', body: { a: 1 } as Record<string, unknown> } as Answer
const raw = { _raw: '{"a":1}', _json: { a: 1 } }

it('makes a profile of all that a provider says, and of nothing else', () => {
  const user = {
    id: 7,
    displayName: [' Ada', 0, 'Lovelace\n'],
    username: 'ada',
    givenName: 'Ada',
    familyName: 'Lovelace',
    email: ' ada@b.example ',
    phone: 84900000001,
    picture: 'https://pictures.example/a.png',
    gender: 'female',
    birthday: '1815-12-10',
    profileUrl: 'https://acme.example/ada',
    unknown: 'left out',
  }
  expect(toProfile('acme', user, answer)).toStrictEqual({
    provider: 'acme',
    id: '7',
    displayName: 'Ada Lovelace',
    username: 'ada',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    emails: [{ value: 'ada@b.example' }],
    phoneNumbers: [{ value: '84900000001' }],
    photos: [{ value: 'https://pictures.example/a.png' }],
    gender: 'female',
    birthday: '1815-12-10',
    profileUrl: 'https://acme.example/ada',
    ...raw,
  })
})

it.each([
  [{ username: 'ada' }, { username: 'ada', displayName: 'ada' }],
  [{ givenName: 'Ada' }, { name: { givenName: 'Ada' } }],
  [{ familyName: 'Lovelace' }, { name: { familyName: 'Lovelace' } }],
  [{ email: 'no address', phone: 0, picture: 'javascript:alert(1)', birthday: '0000-00-00' }, {}],
])('leaves out of a profile what is missing or wrong: %j', (user, made) =>
  expect(toProfile('acme', { id: '7', ...user }, answer)).toStrictEqual({
    provider: 'acme',
    id: '7',
    ...made,
    ...raw,
  }),
)
