import { inside } from './support/drivers'
import { openTrap } from './support/http'
import type { Kind } from './support/kinds'
import { closeWorlds, openWorld, type Setting } from './support/world'

afterEach(closeWorlds)

const TOKEN = 'marker-access-token'
const JSON_TYPE = { 'content-type': 'application/json' }

type Row = ReturnType<typeof inside>[number]

/** One login against one answer of the provider; `end` is how it ended. */
async function logIn(
  [, name, driver]: Row,
  where: 'token' | 'profile',
  make: (kind: Kind) => { status?: number; headers?: object; body: unknown },
  setting: Setting = {},
) {
  const world = await openWorld(name, driver, setting)
  world.plant(TOKEN)
  const { status, headers, body } = make(world.kind)
  world.misbehave(
    { ...(status && { status }), headers: { ...JSON_TYPE, ...headers }, body: body as object },
    where,
  )
  const browser = world.browser()
  const answer = await browser.logIn()
  const account = await browser.account()
  const isIn = answer.end === 'success'
  expect([world.verified.length === 1, account !== undefined]).toEqual([isIn, isIn])
  return { ...answer, world }
}

it.each(inside())(
  'A47 an answer with status 200, an error and no token logs nobody in: %s',
  async (...row) => {
    for (const body of [
      { error: 'invalid_grant' },
      { error: { error: 'INVALID', code: 3 } },
      { error: true, message: 'Bad Request, invalid auth_key' },
      { error: true },
      { code: 'UNAUTHORIZED', intCode: 1, info: 'x' },
      { data: null },
    ]) {
      const { end, world } = await logIn(row, 'token', () => ({ body }))
      expect(end).toMatch(/^(fail invalid_code 401|error (bad_response|config) 50[02])$/)
      expect(world.calls()).toEqual(['token'])
    }
  },
)

it.each(inside())(
  'A48 a token in an answer with a status other than 200 logs nobody in: %s',
  async (...row) => {
    for (const status of [
      201, 202, 203, 204, 206, 226, 300, 302, 304, 307, 400, 401, 403, 404, 418, 429, 500, 503,
    ]) {
      const make = (kind: Kind) => ({ status, body: kind.tokens({ access_token: TOKEN }) })
      const { end, world } = await logIn(row, 'token', make)
      const expected =
        status < 300
          ? /^error bad_response 502$/
          : status < 400
            ? /^error redirect_refused 502$/
            : status < 500 && status !== 429
              ? /^error (bad_response 502|config 500)$/
              : /^error (bad_response|provider_error) 502$/
      expect([status, end]).toEqual([status, expect.stringMatching(expected)])
      expect(world.calls()).toEqual(['token'])
    }
  },
)

it.each(inside())(
  'A49 an answer with both a token and an error logs nobody in: %s',
  async (...row) => {
    const [, name] = row
    for (const error of [
      'invalid_grant',
      true,
      1,
      { error: 'INVALID' },
      ...(name === 'zalopay' ? [{}] : []),
    ]) {
      const make = (kind: Kind) => ({ body: { ...kind.tokens({ access_token: TOKEN }), error } })
      const { end, world } = await logIn(row, 'token', make)
      expect([error, end]).toEqual([error, 'error bad_response 502'])
      expect(world.calls()).toEqual(['token'])
    }
  },
)

const NOTHINGS = [
  'null',
  '[]',
  '1',
  '"x"',
  '',
  '{}',
  'true',
  '[{"access_token":"marker-access-token"}]',
]

it.each(inside())(
  'A50 a token answer that is empty or no object logs nobody in: %s',
  async (...row) => {
    for (const body of NOTHINGS) {
      const { end } = await logIn(row, 'token', () => ({ body }))
      expect([body, end]).toEqual([body, 'error bad_response 502'])
    }
  },
)

it.each(inside())(
  'A50 a profile answer that is empty or no object logs nobody in: %s',
  async (...row) => {
    for (const body of NOTHINGS) {
      const { end } = await logIn(row, 'profile', () => ({ body }))
      expect(end).toMatch(/^error (bad_response|no_subject) 502$/)
    }
  },
)

it.each(inside())('A51 an access token that is not usable is never sent: %s', async (...row) => {
  for (const token of [
    {},
    [],
    [TOKEN],
    7,
    true,
    '',
    ' ',
    `${TOKEN} `,
    `a ${TOKEN}`,
    `${TOKEN}\r\nX-Evil: 1`,
    `${TOKEN}\u0000`,
    `${TOKEN}\u00e9`,
    `${TOKEN}\u{1f600}`,
    'x'.repeat(16_385),
    null,
    undefined,
  ]) {
    const { end, world } = await logIn(row, 'token', (kind) => ({
      body: kind.tokens({ access_token: token }),
    }))
    expect([token, end]).toEqual([token, 'error bad_response 502'])
    expect(world.calls()).toEqual(['token'])
  }
  const huge = await logIn(row, 'token', (kind) => ({
    body: kind.tokens({ access_token: 'x'.repeat(1e6) }),
  }))
  expect(huge.end).toBe('error too_large 502')
})

