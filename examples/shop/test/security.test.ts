import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { serve } from '../src/serve'
import { startSite, type TestSite } from './support/site'

let site: TestSite

afterEach(() => site.close())

it('A109 forbids frames, foreign scripts and foreign forms on every page', async () => {
  site = await startSite()
  const visitor = site.visitor()
  for (const path of ['/', '/nowhere', '/auth/monpay']) {
    const { headers, text } = await visitor.get(path)
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).not.toContain('unsafe')
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1]
    for (const [tag] of text.matchAll(/<script[^>]*>/g)) expect(tag).toContain(`nonce="${nonce}"`)
  }
})

it.each(['GET * HTTP/1.1', 'OPTIONS * HTTP/1.1', 'GET nowhere HTTP/1.1'])(
  'refuses a request target that is no path: %s',
  async (line) => {
    site = await startSite()
    const server = await serve(site, { port: 0 })
    const socket = connect(server.port, '127.0.0.1')
    socket.end(`${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    const answer = await new Response(Readable.toWeb(socket) as ReadableStream).text()
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    expect(answer).not.toMatch(/Error|\.js|\.ts/)
    await server.stop()
  },
)

it('uses a new nonce for every answer', async () => {
  site = await startSite()
  const visitor = site.visitor()
  const [first, second] = [await visitor.get('/'), await visitor.get('/')]
  expect(first.headers['content-security-policy']).not.toBe(
    second.headers['content-security-policy'],
  )
})

it('allows the launch page its script and nothing else', async () => {
  site = await startSite()
  const visitor = site.visitor()
  const started = await visitor.submit('/auth/zalopay', {}, '/')
  const { pathname, search } = new URL(started.headers['location'] ?? '')
  const { headers } = await visitor.get(pathname + search)
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(headers['cache-control']).toBe('no-store')
})

it('A88 A89 lets nobody keep a callback’s answer or learn its address', async () => {
  site = await startSite()
  const visitor = site.visitor()
  const answers = [
    await visitor.get('/auth/monpay?code=unknown'),
    await visitor.openFromMonPay(),
    await visitor.get('/auth/moneypools/callback?auth_key=0123456789abcdef0123456789abcdef'),
    await visitor.post('/auth/zalopay/callback', { code: 'unknown', login: 'unknown' }),
  ]
  for (const { headers } of answers) {
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['referrer-policy']).toBe('no-referrer')
  }
})

it('A90 keeps tokens out of pages, cookies and the session', async () => {
  site = await startSite()
  const visitor = site.visitor()
  const answer = await visitor.loginWithZaloPay()
  const account = await visitor.get('/account')
  const [exchange] = site.simulators.zalopay.requests.filter(
    ({ endpoint }) => endpoint === 'profile',
  )
  const token = String(exchange?.headers['authorization']).replace('Bearer ', '')
  expect(token.length).toBeGreaterThan(8)
  expect(JSON.stringify(answer.headers) + account.text).not.toContain(token)
})

it('A98 gives a new session at login and ends the planted one', async () => {
  site = await startSite()
  const visitor = site.visitor()
  const planted = (await visitor.get('/')).headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  expect(planted).toMatch(/^session=/)
  const answer = await visitor.openFromMonPay()
  const fresh = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  expect(fresh).toMatch(/^session=/)
  expect(fresh).not.toBe(planted)
  const thief = site.visitor({ Cookie: planted })
  await thief.get('/account').expect(303)
})

it('A98 does not take over a session id that somebody made up', async () => {
  site = await startSite()
  const visitor = site.visitor({ Cookie: 'session=s%3Amadeup.signature' })
  const answer = await visitor.openFromMonPay()
  expect(answer.headers['set-cookie']?.[0]).not.toContain('madeup')
})

it('A99 changes the CSRF token at login', async () => {
  site = await startSite()
  const visitor = site.visitor()
  const before = await visitor.token('/')
  await visitor.openFromMonPay()
  const after = await visitor.token('/account')
  expect(after).not.toBe('')
  expect(after).not.toBe(before)
  await visitor.post('/logout', { csrf: before }).expect(403)
})

it.each(['/auth/zalopay', '/auth/moneypools', '/account/unlink', '/auth/switch', '/logout'])(
  'refuses a form without its token: %s',
  async (path) => {
    site = await startSite()
    const visitor = site.visitor()
    await visitor.loginWithMoneyPools()
    await visitor.post(path).expect(403)
    await visitor.post(path, { csrf: 'forged' }).expect(403)
  },
)

it('names the cookie __Host- and marks it Secure behind https', async () => {
  site = await startSite({ baseURL: new URL('https://shop.example'), trustProxy: 1 })
  const answer = await site.visitor({ 'X-Forwarded-Proto': 'https' }).get('/')
  const cookie = String(answer.headers['set-cookie']?.[0])
  expect(cookie).toMatch(/^__Host-session=/)
  expect(cookie).toMatch(/; Path=\/;/)
  expect(cookie).toContain('Secure')
  expect(cookie).toContain('HttpOnly')
  expect(cookie).toContain('SameSite=Lax')
  expect(cookie).not.toContain('Domain')
  expect(answer.headers['strict-transport-security']).toBeDefined()
})

it('A88 logs no code, key, token, secret or cookie', async () => {
  site = await startSite({ logLevel: 'trace' })
  const visitor = site.visitor()
  const { monpay, zalopay, moneypools } = site.simulators
  const marks = ['MARKER-code-1', 'MARKER-code-2', 'MARKER-code-3', 'MARKER-json']
  await visitor.get(`/auth/monpay?code=${marks[0]}`)
  await visitor.post('/auth/zalopay/callback', { code: String(marks[1]), login: 'x' })
  await visitor.get(`/auth/moneypools/callback?auth_key=${marks[2]}`)
  await visitor.agent.post('/auth/zalopay/callback').type('json').send(`{"code":${marks[3]}`)
  monpay.misbehave('localized-error', 'token')
  const code = monpay.issueCode()
  await visitor.get(`/auth/monpay?code=${code}`)
  monpay.misbehave(undefined)
  await visitor.loginWithZaloPay()
  await visitor.submit('/logout')
  await visitor.loginWithMoneyPools()
  const log = site.logged()
  expect(log).toContain('"path":"/auth/monpay"')
  const secrets = [...marks, code, monpay.clientSecret, zalopay.clientSecret]
  const sent = [...zalopay.requests, ...moneypools.requests].flatMap(({ headers, body }) => [
    (headers['authorization'] ?? 'Bearer none').slice('Bearer '.length),
    body,
  ])
  const leakable = [...secrets, moneypools.clientSecret, ...sent].filter(
    (secret) => secret && secret !== 'none',
  )
  expect(leakable.length).toBeGreaterThan(10)
  for (const secret of leakable) {
    expect(log).not.toContain(secret)
  }
  expect(log.toLowerCase()).not.toContain('cookie')
})

it('stops an address that sends junk codes, before the provider hears of them', async () => {
  site = await startSite({ trustProxy: 1 })
  const flood = site.visitor({ 'X-Forwarded-For': '203.0.113.7' })
  for (let sent = 0; sent < 10; sent += 1) {
    await flood.get(`/auth/monpay?code=junk${sent}`).expect(401)
  }
  const heard = site.simulators.monpay.requests.length
  const refused = await flood.get('/auth/monpay?code=junk10').expect(429)
  expect(refused.text).toContain('Too many attempts')
  expect(refused.headers['retry-after']).toMatch(/^\d+$/)
  expect(site.simulators.monpay.requests).toHaveLength(heard)
  const someone = site.visitor({ 'X-Forwarded-For': '203.0.113.8' })
  expect((await someone.openFromMonPay()).status).toBe(303)
})

it('does not believe X-Forwarded-For when no proxy stands in front', async () => {
  site = await startSite()
  for (let sent = 0; sent < 10; sent += 1) {
    const visitor = site.visitor({ 'X-Forwarded-For': `203.0.113.${sent}` })
    await visitor.get(`/auth/monpay?code=junk${sent}`).expect(401)
  }
  await site.visitor({ 'X-Forwarded-For': '203.0.113.99' }).openFromMonPay().then(expectLimited)
})

it('counts only junk: good logins are never limited', async () => {
  site = await startSite()
  for (let sent = 0; sent < 15; sent += 1) {
    expect((await site.visitor().openFromMonPay()).status).toBe(303)
  }
})

it('lets a logged-in visitor reload a used callback as often as they like', async () => {
  site = await startSite()
  const visitor = site.visitor()
  const path = `/auth/monpay?code=${site.simulators.monpay.issueCode()}`
  await visitor.get(path).expect(303)
  for (let sent = 0; sent < 12; sent += 1) await visitor.get(path).expect(200)
})

it('stops junk codes in all, however many addresses they come from', async () => {
  site = await startSite({ trustProxy: 1 })
  const send = (sent: number, code: string) =>
    site.visitor({ 'X-Forwarded-For': `203.0.113.${sent % 20}` }).get(`/auth/monpay?code=${code}`)
  for (let sent = 0; sent < 100; sent += 1) await send(sent, 'a&code=b').expect(400)
  await send(100, 'unknown').expect(429)
  expect(site.simulators.monpay.requests).toEqual([])
})

it('does not leave MonPay alone because of junk codes', async () => {
  site = await startSite({ trustProxy: 1 })
  for (let sent = 0; sent < 31; sent += 1) {
    const visitor = site.visitor({ 'X-Forwarded-For': `203.0.113.${sent}` })
    await visitor.get(`/auth/monpay?code=junk${sent}`).expect(401)
  }
  expect((await site.visitor().openFromMonPay()).status).toBe(303)
})

it('leaves MonPay alone when it keeps failing', async () => {
  site = await startSite({ trustProxy: 1 })
  site.simulators.monpay.misbehave('status-500', 'token')
  const open = (sent: number) =>
    site.visitor({ 'X-Forwarded-For': `203.0.113.${sent}` }).openFromMonPay()
  for (let sent = 0; sent < 30; sent += 1) expect((await open(sent)).status).toBe(502)
  const heard = site.simulators.monpay.requests.length
  const paused = await open(30)
  expect(paused.status).toBe(503)
  expect(paused.text).toContain('It is not your fault')
  expect(paused.headers['retry-after']).toBe('30')
  expect(site.simulators.monpay.requests).toHaveLength(heard)
})

it('tries MonPay again after a pause, although somebody without a code comes first', async () => {
  let passed = 0
  const clock = jest
    .spyOn(Date, 'now')
    .mockImplementation(() => performance.timeOrigin + performance.now() + passed)
  site = await startSite()
  site.simulators.monpay.misbehave('status-500', 'token')
  for (let sent = 0; sent < 30; sent += 1) await site.visitor().openFromMonPay()
  site.simulators.monpay.misbehave(undefined)
  expect((await site.visitor().openFromMonPay()).status).toBe(503)
  passed = 31_000
  await site.visitor().get('/auth/monpay').expect(400)
  await site
    .visitor()
    .post('/auth/monpay', { code: 'x'.repeat(20_000) })
    .expect(400)
  expect((await site.visitor().openFromMonPay()).status).toBe(303)
  clock.mockRestore()
})

function expectLimited({ status }: { status: number }): void {
  expect(status).toBe(429)
}
