import { everywhere } from './support/drivers'
import type { Visit } from './support/http'
import { CALLBACK, type Kind, KINDS } from './support/kinds'
import type { Driver } from './support/sites'
import { closeWorlds, openLogin } from './support/world'

afterEach(closeWorlds)

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
        const ends = [`[]=${value}`, `[x]=${value}`, `[0]=${value}&${one}[1]=${value}`]
        const lists = [...ends, `[__proto__]=${value}`].map((end) => one + end)
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
        const code = `${parameter}=${'a'.repeat(1_048_576)}`
        const long = [code, many, `x=${key}`, key, 'x'.repeat(1e6)]
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
    const end = isRefused ? 'fail bad_callback 400' : 'fail invalid_code 401'
    for (const code of codes) expect((await browser.finish(code, begun)).end).toBe(end)
    const { clientID, clientSecret, requests } = world.provider
    expect(requests).toHaveLength(isRefused ? 0 : codes.length)
    for (const [index, { path, headers, form, json }] of requests.entries()) {
      const sent: Record<string, unknown> = { ...form, ...(json as object) }
      const { client_id: id, client_secret: secret = headers['x-secret-key'], app_id } = sent
      const own = name === 'monpay' ? clientID : undefined
      expect([sent[parameter], id, secret, app_id]).toEqual([
        codes[index],
        own,
        clientSecret,
        undefined,
      ])
      expect(path).not.toContain('admin')
      expect(Object.values(sent).every((value) => typeof value === 'string')).toBe(true)
    }
  })
})

const KEY = '0123456789abcdef'
const ONE_KEY = ['?x=1?K', '?x=1&y=2?K', '??K', '?x=1&amp;y=2?K', '?x?K&lang=en']
const OTHERS = [`?x=1?K?auth_key=${KEY}`, '?x=1&K?K', '?x=1?auth_key=', '?x=1?K%26app_id%3D2']

describe.each(everywhere('moneypools'))('%s', (_row, name, driver) => {
  it('A45 the key is found where the registered URL has a query, and two keys are refused', async () => {
    const open = async () => {
      const { world, browser, code } = await openLogin(name, driver)
      const bring = async (query: string) => {
        const path = CALLBACK + query.replaceAll('K', `auth_key=${code}`)
        return [query, (await browser.visit({ path })).end]
      }
      return { world, bring }
    }
    for (const query of ONE_KEY)
      expect(await (await open()).bring(query)).toEqual([query, 'success'])
    const { world, bring } = await open()
    for (const query of OTHERS) expect(await bring(query)).toEqual([query, 'fail bad_callback 400'])
    // the part behind '#' never reaches a server: what is left is a hint, not a new start
    expect(await bring('')).toEqual(['', 'fail start_loop 403'])
    expect(world.calls()).toEqual([])
  })
})
