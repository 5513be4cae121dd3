import { createHash } from 'node:crypto'
import { attempt, createSession, ending, request } from '../support/bare'
import { isLong } from '../../../../test/long'
import { bare, everywhere, inside } from './support/drivers'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(closeWorlds)

/** What ZaloPay's SDK makes of a verifier of the page's own. */
function challengeOf(verifier: string): string {
  const digest = createHash('sha256').update(verifier).digest('hex')
  return Buffer.from(digest).toString('base64url')
}

const PENDING = 'fail no_pending_login 403'

describe.each(everywhere('zalopay', 'moneypools'))('%s', (_row, name, driver) => {
  it("A01 an attacker's code logs nobody in where the browser has no pending login", async () => {
    const world = await openWorld(name, driver)
    const [attacker, victim] = [world.browser(), world.browser()]
    const begun = await attacker.begin()
    const code = world.issue(begun)
    expect((await victim.finish(code, begun)).end).toBe(PENDING)
    expect((await victim.finish(code, {}, { method: 'GET' })).end).toMatch(/^fail/)
    expect(await victim.account()).toBeUndefined()
    expect(world.calls()).toEqual([])
    expect(world.store.sessions.size).toBe(1)
  })

  it('A03 the login name and code of an attacker log in nobody in another browser', async () => {
    const world = await openWorld(name, driver)
    const [attacker, victim] = [world.browser(), world.browser()]
    const theirs = await attacker.begin()
    const code = world.issue(theirs)
    // nothing is pending here: only the attacker's own cookie leads to his start
    expect((await victim.finish(code, theirs)).end).toBe(PENDING)
    expect(world.calls()).toEqual([])
    expect(await victim.account()).toBeUndefined()
    expect((await attacker.finish(code, theirs)).end).toBe('success')
  })

  it('A07 a callback with an empty login name and an empty session is refused', async () => {
    const world = await openWorld(name, driver)
    const browser = world.browser()
    const code = world.forge()
    expect((await browser.finish(code, { login: '' })).end).toBe(PENDING)
    const query = new URLSearchParams({ [world.kind.parameter]: code, state: '', login: '' })
    expect((await browser.visit({ path: `/auth/callback?${query}` })).end).toBe(PENDING)
    expect(world.calls()).toEqual([])
  })

  it('A11 with a login started in each of two tabs, either one can be completed', async () => {
    const world = await openWorld(name, driver)
    for (const pick of [0, 1]) {
      const browser = world.browser()
      const tabs = [await browser.begin(), await browser.begin()]
      const [tab = {}, other = {}] = pick === 0 ? tabs : tabs.toReversed()
      const late = world.issue(other, 1)
      expect((await browser.finish(world.issue(tab), tab)).end).toBe('success')
      // whoever logs in has a new session: nothing is pending in it
      expect((await browser.finish(late, other)).end).toBe(PENDING)
    }
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
    expect([...world.store.sessions.values()].join()).not.toContain('visited')
  })

  it('A07 a code that nobody issued logs nobody in', async () => {
    const world = await openWorld(name, driver)
    const browser = world.browser()
    expect((await browser.finish(world.forge())).end).toBe('fail invalid_code 401')
    expect(await browser.account()).toBeUndefined()
    expect(world.store.sessions.size).toBe(0)
  })
})

describe.each(everywhere('zalopay'))('%s', (_row, name, driver) => {
  it('A04 the login id of one session finds no login in another session', async () => {
    const world = await openWorld(name, driver)
    const [one, other] = [world.browser(), world.browser()]
    const [theirs, own] = [await one.begin(), await other.begin()]
    const code = world.issue(theirs)
    expect((await other.finish(code, theirs)).end).toBe(PENDING)
    expect(world.calls()).toEqual([])
    expect((await other.finish(world.issue(own), own)).end).toBe('success')
  })

  it('A06 a callback that names an unknown login is refused, and the pending login still works', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    for (const login of ['A'.repeat(22), 'x', '', ` ${begun.login}`, `${begun.login}=`])
      expect((await browser.finish(code, { login })).end).toBe(PENDING)
    expect(world.calls()).toEqual([])
    expect((await browser.finish(code, begun)).end).toBe('success')
  })

  it("A16 a code for another user's challenge is refused in this session", async () => {
    const world = await openWorld(name, driver)
    const [attacker, victim] = [world.browser(), world.browser()]
    const [theirs, own] = [await attacker.begin(), await victim.begin()]
    const code = world.issue(theirs, 1)
    expect((await victim.finish(code, own)).end).toBe('fail invalid_code 401')
    // neither is it taken by way of redirectUri
    const again = world.issue(theirs, 1)
    const { end } = await victim.visit({ path: `/auth/callback?code=${again}&state=` })
    expect(end).toBe('fail invalid_code 401')
    expect(await victim.account()).toBeUndefined()
  })

  it('A17 a verifier that the browser sends is refused or ignored, and never sent to the provider', async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    const verifier = 'v'.repeat(43)
    const code = world.issue({ codeChallenge: challengeOf(verifier) })
    for (const parameter of ['code_verifier', 'codeVerifier'])
      for (const how of [
        { form: { code, login: begun.login ?? '', [parameter]: verifier } },
        { json: { code, login: begun.login, [parameter]: verifier } },
        { path: `/auth/callback?${parameter}=${verifier}` },
      ])
        expect((await browser.finish(code, begun, how)).end).toBe('fail bad_callback 400')
    expect(world.calls()).toEqual([])
    const form = { code, login: begun.login ?? '', verifier }
    expect((await browser.finish(code, begun, { form })).end).toBe('fail invalid_code 401')
    const [sent] = world.provider.requests
    expect(sent?.body).not.toContain(verifier)
  })

  it('A20 a code that a form or a script of another site posts is refused', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'https://site.test.evil.example' },
      { origin: 'http://site.test' },
      { origin: 'https://site.test:8443' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://site.test' },
    ] as Record<string, string>[])
      for (const body of [{}, { form: '', json: { code, login: begun.login } }])
        expect((await browser.finish(code, begun, { ...body, headers })).end).toBe(
          'fail bad_callback 400',
        )
    expect(world.calls()).toEqual([])
    const headers = { origin: 'https://site.test', 'sec-fetch-site': 'same-origin' }
    expect((await browser.finish(code, begun, { headers })).end).toBe('success')
  })
})

