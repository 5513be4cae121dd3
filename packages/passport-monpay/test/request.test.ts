import { closeAll, ended, given, open, rightAnd } from './support.js'

afterEach(closeAll)

it('R1 Q20 the token call is a POST form of exactly five parameters, without HTTP Basic', async () => {
  const { monpay, login } = await open()
  const code = monpay.issueCode()
  await login(code)
  const [call] = monpay.requests
  expect(call).toMatchObject({
    method: 'POST',
    path: '/v2/oauth/token',
    query: {},
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(call?.form).toEqual({
    grant_type: 'authorization_code',
    code,
    redirect_uri: 'https://shop.example',
    client_id: monpay.clientID,
    client_secret: monpay.clientSecret,
  })
  expect(call?.headers).not.toHaveProperty('authorization')
})

it.each([
  'https://shop.example',
  'https://SHOP.example/a/../b/',
  'https://shop.example:443/нэвтрэх?a=1&b=%20#top',
])('R1 Q3 redirect_uri is %s as configured, whatever the request says', async (callbackURL) => {
  const { monpay, visit } = await open({ callbackURL }, { callbackURL })
  const query = `code=${monpay.issueCode()}&redirect_uri=https://evil.example`
  const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
  expect(ended(await visit(`/elsewhere?${query}`, { headers }))).toBe('success')
  expect(monpay.requests[0]?.form?.['redirect_uri']).toBe(callbackURL)
})

const SCHEMES = ['', 'Bearer ', 'bearer ']

it.each(SCHEMES)('R2 Q13 user info is a GET with one bearer token, also after %j', async (word) => {
  const { monpay, login } = await open()
  let issued = ''
  monpay.misbehave((answer) => {
    issued = String(Reflect.get(Object(answer.json), 'access_token'))
    return rightAnd({ access_token: word + issued })(answer)
  }, 'token')
  expect(given(await login()).accessToken).toBe(issued)
  const json = 'application/json'
  expect(monpay.requests[1]).toMatchObject({
    method: 'GET',
    path: '/v2/api/oauth/userinfo',
    query: {},
    body: '',
    headers: { accept: json, 'content-type': json, authorization: `Bearer ${issued}` },
  })
})
