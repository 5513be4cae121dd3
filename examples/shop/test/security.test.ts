import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { closeAll, keep } from '../../../test/keep'
import { askRaw, askTarget, listen, NO_PATHS } from '../../../test/server'
import { startSite, useSite } from './support/site'
import { cookieOf } from './support/visitor'

afterEach(closeAll)

/** A site that is behind a proxy, which says where a request comes from. */
const site = useSite({ trustProxy: 1 })

/** A visitor at an address of their own. */
const visitorFrom = (number: number, { visitor } = site) =>
  visitor({ 'X-Forwarded-For': `203.0.113.${number}` })

/** Sends that many codes that MonPay has not issued, each from an address. */
async function sendJunk(count: number, addressOf: (sent: number) => number, to = site) {
  for (let sent = 0; sent < count; sent += 1)
    await visitorFrom(addressOf(sent), to).get(`/auth/monpay?code=junk${sent}`).expect(401)
}

it('A109 forbids frames, foreign scripts and foreign forms on every page', async () => {
  const visitor = site.visitor()
  const { page } = await visitor.startZaloPay()
  const policies = new Set<string>()
  const look = async (address: string) => {
    const { headers, text: html } = await visitor.get(address)
    const policy = String(headers['content-security-policy'])
    for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
      expect(policy).toContain(part)
    expect(policy).not.toContain('unsafe')
    expect(headers['x-frame-options']).toMatch(/DENY|SAMEORIGIN/)
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1]
    for (const [tag] of html.matchAll(/<script[^>]*>/g)) expect(tag).toContain(`nonce="${nonce}"`)
    // a new nonce for every answer
    expect(policies).not.toContain(policy)
    policies.add(policy)
  }
  for (const address of ['/', '/', '/nowhere', '/auth/monpay', page]) await look(address)
  await visitor.loginWithMoneyPools()
  await visitor.openFromMonPay()
  for (const address of ['/', '/auth/switch', '/auth/confirm', '/account']) await look(address)
})

it.each(NO_PATHS)('B34 refuses %s %s, which is no path', async (method, target) => {
  const { port } = await keep(listen(site.app))
  const answer = await askRaw(port, `${method} ${target}`)
  // Express answers `http://[` itself, by 404
  expect(answer).toMatch(target.startsWith('*') ? /^HTTP\/1.1 400 / : /^HTTP\/1.1 404 /)
  expect(answer.replace('<title>Error</title>', '')).not.toMatch(/Error|\.js|\.ts/)
})

it('B34 answers a request with a whole address, as proxies send it', async () => {
  const { url } = await keep(listen(site.app))
  expect(await askTarget(url, 'GET', 'http://shop.test/')).toBe(200)
  expect(await askTarget(url, 'GET', 'http://shop.test/nowhere')).toBe(404)
})

it('A88 A89 no cache stores the answer of a login, and no other site gets the address of a callback', async () => {
  const visitor = site.visitor()
  const started = await visitor.startZaloPay()
  const callbacks = [
    await visitor.get('/auth/monpay'),
    await visitor.get('/auth/monpay?code=unknown'),
    await visitor.get('/auth/zalopay/callback?code=x'),
    await visitor.get('/auth/moneypools/callback'),
    await visitor.get(`/auth/moneypools/callback?auth_key=${'0123456789abcdef'.repeat(2)}`),
    await visitor.post('/auth/zalopay/callback', { code: 'unknown', login: 'unknown' }),
    await visitor.returnFromZaloPay(started),
    await visitor.openFromMonPay(),
  ]
  for (const { headers } of callbacks) expect(headers['referrer-policy']).toBe('no-referrer')
  const pages = [await visitor.get(started.page), await visitor.get('/account')]
  expect(pages[0]?.text).toContain(site.config.providers.zalopay?.sdkURL)
  for (const { headers } of [...callbacks, ...pages])
    expect(headers['cache-control']).toBe('no-store')
})

it('A88 A90 keeps codes, tokens and secrets out of its database, its pages and its log', async () => {
  const { monpay, zalopay, moneypools } = site.simulators
  const visitor = site.visitor()
  const code = monpay.issueCode()
  const pages = [await visitor.get('/')]
  for (const login of [
    () => visitor.get(`/auth/monpay?code=${code}`),
    () => visitor.loginWithZaloPay(),
    () => visitor.loginWithMoneyPools(),
  ]) {
    pages.push(await login(), await visitor.get('/account'))
    await visitor.submit('/logout')
  }
  const sent = [monpay, zalopay, moneypools].flatMap(({ requests, clientSecret }) => [
    clientSecret,
    ...requests.flatMap(({ headers, query, form, json }) => [
      (headers.authorization ?? '').replace('Bearer ', ''),
      ...Object.entries({ ...query, ...form, ...(json as object) })
        .filter(([name]) => /^(code|auth_key)$|token|secret/.test(name))
        .map(([, value]) => String(value)),
    ]),
  ])
  const long = sent.filter((one) => one.length > 8)
  const secrets = new Set([code, site.config.sessionSecret, ...long])
  expect(secrets.size).toBeGreaterThanOrEqual(10)
  const { dataDir } = site.config
  const kept = readdirSync(dataDir).map((file) => readFileSync(path.join(dataDir, file), 'latin1'))
  expect(kept.join('').length).toBeGreaterThan(0)
  const shown = pages.map(({ text, headers }) => text + JSON.stringify(headers))
  const places = [...kept, ...shown, site.logged()]
  expect([...secrets].filter((secret) => places.some((text) => text.includes(secret)))).toEqual([])
})

