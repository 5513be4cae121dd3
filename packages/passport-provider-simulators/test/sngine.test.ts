import { closeAll, keep } from '../../../test/keep'
import { type SngineOptions, startSngine } from '../src/index'
import { call, pick, postForm, postJSON, signIn, sngineForm, stoppedClock } from './support'

afterEach(closeAll)

type Fields = Record<string, string>

/** A Sngine site, and the requests that fit it. */
async function start(options: SngineOptions = {}) {
  const sngine = await keep(startSngine({ callbackURL: 'https://shop.example/cb', ...options }))
  const tokenURL = `${sngine.url}/api/authorize`
  /** Asks for a token with some fields of the form changed. */
  const authorize = (change: Fields = {}, query = '', headers: Fields = {}) =>
    postForm(tokenURL + query, { ...sngineForm(sngine, change.auth_key), ...change }, headers)
  const authorizeByQuery = (key?: string) =>
    call(`${tokenURL}?${new URLSearchParams(sngineForm(sngine, key))}`)
  const newToken = async (change?: Fields) =>
    String(pick((await authorize(change)).json, 'access_token'))
  const userInfo = (accessToken: string, more = '') =>
    call(`${sngine.url}/api/get_user_info?access_token=${accessToken}${more}`)
  const login = async (user = sngine.users[0], more = '') =>
    userInfo(await newToken({ auth_key: sngine.issueKey(user) }), more)
  const { behaviour } = sngine
  return { sngine, behaviour, tokenURL, authorize, authorizeByQuery, newToken, userInfo, login }
}

const error = (message: string) => ({ status: 200, json: { error: true, message } })
const NO_APP = error('Bad Request, invalid app_id')
const NO_KEY = error('Bad Request, invalid auth_key')
const NO_TOKEN = error('Bad Request, invalid access_token')
const OK = { json: { access_token: expect.any(String) as unknown } }

it('has an app id of digits, keys of 32 hex letters, and answers access_token and nothing else, as JSON without a charset', async () => {
  const { sngine, authorize } = await start()
  expect(sngine.clientID).toMatch(/^\d{13}$/)
  expect(sngine.clientSecret).toMatch(/^[0-9a-f]{32}$/)
  expect(sngine.issueKey()).toMatch(/^[0-9a-f]{32}$/)
  const { json, headers } = await authorize()
  expect(json).toEqual({ access_token: expect.stringMatching(/^[0-9a-f]{32}$/) })
  expect(headers.get('content-type')).toBe('application/json')
})

it('4.4 reads only a POST form and 3.13 only the query; otherwise it answers invalid app_id and the key stays valid', async () => {
  const { sngine, tokenURL, ...site } = await start()
  const auth_key = sngine.issueKey()
  expect(await site.authorizeByQuery(auth_key)).toMatchObject(NO_APP)
  expect(await postJSON(tokenURL, sngineForm(sngine, auth_key))).toMatchObject(NO_APP)
  expect(await site.authorize({ auth_key })).toMatchObject(OK)

  const old = await start({ version: '3.13' })
  const key = old.sngine.issueKey()
  expect(await old.authorize({ auth_key: key })).toMatchObject(NO_APP)
  expect(await old.authorizeByQuery(key)).toMatchObject(OK)
})

it('checks in the real order: presence, module, app, secret, key', async () => {
  const { sngine, behaviour, authorize } = await start()
  const wrong = { app_id: '1', app_secret: 'wrong', auth_key: 'wrong' }
  for (const [moduleOff, change, message] of [
    [false, { app_id: ' ', app_secret: '', auth_key: ' ' }, 'invalid app_id'],
    [false, { ...wrong, app_secret: ' ', auth_key: ' ' }, 'invalid app_secret'],
    [false, { ...wrong, auth_key: ' ' }, 'invalid auth_key'],
    [true, wrong, 'disabled by the admin'],
    [false, wrong, "doesn't exist or has been disabled"],
    [false, { app_secret: 'wrong', auth_key: 'wrong' }, 'Bad Request, invalid app_secret'],
    [false, { app_secret: `${sngine.clientSecret} ` }, 'Bad Request, invalid app_secret'],
    [false, { auth_key: 'wrong' }, 'Bad Request, invalid auth_key'],
  ] as const) {
    behaviour.moduleOff = moduleOff
    expect(pick((await authorize(change)).json, 'message')).toMatch(message)
  }
})

