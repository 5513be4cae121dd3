import { ENTITIES } from '../../passport-provider-simulators/src/sngine/escape'
import { toProfile } from '../../passport-code-flow/src/login/profile'
import { type MoneyPoolsProfile, readUser } from '../src/profile'
import { closeAll, ended, openScene } from './support'

afterEach(closeAll)

const SITE = 'https://site.test'
const OWN = `${SITE}/content/uploads`

function parse(body: Record<string, unknown>, base = SITE) {
  const text = JSON.stringify(body)
  const answer = { method: 'GET', status: 200, headers: {}, text, json: body, body } as const
  return toProfile('moneypools', readUser(answer, base), answer) as MoneyPoolsProfile | undefined
}

const parseUser = (user: Record<string, unknown>, base?: string) =>
  parse({ user_info: { user_id: '1', ...user } }, base)

/** Users as versions and modified sites send them: what is read, and some of what is not. */
it.each<[string, Record<string, unknown>, object]>([
  [
    'F8 T6a a user as 3.10 and later have it: entities decoded, null absent, the id a text',
    {
      user_id: '123',
      user_name: 'jdoe',
      user_email: 'j@x.test',
      user_firstname: 'Jos&eacute;',
      user_lastname: 'O&#039;Neil',
      user_gender: 'Male',
      user_birthdate: '1990-01-31',
      user_picture: 'photos/2024/05/a.jpg',
      user_cover: null,
      user_biography: 'Bread &amp; butter\nand tea',
      profile_picture: `${OWN}/photos/2024/05/a.jpg`,
      profile_cover: `${OWN}/`,
    },
    {
      id: '123',
      username: 'jdoe',
      displayName: "José O'Neil",
      name: { givenName: 'José', familyName: "O'Neil" },
      emails: [{ value: 'j@x.test' }],
      photos: [{ value: `${OWN}/photos/2024/05/a.jpg` }],
      gender: 'Male',
      birthday: '1990-01-31',
      profileUrl: `${SITE}/jdoe`,
    },
  ],
  [
    'T6c a user of 2.x: no family name, and the gender a word',
    { user_id: '7', user_firstname: 'Old', user_lastname: null, user_gender: 'male' },
    { id: '7', displayName: 'Old', name: { givenName: 'Old' }, gender: 'male' },
  ],
  [
    'T6c a user of a modified site: numbers, Cyrillic, uploads elsewhere, unknown fields',
    {
      user_id: 9007199254740991,
      user_name: 'петро',
      user_firstname: 'Пётр',
      user_lastname: 'Иванов',
      user_gender: 'Мужской',
      user_picture: 'photos/2024/06/p.png',
      user_verified: 1,
      profile_picture: 'https://bucket.s3.test/uploads/photos/2024/06/p.png',
      profile_cover: 'https://bucket.s3.test/uploads/',
      currentIP: '192.0.2.1',
    },
    {
      id: '9007199254740991',
      username: 'петро',
      displayName: 'Пётр Иванов',
      name: { givenName: 'Пётр', familyName: 'Иванов' },
      photos: [{ value: 'https://bucket.s3.test/uploads/photos/2024/06/p.png' }],
      gender: 'Мужской',
      profileUrl: `${SITE}/%D0%BF%D0%B5%D1%82%D1%80%D0%BE`,
    },
  ],
])('%s', (_, user, profile) => {
  const body = { user_info: user }
  const whole = { provider: 'moneypools', ...profile, _raw: JSON.stringify(body), _json: body }
  expect(parse(body)).toEqual(whole)
})

it.each([
  ['&lt;script&gt;alert(1)&lt;/script&gt;', '<script>alert(1)</script>'],
  ['&amp;lt;b&amp;gt;', '&lt;b&gt;'],
  ['&quot;Q&quot; &#039;q&#039;', '"Q" \'q\''],
  ['&Omega;&sigmaf;&euro;&hellip;&mdash;', 'Ως€…—'],
  ['R&D, &copy2, &lt', 'R&D, &copy2, &lt'],
  ['&unknown; &#x41; &constructor;', '&unknown; A &constructor;'],
  ['&#0; &#x110000; &#9999999999;', '&#0; &#x110000; &#9999999999;'],
])('F8 T6a %s is decoded once: %s', (escaped, text) => {
  expect(parseUser({ user_firstname: escaped })?.displayName).toBe(text)
})

it('F8 T6a every character that PHP escapes comes back, and nothing else is an entity', () => {
  expect(ENTITIES.size).toBe(253)
  for (const [letter, entity] of ENTITIES)
    expect(parseUser({ user_firstname: `a${entity}b` })?.displayName).toBe(`a${letter}b`)
})

