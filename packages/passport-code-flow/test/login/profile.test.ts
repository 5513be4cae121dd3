import { openLogin, useAcme } from '../support/acme.js'
import { succeed } from '../support/bare.js'

const acme = useAcme()

/** The profile that a login makes of what a provider says about a user. */
async function profileOf(said: object) {
  const readUser = () => ({ id: 7, ...said })
  const { strategy, callback } = await openLogin(acme, { describe: { readUser } })
  return (await succeed(strategy, callback())).user
}

const raw = { _raw: '{"sub":"u1","name":"Ada"}', _json: { sub: 'u1', name: 'Ada' } }

it('makes a profile of all that a provider says, and of nothing else', async () => {
  const user = {
    displayName: [' A\u0000da', 0, 'Lovelace\n'],
    username: 'ada',
    givenName: ' Ada ',
    familyName: 'Lovelace',
    email: ' ada@b.example ',
    phone: 84900000001,
    picture: 'https://pictures.example/a.png',
    gender: 'female',
    birthday: '1815-12-10',
    profileUrl: ' https://acme.example/đ ',
    unknown: 'left out',
  }
  expect(await profileOf(user)).toStrictEqual({
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
    profileUrl: 'https://acme.example/%C4%91',
    ...raw,
  })
})

const TEXTS = ['displayName', 'givenName', 'familyName', 'username', 'email', 'phone', 'gender']

it.each<[object, object]>([
  [{ username: 'ada' }, { username: 'ada', displayName: 'ada' }],
  [{ givenName: 'Ada' }, { name: { givenName: 'Ada' } }],
  [{ familyName: 'Lovelace' }, { name: { familyName: 'Lovelace' } }],
  [{ email: 'no address', phone: 0, picture: 'javascript:alert(1)', birthday: '0000-00-00' }, {}],
  [{ email: 'a@b.example\r\nbcc: c@d.example', profileUrl: 'data:x' }, {}],
  ...[0, false, null, '', []].map((nothing): [object, object] => [
    Object.fromEntries(TEXTS.map((one) => [one, nothing])),
    {},
  ]),
])('leaves out of a profile what is missing or wrong: %j', async (said, made) =>
  expect(await profileOf(said)).toStrictEqual({ provider: 'acme', id: '7', ...made, ...raw }),
)

const FAMILY = '\u{1f468}\u200d\u{1f469}'
/** Zero-width spaces, and a Hangul filler, which is a letter. */
const HIDDEN = { displayName: '\u200b \u200b', givenName: '\u3164' }

it.each<[string, object, object]>([
  ['has the user name where no letter of a name can be seen', HIDDEN, { displayName: 'ada' }],
  ['keeps an emoji of several parts', { displayName: FAMILY }, { displayName: FAMILY }],
])('FR147 %s', async (_title, said, made) =>
  expect(await profileOf({ username: 'ada', ...said })).toStrictEqual({
    provider: 'acme',
    id: '7',
    username: 'ada',
    ...made,
    ...raw,
  }),
)
