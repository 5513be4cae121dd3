import { pendingKey } from '../support/bare'
import { holdTime, pass, releaseTime } from '../support/time'
import { everywhere, inside } from './support/drivers'
import { holdingOnce } from './support/guard'
import { until } from './support/oracle'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(closeWorlds)
afterEach(releaseTime)

type Done = (error?: unknown, user?: unknown, info?: unknown) => void

const AWAY = [
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  ' //evil.example',
  '\\/evil.example',
  'https:evil.example',
  'https://app@evil.example',
  'javascript:alert(1)',
  'evil.example',
  '///evil.example',
  '/%0d%0a/../\\evil.example',
  ['//evil.example'],
  { toString: () => '//evil.example' },
  `/${'x'.repeat(3000)}`,
  // these resolve to an address of another site
  '/..//evil.example',
  '/./\u002f/evil.example',
  '/a/..//evil.example',
  '/.//evil.example',
  '/%2e%2e//evil.example',
]

const user = { id: '1' }
const NOTHING: unknown = undefined
const thrown = new Error('the database is down')
/** Gives the answer that one of them owes. */
let late = () => {}
/** True once a verify that keeps us waiting has been called. */
let isAsked = false

const never = () => {
  isAsked = true
}

const throwing = (problem: unknown) => () => {
  throw problem as Error
}

/** A verify that calls `done` as this says. */
const calling =
  (answer: (done: Done) => unknown) =>
  (_a: 0, _r: 0, _p: 0, done: Done): unknown =>
    answer(done)

/** A verify that answers with a user and then does this too. */
const answering = (more: (done: Done) => unknown) =>
  calling((done) => {
    done(null, user)
    return more(done)
  })

const failThenAnswer = (done: Done) => {
  done(thrown)
  done(null, user)
}

const VERIFIES: [string, unknown, string][] = [
  ['throws', throwing(thrown), 'error undefined'],
  ['throws what is no error', throwing('text'), 'error verify_failed 500'],
  ['rejects', () => Promise.reject(thrown), 'error undefined'],
  ['rejects with nothing', () => Promise.reject<unknown>(NOTHING), 'error verify_failed 500'],
  ['never answers', never, 'error timeout 504'],
  ['promises for ever', () => new Promise(never), 'error timeout 504'],
  ['answers twice', answering((done) => done(null, { id: '2' })), 'success'],
  ['answers, then throws', answering(throwing(thrown)), 'success'],
  ['fails, then answers', calling(failThenAnswer), 'error undefined'],
  [
    'answers after the deadline',
    calling((done) => {
      isAsked = true
      late = () => done(null, user)
    }),
    'error timeout 504',
  ],
  ['returns a user and calls done', answering(() => Promise.resolve({ id: '2' })), 'success'],
  [
    'is wrapped, without parameters of its own',
    async (...given: unknown[]) => {
      await Promise.resolve()
      ;(given.at(-1) as Done)(null, user)
    },
    'success',
  ],
  ['is wrapped and rejects', async (..._given: unknown[]) => throwing(thrown)(), 'error undefined'],
]

it.each(
  inside().flatMap(([title, ...row]) =>
    VERIFIES.map(([what, verify, end]) => [`${title}: it ${what}`, ...row, verify, end] as const),
  ),
)(
  'A103 a login has one outcome, whatever verify does: %s',
  async (_t, name, driver, verify, expected) => {
    const world = await openWorld(name, driver, { options: { timeout: 5000 }, verify })
    const browser = world.browser()
    isAsked = false
    holdTime()
    const login = browser.logIn()
    if (expected === 'error timeout 504') {
      await until(() => isAsked)
      pass(5000)
    }
    const { end } = await login
    late()
    expect(end).toMatch(expected)
    expect(await browser.account()).toBe(expected === 'success' ? '1' : undefined)
  },
)