it("uses up a key when it gives a token and not for a wrong secret; a user's second key kills the first, and nobody else's", async () => {
  const { sngine, authorize } = await start()
  const auth_key = sngine.issueKey()
  await authorize({ auth_key, app_secret: 'wrong' })
  expect(await authorize({ auth_key })).toMatchObject(OK)
  expect(await authorize({ auth_key })).toMatchObject(NO_KEY)
  const [first, other] = [sngine.issueKey(), sngine.issueKey(sngine.users[1])]
  const second = sngine.issueKey()
  expect(await authorize({ auth_key: first })).toMatchObject(NO_KEY)
  for (const key of [second, other]) expect(await authorize({ auth_key: key })).toMatchObject(OK)
})

it('T3b a token lasts 60 seconds; a second login meanwhile gets the same token, which lasts no longer', async () => {
  const clock = stoppedClock()
  const { newToken, userInfo } = await start({ now: clock.now })
  const first = await newToken()
  clock.pass(50_000)
  expect(await newToken()).toBe(first)
  clock.pass(10_000)
  expect((await userInfo(first)).json).toHaveProperty('user_info')
  clock.pass(1000)
  const expired = error('Bad Request, expired access_token')
  expect(await userInfo(first)).toMatchObject(expired)
  expect(await newToken()).not.toBe(first)
  expect(await userInfo(first)).toMatchObject(NO_TOKEN)
})

it('answers an empty array for a deleted account', async () => {
  const { sngine, newToken, userInfo, login } = await start()
  const gone = sngine.users.find(({ deleted }) => deleted)
  expect((await login(gone)).json).toEqual([])
  const token = await newToken()
  sngine.users.shift()
  expect((await userInfo(token)).json).toEqual([])
})

it('gives every value as text or null, with entities for special letters', async () => {
  const { sngine, login } = await start()
  expect(pick((await login(sngine.users[1])).json, 'user_info')).toEqual({
    user_id: '2',
    user_name: 'joneil',
    user_email: 'jose@example.com',
    user_firstname: 'Jos&eacute;',
    user_lastname: 'O&#039;Neil',
    user_gender: 'Male',
    user_birthdate: null,
    user_picture: '',
    user_cover: null,
    user_registered: '2024-01-15 08:00:00',
    user_verified: '0',
    user_relationship: null,
    user_biography: null,
    user_website: null,
    profile_picture: `${sngine.url}/content/themes/default/images/blank_profile.svg`,
    profile_cover: `${sngine.url}/content/uploads/`,
  })
})

it('leaves Cyrillic letters as they are, and writes them and slashes as PHP does', async () => {
  const { sngine, login } = await start()
  const { json, text } = await login()
  const uploads = `${sngine.url}/content/uploads/`
  expect(pick(json, 'user_info')).toMatchObject({
    user_firstname: 'Мария',
    user_website: 'https://maria.example/?a=1&amp;b=2',
    profile_picture: `${uploads}photos/2024/05/maria.svg`,
    profile_cover: uploads,
  })
  expect(text).toContain('\\u041c\\u0430\\u0440\\u0438\\u044f')
  expect(text).toContain('https:\\/\\/maria.example')
})

it('by options it sends numbers, older profile pictures, another storage address and more fields', async () => {
  const { behaviour, login } = await start({ values: 'typed', profilePictures: 'always-default' })
  const read = async () => pick((await login()).json, 'user_info')
  const profile_picture = expect.stringContaining('blank') as unknown
  expect(await read()).toMatchObject({ user_id: 1, user_verified: 1, profile_picture })
  behaviour.profilePictures = 'absent'
  behaviour.extraFields = { currentIP: '10.0.0.1' }
  const absent = await read()
  expect(absent).not.toHaveProperty('profile_cover')
  expect(absent).toHaveProperty('currentIP', '10.0.0.1')
  Object.assign(behaviour, { profilePictures: 'fixed', uploadsURL: 'https://s3.example/b' })
  const fixed = 'https://s3.example/b/photos/2024/05/maria.svg'
  expect(await read()).toHaveProperty('profile_picture', fixed)
})

it('translates gender and its own error texts to the language of the request', async () => {
  const { sngine, behaviour, authorize, login } = await start()
  const gender = async (...who: Parameters<typeof login>) =>
    pick((await login(...who)).json, 'user_info', 'user_gender')
  expect(await gender(undefined, '&lang=ru_ru')).toBe('Женский')
  expect(await gender(sngine.users[2])).toBe('N/A')
  const refused = await authorize({ app_id: '1' }, '?lang=ru_ru')
  expect(pick(refused.json, 'message')).toBe('Приложение не существует или отключено')
  behaviour.acceptLanguage = true
  const vietnamese = await authorize({ app_id: '1' }, '', { 'accept-language': 'vi-VN,vi;q=0.9' })
  expect(pick(vietnamese.json, 'message')).toBe('Ứng dụng không tồn tại hoặc đã bị tắt')
  behaviour.lang = 'ru_ru'
  expect(await authorize({ auth_key: 'wrong' })).toMatchObject(NO_KEY)
})

