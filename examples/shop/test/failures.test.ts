import { closeAll } from '../../../test/keep'
import { useSite } from './support/site'
import { codeOf } from './support/visitor'

afterEach(closeAll)

const site = useSite()

const FORGED = `/auth/moneypools/callback?auth_key=${'0123456789abcdef'.repeat(2)}`

it.each([
  ['/auth/monpay', 400, 'no_code', 'Open the MonPay app'],
  ['/auth/monpay?code=unknown', 401, 'invalid_code', 'Go to the login page'],
  [FORGED, 403, 'no_pending_login', 'start the login again here'],
])('A01 says what to do at %s: %i %s', async (path, status, code, text) => {
  const answer = await site.visitor().get(path).expect(status)
  expect(codeOf(answer)).toBe(code)
  expect(answer.text).toContain(text)
  expect(site.simulators.moneypools.requests).toEqual([])
})

it('refuses a used code in another browser', async () => {
  const path = `/auth/monpay?code=${site.simulators.monpay.issueCode()}`
  await site.visitor().get(path).expect(303)
  const answer = await site.visitor().get(path).expect(403)
  expect(codeOf(answer)).toBe('code_already_used')
  expect(answer.text).toContain('This login was already used')
})

it.each([
  ['MonPay', 'openFromMonPay', 'Дорж Батбаяр', '/auth/arrived'],
  ['ZaloPay', 'loginWithZaloPay', 'Nguyễn Thị Hồng', '/account'],
  ['MoneyPools', 'loginWithMoneyPools', 'Мария Иванова', '/account'],
] as const)(
  'logs in with %s by an address without the code, and tells who is logged in at a reload of the callback',
  async (_provider, logIn, name, page) => {
    const visitor = site.visitor()
    const { status, headers } = await visitor[logIn]()
    expect([status, headers['location']]).toEqual([303, page])
    const { text } = await visitor.again().expect(200)
    expect(text).toContain(`<h1>You are logged in as ${name}</h1>`)
    expect(text).toContain('href="/account"')
    expect(text).not.toContain('Start again')
  },
)

it('B65 never tells a logged-in visitor to log in, or to open the site from MonPay', async () => {
  const visitor = await site.zaloPayVisitor()
  expect((await visitor.startLink()).status).toBe(302)
  const queries = ['', '?code=unknown', '?code=a&code=b']
  const callbacks = queries.map((query) => `/auth/monpay${query}`)
  for (const path of [...callbacks, '/auth/moneypools/callback', FORGED]) {
    const { text } = await visitor.get(path)
    expect(text).toContain('You are still logged in as Nguyễn Thị Hồng.')
    expect(text).toContain('href="/account"')
    expect(text).not.toMatch(/start again|log in again|login page|open this site/i)
  }
})

it('A113 answers only GET and POST on a callback, and only GET on that of MonPay', async () => {
  const { agent } = site.visitor()
  await agent.put('/auth/zalopay/callback?code=abc').expect(405).expect('allow', 'GET, POST')
  await agent.head('/auth/monpay?code=abc').expect(405)
  await agent.post('/auth/monpay?code=abc').expect(404)
  expect(site.simulators.monpay.requests).toEqual([])
})

it.each([
  ['030501', 'access_denied', ['<h1>Login cancelled</h1>', 'No data was shared']],
  ['030503', 'sdk_failed', []],
])('says what to do when ZaloPay’s app ended in %s: %s', async (error, code, texts) => {
  const visitor = site.visitor()
  const { login } = await visitor.startZaloPay()
  const answer = await visitor.post('/auth/zalopay/callback', { error, login }).expect(401)
  expect(codeOf(answer)).toBe(code)
  for (const text of texts) expect(answer.text).toContain(text)
})

