import { useSite } from './support/site'

const site = useSite()

/** The code on a failure page. */
function codeOf({ text }: { text: string }): string | undefined {
  return /data-code="(\w+)"/.exec(text)?.[1]
}

it('tells somebody without a code to open the site from the wallet', async () => {
  const answer = await site.visitor().get('/auth/monpay').expect(400)
  expect(codeOf(answer)).toBe('no_code')
  expect(answer.text).toContain('Open the MonPay app')
})

it('shows a code that MonPay does not know as a failed login', async () => {
  const answer = await site.visitor().get('/auth/monpay?code=unknown').expect(401)
  expect(codeOf(answer)).toBe('invalid_code')
})

it('refuses a used code in another browser', async () => {
  const code = site.simulators.monpay.issueCode()
  await site.visitor().get(`/auth/monpay?code=${code}`).expect(303)
  const answer = await site.visitor().get(`/auth/monpay?code=${code}`).expect(403)
  expect(codeOf(answer)).toBe('code_already_used')
  expect(answer.text).toContain('This login was already used')
})

it('tells a logged-in visitor who comes back to a used callback who is logged in', async () => {
  const visitor = site.visitor()
  const code = site.simulators.monpay.issueCode()
  await visitor.get(`/auth/monpay?code=${code}`).expect(303)
  const again = await visitor.get(`/auth/monpay?code=${code}`).expect(200)
  expect(again.text).toContain('<h1>You are logged in as Дорж Батбаяр</h1>')
  expect(again.text).toContain('href="/account"')
  expect(again.text).not.toContain('Start again')
})

it('tells a logged-in visitor who reloads the callback of ZaloPay who is logged in', async () => {
  const visitor = site.visitor()
  const started = await visitor.submit('/auth/zalopay', {}, '/')
  const query = new URL(started.headers['location'] ?? '').searchParams
  const codeChallenge = query.get('codeChallenge') ?? ''
  const form = {
    code: site.simulators.zalopay.issueCode({ codeChallenge }),
    login: query.get('login') ?? '',
  }
  await visitor.post('/auth/zalopay/callback', form).expect(303)
  const again = await visitor.post('/auth/zalopay/callback', form).expect(200)
  expect(again.text).toContain('<h1>You are logged in as Nguyễn Thị Hồng</h1>')
})

it('tells a logged-in visitor who reloads the callback of MoneyPools who is logged in', async () => {
  const visitor = site.visitor()
  await visitor.submit('/auth/moneypools', {}, '/')
  const { moneypools } = site.simulators
  const { pathname, search } = new URL(moneypools.redirectURL(moneypools.issueKey()))
  await visitor.get(pathname + search).expect(303)
  const again = await visitor.get(pathname + search).expect(200)
  expect(again.text).toContain('<h1>You are logged in as Мария Иванова</h1>')
})

it('never tells a logged-in visitor to log in', async () => {
  const visitor = site.visitor()
  await visitor.loginWithZaloPay()
  const started = await visitor.submit('/account/link', { provider: 'moneypools' })
  expect(started.status).toBe(302)
  for (const path of [
    '/auth/monpay',
    '/auth/monpay?code=unknown',
    '/auth/monpay?code=a&code=b',
    '/auth/moneypools/callback',
    '/auth/moneypools/callback?auth_key=0123456789abcdef0123456789abcdef',
  ]) {
    const { text } = await visitor.get(path)
    expect(text).toContain('You are still logged in as Nguyễn Thị Hồng.')
    expect(text).toContain('href="/account"')
    expect(text).not.toMatch(/start again|log in again|login page/i)
  }
})

it('answers only GET and POST on a callback', async () => {
  const visitor = site.visitor()
  const answer = await visitor.agent.put('/auth/monpay?code=abc')
  expect(answer.status).toBe(405)
  expect(answer.headers['allow']).toBe('GET, POST')
  await visitor.agent.head('/auth/monpay?code=abc').expect(405)
  expect(site.simulators.monpay.requests).toEqual([])
})

