import { pendingKey } from '../support/bare'
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { CodeFlowStrategy, memoryOnce, type Once } from '../../src/index'
import { printed } from '../support/oracle'
import { holdTime, pass, releaseTime } from '../support/time'
import { bare, everywhere, inside } from './support/drivers'
import { CALLBACK } from './support/kinds'
import { until } from './support/oracle'
import { holdingOnce } from './support/guard'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(closeWorlds)
afterEach(releaseTime)

const NOTHING: unknown = undefined
const PENDING = 'fail no_pending_login 403'

describe.each(everywhere('zalopay'))('%s', (_row, name, driver) => {
  it('B02 an error of the SDK ends no login but the one it names', async () => {
    const world = await openWorld(name, driver)
    const browser = world.browser()
    const [begun, other] = [await browser.begin(), await browser.begin()]
    for (const query of [
      'error=030503',
      `error=030503&login=${'A'.repeat(22)}`,
      'error=030503&login=',
    ])
      expect((await browser.visit({ path: `${CALLBACK}?${query}` })).end).toBe(PENDING)
    const { end } = await browser.visit({ path: `${CALLBACK}?error=030503&login=${other.login}` })
    expect(end).toBe('fail sdk_failed 401')
    expect((await browser.finish(world.issue(other), other)).end).toBe(PENDING)
    expect((await browser.finish(world.issue(begun), begun)).end).toBe('success')
  })
})

const STORED: [string, unknown][] = [
  ['a text', 'x'],
  ['true', true],
  ['nothing', null],
  ['an object', { 0: { id: 'x' } }],
  ['entries that are none', [null, 7, 'x', [], {}, { id: 1, createdAt: 1 }]],
  ['a login without a date', [{ id: 'A'.repeat(22) }]],
  [
    'a login of the end of time',
    [{ id: 'A'.repeat(22), verifier: 'v'.repeat(43), createdAt: 8.64e15 }],
  ],
  [
    'a login that is no number old',
    [{ id: 'A'.repeat(22), verifier: 'v'.repeat(43), createdAt: 'now' }],
  ],
]

describe.each(everywhere('zalopay', 'moneypools'))('%s', (_row, name, driver) => {
  it('B03 five refused codes end a login, so that nobody can go on guessing', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    for (let guesses = 0; guesses < 5; guesses++)
      expect((await browser.finish(world.forge(), begun)).end).toBe('fail invalid_code 401')
    expect((await browser.finish(code, begun)).end).toBe(PENDING)
    expect(world.calls()).toHaveLength(5)
  })

  it('B06 whatever a session store gives back, it logs nobody in, and a new start works', async () => {
    const world = await openWorld(name, driver)
    const browser = world.browser()
    for (const [what, stored] of STORED) {
      await browser.begin()
      world.store.tamper((session) => {
        session[pendingKey(session, name)] = stored
      })
      const { end } = await browser.finish(world.forge(), { login: 'A'.repeat(22) })
      expect([what, end]).toEqual([
        what,
        expect.stringMatching(/^fail (no_pending_login|pending_expired) 403$/),
      ])
    }
    expect(world.calls()).toEqual([])
    const begun = await browser.begin()
    expect((await browser.finish(world.issue(begun), begun)).end).toBe('success')
  })

  it('B12 a completed login accepts no other code, also when a slow request stores the old session again', async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    const codes = [world.issue(begun), world.issue(begun, 1)] as const
    // a slow request of the same browser stores what it read before
    const { cookie } = browser
    const before = new Map(world.store.sessions)
    expect((await browser.finish(codes[0], begun)).end).toBe('success')
    for (const [sid, text] of before) world.store.sessions.set(sid, text)
    browser.cookie = cookie
    expect((await browser.finish(codes[1], begun)).end).toBe(PENDING)
    expect(world.verified).toHaveLength(1)
  })
})

