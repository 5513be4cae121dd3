import { type SngineOptions, type SngineSimulator, startSngine } from '../src/index'
import { call, keepOpen, pick, pickText, postForm, postJSON, stoppedClock, signIn } from './support'

const { open, closeAll } = keepOpen()
afterEach(closeAll)

const start = (options: SngineOptions = {}) =>
  open(startSngine({ callbackURL: 'https://shop.example/cb', ...options }))

const fieldsOf = (sngine: SngineSimulator, key = sngine.issueKey()) => ({
  app_id: sngine.clientID,
  app_secret: sngine.clientSecret,
  auth_key: key,
})

const authorize = (sngine: SngineSimulator, change: Record<string, string> = {}, query = '') =>
  postForm(`${sngine.url}/api/authorize${query}`, {
    ...fieldsOf(sngine, change.auth_key),
    ...change,
  })

const authorizeByQuery = (sngine: SngineSimulator) =>
  call(`${sngine.url}/api/authorize?${new URLSearchParams(fieldsOf(sngine)).toString()}`)

const userInfo = (sngine: SngineSimulator, accessToken: string, more = '') =>
  call(`${sngine.url}/api/get_user_info?access_token=${accessToken}${more}`)

async function login(sngine: SngineSimulator, user = sngine.users[0], more = '') {
  const { json } = await authorize(sngine, { auth_key: sngine.issueKey(user) })
  return userInfo(sngine, pickText(json, 'access_token'), more)
}

const error = (message: string) => ({ status: 200, json: { error: true, message } })

it('has an app id of digits, a secret and keys of 32 hex letters', async () => {
  const sngine = await start()
  expect(sngine.clientID).toMatch(/^\d{13}$/)
  expect(sngine.clientSecret).toMatch(/^[0-9a-f]{32}$/)
  expect(sngine.issueKey()).toMatch(/^[0-9a-f]{32}$/)
})

it('answers access_token and nothing else, as JSON without a charset', async () => {
  const sngine = await start()
  const { json, headers } = await authorize(sngine)
  expect(json).toEqual({ access_token: expect.stringMatching(/^[0-9a-f]{32}$/) })
  expect(headers.get('content-type')).toBe('application/json')
})

it('4.4 reads the POST form only: a query is answered with invalid app_id and the key lives', async () => {
  const sngine = await start()
  expect(await authorizeByQuery(sngine)).toMatchObject(error('Bad Request, invalid app_id'))
  const url = `${sngine.url}/api/authorize`
  const fields = fieldsOf(sngine)
  expect(await postJSON(url, fields)).toMatchObject(error('Bad Request, invalid app_id'))
  expect((await postForm(url, fields)).json).toHaveProperty('access_token')
})

it('3.13 reads the query only: a form is answered with invalid app_id and the key lives', async () => {
  const sngine = await start({ version: '3.13' })
  const key = sngine.issueKey()
  expect(await authorize(sngine, { auth_key: key })).toMatchObject(
    error('Bad Request, invalid app_id'),
  )
  const query = new URLSearchParams(fieldsOf(sngine, key)).toString()
  expect((await call(`${sngine.url}/api/authorize?${query}`)).json).toHaveProperty('access_token')
})

it('checks in the real order: presence, module, app, secret, key', async () => {
  const sngine = await start()
  const wrong = { app_id: '1', app_secret: 'wrong', auth_key: 'wrong' }
  const answers = async (change: Record<string, string>) =>
    pick((await authorize(sngine, change)).json, 'message')
  expect(await answers({ app_id: ' ', app_secret: '', auth_key: ' ' })).toMatch('invalid app_id')
  expect(await answers({ ...wrong, app_secret: ' ', auth_key: ' ' })).toMatch('invalid app_secret')
  expect(await answers({ ...wrong, auth_key: ' ' })).toMatch('invalid auth_key')
  sngine.behaviour.moduleOff = true
  expect(await answers(wrong)).toMatch('disabled by the admin')
  sngine.behaviour.moduleOff = false
  expect(await answers(wrong)).toMatch("doesn't exist or has been disabled")
  expect(await answers({ app_secret: 'wrong', auth_key: 'wrong' })).toBe(
    'Bad Request, invalid app_secret',
  )
  expect(await answers({ auth_key: 'wrong' })).toBe('Bad Request, invalid auth_key')
})

it('uses up a key with the token and not with a wrong secret', async () => {
  const sngine = await start()
  const key = sngine.issueKey()
  await authorize(sngine, { auth_key: key, app_secret: 'wrong' })
  expect((await authorize(sngine, { auth_key: key })).json).toHaveProperty('access_token')
  expect(await authorize(sngine, { auth_key: key })).toMatchObject(
    error('Bad Request, invalid auth_key'),
  )
})

