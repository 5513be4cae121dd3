import { closeAll } from '../../../test/keep'
import { useSite } from './support/site'

afterEach(closeAll)

const site = useSite()

it('shows who has logged in, with what the provider says of them', async () => {
  const visitor = site.visitor()
  await visitor.openFromMonPay()
  const text = await visitor.account()
  for (const shown of ['Дорж Батбаяр', 'batbayar@example.com', '99112233'])
    expect(text).toContain(shown)
})

it('goes back to the page that asked for the login', async () => {
  const visitor = site.visitor()
  await visitor.get('/auth/confirm').expect('location', '/?returnTo=%2Fauth%2Fconfirm')
  const { returnTo } = await visitor.hidden('/?returnTo=%2Fauth%2Fconfirm')
  await visitor.submit('/auth/moneypools', { returnTo }, '/')
  const answer = await visitor.returnFromMoneyPools()
  expect(answer.headers['location']).toBe('/auth/confirm')
})

const AWAY = ['//evil.example', 'javascript:alert(1)', '/..//evil.example']

it.each(AWAY)('A93 A94 ignores a return address that leads away: %j', async (returnTo) => {
  const visitor = site.visitor()
  const page = await visitor.get('/').query({ returnTo })
  expect(page.text).toContain('name="returnTo" value="/account"')
  await visitor.submit('/auth/moneypools', { returnTo }, '/')
  const answer = await visitor.returnFromMoneyPools()
  expect(answer.headers['location']).toBe('/account')
})

const GIVEN = ['/auth/confirm', '']

it.each(GIVEN)(
  'A96 takes the return address %j from the start, not from the callback',
  async (to) => {
    const visitor = site.visitor()
    await visitor.submit('/auth/moneypools', { returnTo: to }, '/')
    const more = '&returnTo=/somewhere&next=//evil.example'
    const { headers } = await visitor.get(visitor.moneyPoolsCallback() + more)
    expect(headers['location']).toBe(to || '/account')
  },
)

it('shows who is logged in on the start page and logs out by a form', async () => {
  const visitor = site.visitor()
  await visitor.loginWithMoneyPools()
  await visitor.get('/').expect(/Hello, Мария Иванова/)
  const answer = await visitor.submit('/logout')
  expect(answer.status).toBe(303)
  const after = await visitor.get('/')
  expect(after.text).toContain('You are logged out.')
  expect(after.text).toContain('Log in with ZaloPay')
  await visitor.get('/account').expect(303)
})

it('marks the way to log in that this browser has used last', async () => {
  const visitor = site.visitor()
  const marked = async () => {
    const { text } = await visitor.get('/')
    return [...text.matchAll(/([^<>]*) <span class="tag">Last used/g)].map(([, line]) => line)
  }
  expect(await marked()).toEqual([])
  await visitor.loginWithMoneyPools()
  await visitor.submit('/logout')
  expect(await marked()).toEqual(['Takes you to MoneyPools and back.'])
  await visitor.openFromMonPay()
  await visitor.submit('/logout')
  expect(await marked()).toEqual(['Opens a simulated MonPay phone.'])
})

it('a second login of a person opens the same account', async () => {
  await site.zaloPayVisitor()
  const second = site.visitor({ 'User-Agent': 'Mozilla/5.0 (Linux; Android 14) Chrome/130.0' })
  await second.loginWithZaloPay()
  const text = await second.account()
  expect(text).toContain('Chrome, Android')
  expect(text.match(/Logged in with ZaloPay/g)).toHaveLength(2)
})

it('A63 makes two accounts of two logins with one email address', async () => {
  const { monpay, moneypools } = site.simulators
  const [first, second] = [monpay.users[0]!, moneypools.users[0]!]
  second.user_email = String(first.userEmail)
  await site.visitor().openFromMonPay(first)
  const visitor = site.visitor()
  await visitor.loginWithMoneyPools(second)
  const text = await visitor.account()
  expect(text).toContain('batbayar@example.com')
  expect(text).not.toContain('Дорж Батбаяр')
  expect(text).toContain('not verified')
})
