import { startSite, type TestSite } from './support/site'

let site: TestSite

beforeAll(async () => {
  site = await startSite()
})

afterAll(() => site.close())

beforeEach(() => {
  site.simulators.monpay.reset()
  site.simulators.zalopay.reset()
  site.simulators.moneypools.reset()
})

it('logs in with MonPay and goes to a clean address', async () => {
  const visitor = site.visitor()
  const answer = await visitor.openFromMonPay()
  expect(answer.status).toBe(303)
  expect(answer.headers['location']).toBe('/account')
  const { text } = await visitor.get('/account').expect(200)
  expect(text).toContain('Дорж Батбаяр')
  expect(text).toContain('batbayar@example.com')
  expect(text).toContain('99112233')
})

it('logs in with ZaloPay through the launch page', async () => {
  const visitor = site.visitor()
  const started = await visitor.submit('/auth/zalopay', {}, '/')
  expect(started.status).toBe(302)
  const launch = new URL(started.headers['location'] ?? '')
  expect(launch.pathname).toBe('/auth/zalopay/launch')
  const page = await visitor.get(launch.pathname + launch.search).expect(200)
  expect(page.text).toContain(site.config.providers.zalopay?.sdkURL)
  const answer = await visitor.returnFromZaloPay(started)
  expect(answer.status).toBe(303)
  expect(answer.headers['location']).toBe('/account')
  const account = await visitor.get('/account').expect(200)
  expect(account.text).toContain('Nguyễn Thị Hồng')
})

it('logs in with MoneyPools by way of its own site', async () => {
  const visitor = site.visitor()
  const started = await visitor.submit('/auth/moneypools', {}, '/')
  expect(started.status).toBe(302)
  expect(started.headers['location']).toContain(`${site.simulators.moneypools.url}/api/oauth?`)
  const answer = await visitor.returnFromMoneyPools()
  expect(answer.headers['location']).toBe('/account')
  const account = await visitor.get('/account').expect(200)
  expect(account.text).toContain('Мария Иванова')
})

it('goes back to the page that asked for the login', async () => {
  const visitor = site.visitor()
  const refused = await visitor.get('/auth/confirm').expect(303)
  const { location } = refused.headers
  expect(location).toBe('/?returnTo=%2Fauth%2Fconfirm')
  const page = await visitor.get(location ?? '')
  const returnTo = /name="returnTo" value="([^"]*)"/.exec(page.text)?.[1] ?? ''
  await visitor.submit('/auth/moneypools', { returnTo }, '/')
  const answer = await visitor.returnFromMoneyPools()
  expect(answer.headers['location']).toBe('/auth/confirm')
})

it.each(['//evil.example', 'javascript:alert(1)', '/..//evil.example'])(
  'A93 A94 ignores a return address that leads away: %j',
  async (returnTo) => {
    const visitor = site.visitor()
    const page = await visitor.get('/').query({ returnTo })
    expect(page.text).toContain('name="returnTo" value="/account"')
    await visitor.submit('/auth/moneypools', { returnTo }, '/')
    const answer = await visitor.returnFromMoneyPools()
    expect(answer.headers['location']).toBe('/account')
  },
)

it('A96 takes the return address from the start, not from the callback', async () => {
  const visitor = site.visitor()
  await visitor.submit('/auth/moneypools', { returnTo: '/auth/confirm' }, '/')
  const { moneypools } = site.simulators
  const { pathname, search } = new URL(moneypools.redirectURL(moneypools.issueKey()))
  const answer = await visitor.get(`${pathname}${search}&returnTo=/somewhere`)
  expect(answer.headers['location']).toBe('/auth/confirm')
})

it('A97 A108 sends people to the configured address whatever the request says', async () => {
  const visitor = site.visitor({ 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' })
  const csrf = await visitor.token('/')
  const started = await visitor.post('/auth/zalopay?callbackURL=https://evil.example&scope=all', {
    csrf,
    callbackURL: 'https://evil.example',
    launchURL: 'https://evil.example',
  })
  expect(started.headers['location']).toMatch(/^http:\/\/localhost:3000\/auth\/zalopay\/launch\?/)
  expect(started.headers['location']).not.toContain('evil')
})

it('shows who is logged in on the start page and logs out by a form', async () => {
  const visitor = site.visitor()
  await visitor.loginWithMoneyPools()
  const home = await visitor.get('/')
  expect(home.text).toContain('Hello, Мария Иванова')
  const answer = await visitor.submit('/logout')
  expect(answer.status).toBe(303)
  const after = await visitor.get('/')
  expect(after.text).toContain('You are logged out.')
  expect(after.text).toContain('Log in with ZaloPay')
  await visitor.get('/account').expect(303)
})

it('keeps a person’s account from one login to the next', async () => {
  const first = site.visitor()
  await first.loginWithZaloPay()
  const second = site.visitor({ 'User-Agent': 'Mozilla/5.0 (Linux; Android 14) Chrome/130.0' })
  await second.loginWithZaloPay()
  const { text } = await second.get('/account')
  expect(text).toContain('Chrome, Android')
  expect(text.match(/Logged in with ZaloPay/g)?.length).toBeGreaterThanOrEqual(2)
})

it('A61 shows a name with markup as text', async () => {
  const visitor = site.visitor()
  const scripty = site.simulators.monpay.users.find(({ userId }) => userId === 15)
  await visitor.openFromMonPay(scripty)
  const { text } = await visitor.get('/account')
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(text).not.toContain('<script>alert(1)')
})

it('A63 makes two accounts of two logins with one email address', async () => {
  const { monpay, moneypools } = site.simulators
  const [first] = monpay.users
  const [second] = moneypools.users
  if (!first || !second) throw new Error('the simulators have no users')
  second.user_email = String(first.userEmail)
  await site.visitor().openFromMonPay(first)
  const visitor = site.visitor()
  await visitor.loginWithMoneyPools(second)
  const { text } = await visitor.get('/account')
  expect(text).toContain('batbayar@example.com')
  expect(text).not.toContain('Дорж Батбаяр')
  expect(text).toContain('not verified')
})
