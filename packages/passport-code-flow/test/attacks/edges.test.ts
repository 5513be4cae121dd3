import { memoryOnce } from '../../src/index'
import { printed } from '../support/oracle'
import { attempt, createSession, request } from '../support/bare'
import { bare, everywhere, inside } from './support/drivers'
import { CALLBACK } from './support/kinds'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(closeWorlds)

describe.each(bare('zalopay', 'moneypools'))('%s', (_row, name, driver) => {
  it('B01 a callback that arrives while another login with its code ends is refused', async () => {
    // the other login ends with a guard that fails: at some turn it is gone when its place is taken
    for (let turns = 0; turns < 60; turns++) {
      let fail = () => {}
      let claims = 0
      const guard = memoryOnce()
      const claim = (key: string, ttlMs: number) =>
        claims++ === 0
          ? new Promise<boolean>((_resolve, reject) => {
              fail = () => reject(new Error('down'))
            })
          : guard.claim(key, ttlMs)
      const world = await openWorld(name, driver, { options: { once: { claim } } })
      const attacker = world.browser()
      const begun = await attacker.begin()
      const code = world.issue(begun)
      const theirs = attacker.finish(code, begun)
      await new Promise(setImmediate)
      fail()
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      // a browser in which nothing was started
      const { path, form: body, method = 'GET' } = world.kind.bring(code, begun)
      const victim = request(path, { session: createSession(), method, body, sessionID: 'victim' })
      const { action } = await attempt(world.strategies[0] ?? {}, victim)
      expect([turns, action, world.calls()]).toEqual([turns, 'fail', []])
      expect((await theirs).end).toBe('error guard 503')
    }
  }, 20_000)
})

describe.each(inside())('%s', (_row, name, driver) => {
  it('B14 returnTo and state come from the start alone, never from the info of verify', async () => {
    const verify = (_a: 0, _r: 0, { id }: { id: string }, done: (...given: unknown[]) => void) =>
      // such as a provider's own answer
      done(null, { id }, { returnTo: '//evil.example', state: 'forged' })
    const world = await openWorld(name, driver, { verify })
    const { headers, result } = await world.browser().logIn()
    expect(headers.location).toBe('/account')
    expect(result).not.toHaveProperty('info.state')
  })
})

describe.each(everywhere('zalopay', 'moneypools'))('%s', (_row, name, driver) => {
  it('B15 an absolute address in the request line starts nothing on the path of the callback', async () => {
    const world = await openWorld(name, driver)
    const { end } = await world.browser().visit({ path: `http://site.test${CALLBACK}?x=1` })
    expect(end).toBe('fail bad_callback 400')
    expect(world.store.sessions.size).toBe(0)
  })
})

describe.each(bare())('%s', (_row, name, driver) => {
  it('B16 a secret that is encoded for a form or escaped for HTML is not shown', async () => {
    const clientSecret = "marker (secret) it's ~ 100%! <&>"
    const form = new URLSearchParams({ s: clientSecret }).toString().slice(2)
    const spellings = [
      form,
      form.replace(/%../g, (one) => one.toLowerCase()),
      'marker (secret) it&#039;s ~ 100%! &lt;&amp;&gt;',
      "marker (secret) it's ~ 100%! &lt;&amp;&gt;",
    ]
    for (const echo of spellings) {
      const world = await openWorld(name, driver, { options: { clientSecret } })
      const error = name === 'zalopay' ? { error: echo } : echo
      world.misbehave({ body: { error, error_description: echo, message: echo } }, 'token')
      const { result } = await world.browser().logIn()
      expect(printed(result)).not.toContain(echo)
    }
  })

  it('B17 a browser that has closed its connection before the login begins is not logged in', async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    const { path, form: body, method = 'GET' } = world.kind.bring(world.issue(begun), begun)
    const session = JSON.parse([...world.store.sessions.values()][0] ?? '{}') as object
    const res = { on: () => {}, removeListener: () => {}, destroyed: true, closed: true }
    const { action } = await attempt(world.strategies[0] ?? {}, {
      ...request(path, { session, method, body }),
      res,
    } as never)
    expect([action, world.calls()]).toEqual(['error', []])
    expect(await browser.account()).toBeUndefined()
  })
})
