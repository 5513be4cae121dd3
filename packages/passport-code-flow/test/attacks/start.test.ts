import { challengesOf } from '../../src/pkce'
import { alone, everywhere } from './support/drivers'
import { CALLBACK } from './support/kinds'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(closeWorlds)

const PENDING = 'fail no_pending_login 403'
const REFUSED = 'fail invalid_code 401'
const BAD = 'fail bad_callback 400'
const UNKNOWN = 'a'.repeat(22)

describe.each(everywhere('zalopay', 'moneypools'))('%s', (_row, name, driver) => {
  it("A01 A03 an attacker's code and login name log nobody in where the browser has no pending login", async () => {
    const { world, browser: attacker, begun, code } = await openLogin(name, driver)
    const victim = world.browser()
    expect((await victim.finish(code, begun)).end).toBe(PENDING)
    expect((await victim.finish(code, {}, { method: 'GET' })).end).toMatch(/^fail/)
    expect(await victim.account()).toBeUndefined()
    expect(world.calls()).toEqual([])
    expect(world.store.texts).toHaveLength(1)
    expect((await attacker.finish(code, begun)).end).toBe('success')
  })

  it('A07 a callback with an empty login name and an empty session is refused', async () => {
    const world = await openWorld(name, driver)
    const browser = world.browser()
    const code = world.forge()
    expect((await browser.finish(code, { login: '' })).end).toBe(PENDING)
    const query = new URLSearchParams({ [world.kind.parameter]: code, state: '', login: '' })
    expect((await browser.visit({ path: `${CALLBACK}?${query}` })).end).toBe(PENDING)
    expect(world.calls()).toEqual([])
  })
})

describe.each(everywhere('monpay'))('%s', (_row, name, driver) => {
  it('A02 a login that MonPay starts says initiatedBy: provider, and gets a session without the old content', async () => {
    const seen: unknown[] = []
    const verify = (req: { session?: unknown }, ...given: unknown[]) => {
      seen.push(req.session !== undefined)
      ;(given.at(-1) as (error: null, user: object) => void)(null, { id: '11' })
    }
    const world = await openWorld(name, driver, { options: { passReqToCallback: true }, verify })
    const browser = world.browser()
    await browser.begin()
    const before = browser.cookie
    const { result, end } = await browser.finish(world.issue())
    expect(end).toBe('success')
    expect(result).toHaveProperty('info.initiatedBy', 'provider')
    expect(seen).toEqual([true])
    expect(browser.cookie).not.toBe(before)
    expect(world.store.texts.join()).not.toContain('visited')
  })
})

describe.each(everywhere('zalopay'))('%s', (_row, name, driver) => {
  it('A04 A06 a login name of another session, or an unknown one, is refused, and the pending login still works', async () => {
    const { world, browser: attacker, begun: theirs, code } = await openLogin(name, driver)
    const victim = world.browser()
    const own = await victim.begin()
    const names = [theirs.login, UNKNOWN, 'x', '', ` ${own.login}`, `${own.login}=`]
    for (const login of names)
      expect((await victim.finish(code, { login: String(login) })).end).toBe(PENDING)
    expect(world.calls()).toEqual([])
    expect((await victim.finish(world.issue(own), own)).end).toBe('success')
    expect((await attacker.finish(world.issue(theirs), theirs)).end).toBe('success')
  })

  it('B02 an error of the SDK ends no login but the one it names', async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    const other = await browser.begin()
    for (const more of ['', `&login=${UNKNOWN}`, '&login='])
      expect((await browser.visit({ path: `${CALLBACK}?error=030503${more}` })).end).toBe(PENDING)
    const named = { path: `${CALLBACK}?error=030503&login=${other.login}` }
    expect((await browser.visit(named)).end).toBe('fail sdk_failed 401')
    expect((await browser.finish(world.issue(other), other)).end).toBe(PENDING)
    expect((await browser.finish(world.issue(begun), begun)).end).toBe('success')
  })

  it("A16 a code for another user's challenge is refused in this session", async () => {
    const world = await openWorld(name, driver)
    const [attacker, victim] = [world.browser(), world.browser()]
    const [theirs, own] = [await attacker.begin(), await victim.begin()]
    const code = world.issue(theirs, 1)
    expect((await victim.finish(code, own)).end).toBe(REFUSED)
    // neither is it taken by way of redirectUri
    const again = { path: `${CALLBACK}?code=${world.issue(theirs, 1)}&state=` }
    expect((await victim.visit(again)).end).toBe(REFUSED)
    expect(await victim.account()).toBeUndefined()
  })

  it('A17 a verifier that the browser sends is refused or ignored, and never sent to the provider', async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    const { login = '' } = begun
    const verifier = 'v'.repeat(43)
    const code = world.issue({ codeChallenge: challengesOf(verifier, ['hex'])[0]! })
    const refused = { form: { code, login, code_verifier: verifier } }
    expect((await browser.finish(code, begun, refused)).end).toBe(BAD)
    expect(world.calls()).toEqual([])
    const ignored = { form: { code, login, verifier } }
    expect((await browser.finish(code, begun, ignored)).end).toBe(REFUSED)
    expect(world.provider.requests[0]?.body).not.toContain(verifier)
  })

  it('A20 a code that a form or a script of another site posts is refused', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    const json = { form: '', json: { code, login: begun.login } }
    for (const origin of ['https://evil.example', 'null', 'https://site.test:8443'])
      for (const body of [{}, json]) {
        const posted = { ...body, headers: { origin } }
        expect((await browser.finish(code, begun, posted)).end).toBe(BAD)
      }
    expect(world.calls()).toEqual([])
    const headers = { origin: 'https://site.test', 'sec-fetch-site': 'same-origin' }
    expect((await browser.finish(code, begun, { headers })).end).toBe('success')
  })
})

