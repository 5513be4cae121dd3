import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { startSite, type TestSite } from '../support/site'

let site: TestSite

beforeEach(async () => {
  site = await startSite()
})
afterEach(() => site.close())

const MONEYPOOLS = '/auth/moneypools'

it('A15 starts nothing by GET, by image or without the token of its form, and then takes no key', async () => {
  const victim = site.visitor()
  const page = await victim.token('/')
  const foreign = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }
  for (const start of ['/auth/moneypools', '/auth/zalopay']) {
    await victim.get(start).expect(404)
    await victim.get(start, { 'Sec-Fetch-Dest': 'image', ...foreign }).expect(404)
    await victim.post(start, {}, foreign).expect(403)
    await victim.post(start, { csrf: 'x'.repeat(page.length) }).expect(403)
    // even with a token that has leaked: the browser says where the form stood
    await victim.post(start, { csrf: page }, foreign).expect(403)
  }
  // the attacker's own key, which the provider hands out without a question
  const answer = await victim.returnFromMoneyPools()
  expect(answer.status).toBe(403)
  expect(answer.text).toContain('data-code="no_pending_login"')
  expect(site.simulators.moneypools.requests).toEqual([])
})

it('A43 A44 shows its own words for an error, and no address out of it', async () => {
  const visitor = site.visitor()
  const query = new URLSearchParams({
    error: '<script>evil</script>',
    error_description: '<img src=x onerror=evil>\u001b[31m\r\nevil: 1',
    error_uri: 'javascript:evil()',
  })
  for (const callback of ['/auth/monpay', '/auth/zalopay/callback', '/auth/moneypools/callback'])
    for (const error of ['<script>evil</script>', 'access_denied']) {
      query.set('error', error)
      const { status, text, headers } = await visitor.get(`${callback}?${query}`)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(404)
      expect(text + JSON.stringify(headers)).not.toContain('evil')
    }
  const log = site.logged()
  expect(log).not.toContain('evil')
  expect(log).not.toContain('\u001b')
})