it('A01 refuses a callback in a browser that has started no login', async () => {
  const { moneypools } = site.simulators
  const { pathname, search } = new URL(moneypools.redirectURL(moneypools.issueKey()))
  const answer = await site
    .visitor()
    .get(pathname + search)
    .expect(403)
  expect(codeOf(answer)).toBe('no_pending_login')
  expect(moneypools.requests).toEqual([])
})

it('says what to do when ZaloPay’s consent was refused', async () => {
  const visitor = site.visitor()
  const started = await visitor.submit('/auth/zalopay', {}, '/')
  const login = new URL(started.headers['location'] ?? '').searchParams.get('login') ?? ''
  const answer = await visitor.post('/auth/zalopay/callback', { error: '030501', login })
  expect(answer.status).toBe(401)
  expect(codeOf(answer)).toBe('access_denied')
  expect(answer.text).toContain('<h1>Login cancelled</h1>')
  expect(answer.text).toContain('No data was shared')
})

it('names a broken launch as such', async () => {
  const visitor = site.visitor()
  const started = await visitor.submit('/auth/zalopay', {}, '/')
  const login = new URL(started.headers['location'] ?? '').searchParams.get('login') ?? ''
  const answer = await visitor.post('/auth/zalopay/callback', { error: '030503', login })
  expect(codeOf(answer)).toBe('sdk_failed')
})

it('A15 starts no login on behalf of another site', async () => {
  const visitor = site.visitor()
  const csrf = await visitor.token('/')
  const started = await visitor.post(
    '/auth/moneypools',
    { csrf },
    { 'Sec-Fetch-Site': 'cross-site' },
  )
  expect(started.status).toBe(403)
  expect(codeOf(started)).toBe('cross_site_start')
  await visitor.get('/auth/moneypools').expect(404)
})

it('recognises a provider that sends people back without a key', async () => {
  const visitor = site.visitor()
  await visitor.submit('/auth/moneypools', {}, '/')
  const answer = await visitor.get('/auth/moneypools/callback').expect(403)
  expect(codeOf(answer)).toBe('start_loop')
})

it('A43 A44 shows nothing of what a provider or a stranger writes into the callback', async () => {
  const query = new URLSearchParams({
    error: 'access_denied',
    error_description: '<script>alert(1)</script>',
    error_uri: 'javascript:alert(1)',
  })
  const answer = await site.visitor().get(`/auth/monpay?${query}`)
  expect(answer.status).toBeLessThan(500)
  expect(answer.text).not.toContain('alert(1)')
})

it.each(['status-500', 'html', 'reset', 'null', 'redirect'] as const)(
  'shows a calm page with a reference that stands in the log: %s',
  async (fault) => {
    site.simulators.monpay.misbehave(fault, 'token')
    const answer = await site.visitor().openFromMonPay()
    expect(answer.status).toBe(502)
    expect(answer.text).toContain('It is not your fault')
    expect(answer.text).toContain('MonPay or this site has a problem')
    const reference = /Reference for support: (\w+)/.exec(answer.text)?.[1] ?? 'none'
    const line = site
      .logged()
      .split('\n')
      .find((text) => text.includes(reference))
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      level: 50,
      req: { id: reference, path: '/auth/monpay' },
      res: { status: 502 },
      err: { name: 'LoginError', strategy: 'monpay', step: 'token' },
    })
  },
)

it('answers an unknown address and an unreadable body with pages of its own', async () => {
  const visitor = site.visitor()
  const missing = await visitor.get('/nowhere').expect(404)
  expect(missing.text).toContain('There is no such page')
  const answer = await visitor.agent
    .post('/auth/zalopay/callback')
    .type('json')
    .send('{"code": not json')
  expect(answer.status).toBe(400)
  expect(answer.text).toContain('We could not read the request')
})

it('A62 shows no picture whose address is a script', async () => {
  const [user] = site.simulators.zalopay.users
  if (user) user.avatar = 'javascript:alert(1)'
  const visitor = site.visitor()
  await visitor.loginWithZaloPay(user)
  expect((await visitor.get('/account')).text).not.toContain('javascript:')
})
