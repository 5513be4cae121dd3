import type { Response } from 'supertest'
import { describeDevice } from '../src/account/browsers'
import { closeAll } from '../../../test/keep'
import { useSite } from './support/site'
import { readLaunch, type Visitor } from './support/visitor'

afterEach(closeAll)

const site = useSite()

/** The ids on the Unlink buttons of the account page. */
async function unlinkable(visitor: Visitor): Promise<string[]> {
  const text = await visitor.account()
  return [...text.matchAll(/name="identity" value="([^"]+)"/g)].map(([, id]) => id ?? '')
}

/** A visitor who is logged in with ZaloPay and opens the site from another person's MonPay phone. */
async function arrive() {
  const visitor = await site.zaloPayVisitor()
  const arrived = await visitor.openFromMonPay()
  expect(arrived.headers['location']).toBe('/auth/switch')
  return visitor
}

/** Answers the page that asks about the switch. */
const choose = (visitor: Visitor, choice: 'switch' | 'stay') =>
  visitor.submit('/auth/switch', { choice }, '/auth/switch')

const HONG = '<h1>Nguyễn Thị Hồng</h1>'
const BATBAYAR = '<h1>Дорж Батбаяр</h1>'

async function linkMoneyPools(visitor: Visitor): Promise<Response> {
  await visitor.submit('/account/link', { provider: 'moneypools' })
  return visitor.returnFromMoneyPools()
}

it('adds a second login to the account, which then opens with either, and once only', async () => {
  const visitor = await site.zaloPayVisitor()
  const linked = await linkMoneyPools(visitor)
  expect(linked.headers['location']).toBe('/account')
  const text = await visitor.account()
  expect(text).toContain('The way to log in has been added.')
  expect(text).toContain('Мария Иванова')

  const other = site.visitor()
  await other.loginWithMoneyPools()
  expect(await other.account()).toContain(HONG)
  await linkMoneyPools(visitor)
  expect(await visitor.account()).toContain('This way to log in is already on your account.')
})

it('A101 starts no link by GET or without the CSRF token', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.get('/account/link?provider=moneypools').expect(404)
  await visitor.post('/account/link', { provider: 'moneypools' }).expect(403, /open for too long/)
})

it('A101 never links a code that this site has not asked for', async () => {
  const visitor = await site.zaloPayVisitor()
  const refused = await visitor.submit('/account/link', { provider: 'monpay' })
  expect(refused.status).toBe(400)
  const arrived = await visitor.openFromMonPay()
  expect(arrived.headers['location']).toBe('/auth/switch')
  expect(await visitor.account()).not.toContain('Батбаяр')
})

