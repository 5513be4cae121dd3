import { inside } from './support/drivers'
import { openTrap } from './support/http'
import { KINDS, type Kind } from './support/kinds'
import type { Driver } from './support/sites'
import { closeWorlds, openWorld, type World } from './support/world'

afterEach(closeWorlds)

const TOKEN = 'marker-access-token'
const BAD = 'error bad_response 502'
const NOTHINGS = ['null', '[]', '1', '"x"', '', '{}', 'true', `[{"access_token":"${TOKEN}"}]`]

type Place = 'token' | 'profile'
type Answer = { status?: number; headers?: Record<string, string>; body: unknown }
type Json = Record<string, unknown>

/** A login; fails unless verify is called and somebody is logged in exactly where it succeeds. */
async function logInAt(world: World) {
  const browser = world.browser()
  const { end } = await browser.logIn()
  const isIn = end === 'success'
  const account = await browser.account()
  expect([world.verified.length === 1, account !== undefined]).toEqual([isIn, isIn])
  return { end, world, calls: world.calls(), verified: world.verified[0] }
}

/** Logs in against one answer of the provider, or against right answers that are changed. */
const logins = (name: Kind['name'], driver: Driver) => ({
  async logIn(where: Place, { headers, body, ...status }: Answer) {
    const world = await openWorld(name, driver)
    world.plant(TOKEN)
    const type = { 'content-type': 'application/json' }
    world.misbehave({ ...status, headers: { ...type, ...headers }, body: body as object }, where)
    return logInAt(world)
  },
  /** With these members of the token answer in place of the right ones. */
  async logInWith(members: Json) {
    const world = await openWorld(name, driver)
    world.misbehave(({ json }) => {
      const { data, ...rest } = json as { data?: Json }
      return { body: data ? { data: { ...data, ...members } } : { ...rest, ...members } }
    }, 'token')
    return logInAt(world)
  },
})