it('answers a request for another host name with 302 and the same JSON, and uses up the key', async () => {
  const { sngine, behaviour, authorize } = await start()
  const auth_key = sngine.issueKey()
  const other = `http://localhost:${sngine.port}/api/authorize`
  const answer = await postForm(other, sngineForm(sngine, auth_key))
  expect(answer).toMatchObject({ status: 302, json: { access_token: expect.any(String) } })
  expect(answer.headers.get('location')).toBe(`${sngine.url}/`)
  expect(await authorize({ auth_key })).toMatchObject(NO_KEY)
  behaviour.nonCanonical = true
  expect((await authorize()).status).toBe(302)
})

it('answers HTML under HTTP 200 on every path while the site is offline', async () => {
  const { status, headers } = await (await start({ offline: true })).authorize()
  expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
})

it('by option the site is in a folder, takes a slash at the end of a path, and serves nothing outside the folder', async () => {
  const { sngine } = await start({ basePath: '/community' })
  expect(sngine.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/community$/)
  const { origin } = new URL(sngine.url)
  for (const path of ['/', '/api/authorize', '/api/get_user_info', '/communityx/api/authorize'])
    expect(await call(origin + path)).toMatchObject({ status: 404, text: 'Not found' })
  expect(sngine.requests).toEqual([])
  expect(await postForm(`${sngine.url}/api/authorize/`, sngineForm(sngine))).toMatchObject(OK)
  const other = error('Bad Request, invalid parameters')
  expect(await call(`${sngine.url}/api/other`)).toMatchObject(other)
  for (const address of [sngine.url, `${sngine.url}?lang=ru_ru`, `${sngine.url}/`])
    expect((await call(address)).text).toContain('Cash Social Network')
  await expect(startSngine({ basePath: 'community/' })).rejects.toThrow(TypeError)
})

it.each([
  ['https://x/cb', 'https://x/cb?auth_key=K'],
  ['https://x/cb?state=abc', 'https://x/cb?state=abc?auth_key=K'],
  ['https://x/cb?a=1&b=2', 'https://x/cb?a=1&amp;b=2?auth_key=K'],
  ['https://x/cb?', 'https://x/cb??auth_key=K'],
  ['https://x/cb#f', 'https://x/cb#f?auth_key=K'],
])('sends a browser registered at %s to %s', async (callbackURL, expected) => {
  expect((await start({ callbackURL })).sngine.redirectURL('K')).toBe(expected)
})

it('refuses user info for a token in a header, and while the developers module is off', async () => {
  const { sngine, behaviour, newToken, userInfo } = await start()
  const token = await newToken()
  const headers = { authorization: `Bearer ${token}` }
  expect(await call(`${sngine.url}/api/get_user_info`, { headers })).toMatchObject(NO_TOKEN)
  behaviour.moduleOff = true
  expect(pick((await userInfo(token)).json, 'message')).toMatch('disabled by the admin')
  behaviour.moduleOff = false
  expect((await userInfo(token)).json).toHaveProperty('user_info')
})

it("ends the user's key and token when the app is removed in the settings", async () => {
  const { sngine, authorize, newToken, userInfo } = await start()
  const browser = await signIn(sngine)
  const token = await newToken()
  const auth_key = sngine.issueKey()
  await postForm(`${sngine.url}/includes/ajax/developers/remove`, {}, browser)
  expect(await authorize({ auth_key })).toMatchObject(NO_KEY)
  expect(await userInfo(token)).toMatchObject(NO_TOKEN)
})

it('reads a form as PHP does: multipart, the last of a repeated parameter, the id as an integer', async () => {
  const { sngine, tokenURL, authorize } = await start()
  const multipart = new FormData()
  for (const [name, value] of Object.entries(sngineForm(sngine))) multipart.append(name, value)
  const repeated = new URLSearchParams({ app_secret: 'wrong' })
  for (const [name, value] of Object.entries(sngineForm(sngine, sngine.issueKey(sngine.users[1]))))
    repeated.append(name, value)
  for (const body of [multipart, repeated])
    expect(await call(tokenURL, { method: 'POST', body })).toMatchObject(OK)
  expect(await authorize({ app_id: `${sngine.clientID}abc` })).toMatchObject(OK)
})