it.each([null, '', '&nbsp;', {}, true, 0])('T6a %j is no text: the member is absent', (nothing) => {
  const fields = ['name', 'email', 'firstname', 'lastname', 'gender', 'birthdate']
  const user = Object.fromEntries(fields.map((field) => [`user_${field}`, nothing]))
  expect(Object.keys(parseUser(user) ?? {}).sort()).toEqual(['_json', '_raw', 'id', 'provider'])
})

it('T6a an address or picture with a line break inside is none, as with every provider', () => {
  const profile = parseUser({
    user_firstname: 'Ada&#10;Lovelace',
    user_email: 'a@b.test&#10;Bcc: c',
    user_picture: 'https://cdn.test/a\nb.png',
    user_birthdate: '1990-01-31\n',
  })
  expect(profile).toMatchObject({ displayName: 'Ada Lovelace', birthday: '1990-01-31' })
  expect(profile).not.toHaveProperty('emails')
  expect(profile).not.toHaveProperty('photos')
})

it.each([
  ['jdoe', 'jdoe', 'jdoe'],
  ['a\ud800', 'a\ufffd', 'a%EF%BF%BD'],
  ['a&#xD800;', 'a\ufffd', 'a%EF%BF%BD'],
])('T6a without a name, the handle %j is what to show: %j', (user_name, username, path) => {
  const shown = { displayName: username, username, profileUrl: `${SITE}/${path}` }
  expect(parseUser({ user_name })).toMatchObject(shown)
})

it('T6c the gender N/A is none, and neither is a birthday that is no date', () => {
  expect(parseUser({ user_gender: 'N/A' })).not.toHaveProperty('gender')
  for (const user_birthdate of ['0000-00-00', '0000-01-31', '31/01/1990'])
    expect(parseUser({ user_birthdate })).not.toHaveProperty('birthday')
})

const PICTURE = 'photos/a.jpg'
const UPLOADS = 'https://cdn.test/up/'

const AVATAR = `${UPLOADS}${PICTURE}?v=2`
const BLANK = `${SITE}/blank.svg`
const FILE = `${UPLOADS}c.jpg`
const RUNS = { profile_cover: 'javascript:/', profile_picture: `javascript:${PICTURE}` }
const BY_SITE = `${OWN}/${PICTURE}`

it.each<[string, Record<string, unknown>, string | undefined]>([
  ['no own picture but the default one', { user_picture: '', profile_picture: BLANK }, undefined],
  ['its own address', { user_picture: AVATAR, profile_cover: UPLOADS }, AVATAR],
  ['nothing: another scheme', { user_picture: 'x-y.z+1:a', profile_cover: UPLOADS }, undefined],
  ['nothing: a host alone', { user_picture: '//cdn.test/a.jpg' }, undefined],
  ['its path, with a colon and two slashes', { user_picture: 'a//b:c' }, `${OWN}/a//b:c`],
  ['the uploads', { profile_cover: UPLOADS, profile_picture: BLANK }, UPLOADS + PICTURE],
  ['the avatar', { profile_picture: AVATAR }, AVATAR],
  ['the site: a cover that is a file', { profile_cover: FILE, profile_picture: BLANK }, BY_SITE],
  ['the site: nothing else', {}, BY_SITE],
  ['the site: schemes that run', RUNS, BY_SITE],
])('T6b the picture is found by %s', (_what, fields, url) => {
  const profile = parseUser({ user_picture: PICTURE, ...fields })
  expect(profile?.photos).toEqual(url && [{ value: url }])
})

it('T6b a site in a folder keeps it in picture and profile page', () => {
  const user = { user_name: 'jdoe', user_picture: PICTURE }
  expect(parseUser(user, `${SITE}/community`)).toMatchObject({
    photos: [{ value: `${SITE}/community/content/uploads/${PICTURE}` }],
    profileUrl: `${SITE}/community/jdoe`,
  })
})

const NOBODY = [{}, { user_info: null }, { user_info: 'x' }, { user: { user_id: '1' } }]

it.each(NOBODY)('a user of %j is none', (body) => expect(parse(body)).toBeUndefined())

it('T3c a user who is gone is an empty array: no login', async () => {
  const { sim, browser } = await openScene()
  const gone = sim.users.find(({ deleted }) => deleted)
  expect(ended(await browser.logIn(browser.issue(gone)))).toBe('error no_subject 502')
})
