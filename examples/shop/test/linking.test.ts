import type { Response } from 'supertest'
import { describeDevice } from '../src/account/browsers'
import { useSite } from './support/site'
import type { Visitor } from './support/visitor'

const site = useSite()

/** The ids on the Unlink buttons of the account page. */
async function unlinkable(visitor: Visitor): Promise<string[]> {
  const { text } = await visitor.get('/account')
  return [...text.matchAll(/name="identity" value="([^"]+)"/g)].map(([, id]) => id ?? '')
}

async function linkMoneyPools(visitor: Visitor): Promise<Response> {
  await visitor.submit('/account/link', { provider: 'moneypools' })
  return visitor.returnFromMoneyPools()
}

it('adds a second login to the account, which then opens with either', async () => {
  const visitor = await site.zaloPayVisitor()
  const linked = await linkMoneyPools(visitor)
  expect(linked.headers['location']).toBe('/account')
  const { text } = await visitor.get('/account')
  expect(text).toContain('The way to log in has been added.')
  expect(text).toContain('Мария Иванова')

  const other = site.visitor()
  await other.loginWithMoneyPools()
  expect((await other.get('/account')).text).toContain('<h1>Nguyễn Thị Hồng</h1>')
})

it('says so when the login is already there', async () => {
  const visitor = await site.zaloPayVisitor()
  await linkMoneyPools(visitor)
  await linkMoneyPools(visitor)
  expect((await visitor.get('/account')).text).toContain(
    'This way to log in is already on your account.',
  )
})

it('A101 has no link route for GET', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.get('/account/link?provider=moneypools').expect(404)
})

it('A101 starts no link without the CSRF token', async () => {
  const visitor = await site.zaloPayVisitor()
  const answer = await visitor.post('/account/link', { provider: 'moneypools' })
  expect(answer.status).toBe(403)
  expect(answer.text).toContain('open for too long')
})

it('A101 never links a code that arrives unasked', async () => {
  const visitor = await site.zaloPayVisitor()
  const refused = await visitor.submit('/account/link', { provider: 'monpay' })
  expect(refused.status).toBe(400)
  const arrived = await visitor.openFromMonPay()
  expect(arrived.headers['location']).toBe('/auth/switch')
  expect((await visitor.get('/account')).text).not.toContain('Батбаяр')
})

it('A101 never takes a login from somebody else', async () => {
  await site.visitor().loginWithMoneyPools()
  const visitor = await site.zaloPayVisitor()
  const refused = await linkMoneyPools(visitor)
  expect(refused.status).toBe(409)
  expect(refused.text).toContain('belongs to another account')
  expect((await visitor.get('/account')).text).not.toContain('Мария')
})

it('refuses a link whose account has logged out everywhere meanwhile', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.submit('/account/link', { provider: 'moneypools' })
  const elsewhere = await site.zaloPayVisitor()
  await elsewhere.submit('/logout/everywhere')
  const refused = await visitor.returnFromMoneyPools()
  expect(refused.status).toBe(403)
  expect(refused.text).toContain('You are no longer logged in')
})

it('unlinks a login, but never the last one', async () => {
  const visitor = await site.zaloPayVisitor()
  expect(await unlinkable(visitor)).toEqual([])
  await linkMoneyPools(visitor)
  const [zalopay, moneypools] = await unlinkable(visitor)
  await visitor.submit('/account/unlink', { identity: String(moneypools) })
  await visitor.submit('/account/unlink', { identity: String(moneypools) })
  expect((await visitor.get('/account')).text).toContain('The way to log in has been unlinked.')
  await visitor.submit('/account/unlink', { identity: String(zalopay) })
  expect((await visitor.get('/account')).text).toContain('cannot be unlinked')
})

it('unlinks only what belongs to the account', async () => {
  const victim = await site.zaloPayVisitor()
  await linkMoneyPools(victim)
  const [identity] = await unlinkable(victim)
  const visitor = site.visitor()
  await visitor.loginWithZaloPay(site.simulators.zalopay.users[1])
  await visitor.submit('/account/unlink', { identity: String(identity) })
  expect(await unlinkable(victim)).toHaveLength(2)
})

it('asks a session that MonPay opened to confirm before a change', async () => {
  const visitor = site.visitor()
  await visitor.openFromMonPay()
  expect((await visitor.get('/account')).text).toContain('Is this your account?')
  for (const path of ['/account/link', '/account/unlink', '/logout/everywhere']) {
    const answer = await visitor.submit(path, { provider: 'moneypools' })
    expect(answer.headers['location']).toBe('/auth/confirm')
  }
})