it('A98 makes a new session at login, and accepts neither a planted session nor an invented id', async () => {
  const visitor = site.visitor()
  const planted = cookieOf(await visitor.get('/'))
  const fresh = cookieOf(await visitor.openFromMonPay())
  for (const cookie of [planted, fresh]) expect(cookie).toMatch(/^session=/)
  expect(fresh).not.toBe(planted)
  await site.visitor({ Cookie: planted }).get('/account').expect(303)
  const madeUp = site.visitor({ Cookie: 'session=s%3Amadeup.signature' })
  expect(cookieOf(await madeUp.openFromMonPay())).not.toContain('madeup')
})

it('A99 changes the CSRF token at login', async () => {
  const visitor = site.visitor()
  const before = await visitor.token('/')
  await visitor.openFromMonPay()
  expect(['', before]).not.toContain(await visitor.token('/account'))
  await visitor.post('/logout', { csrf: before }).expect(403)
})

const FORMS = ['/auth/zalopay', '/auth/moneypools', '/account/unlink', '/auth/switch', '/logout']

it.each(FORMS)('refuses a form without its token: %s', async (address) => {
  const visitor = site.visitor()
  await visitor.loginWithMoneyPools()
  await visitor.post(address).expect(403)
  await visitor.post(address, { csrf: 'forged' }).expect(403)
})

it('FR152 tells a browser that keeps no cookies what to do', async () => {
  const { text } = await site.visitor().get('/')
  const [, csrf] = /name="csrf" value="([^"]+)/.exec(text) ?? []
  const answer = await site.visitor().post('/auth/zalopay', { csrf: csrf! }).expect(403)
  expect(answer.text).toContain('allow cookies')
})

it.each(['/', '/account', '/auth/arrived', '/auth/switch', '/missing'])(
  'FR163 lets no cache keep an answer for one visitor, not even a redirect: %s',
  async (address) => {
    const { headers } = await site.visitor().get(address)
    expect(headers['cache-control']).toBe('no-store')
  },
)

it('FR164 tells a browser that keeps no cookies so after a MonPay login', async () => {
  const [kept, lost] = [site.visitor(), site.visitor()]
  const { headers } = await kept.openFromMonPay()
  const arrived = String(headers['location'])
  expect((await kept.get(arrived).expect(303)).headers['location']).toBe('/account')
  expect((await lost.get(arrived).expect(403)).text).toContain('Allow cookies')
})

it.each([0, 1])(
  'A97 A108 takes nothing of a request into the login, with %i trusted proxies',
  async (trustProxy) => {
    const other = await keep(startSite({ trustProxy }))
    const host = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' }
    const visitor = other.visitor({ ...host, 'X-Forwarded-Proto': 'https' })
    const evil = ['callbackURL', 'launchURL', 'scope', 'state', 'successRedirect']
    const fields = Object.fromEntries(evil.map((name) => [name, '//evil.example']))
    const start = `/auth/zalopay?${new URLSearchParams(fields)}`
    const { headers } = await visitor.submit(start, fields, '/')
    expect(headers['location']).toMatch(/^http:\/\/localhost:3000\/auth\/zalopay\/launch\?/)
    expect(headers['location']).not.toContain('evil')
    const answer = await visitor.openFromMonPay()
    expect(answer.headers['location']).toBe('/auth/arrived')
    const [token] = other.simulators.monpay.requests
    expect(token?.form?.['redirect_uri']).toBe(other.config.providers.monpay?.callbackURL)
    expect(JSON.stringify(token)).not.toContain('evil')
  },
)

it('names the cookie __Host- and marks it Secure behind https', async () => {
  const baseURL = new URL('https://shop.example')
  const secure = await keep(startSite({ baseURL, trustProxy: 1 }))
  const answer = await secure.visitor({ 'X-Forwarded-Proto': 'https' }).get('/')
  const [cookie] = answer.headers['set-cookie'] ?? []
  expect(cookie).toMatch(/^__Host-session=[^]*; Path=\/;/)
  for (const part of ['Secure', 'HttpOnly', 'SameSite=Lax']) expect(cookie).toContain(part)
  expect(cookie).not.toContain('Domain')
  expect(answer.headers['strict-transport-security']).toBeDefined()
})