it.each(inside())(
  'A52 a member named __proto__ or constructor in an answer changes no prototype: %s',
  async (...row) => {
    const poison = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}'
    const spoil = (value: object) =>
      JSON.stringify(value).replaceAll('{', `{${poison},`).replaceAll(',}', '}')
    for (const body of [
      spoil({ error: 'invalid_grant' }),
      spoil({ error: { error: 'x' } }),
      `{${poison}}`,
    ])
      for (const where of ['token', 'profile'] as const)
        expect((await logIn(row, where, () => ({ body }))).end).toMatch(/^(fail|error)/)
    const good = await openWorld(row[1], row[2])
    good.misbehave(({ json }) => ({ body: spoil(json as object) }))
    expect((await good.browser().logIn()).end).toBe('success')
    const { params = {}, profile = {} } = good.verified[0] ?? {}
    for (const object of [
      {},
      params,
      profile,
      Reflect.get(profile, '_json'),
      Object.create(null),
    ]) {
      expect(Reflect.get(object as object, 'polluted')).toBeUndefined()
      expect([Object.prototype, null]).toContain(Object.getPrototypeOf(object))
    }
  },
)

it.each(inside())(
  'A54 an answer that is not JSON is an error that does not print the answer: %s',
  async (...row) => {
    const right = (kind: Kind) => JSON.stringify(kind.tokens({ access_token: TOKEN }))
    for (const [type, make] of [
      ['text/html', () => `<html>${TOKEN}</html>`],
      ['application/json', () => TOKEN],
      ['application/json', (kind: Kind) => `)]}'\n${right(kind)}`],
      ['application/json', (kind: Kind) => `${right(kind)}${right(kind)}`],
      ['application/json; charset=utf-16', (kind: Kind) => Buffer.from(right(kind), 'utf16le')],
      [
        'application/json',
        (kind: Kind) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(right(kind))]),
      ],
    ] as [string, (kind: Kind) => string | Buffer][]) {
      const { end } = await logIn(row, 'token', (kind) => ({
        headers: { 'content-type': type },
        body: make(kind),
      }))
      expect(end).toBe('error bad_response 502')
    }
    // another type than it is changes nothing: the body tells
    const { end } = await logIn(row, 'token', (kind) => ({
      headers: { 'content-type': 'text/html' },
      body: right(kind),
    }))
    expect(end).toBe('error profile_failed 502')
  },
)

it.each(inside())('A55 a form in place of JSON logs nobody in: %s', async (...row) => {
  const body = `access_token=${TOKEN}&token_type=bearer&data[access_token]=${TOKEN}`
  for (const type of ['application/x-www-form-urlencoded', 'application/json'])
    expect(
      (await logIn(row, 'token', () => ({ headers: { 'content-type': type }, body }))).end,
    ).toBe('error bad_response 502')
})

it.each(inside('monpay'))(
  'A56 only a token of the type Bearer, or of no type, logs somebody in: %s',
  async (...row) => {
    const end = async (kind: unknown) => {
      const world = await openWorld(row[1], row[2])
      world.misbehave(({ json }) => ({ body: { ...(json as object), token_type: kind } }), 'token')
      return (await world.browser().logIn()).end
    }
    for (const kind of ['Bearer', 'bearer', 'BEARER', 'Bearer ', undefined, null, '', ' '])
      expect([kind, await end(kind)]).toEqual([kind, 'success'])
    for (const kind of ['mac', 'DPoP', 'Bearer x', {}, { kind: 'Bearer' }, ['Bearer'], 1, true])
      expect([kind, await end(kind)]).toEqual([kind, 'error bad_response 502'])
  },
)

const LIFETIMES: [unknown, number | undefined][] = [
  [-1, undefined],
  [0, undefined],
  [1e308, undefined],
  ['3600', 3600],
  ['3600abc', undefined],
  [null, undefined],
  ['NaN', undefined],
  [{}, undefined],
  [[3600], undefined],
  [true, undefined],
  ['9'.repeat(400), undefined],
  [60, 60],
]

it.each(inside())(
  'A57 a lifetime becomes a Date, and a value that is no lifetime becomes undefined: %s',
  async (...row) => {
    const [, name, driver] = row
    for (const [lifetime, amount] of LIFETIMES) {
      const world = await openWorld(name, driver)
      world.misbehave(({ json }) => {
        const body = json as Record<string, unknown>
        const members = { expires_in: lifetime, refresh_expires_in: lifetime }
        return {
          body: body['data'] ? { data: { ...body['data'], ...members } } : { ...body, ...members },
        }
      }, 'token')
      const before = Date.now()
      expect((await world.browser().logIn()).end).toBe('success')
      const { expires_at: end, refresh_expires_at: refresh } = world.verified[0]?.params ?? {}
      // less than a minute of milliseconds can only be seconds
      const unit = { monpay: 1000, zalopay: 1000, moneypools: Number.NaN }[name]
      const due = before + (amount ?? Number.NaN) * unit
      // Sngine names no lifetime, MonPay none of its refresh token
      const right = (date: unknown) =>
        Number.isNaN(due)
          ? date === undefined
          : date instanceof Date && date.getTime() >= due && date.getTime() < due + 60_000
      expect([lifetime, right(end)]).toEqual([lifetime, true])
      expect(name === 'zalopay' ? right(refresh) : refresh === undefined).toBe(true)
    }
  },
)