it('A43 shows no word of the provider either', async () => {
  const words = '<b>evil</b>\u001b[31m\nevil'
  const { monpay } = site.simulators
  monpay.misbehave({
    status: 401,
    body: { error: 'unauthorized_client', error_description: words },
  })
  const answer = await site.visitor().openFromMonPay()
  expect(answer.status).toBe(500)
  expect(answer.text).not.toContain('evil')
  // on one line, for whoever reads the log
  for (const line of site.logged().trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  expect(site.logged()).not.toContain('\u001b')
})

it('A61 A62 shows what a provider says of a user as text, and pictures by web addresses alone', async () => {
  const { moneypools } = site.simulators
  const [user] = moneypools.users
  if (!user) throw new Error('there is no user')
  for (const address of ['javascript:evil()', 'data:text/html,evil', '"><script>evil()</script>']) {
    user.user_firstname = '<script>evil()</script>'
    user.user_lastname = `" onload="evil()`
    user.user_picture = address
    moneypools.behaviour.uploadsURL = 'https://pictures.example'
    const visitor = site.visitor()
    await visitor.loginWithMoneyPools(user)
    const { text } = await visitor.get('/account').expect(200)
    expect(text).not.toMatch(/<script>evil|" onload="evil/)
    expect(text).toContain('&lt;script&gt;evil()')
    for (const [, source = ''] of text.matchAll(/<img[^>]* src="([^"]*)"/g))
      expect(source).toMatch(/^https?:\/\//)
  }
})

it('A88 A90 keeps codes, tokens and secrets out of its database, its pages and its log', async () => {
  const { monpay, zalopay, moneypools } = site.simulators
  const visitor = site.visitor()
  const code = monpay.issueCode()
  const pages = [await visitor.get(`/auth/monpay?code=${code}`), await visitor.get('/account')]
  await visitor.submit('/logout')
  pages.push(await visitor.loginWithZaloPay(), await visitor.get('/account'))
  await visitor.submit('/logout')
  pages.push(
    await visitor.loginWithMoneyPools(),
    await visitor.get('/account'),
    await visitor.get('/'),
  )
  const sent = [monpay, zalopay, moneypools].flatMap(({ requests, clientSecret }) => [
    clientSecret,
    ...requests.flatMap(({ headers, query, form, json }) => [
      (headers.authorization ?? '').replace('Bearer ', ''),
      ...Object.entries({ ...query, ...form, ...(json as object) })
        .filter(([name]) => /^(code|auth_key)$|token|secret/.test(name))
        .map(([, value]) => String(value)),
    ]),
  ])
  const secrets = new Set([
    code,
    site.config.sessionSecret,
    ...sent.filter((one) => one.length > 8),
  ])
  expect(secrets.size).toBeGreaterThanOrEqual(10)
  const kept = readdirSync(site.config.dataDir).map((file) =>
    readFileSync(path.join(site.config.dataDir, file), 'latin1'),
  )
  expect(kept.join('').length).toBeGreaterThan(0)
  const shown = pages.map(({ text, headers }) => text + JSON.stringify(headers))
  const places = [...kept, ...shown, site.logged()]
  expect([...secrets].filter((secret) => places.some((text) => text.includes(secret)))).toEqual([])
})

it('A89 lets no cache keep a start, a launch page, a callback or an account', async () => {
  const visitor = site.visitor()
  const started = await visitor.submit('/auth/zalopay', {}, '/')
  const { pathname, search } = new URL(started.headers['location'] ?? '')
  const answers = [
    await visitor.get(pathname + search),
    await visitor.returnFromZaloPay(started),
    await visitor.get('/auth/zalopay/callback?code=x'),
    await visitor.get('/auth/moneypools/callback'),
    await visitor.get('/auth/monpay'),
  ]
  for (const { headers } of answers) expect(headers['cache-control']).toBe('no-store')
})

it('A93 A94 A96 takes a return address from nowhere but its own form, and checks it', async () => {
  const visitor = site.visitor()
  await visitor.submit(MONEYPOOLS, { returnTo: '/..//evil.example' }, '/')
  const { moneypools } = site.simulators
  const { pathname, search } = new URL(moneypools.redirectURL(moneypools.issueKey()))
  const answer = await visitor.get(
    `${pathname}${search}&returnTo=//evil.example&next=//evil.example`,
  )
  expect(answer.headers['location']).toBe('/account')
})

it('A97 A108 takes nothing of a request into the login, with and without a trusted proxy', async () => {
  for (const trustProxy of [0, 1]) {
    await site.close()
    site = await startSite({ trustProxy })
    const visitor = site.visitor({
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'https',
    })
    const fields = {
      callbackURL: '//evil.example',
      scope: 'all',
      state: 'evil',
      successRedirect: '//evil.example',
    }
    const started = await visitor.submit(
      `/auth/zalopay?${new URLSearchParams(fields)}`,
      fields,
      '/',
    )
    expect(started.headers['location']).not.toContain('evil')
    const answer = await visitor.openFromMonPay()
    expect(answer.headers['location']).toBe('/account')
    const [token] = site.simulators.monpay.requests
    expect(token?.form?.['redirect_uri']).toBe(site.config.providers.monpay?.callbackURL)
    expect(JSON.stringify(token)).not.toContain('evil')
  }
})

it('A98 A99 A100 a login starts from nothing: session, CSRF token and everything planted are gone', async () => {
  const visitor = site.visitor()
  const before = await visitor.token('/')
  await visitor.submit(MONEYPOOLS, {}, '/')
  await visitor.returnFromMoneyPools()
  const after = await visitor.token('/account')
  expect([before, undefined]).not.toContain(after)
  // a second person: a page asks, and nothing has changed until it is answered
  const arrived = await visitor.openFromMonPay()
  expect(arrived.headers['location']).toBe('/auth/switch')
  expect(await visitor.token('/account')).toBe(after)
})

it('A109 lets no page of a login stand in a frame', async () => {
  const visitor = site.visitor()
  await visitor.loginWithMoneyPools()
  await visitor.openFromMonPay()
  for (const address of [
    '/',
    '/auth/switch',
    '/auth/confirm',
    '/account',
    '/auth/monpay',
    '/nowhere',
  ]) {
    const { headers } = await visitor.get(address)
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['x-frame-options']).toMatch(/DENY|SAMEORIGIN/)
  }
})