describe.each(inside('monpay', 'moneypools'))('%s', (_row, name, driver) => {
  it('A04 a parameter state makes no difference where the provider sends none', async () => {
    const world = await openWorld(name, driver)
    const stranger = world.browser()
    const code = world.forge()
    const { path } = world.kind.bring(code, {})
    const { end } = await stranger.visit({ path: `${path}&state=${'s'.repeat(22)}` })
    expect(end).toBe(name === 'monpay' ? 'fail invalid_code 401' : PENDING)
    expect(await stranger.account()).toBeUndefined()
  })
})

describe.each(inside('zalopay', 'moneypools'))('%s', (_row, name, driver) => {
  it('A05 every start has a new random id, in every browser and in every process', async () => {
    const world = await openWorld(name, driver)
    const again = await world.addSite()
    for (const site of [undefined, again])
      for (let starts = 0; starts < 20; starts++) await world.browser(site).begin()
    const stored = [...world.store.sessions.values()].join()
    const ids = [...stored.matchAll(/"id":"([\w-]*)"/g)].map(([, id = '']) => id)
    expect(new Set(ids).size).toBe(40)
    // 22 characters of base64url are 128 bits and more
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/)
  })

  it('A10 a login that one strategy has started cannot be completed at another strategy of the site', async () => {
    const world = await openWorld(name, driver, { options: { name: 'one' } })
    const other = await world.addSite({ options: { name: 'other' } })
    const browser = world.browser()
    const begun = await browser.begin()
    const code = world.issue(begun)
    expect((await browser.at(other).finish(code, begun)).end).toBe(PENDING)
    expect(world.calls()).toEqual([])
    expect((await browser.finish(code, begun)).end).toBe('success')
  })
})

describe.each(inside('monpay'))('%s', (_row, name, driver) => {
  it('A05 the session holds no login where the provider starts logins', async () => {
    const world = await openWorld(name, driver)
    const browser = world.browser()
    await browser.begin()
    await browser.finish(world.forge())
    expect([...world.store.sessions.values()].join()).not.toContain('passport-code-flow')
  })

  it('A10 a code of another provider logs nobody in', async () => {
    const world = await openWorld(name, driver)
    const other = await openWorld('zalopay', driver)
    const begun = await other.browser().begin()
    expect((await world.browser().finish(other.issue(begun))).end).toBe('fail invalid_code 401')
    expect((await other.browser().finish(world.issue())).end).toMatch(/^fail (bad_c|no_pe)/)
    expect(other.calls()).toEqual([])
  })

  it('A12 callbacks of MonPay add nothing to the session', async () => {
    const world = await openWorld(name, driver)
    const browser = world.browser()
    await browser.begin()
    const [before] = world.store.sessions.values()
    for (let count = 0; count < 20; count++) await browser.finish(world.forge())
    expect([...world.store.sessions.values()]).toEqual([before])
  })
})

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']

describe.each(everywhere())('%s', (_row, name, driver) => {
  it('A08 after a callback with a wrong code, the right one still works', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    for (const login of name === 'zalopay' ? [{ login: 'B'.repeat(22) }, begun] : [begun])
      expect((await browser.finish(world.forge(), login)).end).toMatch(/^fail (no_pe|invalid_c)/)
    expect((await browser.visit({ path: '/auth/callback?error=access_denied' })).end).toMatch(
      /^fail/,
    )
    expect((await browser.finish(code, begun)).end).toBe('success')
  })

  it('A09 a name that every object has, such as __proto__, names no login and is no code', async () => {
    const { browser, begun, code } = await openLogin(name, driver)
    for (const word of NAMES) {
      const named = await browser.finish(name === 'zalopay' ? code : word, { login: word })
      expect(named.end).toMatch(/^fail (no_pending_login|invalid_code|code_already|bad_callback)/)
      expect((await browser.finish(word, begun)).end).toMatch(
        /^fail (invalid_code|code_already_used|bad_callback)/,
      )
      const { end } = await browser.visit({
        path: `/auth/callback?${word}[code]=a&${word}[auth_key]=b&${word}=c`,
      })
      expect(end).toMatch(/^fail (no_code|start_loop|bad_callback)/)
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
    expect((await browser.finish(code, begun)).end).toBe('fail invalid_code 401')
    expect(await browser.account()).toBeUndefined()
  })
})

