import { everywhere } from './support/drivers'
import type { Visit } from './support/http'
import { CALLBACK, type Kind, KINDS } from './support/kinds'
import type { Driver } from './support/sites'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(closeWorlds)

type Sent = Record<string, unknown>

const get = (sent: string) => ({ path: `${CALLBACK}?${sent}` })
const post = (form: string) => ({ method: 'POST', path: CALLBACK, form })
const NONE = /^fail (bad_callback|no_code|start_loop)/
const BAD = /^fail bad_callback 400/

/** Sends what must be refused while a login waits: nothing is asked, and the login goes on. */
async function expectRefused(
  name: Kind['name'],
  driver: Driver,
  visits: (login: Awaited<ReturnType<typeof openLogin>>) => [Visit, end: RegExp][],
): Promise<void> {
  const login = await openLogin(name, driver)
  const { world, browser, begun, code } = login
  for (const [visit, end] of visits(login)) expect((await browser.visit(visit)).end).toMatch(end)
  expect(world.calls()).toEqual([])
  expect((await browser.finish(code, begun)).end).toBe('success')
}

describe.each(everywhere())('%s', (_row, name, driver) => {
  const { parameter, reads } = KINDS[name]

  it('A36 a parameter that is repeated, a list or an object is refused', () =>
    expectRefused(name, driver, ({ begun: { login = '' }, code }) => {
      const right = new URLSearchParams({ [parameter]: code, ...(login && { login }) })
      return reads.flatMap((one) => {
        const value = right.get(one) ?? 'x'
        const rest = new URLSearchParams([...right].filter(([each]) => each !== one))
        const twice = [`${one}=${value}&${one}=${value}`, `${one}=${value}&${one}=other`]
        const lists = [
          `${one}[]=${value}`,
          `${one}[x]=${value}`,
          `${one}[0]=${value}&${one}[1]=${value}`,
          `${one}[__proto__]=${value}`,
        ]
        // a parser that leaves `code[]` as it stands leaves no code, or a parameter nobody reads
        const isLiteral = driver.parser === 'simple'
        const read = isLiteral && one !== parameter ? twice : [...twice, ...lists]
        return read.flatMap((bad): [Visit, RegExp][] => {
          const end = isLiteral && lists.includes(bad) ? NONE : BAD
          return [get, post].map((send) => [send(`${bad}&${rest}`), end])
        })
      })
    }))

  it(
    'A40 a code of a megabyte, and ten thousand parameters, are refused',
    () =>
      expectRefused(name, driver, () => {
        const many = Array.from({ length: 10_000 }, (_, at) => `${parameter}${at}=x`).join('&')
        const key = `?${parameter}=`.repeat(50_000)
        const long = [
          `${parameter}=${'a'.repeat(1_048_576)}`,
          many,
          `x=${key}`,
          key,
          'x'.repeat(1e6),
        ]
        return long.flatMap((sent): [Visit, RegExp][] =>
          [get, post].map((send) => [send(sent), NONE]),
        )
      }),
    20_000,
  )

  it('A42 parameters inside a code reach the provider as a part of the code, or the code is refused', async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    const codes = ['x&client_id=evil', 'K&app_id=2', '../../admin', 'a"},"code_verifier":"b']
    const isRefused = name === 'moneypools'
    for (const code of codes)
      expect((await browser.finish(code, begun)).end).toBe(
        isRefused ? 'fail bad_callback 400' : 'fail invalid_code 401',
      )
    const { clientID, clientSecret, requests } = world.provider
    const sent: Sent[] = requests.map(({ form, json }) => ({ ...form, ...(json as Sent) }))
    expect(sent.map((one) => one[parameter])).toEqual(isRefused ? [] : codes)
    for (const [index, { path, headers }] of requests.entries()) {
      const {
        client_id: id,
        client_secret: secret = headers['x-secret-key'],
        app_id,
      } = sent[index]!
      expect(path).not.toContain('admin')
      const own = name === 'monpay' ? clientID : undefined
      expect([id, secret, app_id]).toEqual([own, clientSecret, undefined])
      expect(Object.values(sent[index]!).every((value) => typeof value === 'string')).toBe(true)
    }
  })
})

const KEYS = [
  '?x=1?auth_key=KEY',
  '?x=1&y=2?auth_key=KEY',
  '??auth_key=KEY',
  '?x=1&amp;y=2?auth_key=KEY',
  '?x?auth_key=KEY&lang=en',
]
const NO_KEYS = [
  '?x=1?auth_key=KEY?auth_key=0123456789abcdef',
  '?x=1&auth_key=KEY?auth_key=KEY',
  '?x=1?auth_key=',
  '?x=1?auth_key=KEY%26app_id%3D2',
]

describe.each(everywhere('moneypools'))('%s', (_row, name, driver) => {
  it('A45 the key is found where the registered URL has a query, and two keys are refused', async () => {
    for (const query of KEYS) {
      const world = await openWorld(name, driver)
      const browser = world.browser()
      await browser.begin()
      const path = `${CALLBACK}${query.replace('KEY', world.issue())}`
      expect([query, (await browser.visit({ path })).end]).toEqual([query, 'success'])
    }
    const world = await openWorld(name, driver)
    const browser = world.browser()
    await browser.begin()
    const key = world.issue()
    for (const query of NO_KEYS)
      expect((await browser.visit({ path: CALLBACK + query.replaceAll('KEY', key) })).end).toBe(
        'fail bad_callback 400',
      )
    // the part behind '#' never reaches a server: what is left is a hint, not a new start
    expect((await browser.visit({ path: CALLBACK })).end).toBe('fail start_loop 403')
    expect(world.calls()).toEqual([])
  })
})
