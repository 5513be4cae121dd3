import type { SngineOptions, SngineUser } from '../../passport-provider-simulators/src/index'
import { ENTITIES } from '../../passport-provider-simulators/src/sngine/escape'
import { toProfile } from '../../passport-code-flow/src/login/profile'
import { type MoneyPoolsProfile, readUser } from '../src/profile'
import documented from './fixtures/documented-fields.json'
import modified from './fixtures/modified-site.json'
import old from './fixtures/sngine-2.8.json'
import usual from './fixtures/sngine-3.13.json'
import { closeScenes, ended, openScene, profileOf } from './support/scene'

afterEach(closeScenes)

const SITE = 'https://site.test'

function parse(body: Record<string, unknown>, base = SITE) {
  const text = JSON.stringify(body)
  const answer = { method: 'GET', status: 200, headers: {}, text, json: body, body } as const
  return toProfile('moneypools', readUser(answer, base), answer) as MoneyPoolsProfile | undefined
}

const parseUser = (user: Record<string, unknown>, base?: string) =>
  parse({ user_info: { user_id: '1', ...user } }, base)

it('F8 T6a a user as 3.10 and later have it: entities decoded, null absent, the id a text', () => {
  expect(parse(usual)).toEqual({
    provider: 'moneypools',
    id: '123',
    username: 'jdoe',
    displayName: "José O'Neil",
    name: { givenName: 'José', familyName: "O'Neil" },
    emails: [{ value: 'j@x.test' }],
    photos: [{ value: 'https://site.test/content/uploads/photos/2024/05/a.jpg' }],
    gender: 'Male',
    birthday: '1990-01-31',
    profileUrl: 'https://site.test/jdoe',
    _raw: JSON.stringify(usual),
    _json: usual,
  })
})

it("T6b a user with the documented fields alone: the picture is below the site's uploads", () => {
  expect(parse(documented)).toEqual({
    provider: 'moneypools',
    id: '42',
    username: 'anna',
    displayName: 'Anna',
    name: { givenName: 'Anna' },
    photos: [{ value: 'https://site.test/content/uploads/photos/2023/01/anna.jpg' }],
    gender: 'Female',
    profileUrl: 'https://site.test/anna',
    _raw: JSON.stringify(documented),
    _json: documented,
  })
})

it("T6c a user of 2.x: the gender a word, and the theme's avatar no picture", () => {
  expect(parse(old)).toEqual({
    provider: 'moneypools',
    id: '7',
    username: 'old.timer',
    displayName: 'Old',
    name: { givenName: 'Old' },
    emails: [{ value: 'old@x.test' }],
    gender: 'male',
    profileUrl: 'https://site.test/old.timer',
    _raw: JSON.stringify(old),
    _json: old,
  })
})

it('T6c a user of a modified site: numbers, Cyrillic, uploads elsewhere, unknown fields', () => {
  expect(parse(modified)).toEqual({
    provider: 'moneypools',
    id: '9007199254740991',
    username: 'петро',
    displayName: 'Пётр Иванов',
    name: { givenName: 'Пётр', familyName: 'Иванов' },
    emails: [{ value: 'p@x.test' }],
    photos: [{ value: 'https://bucket.s3.test/uploads/photos/2024/06/p.png' }],
    gender: 'Мужской',
    birthday: '1985-11-26',
    profileUrl: 'https://site.test/%D0%BF%D0%B5%D1%82%D1%80%D0%BE',
    _raw: JSON.stringify(modified),
    _json: modified,
  })
})