it('A88 logs no code, key, token, secret or cookie, not even of what fails', async () => {
  const traced = await keep(startSite({ logLevel: 'trace' }))
  const visitor = traced.visitor()
  const { monpay } = traced.simulators
  const code = monpay.issueCode()
  await visitor.get('/auth/monpay?code=MARKER-code')
  await visitor.post('/auth/zalopay/callback', { code: 'MARKER-posted', login: 'x' })
  await visitor.get('/auth/moneypools/callback?auth_key=MARKER-key')
  await visitor.agent.post('/auth/zalopay/callback').type('json').send('{"code":MARKER-json')
  monpay.misbehave('localized-error', 'token')
  await visitor.get(`/auth/monpay?code=${code}`)
  const log = traced.logged()
  expect(log).toContain('"path":"/auth/monpay"')
  for (const secret of ['MARKER', code, monpay.clientSecret, 'ookie'])
    expect(log).not.toContain(secret)
})

it('stops an address that sends junk codes, before they are sent to the provider', async () => {
  await sendJunk(10, () => 7)
  const heard = site.simulators.monpay.requests.length
  const refused = await visitorFrom(7).get('/auth/monpay?code=junk10').expect(429)
  expect(refused.text).toContain('Too many attempts')
  expect(refused.headers['retry-after']).toMatch(/^\d+$/)
  expect(site.simulators.monpay.requests).toHaveLength(heard)
  expect((await visitorFrom(8).openFromMonPay()).status).toBe(303)
})

it('ignores X-Forwarded-For when there is no proxy', async () => {
  const bare = await keep(startSite())
  await sendJunk(10, (sent) => sent, bare)
  expect((await visitorFrom(99, bare).openFromMonPay()).status).toBe(429)
})

it('counts only junk: neither good logins nor reloads of a used callback are limited', async () => {
  for (let sent = 0; sent < 15; sent += 1)
    expect((await site.visitor().openFromMonPay()).status).toBe(303)
  const visitor = site.visitor()
  const address = `/auth/monpay?code=${site.simulators.monpay.issueCode()}`
  await visitor.get(address).expect(303)
  for (let sent = 0; sent < 12; sent += 1) await visitor.get(address).expect(200)
})

it('stops junk codes in all, however many addresses they come from', async () => {
  const send = (sent: number, code: string) =>
    visitorFrom(sent % 20).get(`/auth/monpay?code=${code}`)
  for (let sent = 0; sent < 100; sent += 1) await send(sent, 'a&code=b').expect(400)
  await send(100, 'unknown').expect(429)
  expect(site.simulators.monpay.requests).toEqual([])
})

it('A110 counts the codes of who does not wait for the answer, which says nothing about MonPay', async () => {
  const { monpay } = site.simulators
  const { port } = await keep(listen(site.app))
  monpay.misbehave('silence')
  const sockets = Array.from({ length: 31 }, (_, sent) => {
    const address = sent < 10 ? 7 : 100 + sent
    const lines = ['host: localhost', `x-forwarded-for: 203.0.113.${address}`, '', '']
    const socket = connect(port, '127.0.0.1')
    socket.write([`GET /auth/monpay?code=junk${sent} HTTP/1.1`, ...lines].join('\r\n'))
    return socket
  })
  while (monpay.requests.length < 31) await new Promise(setImmediate)
  for (const socket of sockets) socket.destroy()
  monpay.misbehave(undefined)
  // a login goes on for a second without its browser
  while ((await visitorFrom(7).get('/auth/monpay')).status !== 429);
  expect((await visitorFrom(8).openFromMonPay()).status).toBe(303)
})

it('junk codes do not stop the calls to MonPay', async () => {
  await sendJunk(31, (sent) => sent)
  expect((await site.visitor().openFromMonPay()).status).toBe(303)
})

it('stops the calls to MonPay when it keeps failing, and tries again after a pause, also when a request without a code comes first', async () => {
  let passed = 0
  const clock = jest.spyOn(Date, 'now')
  clock.mockImplementation(() => performance.timeOrigin + performance.now() + passed)
  const own = await keep(startSite({ trustProxy: 1 }))
  const { monpay } = own.simulators
  monpay.misbehave('status-500', 'token')
  for (let sent = 0; sent < 30; sent += 1)
    expect((await visitorFrom(sent, own).openFromMonPay()).status).toBe(502)
  monpay.misbehave(undefined)
  const heard = monpay.requests.length
  const paused = await visitorFrom(30, own).openFromMonPay()
  expect(paused.status).toBe(503)
  expect(paused.text).toContain('It is not your fault')
  expect(paused.headers['retry-after']).toBe('30')
  expect(monpay.requests).toHaveLength(heard)
  passed = 31_000
  await visitorFrom(31, own).get('/auth/monpay').expect(400)
  await visitorFrom(32, own)
    .get(`/auth/monpay?code=${'x'.repeat(9000)}`)
    .expect(400)
  expect((await visitorFrom(33, own).openFromMonPay()).status).toBe(303)
  clock.mockRestore()
})