it('takes one more opening from the same wallet as the confirmation that was asked for', async () => {
  const visitor = site.visitor()
  await visitor.openFromMonPay()
  await visitor.openFromMonPay()
  expect((await visitor.get('/account')).text).toContain('Is this your account?')
  await visitor.submit('/auth/confirm', { provider: 'monpay' }, '/auth/confirm')
  expect((await visitor.get('/auth/confirm')).text).toContain('You have five minutes')
  await visitor.openFromMonPay()
  const { text } = await visitor.get('/account')
  expect(text).toContain('Confirmed.')
  expect(text).not.toContain('Is this your account?')
  const linked = await linkMoneyPools(visitor)
  expect(linked.headers['location']).toBe('/account')
})

it('does not take another wallet as the confirmation', async () => {
  const visitor = site.visitor()
  await visitor.openFromMonPay()
  await visitor.submit('/auth/confirm', { provider: 'monpay' }, '/auth/confirm')
  const other = await visitor.openFromMonPay(site.simulators.monpay.users[1])
  expect(other.headers['location']).toBe('/auth/switch')
  const answer = await visitor.submit('/account/link', { provider: 'moneypools' })
  expect(answer.headers['location']).toBe('/auth/confirm')
})

it('confirms with another login of the account, and only with one of the account', async () => {
  const visitor = await site.zaloPayVisitor()
  await linkMoneyPools(visitor)
  await visitor.submit('/auth/confirm', { provider: 'moneypools' }, '/auth/confirm')
  const stranger = await visitor.returnFromMoneyPools(site.simulators.moneypools.users[1])
  expect(stranger.status).toBe(409)
  expect(stranger.text).toContain('not part of your account')
  await visitor.submit('/auth/confirm', { provider: 'moneypools' }, '/auth/confirm')
  await visitor.returnFromMoneyPools()
  expect((await visitor.get('/account')).text).toContain('Confirmed.')
})

it('A100 asks before one account takes the place of another, naming both', async () => {
  const visitor = await site.zaloPayVisitor()
  const arrived = await visitor.openFromMonPay()
  expect(arrived.headers['location']).toBe('/auth/switch')
  const page = await visitor.get('/auth/switch').expect(200)
  expect(page.text).toContain('Nguyễn Thị Hồng')
  expect(page.text).toContain('Дорж Батбаяр')
  expect((await visitor.get('/account')).text).toContain('<h1>Nguyễn Thị Hồng</h1>')

  await visitor.post('/auth/switch', { choice: 'switch' }).expect(403)
  const answer = await visitor.submit('/auth/switch', { choice: 'switch' }, '/auth/switch')
  expect(answer.headers['location']).toBe('/account')
  const { text } = await visitor.get('/account')
  expect(text).toContain('<h1>Дорж Батбаяр</h1>')
  expect(text).toContain('Is this your account?')
})

it('A100 asks before a switch by ZaloPay and MoneyPools too', async () => {
  const visitor = site.visitor()
  await visitor.openFromMonPay()
  const csrf = await visitor.token('/account')
  const started = await visitor.post('/auth/zalopay', { csrf })
  const arrived = await visitor.returnFromZaloPay(started)
  expect(arrived.headers['location']).toBe('/auth/switch')
  expect((await visitor.get('/account')).text).toContain('<h1>Дорж Батбаяр</h1>')
})

it('stays with the account when the visitor says so, and forgets who arrived', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.openFromMonPay()
  await visitor.submit('/auth/switch', { choice: 'stay' }, '/auth/switch')
  const { text } = await visitor.get('/account')
  expect(text).toContain('Nothing has changed.')
  expect(text).toContain('<h1>Nguyễn Thị Hồng</h1>')
  await visitor.get('/auth/switch').expect(403)
})

it('A100 switches only to the person whom the page named, not to who arrived after it', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.openFromMonPay()
  const { text } = await visitor.get('/auth/switch')
  const csrf = /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? ''
  const arrival = /name="arrival" value="([^"]*)"/.exec(text)?.[1] ?? ''
  await visitor.openFromMonPay(site.simulators.monpay.users[1])
  await visitor.post('/auth/switch', { csrf, arrival, choice: 'switch' }).expect(403)
  await visitor.post('/auth/switch', { csrf, choice: 'switch' }).expect(403)
  expect((await visitor.get('/account')).text).toContain('<h1>Nguyễn Thị Hồng</h1>')
})