it.each([
  ['&lt;script&gt;alert(1)&lt;/script&gt;', '<script>alert(1)</script>'],
  ['&amp;lt;b&amp;gt;', '&lt;b&gt;'],
  ['&amp;amp;', '&amp;'],
  ['&quot;Q&quot; &#039;q&#039;', '"Q" \'q\''],
  ['&Omega;&sigmaf;&euro;&hellip;&mdash;', 'Ως€…—'],
  ['Мария 美 🌍', 'Мария 美 🌍'],
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

it.each([null, '', ' ', '&nbsp;', undefined, {}, [], true, false, 0])(
  'T6a %j is no text: the member is absent',
  (nothing) => {
    const profile = parseUser({
      user_name: nothing,
      user_email: nothing,
      user_firstname: nothing,
      user_lastname: nothing,
      user_gender: nothing,
      user_birthdate: nothing,
    })
    expect(Object.keys(profile ?? {}).sort()).toEqual(['_json', '_raw', 'id', 'provider'])
  },
)

it.each(['\n', '\t', '&#10;', '&#x2028;'])(
  'T6a an address or picture with the line break %j inside is none, as with every provider',
  (end) => {
    const profile = parseUser({
      user_firstname: `Ada${end}Lovelace`,
      user_email: `a@b.test${end}Bcc: c`,
      user_picture: `https://cdn.test/a${end}b.png`,
      user_birthdate: `1990-01-31${end}`,
    })
    expect(profile).toMatchObject({ displayName: 'Ada Lovelace', birthday: '1990-01-31' })
    expect(profile).not.toHaveProperty('emails')
    expect(profile).not.toHaveProperty('photos')
  },
)

it('T6a without a name the handle is what to show', () => {
  expect(parseUser({ user_name: 'jdoe' })).toMatchObject({ displayName: 'jdoe', username: 'jdoe' })
})

it.each(['a\ud800', 'a&#xD800;'])('half a letter, as in %j, becomes a sign for it', (half) => {
  expect(parseUser({ user_name: half })).toMatchObject({
    username: 'a\ufffd',
    profileUrl: `${SITE}/a%EF%BF%BD`,
  })
})

it.each(['0000-00-00', '0000-01-31', '31/01/1990'])('the birthday %s is none', (day) => {
  expect(parseUser({ user_birthdate: day })).not.toHaveProperty('birthday')
})

it('T6c the gender N/A is none', () => {
  expect(parseUser({ user_gender: 'N/A' })).not.toHaveProperty('gender')
})

const PICTURE = 'photos/a.jpg'
const UPLOADS = 'https://cdn.test/up/'

it.each([
  ['no own picture', { user_picture: null, profile_cover: UPLOADS }, undefined],
  [
    'its own address, of any scheme that a page may show',
    { user_picture: 'https://cdn.test/a.jpg', profile_cover: UPLOADS },
    'https://cdn.test/a.jpg',
  ],
  [
    'nothing where it is another scheme',
    { user_picture: 'x-y.z+1:a', profile_cover: UPLOADS },
    undefined,
  ],
  ['nothing where it names a host alone', { user_picture: '//cdn.test/a.jpg' }, undefined],
  ['its path, with a colon', { user_picture: 'a/b:c.jpg' }, `${SITE}/content/uploads/a/b:c.jpg`],
  ['its path, with two slashes', { user_picture: 'a//b.jpg' }, `${SITE}/content/uploads/a//b.jpg`],
  [
    'no own picture but the default one',
    { user_picture: '', profile_picture: `${UPLOADS}blank.svg` },
    undefined,
  ],
  ['the uploads', { profile_cover: UPLOADS }, UPLOADS + PICTURE],
  [
    'the uploads, although the avatar is the default one',
    { profile_cover: UPLOADS, profile_picture: `${SITE}/blank.svg` },
    UPLOADS + PICTURE,
  ],
  ['the avatar', { profile_picture: `${UPLOADS}${PICTURE}?v=2` }, `${UPLOADS}${PICTURE}?v=2`],
  [
    'neither: a cover that is a file, and the default avatar',
    { profile_cover: `${UPLOADS}c.jpg`, profile_picture: `${SITE}/blank.svg` },
    `${SITE}/content/uploads/${PICTURE}`,
  ],
  ['neither: nothing else', {}, `${SITE}/content/uploads/${PICTURE}`],
  [
    'neither: schemes that run',
    { profile_cover: 'javascript:/', profile_picture: `javascript:${PICTURE}` },
    `${SITE}/content/uploads/${PICTURE}`,
  ],
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

it.each([{}, { user_info: null }, { user_info: [] }, { user_info: 'x' }, { user: usual }])(
  'a user of %j is none',
  async (body) => {
    expect(parse(body)).toBeUndefined()
    const scene = await openScene()
    scene.sim.misbehave({ body }, 'profile')
    expect(ended(await scene.browser().logIn())).toBe('error no_subject 502')
  },
)

it('T3c a user who is gone is an empty array: no login, and verify is not asked', async () => {
  const verify = jest.fn()
  const scene = await openScene({}, {}, verify)
  const gone = scene.sim.users.find(({ deleted }) => deleted)
  const result = await scene.browser().logIn(scene.issue(gone))
  expect(ended(result)).toBe('error no_subject 502')
  expect(verify).not.toHaveBeenCalled()
})

it.each([
  [201, 'profile_failed'],
  [401, 'profile_failed'],
  [404, 'config'],
  [500, 'provider_error'],
])('a profile under status %i is none: %s', async (status, code) => {
  const scene = await openScene()
  scene.sim.misbehave(({ json }) => ({ status, body: Object(json) as object }), 'profile')
  expect(ended(await scene.browser().logIn())).toMatch(`error ${code} 50`)
})

const read = async (site: SngineOptions, user?: string) => {
  const scene = await openScene(site)
  const found = scene.sim.users.find(({ user_name }) => user_name === user)
  return { sim: scene.sim, profile: profileOf(await scene.browser().logIn(scene.issue(found))) }
}

it.each<[string, Partial<SngineUser>, SngineOptions]>([
  ['maria', { user_firstname: 'Мария', user_lastname: 'Иванова' }, {}],
  ['joneil', { user_firstname: 'José', user_lastname: "O'Neil" }, {}],
  ['hong.nguyen', { user_firstname: 'Nguyễn Thị', user_lastname: 'Hồng' }, {}],
  ['scripty', { user_firstname: '<script>alert(1)</script>' }, { values: 'typed' }],
  ['batbayar', { user_firstname: 'Батбаяр' }, { version: '3.13' }],
])('F8 T6a %s is named as they typed it, whatever the site stored', async (user, typed, site) => {
  const { profile } = await read(site, user)
  const { user_firstname, user_lastname } = typed
  expect(profile.displayName).toBe([user_firstname, user_lastname].filter(Boolean).join(' '))
})

it('T6b the picture of every kind of site has the address where it lies', async () => {
  const own = 'photos/2024/05/maria.svg'
  const usualSite = await read({}, 'maria')
  expect(usualSite.profile.photos).toEqual([
    { value: `${usualSite.sim.url}/content/uploads/${own}` },
  ])
  const bug = await read({ profilePictures: 'always-default' }, 'maria')
  expect(bug.profile.photos).toEqual([{ value: `${bug.sim.url}/content/uploads/${own}` }])
  const none = await read({ profilePictures: 'absent', basePath: '/net' }, 'maria')
  expect(none.profile.photos).toEqual([{ value: `${none.sim.url}/content/uploads/${own}` }])
  const s3 = await read({ uploadsURL: 'https://bucket.s3.test/up' }, 'maria')
  expect(s3.profile.photos).toEqual([{ value: `https://bucket.s3.test/up/${own}` }])
  const nothing = await read({}, 'joneil')
  expect(nothing.profile).not.toHaveProperty('photos')
})

it('T6c fields of a modified site are in _json', async () => {
  const { profile } = await read({ extraFields: { currentIP: '192.0.2.1' } })
  expect(profile._json.user_info['currentIP']).toBe('192.0.2.1')
})

it('F10 an address carries no claim of being proven, and the badge is only in _json', async () => {
  const { profile } = await read({}, 'maria')
  expect(profile.emails).toEqual([{ value: 'maria@example.com' }])
  expect(profile._json.user_info.user_verified).toBe('1')
  expect(JSON.stringify({ ...profile, _json: undefined, _raw: undefined })).not.toMatch(/verified/)
  expect((await read({}, 'hong.nguyen')).profile).not.toHaveProperty('emails')
})

it('S9 skipUserProfile makes no second call, and verify gets undefined', async () => {
  const verify = jest.fn((_token: string, _refresh: unknown, profile: unknown) =>
    Promise.resolve({ seen: profile === undefined }),
  )
  const scene = await openScene({}, { skipUserProfile: true }, verify)
  expect(await scene.browser().logIn()).toMatchObject({ user: { seen: true } })
  expect(scene.calls()).toEqual(['POST token'])
})
