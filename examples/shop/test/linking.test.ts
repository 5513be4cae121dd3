import type { Response } from 'supertest'
import { describeDevice } from '../src/account/browsers'
import { closeAll } from '../../../test/keep'
import { useSite } from './support/site'
import { readLaunch, type Visitor } from './support/visitor'

afterEach(closeAll)

const site = useSite()

const leadsTo = ({ headers }: Response): string | undefined => headers['location']

/** A visitor who is logged in with ZaloPay and opens the site from another person's MonPay phone. */
async function arrive() {
  const visitor = await site.zaloPayVisitor()
  expect(leadsTo(await visitor.openFromMonPay())).toBe('/auth/switch')
  return visitor
}

/** Answers the page that asks about the switch. */
const choose = (visitor: Visitor, choice: 'switch' | 'stay') =>
  visitor.submit('/auth/switch', { choice }, '/auth/switch')

const HONG = '<h1>Nguyễn Thị Hồng</h1>'
const BATBAYAR = '<h1>Дорж Батбаяр</h1>'

/** A visitor whom MonPay has logged in. */
async function monPayVisitor() {
  const visitor = site.visitor()
  await visitor.openFromMonPay()
  return visitor
}

async function moneyPoolsVisitor(user = site.simulators.moneypools.users[0]) {
  const visitor = site.visitor()
  await visitor.loginWithMoneyPools(user)
  return visitor
}

/** Asks for a confirmation by a login with a provider. */
const askToConfirm = (visitor: Visitor, provider: string) =>
  visitor.submit('/auth/confirm', { provider }, '/auth/confirm')

it('adds a second login to the account, which then opens with either, and once only', async () => {
  const visitor = await site.zaloPayVisitor()
  expect(leadsTo(await visitor.linkMoneyPools())).toBe('/account')
  const text = await visitor.account()
  expect(text).toContain('The way to log in has been added.')
  expect(text).toContain('Мария Иванова')

  const other = await moneyPoolsVisitor()
  expect(await other.account()).toContain(HONG)
  await visitor.linkMoneyPools()
  expect(await visitor.account()).toContain('This way to log in is already on your account.')
})

it('A101 starts no link by GET or without the CSRF token', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.get('/account/link?provider=moneypools').expect(404)
  await visitor.post('/account/link', { provider: 'moneypools' }).expect(403, /open for too long/)
})

it('A101 never links a code that this site has not asked for', async () => {
  const visitor = await site.zaloPayVisitor()
  expect((await visitor.startLink('monpay')).status).toBe(400)
  expect(leadsTo(await visitor.openFromMonPay())).toBe('/auth/switch')
  expect(await visitor.account()).not.toContain('Батбаяр')
})

it('A111 does not link the key of a link that somebody has sent, while a link waits', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.startLink()
  const [, attacker] = site.simulators.moneypools.users
  expect(leadsTo(await visitor.returnFromMoneyPools(attacker))).toBe('/auth/link')
  const { text } = await visitor.get('/auth/link')
  expect(text).toMatch(/account of José O&#39;Neil\..*: Nguyễn Thị Hồng\./)
  const thief = await moneyPoolsVisitor(attacker)
  expect(await thief.account()).toContain('<h1>José O&#39;Neil</h1>')
  expect(await visitor.account()).not.toContain('José')
})

it('A111 links only after an answer to the page that named the account', async () => {
  const visitor = await site.zaloPayVisitor()
  const [maria, jose] = site.simulators.moneypools.users
  await visitor.startLink()
  await visitor.returnFromMoneyPools(maria)
  const { csrf, question } = await visitor.hidden('/auth/link')
  await visitor.post('/auth/link', { choice: 'link', question }).expect(403)
  await visitor.post('/auth/switch', { csrf, choice: 'switch', question }).expect(403)
  await visitor.startLink()
  await visitor.returnFromMoneyPools(jose)
  await visitor.post('/auth/link', { csrf, choice: 'link', question }).expect(403)
  await visitor.answerLink('stay')
  expect(await visitor.account()).toContain('Nothing has changed.')
  expect(await visitor.listed('identity')).toEqual([])
  await visitor.answerLink('link')
  expect(await visitor.listed('identity')).toEqual([])
})

it('A111 asks about no account that meanwhile belongs to somebody else', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.startLink()
  await visitor.returnFromMoneyPools()
  await moneyPoolsVisitor()
  expect((await visitor.answerLink('link')).status).toBe(409)
  expect(await visitor.listed('identity')).toEqual([])
})

it('A101 never links an identity of another account', async () => {
  await site.visitor().loginWithMoneyPools()
  const visitor = await site.zaloPayVisitor()
  const refused = await visitor.linkMoneyPools()
  expect(refused.status).toBe(409)
  expect(refused.text).toContain('belongs to another account')
  expect(await visitor.account()).not.toContain('Мария')
})