describe.each(alone('monpay', 'moneypools'))('%s', (_row, name, driver) => {
  it('A04 A05 A07 A12 A91 a code that nobody issued logs nobody in, whatever state and login are beside it, and MonPay keeps nothing in the session', async () => {
    const world = await openWorld(name, driver)
    const [browser, stranger] = [world.browser(), world.browser()]
    await browser.begin()
    const before = world.store.texts
    for (const more of ['state=', `state=${UNKNOWN}`, 'login=', `login=${UNKNOWN}`]) {
      const visit = () => ({ path: `${world.kind.bring(world.forge(), {}).path}&${more}` })
      expect((await browser.visit(visit())).end).toBe(REFUSED)
      const { end } = await stranger.visit(visit())
      expect(end).toBe(name === 'monpay' ? REFUSED : PENDING)
    }
    for (const one of [browser, stranger]) expect(await one.account()).toBeUndefined()
    const after = world.store.texts
    expect([after.length, after[0] === before[0]]).toEqual([1, name === 'monpay'])
  })
})

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']

describe.each(everywhere())('%s', (_row, name, driver) => {
  it('A09 a name that every object has, such as __proto__, names no login and is no code', async () => {
    const { browser, begun, code } = await openLogin(name, driver)
    const refused = /^fail (invalid_code|code_already_used|bad_callback)/
    for (const word of NAMES) {
      const named = await browser.finish(name === 'zalopay' ? code : word, { login: word })
      expect(named.end).toMatch(name === 'zalopay' ? PENDING : refused)
      expect((await browser.finish(word, begun)).end).toMatch(refused)
      const path = `${CALLBACK}?${word}[code]=a&${word}[auth_key]=b&${word}=c`
      expect((await browser.visit({ path })).end).toMatch(/^fail (no_code|start_loop|bad_callback)/)
    }
    expect({}).not.toHaveProperty('code')
    // ZaloPay's login has had its five refused codes
    expect((await browser.finish(code, begun)).end).toBe(name === 'zalopay' ? PENDING : 'success')
  })

  it('A19 a code for one app logs nobody in at another app of the same provider', async () => {
    const [one, other] = [await openWorld(name, driver), await openWorld(name, driver)]
    const browser = other.browser()
    const begun = await browser.begin()
    const code = other.plant(one.issue(begun))
    expect((await browser.finish(code, begun)).end).toBe(REFUSED)
    expect(await browser.account()).toBeUndefined()
  })

  it('A97 no header and no parameter of a request changes an address', async () => {
    const evil = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
    const headers = { ...evil, 'x-forwarded-proto': 'http', forwarded: 'host=evil.example' }
    const { world, browser, begun } = await openLogin(name, driver)
    const path = '/auth/start?callbackURL=https://evil.example'
    const start = await browser.visit({ method: 'POST', path, headers })
    // where nothing can be started, nothing is
    const expected = {
      monpay: /^fail no_code 400 $/,
      zalopay: /^redirect \/auth\/launch\?/,
      moneypools: /^redirect http:\/\/127\.0\.0\.1:\d+\/api\/oauth\?app_id=\d+$/,
    }[name]
    expect(`${start.end} ${start.headers.location ?? ''}`).toMatch(expected)
    expect((await browser.finish(world.issue(begun), begun, { headers })).end).toBe('success')
    expect(JSON.stringify(world.provider.requests)).not.toContain('evil.example')
    const told = name === 'monpay' ? 'https://site.test/auth/callback' : undefined
    expect(world.provider.requests[0]?.form?.['redirect_uri']).toBe(told)
  })
})

describe.each(everywhere('zalopay', 'monpay'))('%s', (_row, name, driver) => {
  it('A21 a profile or a token that the browser sends is ignored', async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    const tokens = { access_token: 'a-token-from-the-page', token: 'a-token-from-the-page' }
    const users = { userId: '12', profile: '{"id":"12"}', data: '{"muid":"someone-else"}' }
    const claims = { ...tokens, ...users, muid: 'someone-else' }
    const { end } = await browser.visit({ method: 'POST', path: CALLBACK, form: claims })
    expect(end).toMatch(/^fail (no_code|start_loop)/)
    expect(world.calls()).toEqual([])
    const code = world.issue(begun)
    const more = begun.login
      ? { form: { ...claims, code, login: begun.login } }
      : { path: `${CALLBACK}?${new URLSearchParams({ ...claims, code })}` }
    expect((await browser.finish(code, begun, more)).end).toBe('success')
    expect(['12', 'someone-else']).not.toContain(world.verified[0]?.profile['id'])
    expect(JSON.stringify(world.provider.requests)).not.toContain('a-token-from-the-page')
  })
})