describe.each(inside())('%s', (_row, name, driver) => {
  it('A93 A94 a returnTo of another site is replaced by the home page', async () => {
    const world = await openWorld(name, driver)
    for (const returnTo of AWAY) {
      const browser = world.browser(await world.addSite({ start: { returnTo } }))
      const { headers } = await browser.logIn()
      expect([returnTo, headers.location]).toEqual([returnTo, '/'])
    }
    const browser = world.browser(
      await world.addSite({ start: { returnTo: '/orders?page=2#top' } }),
    )
    expect((await browser.logIn()).headers.location).toBe('/orders?page=2#top')
  })

  it('A104 a verify that gives no user is the failure user_rejected', async () => {
    for (const answer of [false, undefined, null, 0, '']) {
      const byDone = (_a: 0, _r: 0, _p: 0, done: Done) => done(null, answer)
      const byPromise = () => Promise.resolve(answer)
      // a verify without parameters that promises nothing may still call `done`
      for (const verify of answer === undefined ? [byDone] : [byDone, byPromise]) {
        const world = await openWorld(name, driver, { verify })
        const browser = world.browser()
        const { end, result } = await browser.logIn()
        expect(end).toBe('fail user_rejected 401')
        expect(result).toHaveProperty('info.message', 'This account cannot log in here.')
        expect(await browser.account()).toBeUndefined()
      }
    }
  })
})

describe.each(everywhere('zalopay', 'moneypools'))('%s', (_row, name, driver) => {
  it('A96 returnTo comes from the start alone, and is checked again when it is used', async () => {
    const world = await openWorld(name, driver, { start: { returnTo: '/orders' } })
    const browser = world.browser()
    let begun = await browser.begin()
    let code = world.issue(begun)
    const { path } = world.kind.bring(code, begun)
    const bad = `${path}${path.includes('?') ? '&' : '?'}returnTo=//evil.example`
    expect((await browser.finish(code, begun, { path: bad })).headers.location).toBe('/orders')
    begun = await browser.begin()
    code = world.issue(begun, 1)
    world.store.tamper((session) => {
      const key = pendingKey(session, name)
      session[key] = (session[key] as object[] | undefined)?.map((login) => ({
        ...login,
        returnTo: 'https://evil.example',
      }))
    })
    expect((await browser.finish(code, begun)).headers.location).toBe('/')
  })
})

describe.each(everywhere())('%s', (_row, name, driver) => {
  it('A97 no header and no parameter of a request changes an address', async () => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example',
    }
    const { world, browser, begun } = await openLogin(name, driver)
    const visit = { method: 'POST', path: '/auth/start?callbackURL=https://evil.example' }
    const start = await browser.visit({ ...visit, headers })
    // where nothing can be started, nothing is
    const expected = {
      monpay: /^fail no_code 400 $/,
      zalopay: /^redirect \/auth\/launch\?/,
      moneypools: /^redirect http:\/\/127\.0\.0\.1:\d+\/api\/oauth\?app_id=\d+$/,
    }[name]
    expect(`${start.end} ${start.headers.location ?? ''}`).toMatch(expected)
    const code = world.issue(begun)
    expect((await browser.finish(code, begun, { headers })).end).toBe('success')
    expect(JSON.stringify(world.provider.requests)).not.toContain('evil.example')
    const [token] = world.provider.requests
    const told = name === 'monpay' ? 'https://site.test/auth/callback' : undefined
    expect(token?.form?.['redirect_uri']).toBe(told)
  })

  it('A102 two logins at the same time through one strategy log in two users', async () => {
    const once = holdingOnce()
    const ids: string[] = []
    let release = () => {}
    const second = new Promise<void>((resolve) => (release = resolve))
    const verify = async (_a: string, _r: unknown, { id }: { id: string }) => {
      ids.push(id)
      // whoever comes first is answered last
      if (ids.length === 1) await second
      else release()
      return { id }
    }
    const world = await openWorld(name, driver, { options: { once }, verify })
    const browsers = [world.browser(), world.browser()]
    const visits = []
    for (const [turn, browser] of browsers.entries()) {
      const begun = await browser.begin()
      visits.push({ browser, begun, code: world.issue(begun, turn) })
    }
    const { length } = world.flows
    const logins = visits.map(({ browser, begun, code }) => browser.finish(code, begun))
    await until(() => world.flows.length === length + 2)
    once.open()
    for (const { end } of await Promise.all(logins)) expect(end).toBe('success')
    const { users } = world.provider
    const wanted = users.slice(0, 2).map((one) => {
      const { userId, muid, user_id } = Object.fromEntries(Object.entries(one))
      return String(userId ?? muid ?? user_id)
    })
    expect(await Promise.all(browsers.map((browser) => browser.account()))).toEqual(wanted)
    expect([...ids].sort()).toEqual([...wanted].sort())
  })
})