it("kills a user's first key with a second one, and nobody else's", async () => {
  const sngine = await start()
  const [first, other] = [sngine.issueKey(), sngine.issueKey(sngine.users[1])]
  const second = sngine.issueKey()
  expect((await authorize(sngine, { auth_key: first })).json).toHaveProperty('error')
  expect((await authorize(sngine, { auth_key: second })).json).toHaveProperty('access_token')
  expect((await authorize(sngine, { auth_key: other })).json).toHaveProperty('access_token')
})

it('lets a token live 60 seconds', async () => {
  const clock = stoppedClock()
  const sngine = await start({ now: clock.now })
  const { json } = await authorize(sngine)
  const accessToken = pickText(json, 'access_token')
  clock.pass(60_000)
  expect((await userInfo(sngine, accessToken)).json).toHaveProperty('user_info')
  clock.pass(1000)
  expect(await userInfo(sngine, accessToken)).toMatchObject(
    error('Bad Request, expired access_token'),
  )
})

it('gives the same token with its old time again within 60 seconds, a new one afterwards', async () => {
  const clock = stoppedClock()
  const sngine = await start({ now: clock.now })
  const newToken = async () => pickText((await authorize(sngine)).json, 'access_token')
  const first = await newToken()
  clock.pass(50_000)
  expect(await newToken()).toBe(first)
  clock.pass(11_000)
  expect((await userInfo(sngine, first)).json).toHaveProperty('error')
  expect(await newToken()).not.toBe(first)
  expect(await userInfo(sngine, first)).toMatchObject(error('Bad Request, invalid access_token'))
})

it('knows no token in a header', async () => {
  const sngine = await start()
  const { json } = await authorize(sngine)
  const headers = { authorization: `Bearer ${pickText(json, 'access_token')}` }
  expect(await call(`${sngine.url}/api/get_user_info`, { headers })).toMatchObject(
    error('Bad Request, invalid access_token'),
  )
})

it('answers an empty array for a deleted account', async () => {
  const sngine = await start()
  const gone = sngine.users.find(({ deleted }) => deleted)
  expect((await login(sngine, gone)).json).toEqual([])
  const { json } = await authorize(sngine)
  sngine.users.shift()
  expect((await userInfo(sngine, pickText(json, 'access_token'))).json).toEqual([])
})

it('gives every value as text or null, escaped as it was written', async () => {
  const sngine = await start()
  const { json } = await login(sngine, sngine.users[1])
  expect(json).toEqual({
    user_info: {
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
    },
  })
})

it('leaves Cyrillic letters as they are, and writes them and slashes as PHP does', async () => {
  const sngine = await start()
  const { json, text } = await login(sngine)
  expect(json).toMatchObject({
    user_info: {
      user_firstname: 'Мария',
      user_website: 'https://maria.example/?a=1&amp;b=2',
      profile_picture: `${sngine.url}/content/uploads/photos/2024/05/maria.svg`,
      profile_cover: `${sngine.url}/content/uploads/`,
    },
  })
  expect(text).toContain('\\u041c\\u0430\\u0440\\u0438\\u044f')
  expect(text).toContain('https:\\/\\/maria.example')
})

it('can send numbers, older profile pictures, other storage and fields of its own', async () => {
  const sngine = await start({ values: 'typed', profilePictures: 'always-default' })
  expect((await login(sngine)).json).toMatchObject({
    user_info: { user_id: 1, user_verified: 1, profile_picture: expect.stringContaining('blank') },
  })
  sngine.behaviour.profilePictures = 'absent'
  sngine.behaviour.extraFields = { currentIP: '10.0.0.1' }
  const { json } = await login(sngine)
  expect(pick(json, 'user_info')).not.toHaveProperty('profile_cover')
  expect(pick(json, 'user_info', 'currentIP')).toBe('10.0.0.1')
  Object.assign(sngine.behaviour, { profilePictures: 'fixed', uploadsURL: 'https://s3.example/b' })
  expect(pick((await login(sngine)).json, 'user_info', 'profile_picture')).toBe(
    'https://s3.example/b/photos/2024/05/maria.svg',
  )
})

it('translates gender and free error texts to the language of the request', async () => {
  const sngine = await start()
  expect(
    pick((await login(sngine, undefined, '&lang=ru_ru')).json, 'user_info', 'user_gender'),
  ).toBe('Женский')
  expect(pick((await login(sngine, sngine.users[2])).json, 'user_info', 'user_gender')).toBe('N/A')
  const refused = await authorize(sngine, { app_id: '1' }, '?lang=ru_ru')
  expect(pick(refused.json, 'message')).toBe('Приложение не существует или отключено')
  sngine.behaviour.acceptLanguage = true
  const url = `${sngine.url}/api/authorize`
  const accept = { 'accept-language': 'vi-VN,vi;q=0.9' }
  const vietnamese = await postForm(url, { ...fieldsOf(sngine), app_id: '1' }, accept)
  expect(pick(vietnamese.json, 'message')).toBe('Ứng dụng không tồn tại hoặc đã bị tắt')
  sngine.behaviour.lang = 'ru_ru'
  const constant = await authorize(sngine, { auth_key: 'wrong' })
  expect(pick(constant.json, 'message')).toBe('Bad Request, invalid auth_key')
})