it('takes nothing of the switch from the form', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.openFromMonPay()
  const { text } = await visitor.get('/auth/switch')
  const csrf = /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? ''
  const arrival = /name="arrival" value="([^"]*)"/.exec(text)?.[1] ?? ''
  const forged = { provider: 'monpay', subject: '12', site: 'simulator', displayName: 'Forged' }
  await visitor.post('/auth/switch', { csrf, arrival, choice: 'switch', ...forged })
  expect((await visitor.get('/account')).text).toContain('<h1>Дорж Батбаяр</h1>')
})

it('asks whose account MonPay has opened, until the visitor answers; that confirms nothing', async () => {
  const visitor = site.visitor()
  await visitor.openFromMonPay()
  await visitor.submit('/account/recognise')
  expect((await visitor.get('/account')).text).not.toContain('Is this your account?')
  const link = await visitor.submit('/account/link', { provider: 'moneypools' })
  expect(link.headers['location']).toBe('/auth/confirm')
})

it('offers to add only what the account does not have', async () => {
  const visitor = await site.zaloPayVisitor()
  const { text } = await visitor.get('/account')
  expect(text).toContain('aria-label="Add MoneyPools"')
  expect(text).not.toContain('aria-label="Add ZaloPay"')
  expect(text).toContain('MonPay logins can only start in the MonPay app.')
  const opened = site.visitor()
  await opened.openFromMonPay()
  expect((await opened.get('/account')).text).not.toContain('Log in from MonPay')
})

it.each([
  ['/account/unlink', { identity: 'any' }],
  ['/account/link', { provider: 'moneypools' }],
  ['/auth/confirm', { provider: 'monpay' }],
  ['/logout/other', { browser: 'any' }],
  ['/logout', {}],
])('A100 refuses a form of the account before the switch: %s', async (path, fields) => {
  const visitor = await site.zaloPayVisitor()
  const csrf = await visitor.token('/account')
  await visitor.openFromMonPay()
  await visitor.submit('/auth/switch', { choice: 'switch' }, '/auth/switch')
  await visitor.post(path, { csrf, ...fields }).expect(403)
  expect((await visitor.get('/account')).text).toContain('<h1>Дорж Батбаяр</h1>')
})

it('A100 links nothing to the account that came in between', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.submit('/account/link', { provider: 'moneypools' })
  await visitor.openFromMonPay()
  await visitor.submit('/auth/switch', { choice: 'switch' }, '/auth/switch')
  await visitor.returnFromMoneyPools()
  const { text } = await visitor.get('/account')
  expect(text).toContain('<h1>Дорж Батбаяр</h1>')
  expect(text).not.toContain('Мария')
})

it('logs out one other device, of the same account only', async () => {
  const devices = (visitor: Visitor) =>
    visitor
      .get('/account')
      .then(({ text }) => [...text.matchAll(/name="browser" value="([^"]+)"/g)].map(([, id]) => id))
  const phone = site.visitor()
  await phone.loginWithMoneyPools()
  const laptop = site.visitor()
  await laptop.loginWithMoneyPools()
  const [other] = await devices(laptop)
  const stranger = await site.zaloPayVisitor()
  await stranger.submit('/logout/other', { browser: String(other) })
  await phone.get('/account').expect(200)
  await laptop.submit('/logout/other', { browser: String(other) })
  expect((await laptop.get('/account')).text).toContain('The other device is logged out.')
  expect(await devices(laptop)).toEqual([])
  await phone.get('/account').expect(303)
})

it.each([
  [undefined, '?'],
  ['', '?'],
  ['curl/8', '?'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile zalopay/9', 'ZaloPay, iOS'],
  ['Mozilla/5.0 (Linux; Android 14) Chrome/130.0 MonPay', 'MonPay, Android'],
  ['Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Edg/130.0', 'Microsoft Edge, Windows'],
])('calls the device of %j in few words: %s', (userAgent, words) => {
  expect(describeDevice(userAgent)).toBe(words)
})

it('lists the devices of an account and logs all of them out', async () => {
  const phone = site.visitor({ 'User-Agent': 'Mozilla/5.0 (iPhone) Version/17.0 Safari/604.1' })
  await phone.loginWithMoneyPools()
  const laptop = site.visitor({ 'User-Agent': 'Mozilla/5.0 (X11; Linux) Firefox/130.0' })
  await laptop.loginWithMoneyPools()
  const { text } = await laptop.get('/account')
  expect(text).toContain('Safari, iOS')
  expect(text).toContain('Firefox, Linux')
  await laptop.submit('/logout/everywhere')
  expect((await laptop.get('/')).text).toContain('logged out on every device')
  await phone.get('/account').expect(303)
})