it.each(inside())(
  'A58 a user id becomes text, and an unusable one logs nobody in: %s',
  async (...row) => {
    for (const id of [
      undefined,
      null,
      '',
      ' ',
      0,
      '0',
      { $gt: '' },
      ['1'],
      true,
      false,
      -1,
      1.5,
      2 ** 53,
      'a\u0000b',
      'x'.repeat(300),
    ])
      expect([
        id,
        (await logIn(row, 'profile', (kind) => ({ body: kind.profile(id) }))).end,
      ]).toEqual([id, 'error no_subject 502'])
    for (const id of [42, '42']) {
      const { end, world } = await logIn(row, 'profile', (kind) => ({ body: kind.profile(id) }))
      expect(end).toBe('success')
      expect(world.verified[0]?.profile['id']).toBe('42')
    }
  },
)

it.each(inside())(
  'A60 a profile of another user than that of the token logs nobody in: %s',
  async (...row) => {
    const [, name, driver] = row
    const member = { monpay: 'userId', zalopay: 'muid', moneypools: 'user_id' }[name]
    for (const [id, expected] of [
      ['someone-else', 'error bad_response 502'],
      ['', 'success'],
    ] as const) {
      const world = await openWorld(name, driver)
      world.misbehave(({ json }) => {
        const body = json as Record<string, unknown>
        return {
          body: body['data']
            ? { data: { ...body['data'], [member]: id } }
            : { ...body, [member]: id },
        }
      }, 'token')
      expect((await world.browser().logIn()).end).toBe(expected)
    }
  },
)

it.each(inside('moneypools'))('A61 escaped HTML in a name is decoded once: %s', async (...row) => {
  const { world } = await logIn(row, 'profile', (kind) => ({
    body: kind.profile('7', {
      user_firstname: '&lt;script&gt;',
      user_lastname: '&amp;lt;b&amp;gt;',
      user_name: 'a&amp;b',
    }),
  }))
  expect(world.verified[0]?.profile).toMatchObject({
    displayName: '<script> &lt;b&gt;',
    username: 'a&b',
  })
})

it.each(inside())(
  'A62 a picture must have an http or https address, and the server never fetches it: %s',
  async (...row) => {
    const trap = await openTrap()
    const kept: unknown[] = []
    for (const address of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      '//evil',
      ' https://x',
      `${trap.url}/p.png`,
    ]) {
      const members = {
        avatar: address,
        user_picture: address,
        profile_picture: address,
        profile_cover: null,
      }
      const { world, end } = await logIn(row, 'profile', (kind) => ({
        body: kind.profile('7', members),
      }))
      expect(end).toBe('success')
      kept.push(world.verified[0]?.profile['photos'])
    }
    for (const photos of kept.flatMap((one) => (one ?? []) as { value: string }[]))
      expect(photos.value).toMatch(/^https?:\/\//)
    expect(kept.some((one) => one !== undefined)).toBe(row[1] !== 'monpay')
    expect(trap.seen).toEqual([])
    await trap.close()
  },
)

it.each(inside())('A63 no email address is called verified: %s', async (...row) => {
  const email = 'admin@site.test'
  const { world } = await logIn(row, 'profile', (kind) => ({
    body: kind.profile('7', { user_email: email, userEmail: email, user_verified: '1' }),
  }))
  const { profile = {} } = world.verified[0] ?? {}
  expect(Reflect.get(profile, 'emails')).toEqual([{ value: email }])
  expect(profile).not.toHaveProperty('verified')
})

it.each(inside())('A65 a profile call that fails logs nobody in: %s', async (...row) => {
  const [, name, driver] = row
  for (const status of [400, 401, 403, 404, 500, 503]) {
    const world = await openWorld(name, driver)
    world.plant(TOKEN)
    world.misbehave({ body: world.kind.tokens({ access_token: TOKEN }) }, 'token')
    world.misbehave({ status, body: { error: `no ${TOKEN}`, message: TOKEN } }, 'profile')
    const browser = world.browser()
    const { end } = await browser.logIn()
    const expected =
      status < 500 ? /^error (profile_failed|bad_r|config)/ : /^error provider_error 502$/
    expect([status, end]).toEqual([status, expect.stringMatching(expected)])
    expect(world.verified).toEqual([])
    expect(await browser.account()).toBeUndefined()
  }
})