describe.each(bare('zalopay', 'moneypools'))('%s', (_row, name, driver) => {
  it('A12 thousands of starts in one session take less than 4 KB, and the newest works', async () => {
    const { kind, provider } = await openWorld(name, driver)
    const strategy = kind.create(provider, {}, () => Promise.resolve({ id: '1' }))
    const session = createSession()
    let last = new URL('https://none.test')
    for (let starts = 0; starts < (isLong ? 10_000 : 1000); starts++) {
      const result = await attempt(strategy, request('/auth/start', { session }))
      if (result.action === 'redirect') last = result.url
    }
    const stored = JSON.stringify(session.stored())
    expect(stored.match(/"createdAt"/g)).toHaveLength(5)
    expect(stored.length).toBeLessThan(4096)
    const begun = Object.fromEntries(last.searchParams)
    const { path, form: body, method = 'GET' } = kind.bring(kind.issue(provider, begun, 0), begun)
    expect(await ending(strategy, request(path, { session, method, body }))).toBe('success')
  }, 20_000)
})

describe('A13', () => {
  afterEach(() => jest.restoreAllMocks())

  it.each(bare('zalopay', 'moneypools'))(
    'A13 a login is expired when its start is too old, or lies in the future: %s',
    async (_title, name, driver) => {
      const world = await openWorld(name, driver)
      const browser = world.browser()
      const begun = await browser.begin()
      const code = world.issue(begun)
      const now = Date.now()
      for (const moved of [600_001, 1_199_000, -60_000]) {
        jest.spyOn(Date, 'now').mockReturnValue(now + moved)
        expect((await browser.finish(code, begun)).end).toBe('fail pending_expired 403')
      }
      expect(world.calls()).toEqual([])
      jest.spyOn(Date, 'now').mockReturnValue(now + 590_000)
      expect((await browser.finish(code, begun)).end).toBe('success')
    },
  )

  it.each(bare('monpay'))(
    'A13 a used code stays used when the clock is changed: %s',
    async (_title, name, driver) => {
      const world = await openWorld(name, driver)
      const code = world.issue()
      const now = Date.now()
      await world.browser().finish(code)
      for (const moved of [-60_000, 3_590_000]) {
        jest.spyOn(Date, 'now').mockReturnValue(now + moved)
        expect((await world.browser().finish(code)).end).toBe('fail code_already_used 403')
      }
      expect(world.calls()).toEqual(['token', 'profile'])
    },
  )
})

describe.each(everywhere('zalopay', 'moneypools'))('%s', (_row, name, driver) => {
  it('A15 a start that another site makes the browser send is refused', async () => {
    const world = await openWorld(name, driver)
    const browser = world.browser()
    for (const [method, headers] of [
      ['GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
      ['GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' }],
      ['POST', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
      ['POST', { origin: 'https://evil.example' }],
      ['POST', { origin: 'null' }],
    ] as const)
      expect((await browser.visit({ method, path: '/auth/start', headers })).end).toBe(
        'fail cross_site_start 403',
      )
    // so that the silent consent of the provider finds nothing pending
    expect((await browser.finish(world.forge(), { login: 'C'.repeat(22) })).end).toBe(PENDING)
    expect(world.calls()).toEqual([])
    expect(world.store.sessions.size).toBe(0)
  })
})

describe.each(everywhere('zalopay', 'monpay'))('%s', (_row, name, driver) => {
  it('A21 a profile or a token that the browser sends is ignored', async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    const claims = {
      access_token: 'a-token-from-the-page',
      token: 'a-token-from-the-page',
      profile: '{"id":"12"}',
      userId: '12',
      muid: 'someone-else',
      data: '{"muid":"someone-else"}',
    }
    const { end } = await browser.visit({ method: 'POST', path: '/auth/callback', form: claims })
    expect(end).toMatch(/^fail (no_code|start_loop)/)
    expect(world.calls()).toEqual([])
    const code = world.issue(begun)
    const more = begun.login
      ? { form: { ...claims, code, login: begun.login } }
      : { path: `/auth/callback?${new URLSearchParams({ ...claims, code })}` }
    expect((await browser.finish(code, begun, more)).end).toBe('success')
    expect(['12', 'someone-else']).not.toContain(world.verified[0]?.profile['id'])
    expect(JSON.stringify(world.provider.requests)).not.toContain('a-token-from-the-page')
  })
})