describe.each(inside())('%s', (_row, name, driver) => {
  const kind: Kind = KINDS[name]
  const { logIn, logInWith } = logins(name, driver)
  const tokens = kind.tokens({ access_token: TOKEN })
  const right = JSON.stringify(tokens)

  it.each([
    { error: 'invalid_grant' },
    { error: { error: 'INVALID', code: 3 } },
    { error: true, message: 'Bad Request, invalid auth_key' },
    { error: true },
    { code: 'UNAUTHORIZED', intCode: 1, info: 'x' },
    { data: null },
  ])('A47 an answer with status 200, an error and no token logs nobody in: %j', async (body) => {
    const { end, calls } = await logIn('token', { body })
    expect(end).toMatch(/^(fail invalid_code 401|error (bad_response|config) 50[02])$/)
    expect(calls).toEqual(['token'])
  })

  it.each([
    [/^error bad_response 502$/, [201, 202, 203, 204, 206, 226]],
    [/^error redirect_refused 502$/, [300, 302, 304, 307]],
    [/^error (bad_response 502|config 500)$/, [400, 401, 403, 404, 418]],
    [/^error (bad_response|provider_error) 502$/, [429, 500, 503]],
  ])('A48 a token in an answer with another status than 200 ends in %s', async (end, statuses) => {
    for (const status of statuses) {
      const login = await logIn('token', { status, body: tokens })
      expect([status, login.end]).toEqual([status, expect.stringMatching(end)])
      expect(login.calls).toEqual(['token'])
    }
  })

  it('A49 an answer with both a token and an error logs nobody in', async () => {
    const empty = name === 'zalopay' ? [{}] : []
    for (const error of ['invalid_grant', true, 1, { error: 'INVALID' }, ...empty]) {
      const { end, calls } = await logIn('token', { body: { ...tokens, error } })
      expect([error, end, calls]).toEqual([error, BAD, ['token']])
    }
  })

  it.each(NOTHINGS)('A50 an answer that is empty or no object logs nobody in: %s', async (body) => {
    expect((await logIn('token', { body })).end).toBe(BAD)
    const profile = await logIn('profile', { body })
    expect(profile.end).toMatch(/^error (bad_response|no_subject) 502$/)
  })

  it('A51 an access token that is not usable is never sent', async () => {
    const others = [' ', 'é', '\u{1f600}', '\u0000', '\r\nX-Evil: 1'].map((bad) => TOKEN + bad)
    const texts = ['', ' ', 'null', 'undefined', `a ${TOKEN}`, ...others, 'x'.repeat(16_385)]
    for (const token of [{}, [], [TOKEN], 7, true, null, undefined, ...texts]) {
      const body = kind.tokens({ access_token: token })
      const { end, calls } = await logIn('token', { body })
      expect([token, end, calls]).toEqual([token, BAD, ['token']])
    }
    const huge = kind.tokens({ access_token: 'x'.repeat(1e6) })
    expect((await logIn('token', { body: huge })).end).toBe('error too_large 502')
  })

  it('A52 a member named __proto__ or constructor in an answer changes no prototype', async () => {
    const poison = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}'
    const spoil = (value: object) =>
      JSON.stringify(value).replaceAll('{', `{${poison},`).replaceAll(',}', '}')
    const errors = [{ error: 'invalid_grant' }, { error: { error: 'x' } }]
    for (const body of [...errors.map(spoil), `{${poison}}`])
      for (const where of ['token', 'profile'] as const)
        expect((await logIn(where, { body })).end).toMatch(/^(fail|error)/)
    const good = await openWorld(name, driver)
    good.misbehave(({ json }) => ({ body: spoil(json as object) }))
    const { end, verified: { params = {}, profile = {} } = {} } = await logInAt(good)
    expect(end).toBe('success')
    const own = [params, profile, profile['_json'] as object]
    for (const object of [{}, Object.create(null) as object, ...own]) {
      expect(Reflect.get(object, 'polluted')).toBeUndefined()
      expect([Object.prototype, null]).toContain(Object.getPrototypeOf(object))
    }
  })

  it.each([
    ['HTML', `<html>${TOKEN}</html>`, 'text/html'],
    ['a bare token', TOKEN],
    ['JSON behind a guard', `)]}'\n${right}`],
    ['JSON twice', right + right],
    ['UTF-16', Buffer.from(right, 'utf16le'), 'application/json; charset=utf-16'],
    ['a mark of UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(right)])],
  ])('A54 an answer that is not JSON is an error that does not print it: %s', async (...row) => {
    const [, body, type = 'application/json'] = row
    expect((await logIn('token', { headers: { 'content-type': type }, body })).end).toBe(BAD)
  })

  it('A54 an answer that is JSON counts under another type too', async () => {
    const { end } = await logIn('token', { headers: { 'content-type': 'text/html' }, body: right })
    expect(end).toBe('error profile_failed 502')
  })

  it.each(['application/x-www-form-urlencoded', 'application/json'])(
    'A55 a form in place of JSON logs nobody in: %s',
    async (type) => {
      const body = `access_token=${TOKEN}&token_type=bearer&data[access_token]=${TOKEN}`
      expect((await logIn('token', { headers: { 'content-type': type }, body })).end).toBe(BAD)
    },
  )

  it('A57 a lifetime becomes a Date, and a value that is no lifetime becomes undefined', async () => {
    const none: unknown[] = [
      -1,
      0,
      1e308,
      '3600abc',
      null,
      'NaN',
      {},
      [3600],
      true,
      '9'.repeat(400),
    ]
    for (const lifetime of [60, '3600', ...none]) {
      // Sngine names no lifetime, MonPay none of its refresh token
      const isKnown = !none.includes(lifetime) && name !== 'moneypools'
      const before = Date.now()
      const members = { expires_in: lifetime, refresh_expires_in: lifetime }
      const { end, verified } = await logInWith(members)
      expect(end).toBe('success')
      const { expires_at: expiry, refresh_expires_at: refresh } = verified?.params ?? {}
      const due = before + Number(lifetime) * 1000
      // less than a minute of milliseconds can only be seconds
      const isRight = (date: unknown) =>
        isKnown
          ? date instanceof Date && date.getTime() >= due && date.getTime() < due + 60_000
          : date === undefined
      expect([lifetime, isRight(expiry)]).toEqual([lifetime, true])
      expect(name === 'zalopay' ? isRight(refresh) : refresh === undefined).toBe(true)
    }
  })

  it('A58 a user id becomes text, and an unusable one logs nobody in', async () => {
    const texts = ['', ' ', '0', 'a\u0000b', 'x'.repeat(300)]
    const others = [undefined, null, 0, -1, 1.5, 2 ** 53, true, false, { $gt: '' }, ['1']]
    for (const id of [...texts, ...others]) {
      const { end } = await logIn('profile', { body: kind.profile(id) })
      expect([id, end]).toEqual([id, 'error no_subject 502'])
    }
    for (const id of [42, '42']) {
      const { verified } = await logIn('profile', { body: kind.profile(id) })
      expect(verified?.profile['id']).toBe('42')
    }
  })

  it('A60 a profile of another user than that of the token logs nobody in', async () => {
    const member = { monpay: 'userId', zalopay: 'muid', moneypools: 'user_id' }[name]
    expect((await logInWith({ [member]: 'someone-else' })).end).toBe(BAD)
    expect((await logInWith({ [member]: '' })).end).toBe('success')
  })

  it('A62 a picture must have an http or https address, and the server never fetches it', async () => {
    const trap = await openTrap()
    const kept: { value: string }[][] = []
    const schemes = ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd']
    for (const address of [...schemes, '//evil', ' https://x', `${trap.url}/p.png`]) {
      const pictures = { avatar: address, user_picture: address, profile_picture: address }
      const body = kind.profile('7', { ...pictures, profile_cover: null })
      const { verified, end } = await logIn('profile', { body })
      expect(end).toBe('success')
      kept.push((verified?.profile['photos'] ?? []) as { value: string }[])
    }
    for (const { value } of kept.flat()) expect(value).toMatch(/^https?:\/\//)
    expect(kept.flat().length > 0).toBe(name !== 'monpay')
    expect(trap.seen).toEqual([])
    await trap.close()
  })

  it('A63 no email address is called verified', async () => {
    const email = 'admin@site.test'
    const members = { user_email: email, userEmail: email, user_verified: '1' }
    const { verified } = await logIn('profile', { body: kind.profile('7', members) })
    expect(verified?.profile['emails']).toEqual([{ value: email }])
    expect(verified?.profile).not.toHaveProperty('verified')
  })

  it.each([400, 401, 403, 404, 500, 503])(
    'A65 a profile call that fails logs nobody in: %i',
    async (status) => {
      const world = await openWorld(name, driver)
      world.plant(TOKEN)
      world.misbehave({ body: tokens }, 'token')
      world.misbehave({ status, body: { error: `no ${TOKEN}`, message: TOKEN } }, 'profile')
      const { end } = await logInAt(world)
      expect(end).toMatch(
        status < 500 ? /^error (profile_failed|bad_r|config)/ : /^error provider_error 502$/,
      )
    },
  )
})

describe.each(inside('monpay'))('%s', (_row, name, driver) => {
  const { logInWith } = logins(name, driver)

  it('A56 only a token of the type Bearer, or of no type, logs somebody in', async () => {
    for (const kind of ['Bearer', 'bearer', 'BEARER', 'Bearer ', undefined, null, '', ' '])
      expect([kind, (await logInWith({ token_type: kind })).end]).toEqual([kind, 'success'])
    for (const kind of ['mac', 'DPoP', 'Bearer x', {}, { kind: 'Bearer' }, ['Bearer'], 1, true])
      expect([kind, (await logInWith({ token_type: kind })).end]).toEqual([kind, BAD])
  })
})

describe.each(inside('moneypools'))('%s', (_row, name, driver) => {
  it('A61 escaped HTML in a name is decoded once', async () => {
    const names = { user_firstname: '&lt;script&gt;', user_lastname: '&amp;lt;b&amp;gt;' }
    const body = KINDS.moneypools.profile('7', { ...names, user_name: 'a&amp;b' })
    const { verified } = await logins(name, driver).logIn('profile', { body })
    expect(verified?.profile['displayName']).toBe('<script> &lt;b&gt;')
    expect(verified?.profile['username']).toBe('a&b')
  })
})