it('A15 starts no login by GET, by an image or without the CSRF token, and then refuses a key', async () => {
  const victim = site.visitor()
  const csrf = await victim.token('/')
  const foreign = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }
  for (const start of ['/auth/moneypools', '/auth/zalopay']) {
    await victim.get(start).expect(404)
    await victim.get(start, { 'Sec-Fetch-Dest': 'image', ...foreign }).expect(404)
    await victim.post(start, {}, foreign).expect(403)
    await victim.post(start, { csrf: 'x'.repeat(csrf.length) }).expect(403)
    // even with a token that has leaked, because the browser names the site of the form
    expect(codeOf(await victim.post(start, { csrf }, foreign).expect(403))).toBe('cross_site_start')
  }
  // the attacker's own key, which the provider gives without asking
  const answer = await victim.returnFromMoneyPools()
  expect([answer.status, codeOf(answer)]).toEqual([403, 'no_pending_login'])
  expect(site.simulators.moneypools.requests).toEqual([])
})

it('A43 A44 shows its own text for an error, and no text from the address of the callback', async () => {
  const visitor = site.visitor()
  const query = new URLSearchParams({
    error_description: '<img src=x onerror=evil>\u001b[31m\r\nevil: 1',
    error_uri: 'javascript:evil()',
  })
  for (const callback of ['/auth/monpay', '/auth/zalopay/callback', '/auth/moneypools/callback'])
    for (const error of ['<script>evil</script>', 'access_denied']) {
      query.set('error', error)
      const { status, text, headers } = await visitor.get(`${callback}?${query}`)
      expect([400, 401, 403]).toContain(status)
      expect(text + JSON.stringify(headers)).not.toContain('evil')
    }
  for (const sign of ['evil', '\u001b']) expect(site.logged()).not.toContain(sign)
})

it('A43 shows no text of the provider', async () => {
  const error_description = '<b>evil</b>\u001b[31m\nevil'
  const body = { error: 'unauthorized_client', error_description }
  site.simulators.monpay.misbehave({ status: 401, body })
  const answer = await site.visitor().openFromMonPay()
  expect(answer.status).toBe(500)
  expect(answer.text).not.toContain('evil')
  // on one line, for whoever reads the log
  for (const line of site.logged().trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  expect(site.logged()).not.toContain('\u001b')
})

it('A61 A62 shows the data of a user as text, and pictures only from web addresses', async () => {
  const { moneypools } = site.simulators
  const user = moneypools.users[0]!
  moneypools.behaviour.uploadsURL = 'https://pictures.example'
  for (const address of ['javascript:evil()', 'data:text/html,evil', '"><script>evil()</script>']) {
    user.user_firstname = '<script>evil()</script>'
    user.user_lastname = `" onload="evil()`
    user.user_picture = address
    const visitor = site.visitor()
    await visitor.loginWithMoneyPools(user)
    const text = await visitor.account()
    expect(text).not.toMatch(/<script>evil|" onload="evil/)
    expect(text).toContain('&lt;script&gt;evil()')
    for (const [, source = ''] of text.matchAll(/<img[^>]* src="([^"]*)"/g))
      expect(source).toMatch(/^https?:\/\//)
  }
})

const FAULTS = ['status-500', 'html', 'reset', 'null', 'redirect'] as const

it.each(FAULTS)('shows a calm page with a reference that stands in the log: %s', async (fault) => {
  site.simulators.monpay.misbehave(fault, 'token')
  const { status, text } = await site.visitor().openFromMonPay()
  expect(status).toBe(502)
  expect(text).toContain('It is not your fault')
  expect(text).toContain('MonPay or this site has a problem')
  const id = /Reference for support: (\w+)/.exec(text)?.[1] ?? 'none'
  const lines = site.logged().split('\n')
  expect(JSON.parse(lines.find((line) => line.includes(id)) ?? '{}')).toMatchObject({
    level: 50,
    req: { id, path: '/auth/monpay' },
    res: { status: 502 },
    err: { name: 'LoginError', strategy: 'monpay', step: 'token' },
  })
})

it('answers an unknown address and an unreadable body with pages of its own', async () => {
  const visitor = site.visitor()
  await visitor.get('/nowhere').expect(404, /There is no such page/)
  const broken = visitor.agent.post('/auth/zalopay/callback').type('json').send('{"code": not json')
  await broken.expect(400, /We could not read the request/)
})