it('refuses a link whose account has logged out everywhere meanwhile', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.startLink()
  await (await site.zaloPayVisitor()).submit('/logout/everywhere')
  const refused = await visitor.returnFromMoneyPools()
  expect(refused.status).toBe(403)
  expect(refused.text).toContain('You are no longer logged in')
})

it('unlinks a login, but never the last one', async () => {
  const visitor = await site.zaloPayVisitor()
  expect(await visitor.listed('identity')).toEqual([])
  await visitor.linkMoneyPools()
  const [zalopay, moneypools] = await visitor.listed('identity')
  await visitor.unlink(moneypools)
  await visitor.unlink(moneypools)
  expect(await visitor.account()).toContain('The way to log in has been unlinked.')
  await visitor.unlink(zalopay)
  expect(await visitor.account()).toContain('cannot be unlinked')
})

it('unlinks only what belongs to the account', async () => {
  const victim = await site.zaloPayVisitor()
  await victim.linkMoneyPools()
  const [identity] = await victim.listed('identity')
  const visitor = site.visitor()
  await visitor.loginWithZaloPay(site.simulators.zalopay.users[1])
  await visitor.unlink(identity)
  expect(await victim.listed('identity')).toHaveLength(2)
})

it('logs out the browsers that logged in by what is unlinked, except the one that unlinks', async () => {
  const phone = await site.zaloPayVisitor()
  await phone.linkMoneyPools()
  const [laptop, tablet] = [await moneyPoolsVisitor(), await moneyPoolsVisitor()]
  const [, moneypools] = await laptop.listed('identity')
  await laptop.unlink(moneypools)
  expect(await laptop.account()).toContain('Other devices that logged in with it are logged out.')
  await tablet.get('/account').expect(303)
  expect(await laptop.account()).toContain(HONG)
  expect(await phone.account()).toContain(HONG)
})

it('a browser that logged in by another identity of the same provider stays logged in', async () => {
  const phone = await site.zaloPayVisitor()
  const { users } = site.simulators.moneypools
  for (const user of users.slice(0, 2)) await phone.linkMoneyPools(user)
  const laptop = await moneyPoolsVisitor(users[0])
  const tablet = await moneyPoolsVisitor(users[1])
  const [, maria] = await phone.listed('identity')
  await phone.unlink(maria)
  await laptop.get('/account').expect(303)
  expect(await tablet.account()).toContain(HONG)
})

it('asks a session that MonPay opened to confirm before a change', async () => {
  const visitor = await monPayVisitor()
  expect(await visitor.account()).toContain('Is this your account?')
  const changes = ['link', 'unlink', 'delete'].map((change) => `/account/${change}`)
  for (const path of [...changes, '/logout/other', '/logout/everywhere'])
    expect(leadsTo(await visitor.submit(path, { provider: 'moneypools' }))).toBe('/auth/confirm')
  expect(await visitor.account()).toContain(BATBAYAR)
})

it('when the site has asked for a confirmation, opening it once more from the same wallet confirms', async () => {
  const visitor = await monPayVisitor()
  await visitor.openFromMonPay()
  expect(await visitor.account()).toContain('Is this your account?')
  await askToConfirm(visitor, 'monpay')
  expect((await visitor.get('/auth/confirm')).text).toContain('You have five minutes')
  await visitor.openFromMonPay()
  const text = await visitor.account()
  expect(text).toContain('Confirmed.')
  expect(text).not.toContain('Is this your account?')
  expect(leadsTo(await visitor.linkMoneyPools())).toBe('/account')
})

it('opening the site from another wallet does not confirm', async () => {
  const visitor = await monPayVisitor()
  await askToConfirm(visitor, 'monpay')
  const [, other] = site.simulators.monpay.users
  expect(leadsTo(await visitor.openFromMonPay(other))).toBe('/auth/switch')
  expect(leadsTo(await visitor.startLink())).toBe('/auth/confirm')
})

it('another login of the same account confirms, and a login of another account does not', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.linkMoneyPools()
  await askToConfirm(visitor, 'moneypools')
  const stranger = await visitor.returnFromMoneyPools(site.simulators.moneypools.users[1])
  expect(stranger.status).toBe(409)
  expect(stranger.text).toContain('not part of your account')
  await askToConfirm(visitor, 'moneypools')
  await visitor.returnFromMoneyPools()
  expect(await visitor.account()).toContain('Confirmed.')
})

it('A100 asks before a switch of accounts, and names both', async () => {
  const visitor = await arrive()
  await visitor.get('/auth/switch').expect(200, /Nguyễn Thị Hồng[^]*Дорж Батбаяр/)
  expect(await visitor.account()).toContain(HONG)
  await visitor.post('/auth/switch', { choice: 'switch' }).expect(403)
  expect(leadsTo(await choose(visitor, 'switch'))).toBe('/account')
  const text = await visitor.account()
  expect(text).toContain(BATBAYAR)
  expect(text).toContain('Is this your account?')
})