it('A101 never links an identity of another account', async () => {
  await site.visitor().loginWithMoneyPools()
  const visitor = await site.zaloPayVisitor()
  const refused = await linkMoneyPools(visitor)
  expect(refused.status).toBe(409)
  expect(refused.text).toContain('belongs to another account')
  expect(await visitor.account()).not.toContain('Мария')
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
  expect(await visitor.account()).toContain('The way to log in has been unlinked.')
  await visitor.submit('/account/unlink', { identity: String(zalopay) })
  expect(await visitor.account()).toContain('cannot be unlinked')
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

it('logs out the browsers that logged in by what is unlinked, except the one that unlinks', async () => {
  const phone = await site.zaloPayVisitor()
  await linkMoneyPools(phone)
  const laptop = site.visitor()
  const tablet = site.visitor()
  await laptop.loginWithMoneyPools()
  await tablet.loginWithMoneyPools()
  const [, moneypools] = await unlinkable(laptop)
  await laptop.submit('/account/unlink', { identity: String(moneypools) })
  await tablet.get('/account').expect(303)
  expect(await laptop.account()).toContain(HONG)
  expect(await phone.account()).toContain(HONG)
})

it('a browser that logged in by another identity of the same provider stays logged in', async () => {
  const phone = await site.zaloPayVisitor()
  const { users } = site.simulators.moneypools
  for (const user of users.slice(0, 2)) {
    await phone.submit('/account/link', { provider: 'moneypools' })
    await phone.returnFromMoneyPools(user)
  }
  const [laptop, tablet] = [site.visitor(), site.visitor()]
  await laptop.loginWithMoneyPools(users[0])
  await tablet.loginWithMoneyPools(users[1])
  const [, maria] = await unlinkable(phone)
  await phone.submit('/account/unlink', { identity: String(maria) })
  await laptop.get('/account').expect(303)
  expect(await tablet.account()).toContain(HONG)
})

it('asks a session that MonPay opened to confirm before a change', async () => {
  const visitor = site.visitor()
  await visitor.openFromMonPay()
  expect(await visitor.account()).toContain('Is this your account?')
  for (const path of ['/account/link', '/account/unlink', '/logout/everywhere']) {
    const answer = await visitor.submit(path, { provider: 'moneypools' })
    expect(answer.headers['location']).toBe('/auth/confirm')
  }
})

it('when the site has asked for a confirmation, opening it once more from the same wallet confirms', async () => {
  const visitor = site.visitor()
  await visitor.openFromMonPay()
  await visitor.openFromMonPay()
  expect(await visitor.account()).toContain('Is this your account?')
  await visitor.submit('/auth/confirm', { provider: 'monpay' }, '/auth/confirm')
  expect((await visitor.get('/auth/confirm')).text).toContain('You have five minutes')
  await visitor.openFromMonPay()
  const text = await visitor.account()
  expect(text).toContain('Confirmed.')
  expect(text).not.toContain('Is this your account?')
  const linked = await linkMoneyPools(visitor)
  expect(linked.headers['location']).toBe('/account')
})

it('opening the site from another wallet does not confirm', async () => {
  const visitor = site.visitor()
  await visitor.openFromMonPay()
  await visitor.submit('/auth/confirm', { provider: 'monpay' }, '/auth/confirm')
  const other = await visitor.openFromMonPay(site.simulators.monpay.users[1])
  expect(other.headers['location']).toBe('/auth/switch')
  const answer = await visitor.submit('/account/link', { provider: 'moneypools' })
  expect(answer.headers['location']).toBe('/auth/confirm')
})

it('another login of the same account confirms, and a login of another account does not', async () => {
  const visitor = await site.zaloPayVisitor()
  await linkMoneyPools(visitor)
  await visitor.submit('/auth/confirm', { provider: 'moneypools' }, '/auth/confirm')
  const stranger = await visitor.returnFromMoneyPools(site.simulators.moneypools.users[1])
  expect(stranger.status).toBe(409)
  expect(stranger.text).toContain('not part of your account')
  await visitor.submit('/auth/confirm', { provider: 'moneypools' }, '/auth/confirm')
  await visitor.returnFromMoneyPools()
  expect(await visitor.account()).toContain('Confirmed.')
})

it('A100 asks before a switch of accounts, and names both', async () => {
  const visitor = await arrive()
  await visitor.get('/auth/switch').expect(200, /Nguyễn Thị Hồng[^]*Дорж Батбаяр/)
  expect(await visitor.account()).toContain(HONG)
  await visitor.post('/auth/switch', { choice: 'switch' }).expect(403)
  const answer = await choose(visitor, 'switch')
  expect(answer.headers['location']).toBe('/account')
  const text = await visitor.account()
  expect(text).toContain(BATBAYAR)
  expect(text).toContain('Is this your account?')
})

it('A100 asks before a switch by ZaloPay and MoneyPools too', async () => {
  for (const [name, back] of [
    [
      'zalopay',
      (started: Response, visitor: Visitor) => visitor.returnFromZaloPay(readLaunch(started)),
    ],
    ['moneypools', (_: Response, visitor: Visitor) => visitor.returnFromMoneyPools()],
  ] as const) {
    const visitor = site.visitor()
    await visitor.openFromMonPay()
    const arrived = await back(await visitor.submit(`/auth/${name}`), visitor)
    expect(arrived.headers['location']).toBe('/auth/switch')
    expect(await visitor.account()).toContain(BATBAYAR)
  }
})

it('stays in the account when the visitor chooses so, and forgets the other account', async () => {
  const visitor = await arrive()
  await choose(visitor, 'stay')
  const text = await visitor.account()
  expect(text).toContain('Nothing has changed.')
  expect(text).toContain(HONG)
  await visitor.get('/auth/switch').expect(403)
})

it('A100 switches only to the person whom the page named, not to one who came later', async () => {
  const visitor = await arrive()
  const { csrf, arrival } = await visitor.hidden('/auth/switch')
  await visitor.openFromMonPay(site.simulators.monpay.users[1])
  await visitor.post('/auth/switch', { csrf, arrival, choice: 'switch' }).expect(403)
  await visitor.post('/auth/switch', { csrf, choice: 'switch' }).expect(403)
  expect(await visitor.account()).toContain(HONG)
})

it('a switch uses what is in the session, not what is in the form', async () => {
  const visitor = await arrive()
  const forged = { provider: 'monpay', subject: '12', site: 'simulator', displayName: 'Forged' }
  await visitor.submit('/auth/switch', { choice: 'switch', ...forged }, '/auth/switch')
  expect(await visitor.account()).toContain(BATBAYAR)
})

it('asks whether the account that MonPay has opened is the right one; the answer is no confirmation', async () => {
  const visitor = site.visitor()
  await visitor.openFromMonPay()
  await visitor.submit('/account/recognise')
  expect(await visitor.account()).not.toContain('Is this your account?')
  const link = await visitor.submit('/account/link', { provider: 'moneypools' })
  expect(link.headers['location']).toBe('/auth/confirm')
})

it('offers to add only what the account does not have', async () => {
  const visitor = await site.zaloPayVisitor()
  const text = await visitor.account()
  expect(text).toContain('aria-label="Add MoneyPools"')
  expect(text).not.toContain('aria-label="Add ZaloPay"')
  expect(text).toContain('MonPay logins can only start in the MonPay app.')
  const opened = site.visitor()
  await opened.openFromMonPay()
  expect(await opened.account()).not.toContain('Log in from MonPay')
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
  await choose(visitor, 'switch')
  await visitor.post(path, { csrf, ...fields }).expect(403)
  expect(await visitor.account()).toContain(BATBAYAR)
})

it('A100 a link that one account started does not link to the account after a switch', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.submit('/account/link', { provider: 'moneypools' })
  await visitor.openFromMonPay()
  await choose(visitor, 'switch')
  await visitor.returnFromMoneyPools()
  const text = await visitor.account()
  expect(text).toContain(BATBAYAR)
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
  expect(await laptop.account()).toContain('The other device is logged out.')
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
  const text = await laptop.account()
  expect(text).toContain('Safari, iOS')
  expect(text).toContain('Firefox, Linux')
  await laptop.submit('/logout/everywhere')
  expect((await laptop.get('/')).text).toContain('logged out on every device')
  await phone.get('/account').expect(303)
})