describe.each(inside())('%s', (_row, name, driver) => {
  it('B04 a guard that answers anything but true, fails or throws logs nobody in', async () => {
    const known = new Set<string>()
    const broken: [(key: string) => unknown, string][] = [
      [() => Promise.resolve(false), 'error guard 503'],
      [() => Promise.resolve(true), 'error guard 503'],
      [() => Promise.resolve('OK'), 'error guard 503'],
      [() => Promise.resolve(1), 'error guard 503'],
      [(key: string) => !known.has(key) && !!known.add(key), 'success'],
      [() => Promise.reject(new Error('down')), 'error guard 503'],
      [() => Promise.reject<unknown>(NOTHING), 'error guard 503'],
      [
        () => {
          throw new Error('down')
        },
        'error guard 503',
      ],
      [
        () => {
          setImmediate(() => pass(5000))
          return new Promise(() => {})
        },
        'error guard 503',
      ],
    ]
    holdTime()
    for (const [claim, expected] of broken) {
      const world = await openWorld(name, driver, {
        options: { once: { claim: claim as Once['claim'] }, timeout: 5000 },
      })
      expect((await world.browser().logIn()).end).toBe(expected)
      expect(world.calls()).toHaveLength(expected === 'success' ? 2 : 0)
    }
  })

  it('B05 the guard gets a hash of the code, and never the code', async () => {
    const keys: string[] = []
    const guard = memoryOnce()
    const claim = (key: string, ttlMs: number) => {
      keys.push(key)
      return guard.claim(key, ttlMs)
    }
    const { browser, begun, code } = await openLogin(name, driver, {
      options: { once: { claim } },
    })
    await browser.finish(code, begun)
    const digest = createHash('sha256').update(`${name}\0${code}`).digest('hex')
    expect(new Set(keys)).toEqual(new Set([`passport-code-flow:${digest}`]))
  })

  it('B07 what verify gives as a user or as info never becomes another action', async () => {
    const hostile = {
      get note(): string {
        throw new Error('a getter')
      },
    }
    const answers: [unknown, unknown, string][] = [
      [{ id: '1' }, { initiatedBy: 'site', duplicate: true, state: 'x' }, 'success'],
      [{ id: '1' }, 'a text', 'success'],
      [{ id: '1' }, hostile, 'error undefined undefined'],
      [{ id: '1' }, { __proto__: { polluted: 1 } }, 'success'],
    ]
    for (const [user, info, expected] of answers) {
      const verify = (_a: 0, _r: 0, _p: 0, done: (...given: unknown[]) => void) =>
        done(null, user, info)
      const world = await openWorld(name, driver, { verify })
      const { end, result, headers } = await world.browser().logIn()
      expect(end).toBe(expected)
      const told = result?.action === 'success' ? result.info : {}
      const initiatedBy = world.kind.starts ? 'site' : 'provider'
      expect([initiatedBy, undefined]).toContain(told['initiatedBy'])
      expect([false, undefined]).toContain(told['duplicate'])
      expect(['/account', undefined]).toContain(headers.location)
    }
  })

  it('B08 a listener of the tracing channel that throws or looks for secrets changes no login', async () => {
    const { tracingChannel } = await import('node:diagnostics_channel')
    const seen: unknown[] = []
    const note = (message: object) => void seen.push(message)
    const subscribers = { start: note, end: note, asyncStart: note, asyncEnd: note, error: note }
    const channel = tracingChannel('passport-code-flow:login')
    channel.subscribe(subscribers)
    const { browser, begun, code } = await openLogin(name, driver)
    expect((await browser.finish(code, begun)).end).toBe('success')
    channel.unsubscribe(subscribers)
    expect(seen.length).toBeGreaterThan(6)
    // the very objects, not copies: results and errors must not be on them
    expect(printed(seen)).not.toContain(code)
    for (const one of seen)
      expect(['strategy', 'clientID', 'step', 'outcome', 'status', 'reason']).toEqual(
        expect.arrayContaining(Object.keys(one as object).filter((key) => key !== 'result')),
      )
  })

  it('B10 a pending login under another session key is not found', async () => {
    const world = await openWorld(name, driver)
    const browser = world.browser()
    await browser.begin()
    world.store.tamper((session) => {
      if (name === 'monpay') return
      const key = pendingKey(session, name)
      session['passport-code-flow:other'] = session[key]
      session['passport-code-flow'] = session[key]
      delete session[key]
    })
    const { end } = await browser.finish(world.forge(), { login: 'A'.repeat(22) })
    expect(end).toBe(name === 'monpay' ? 'fail invalid_code 401' : PENDING)
  })
})

describe.each(everywhere())('%s', (_row, name, driver) => {
  it('B09 the async context of one request never runs the verify of another', async () => {
    const context = new AsyncLocalStorage<object>()
    const { authenticate } = CodeFlowStrategy.prototype
    const spy = jest.spyOn(CodeFlowStrategy.prototype, 'authenticate').mockImplementation(function (
      this: CodeFlowStrategy,
      req,
      options,
    ) {
      context.run(req, () => authenticate.call(this, req, options))
    })
    const seen: [boolean, string][] = []
    const verify = (req: object, _a: string, _r: unknown, { id }: { id: string }) => {
      seen.push([context.getStore() === req, id])
      return Promise.resolve({ id })
    }
    const world = await openWorld(name, driver, { verify, options: { passReqToCallback: true } })
    const logins = [0, 1].map((user) => world.browser().logIn(user))
    for (const { end } of await Promise.all(logins)) expect(end).toBe('success')
    spy.mockRestore()
    expect(seen.map(([isOwn]) => isOwn)).toEqual([true, true])
    expect(new Set(seen.map(([, id]) => id)).size).toBe(2)
  })
})

describe.each(everywhere('monpay'))('%s', (_row, name, driver) => {
  it('B11 fetchMetadata strict refuses a page that another site opened, and accepts a typed address', async () => {
    const world = await openWorld(name, driver, { options: { fetchMetadata: 'strict' } })
    const browser = world.browser()
    const code = world.issue()
    const page = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }
    const cross = { headers: { ...page, 'sec-fetch-site': 'cross-site' } }
    expect((await browser.finish(code, {}, cross)).end).toBe('fail cross_site_callback 403')
    expect(world.calls()).toEqual([])
    const typed = { headers: { ...page, 'sec-fetch-site': 'none' } }
    expect((await browser.finish(code, {}, typed)).end).toBe('success')
  })
})

describe.each(bare())('%s', (_row, name, driver) => {
  it('B13 a request that is closed does not end the login for another one that waits for it', async () => {
    const gone = new AbortController()
    const once = holdingOnce()
    const { world, browser, begun, code } = await openLogin(name, driver, { options: { once } })
    const { length } = world.flows
    const first = browser.finish(code, begun, { signal: gone.signal })
    const second = browser.finish(code, begun)
    await until(() => world.flows.length === length + 2)
    // both have found the login that is under way
    await new Promise(setImmediate)
    gone.abort()
    once.open()
    expect([(await first).end, (await second).end]).toEqual(['error network 502', 'success'])
  })
})