it('A100 asks before a switch by ZaloPay and MoneyPools too', async () => {
  const visitor = await monPayVisitor()
  const started = readLaunch(await visitor.submit('/auth/zalopay'))
  expect(leadsTo(await visitor.returnFromZaloPay(started))).toBe('/auth/switch')
  await visitor.submit('/auth/moneypools')
  expect(leadsTo(await visitor.returnFromMoneyPools())).toBe('/auth/switch')
  expect(await visitor.account()).toContain(BATBAYAR)
})

it('FR158 stays in the account when the visitor chooses so, forgets the other account, and Back leads to the account', async () => {
  const visitor = await arrive()
  await choose(visitor, 'stay')
  const text = await visitor.account()
  expect(text).toContain('Nothing has changed.')
  expect(text).toContain(HONG)
  await visitor.get('/auth/switch').expect(303).expect('location', '/account')
})

it('A100 switches only to the person whom the page named, not to one who came later', async () => {
  const visitor = await arrive()
  const { csrf, question } = await visitor.hidden('/auth/switch')
  await visitor.openFromMonPay(site.simulators.monpay.users[1])
  await visitor.post('/auth/switch', { csrf, question, choice: 'switch' }).expect(403)
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
  const visitor = await monPayVisitor()
  await visitor.submit('/account/recognise')
  expect(await visitor.account()).not.toContain('Is this your account?')
  expect(leadsTo(await visitor.startLink())).toBe('/auth/confirm')
})

it('offers to add only what the account does not have', async () => {
  const visitor = await site.zaloPayVisitor()
  const text = await visitor.account()
  expect(text).toContain('aria-label="Add MoneyPools"')
  expect(text).not.toContain('aria-label="Add ZaloPay"')
  expect(text).toContain('MonPay cannot be added here')
  expect(await (await monPayVisitor()).account()).not.toContain('MonPay cannot be added')
})

it.each([
  ['/account/unlink', { identity: 'any' }],
  ['/account/link', { provider: 'moneypools' }],
  ['/auth/confirm', { provider: 'monpay' }],
  ['/logout/other', { browser: 'any' }],
  ['/account/delete', {}],
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
  await visitor.startLink()
  await visitor.openFromMonPay()
  await choose(visitor, 'switch')
  await visitor.returnFromMoneyPools()
  const text = await visitor.account()
  expect(text).toContain(BATBAYAR)
  expect(text).not.toContain('Мария')
})

it('deletes the account: it is open in no browser, and its logins make new accounts', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.linkMoneyPools()
  const phone = await moneyPoolsVisitor()
  await visitor.submit('/account/delete')
  const { text } = await visitor.get('/')
  expect(text).toContain('Your account has been deleted.')
  expect(text).not.toContain('Last used')
  await phone.get('/account').expect(303)
  await phone.loginWithMoneyPools()
  expect(await phone.account()).toContain('<h1>Мария Иванова</h1>')
})

it('what the account page says about MonPay leads to one account', async () => {
  const visitor = await site.zaloPayVisitor()
  await visitor.submit('/account/delete')
  await visitor.openFromMonPay()
  await askToConfirm(visitor, 'monpay')
  await visitor.openFromMonPay()
  await visitor.returnFromZaloPay(readLaunch(await visitor.startLink('zalopay')))
  expect(await visitor.listed('identity')).toHaveLength(2)
})

it('shows this device first, and has words for an unknown one', async () => {
  const phone = await moneyPoolsVisitor()
  const laptop = await moneyPoolsVisitor()
  expect(await laptop.account()).toContain('<strong>Unknown device</strong>')
  for (const visitor of [phone, laptop])
    expect((await visitor.account()).match(/this device|name="browser"/g)).toEqual([
      'this device',
      'name="browser"',
    ])
})

it('logs out one other device, of the same account only', async () => {
  const phone = await moneyPoolsVisitor()
  const laptop = await moneyPoolsVisitor()
  const [browser = ''] = await laptop.listed('browser')
  const stranger = await site.zaloPayVisitor()
  await stranger.submit('/logout/other', { browser })
  await phone.get('/account').expect(200)
  await laptop.submit('/logout/other', { browser })
  expect(await laptop.account()).toContain('The other device is logged out.')
  expect(await laptop.listed('browser')).toEqual([])
  await phone.get('/account').expect(303)
})

it.each([
  [undefined, ''],
  ['', ''],
  ['curl/8', ''],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile zalopay/9', 'ZaloPay, iOS'],
  ['Mozilla/5.0 (Linux; Android 14) Chrome/130.0 MonPay', 'MonPay, Android'],
  ['Mozilla/5.0 (iPhone) Version/17.0 Safari/604.1', 'Safari, iOS'],
  ['Mozilla/5.0 (X11; Linux) Firefox/130.0', 'Firefox, Linux'],
  ['Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Edg/130.0', 'Microsoft Edge, Windows'],
])('calls the device of %j in few words: %s', (userAgent, words) => {
  expect(describeDevice(userAgent)).toBe(words)
})
