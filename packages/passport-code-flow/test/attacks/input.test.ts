import { everywhere } from './support/drivers'
import type { Visit } from './support/http'
import { CALLBACK } from './support/kinds'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(closeWorlds)

const MARKUP = '<script>alert("evil-marker")</script>\u001b[31m\r\nX-Evil: evil-marker'

describe.each(everywhere())('%s', (_row, name, driver) => {
  it('A36 a parameter that is repeated, a list or an object is refused', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    const { parameter, reads } = world.kind
    const { login = '' } = begun
    const right = new URLSearchParams({ [parameter]: code, ...(login && { login }) })
    for (const one of reads) {
      const value = right.get(one) ?? 'x'
      const rest = new URLSearchParams([...right].filter(([each]) => each !== one))
      for (const bad of [
        `${one}=${value}&${one}=${value}`,
        `${one}=${value}&${one}=other`,
        `${one}[]=${value}`,
        `${one}[x]=${value}`,
        `${one}[0]=${value}&${one}[1]=${value}`,
        `${one}[__proto__]=${value}`,
      ]) {
        // a parser that leaves `code[]` as it stands leaves no code, or a parameter nobody reads
        const literal = bad.includes('[') && driver.parser === 'simple'
        if (literal && one !== parameter) continue
        for (const visit of [
          { path: `${CALLBACK}?${bad}&${rest}` },
          { path: CALLBACK, method: 'POST', form: `${bad}&${rest}` },
        ])
          expect((await browser.visit(visit)).end).toMatch(
            literal
              ? /^fail (no_code 400|start_loop 403|bad_callback 400)/
              : /^fail bad_callback 400/,
          )
      }
    }
    expect(world.calls()).toEqual([])
    expect((await browser.finish(code, begun)).end).toBe('success')
  })

  it('A37 a code in the query with another value in the body is refused', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    const code2 = world.kind.forge()
    const { parameter } = world.kind
    const path = (value: string) => `${CALLBACK}?${new URLSearchParams({ [parameter]: value })}`
    const form = (value: string) => ({ [parameter]: value, login: begun.login ?? '' })
    for (const [query, body] of [
      [code, code2],
      [code2, code],
      [code, ''],
    ] as const)
      expect(
        (await browser.visit({ method: 'POST', path: path(query), form: form(body) })).end,
      ).toBe('fail bad_callback 400')
    expect(world.calls()).toEqual([])
    expect((await browser.finish(code, begun)).end).toBe('success')
  })

  it('A38 a callback with both a code and an error is refused', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    for (const error of ['access_denied', 'x', '030501']) {
      const { form, path } = world.kind.bring(code, begun)
      const visit: Visit = form
        ? { method: 'POST', path, form: { ...(form as object), error } }
        : { path: `${path}&error=${error}` }
      expect((await browser.visit(visit)).end).toBe('fail bad_callback 400')
    }
    expect(world.calls()).toEqual([])
    expect((await browser.finish(code, begun)).end).toBe('success')
  })

  it('A39 a code that is empty, blank, null or undefined is refused and starts no login', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    const bad = ['', '%20', '%20%09', 'null', 'undefined', '%00', '%0a', 'a%0d%0ab', '%F0%9F%98%80']
    for (const value of bad) {
      const sent = `${world.kind.parameter}=${value}&login=${begun.login ?? ''}`
      for (const visit of [
        { path: `${CALLBACK}?${sent}` },
        { path: CALLBACK, method: 'POST', form: sent },
      ])
        expect((await browser.visit(visit)).end).toBe('fail bad_callback 400')
    }
    expect(world.calls()).toEqual([])
    expect((await browser.finish(code, begun)).end).toBe('success')
  })

  it('A40 a code of a megabyte, and ten thousand parameters, are refused', async () => {
    const { world, browser, begun, code } = await openLogin(name, driver)
    const { parameter } = world.kind
    const many = Array.from({ length: 10_000 }, (_, at) => `${parameter}${at}=x`).join('&')
    const key = `?${parameter}=`.repeat(50_000)
    for (const sent of [
      `${parameter}=${'a'.repeat(1_048_576)}`,
      many,
      `x=${key}`,
      key,
      'x'.repeat(1e6),
    ])
      for (const visit of [
        { path: `${CALLBACK}?${sent}` },
        { path: CALLBACK, method: 'POST', form: sent },
      ])
        expect((await browser.visit(visit)).end).toMatch(/^fail (bad_callback|no_code|start_loop)/)
    expect(world.calls()).toEqual([])
    expect((await browser.finish(code, begun)).end).toBe('success')
  }, 20_000)

  it('A42 parameters inside a code reach the provider as a part of the code, or the code is refused', async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    const { parameter } = world.kind
    for (const evil of ['x&client_id=evil', 'K&app_id=2', '../../admin', 'a"},"code_verifier":"b'])
      expect((await browser.finish(evil, begun)).end).toBe(
        name === 'moneypools' ? 'fail bad_callback 400' : 'fail invalid_code 401',
      )
    const { clientID, clientSecret, requests } = world.provider
    expect(requests).toHaveLength(name === 'moneypools' ? 0 : 4)
    for (const { form = {}, json = {}, path, headers } of requests) {
      const sent = { ...form, ...(json as object) } as Record<string, unknown>
      expect(path).not.toContain('admin')
      expect(Object.values(sent).every((value) => typeof value === 'string')).toBe(true)
      expect(sent['app_id']).toBeUndefined()
      const { client_id: id, client_secret: secret = headers['x-secret-key'] } = sent
      expect([id, secret]).toEqual([name === 'monpay' ? clientID : undefined, clientSecret])
      expect(['x&client_id=evil', 'K&app_id=2', '../../admin', 'a"},"code_verifier":"b']).toContain(
        sent[parameter],
      )
    }
  })

  it("A43 A44 an error's description and address are shown to nobody", async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    const ends: string[] = []
    for (const error of ['access_denied', 'server_error', '<script>evil-marker', 'e'.repeat(300)]) {
      const query = new URLSearchParams({
        error,
        error_description: MARKUP + 'x'.repeat(100_000),
        error_uri: 'javascript:alert("evil-marker")',
        ...(begun.login && { login: begun.login }),
      })
      const answer = await browser.visit({ path: `${CALLBACK}?${query}` })
      ends.push(answer.end)
      if (answer.result?.action !== 'fail') throw new Error(answer.end)
      const { info } = answer.result
      expect(JSON.stringify(answer.headers) + info.message).not.toContain('evil-marker')
      // a description is kept for the operator where it names a login of this browser
      expect(JSON.stringify({ ...info, provider: {} })).not.toMatch(/javascript:|alert/)
      expect(String(info.provider?.['code'] ?? '').length).toBeLessThanOrEqual(200)
    }
    expect(ends[0]).toBe('fail access_denied 401')
    for (const end of ends) expect(end).toMatch(/^fail \w+ 40/)
    expect(world.calls()).toEqual([])
  })
})

const GOOD = [
  '?x=1?auth_key=KEY',
  '?x=1&y=2?auth_key=KEY',
  '??auth_key=KEY',
  '?x=1&amp;y=2?auth_key=KEY',
  '?x?auth_key=KEY&lang=en',
]
const BAD = [
  '?x=1?auth_key=KEY?auth_key=0123456789abcdef',
  '?x=1&auth_key=KEY?auth_key=KEY',
  '?x=1?auth_key=',
  '?x=1?auth_key=KEY%26app_id%3D2',
]

describe.each(everywhere('moneypools'))('%s', (_row, name, driver) => {
  it('A45 the key is found where the registered URL has a query, and two keys are refused', async () => {
    for (const query of GOOD) {
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
    for (const query of BAD)
      expect((await browser.visit({ path: CALLBACK + query.replaceAll('KEY', key) })).end).toBe(
        'fail bad_callback 400',
      )
    // the part behind '#' never reaches a server: what is left is a hint, not a new start
    expect((await browser.visit({ path: CALLBACK })).end).toBe('fail start_loop 403')
    expect(world.calls()).toEqual([])
  })
})