it('answers 302 with the JSON beside it, and uses up the key, when asked by another host name', async () => {
  const sngine = await start()
  const key = sngine.issueKey()
  const other = `http://localhost:${sngine.port}/api/authorize`
  const answer = await postForm(other, fieldsOf(sngine, key))
  expect(answer).toMatchObject({ status: 302, json: { access_token: expect.any(String) } })
  expect(answer.headers.get('location')).toBe(`${sngine.url}/`)
  expect((await authorize(sngine, { auth_key: key })).json).toHaveProperty('error')
  sngine.behaviour.nonCanonical = true
  expect((await authorize(sngine)).status).toBe(302)
})

it('answers HTML under HTTP 200 on every path while the site is offline', async () => {
  const sngine = await start({ offline: true })
  const answer = await authorize(sngine)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch('text/html')
})

it('lives in a folder when asked, with or without a slash behind the action', async () => {
  const sngine = await start({ basePath: '/community' })
  expect(sngine.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/community$/)
  const { json } = await postForm(`${sngine.url}/api/authorize/`, fieldsOf(sngine))
  expect(json).toHaveProperty('access_token')
  expect(await call(`${sngine.url}/api/other`)).toMatchObject(
    error('Bad Request, invalid parameters'),
  )
  await expect(startSngine({ basePath: 'community/' })).rejects.toThrow(TypeError)
})

it('in a folder serves nothing beside it, and its home page at the folder itself', async () => {
  const sngine = await start({ basePath: '/community' })
  const { origin } = new URL(sngine.url)
  for (const path of ['/', '/api/authorize', '/api/get_user_info', '/communityx/api/authorize'])
    expect(await call(origin + path)).toMatchObject({ status: 404, text: 'Not found' })
  expect(sngine.requests).toEqual([])
  for (const address of [sngine.url, `${sngine.url}?lang=ru_ru`, `${sngine.url}/`])
    expect((await call(address)).text).toContain('Cash Social Network')
})

it.each([
  ['https://x/cb', 'https://x/cb?auth_key=K'],
  ['https://x/cb?state=abc', 'https://x/cb?state=abc?auth_key=K'],
  ['https://x/cb?a=1&b=2', 'https://x/cb?a=1&amp;b=2?auth_key=K'],
  ['https://x/cb?', 'https://x/cb??auth_key=K'],
  ['https://x/cb#f', 'https://x/cb#f?auth_key=K'],
])('sends a browser registered at %s to %s', async (callbackURL, expected) => {
  const sngine = await start({ callbackURL })
  expect(sngine.redirectURL('K')).toBe(expected)
})

it('compares the secret exactly, blanks and all', async () => {
  const sngine = await start()
  const padded = await authorize(sngine, { app_secret: `${sngine.clientSecret} ` })
  expect(padded).toMatchObject(error('Bad Request, invalid app_secret'))
})

it('refuses user info while the developers module is off', async () => {
  const sngine = await start()
  const token = pickText((await authorize(sngine)).json, 'access_token')
  sngine.behaviour.moduleOff = true
  expect(pick((await userInfo(sngine, token)).json, 'message')).toMatch('disabled by the admin')
  sngine.behaviour.moduleOff = false
  expect((await userInfo(sngine, token)).json).toHaveProperty('user_info')
})

it("ends the user's key and token when the app is removed in the settings", async () => {
  const sngine = await start()
  const browser = await signIn(sngine)
  const token = pickText((await authorize(sngine)).json, 'access_token')
  const key = sngine.issueKey()
  await postForm(`${sngine.url}/includes/ajax/developers/remove`, {}, browser)
  expect(await authorize(sngine, { auth_key: key })).toMatchObject(
    error('Bad Request, invalid auth_key'),
  )
  expect(await userInfo(sngine, token)).toMatchObject(error('Bad Request, invalid access_token'))
})

it('reads a form as PHP does: multipart, the last of a repeated parameter, the id as an integer', async () => {
  const sngine = await start()
  const url = `${sngine.url}/api/authorize`
  const multipart = new FormData()
  for (const [name, value] of Object.entries(fieldsOf(sngine))) multipart.append(name, value)
  expect((await call(url, { method: 'POST', body: multipart })).json).toHaveProperty('access_token')
  const repeated = new URLSearchParams({ app_secret: 'wrong' })
  for (const [name, value] of Object.entries(fieldsOf(sngine))) repeated.append(name, value)
  expect((await call(url, { method: 'POST', body: repeated })).json).toHaveProperty('access_token')
  const cast = await authorize(sngine, { app_id: `${sngine.clientID}abc` })
  expect(cast.json).toHaveProperty('access_token')
})
