import { alone } from './support/drivers'
import { KINDS, type Kind } from './support/kinds'
import { closeWorlds, openWorld, type World } from './support/world'

afterEach(closeWorlds)

const TOKEN = 'marker-access-token'
const BAD = /^error bad_response 502$/
const NOTHINGS = [null, [], 1, '"x"', '', {}, true, [{ access_token: TOKEN }]]

type Place = 'token' | 'profile'
type Json = Record<string, unknown>
type Row = [title: string, where: Place, end: RegExp, bodies: unknown[]]

/** Answers under status 200 with which nobody may be logged in. */
function refused({ name, tokens, profile }: Kind): Row[] {
  const errors: unknown[] = ['invalid_grant', true, 1, { error: 'INVALID' }]
  if (name === 'zalopay') errors.push({})
  const longer = [' ', 'é', '\u0000', '\r\nX-Evil: 1'].map((bad) => TOKEN + bad)
  const unusable = [{}, [], [TOKEN], 7, true, null, undefined, '', ' ', 'null', ...longer]
  const wrong = unusable.map((access_token) => tokens({ access_token }))
  const ids = ['', ' ', '0', 'a\u0000b', undefined, null, 0, -1, 2 ** 53, true, { $gt: '' }, ['1']]
  const kinds = [
    ...['invalid_grant', true, { error: 'INVALID', code: 3 }].map((error) => ({ error })),
    { error: true, message: 'Bad Request, invalid auth_key' },
    { code: 'UNAUTHORIZED', intCode: 1, info: 'x' },
    { data: null },
  ]
  const noToken = /^(fail invalid_code 401|error (bad_response|config) 50[02])$/
  const nobody = /^error (bad_response|no_subject) 502$/
  return [
    ['A47 an error without a token', 'token', noToken, kinds],
    ['A49 a token and an error', 'token', BAD, errors.map((error) => ({ ...tokens({}), error }))],
    ['A50 nothing, or no object, for tokens', 'token', BAD, NOTHINGS],
    ['A50 nothing, or no object, for a user', 'profile', nobody, NOTHINGS],
    ['A51 an unusable token', 'token', BAD, wrong],
    ['A58 an unusable user id', 'profile', /^error no_subject 502$/, ids.map((id) => profile(id))],
  ]
}

describe.each(alone())('%s', (_row, name, driver) => {
  const kind: Kind = KINDS[name]

  /** A login; verify is called and somebody is logged in exactly where it succeeds. */
  async function logIn(misbehave: (world: World) => void) {
    const world = await openWorld(name, driver)
    world.plant(TOKEN)
    misbehave(world)
    const browser = world.browser()
    const { end } = await browser.logIn()
    const isIn = end === 'success'
    const account = await browser.account()
    expect([world.verified.length === 1, account !== undefined]).toEqual([isIn, isIn])
    const { params = {}, profile = {} } = world.verified[0] ?? {}
    return { end, calls: world.calls(), params, profile }
  }

  const logInAt = (where: Place, body: unknown) =>
    logIn((world) => world.misbehave({ body: body as object }, where))

  /** With these members of the token answer in place of the right ones. */
  const logInWith = (members: Json) =>
    logIn((world) =>
      world.misbehave(({ json }) => {
        const { data, ...rest } = json as { data?: Json }
        return { body: data ? { data: { ...data, ...members } } : { ...rest, ...members } }
      }, 'token'),
    )

  it.each(refused(kind))('%s logs nobody in', async (_title, where, end, bodies) => {
    for (const body of bodies) {
      const login = await logInAt(where, body)
      expect([body, login.end]).toEqual([body, expect.stringMatching(end)])
      expect(login.calls).toEqual(where === 'token' ? ['token'] : ['token', 'profile'])
    }
  })

  it('A52 a member named __proto__ or constructor in an answer changes no prototype', async () => {
    const poison = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}'
    const spoil = (value: object) =>
      JSON.stringify(value).replaceAll('{', `{${poison},`).replaceAll(',}', '}')
    const errors = ['invalid_grant', { error: 'x' }].map((error) => spoil({ error }))
    for (const body of [...errors, `{${poison}}`])
      for (const where of ['token', 'profile'] as const)
        expect((await logInAt(where, body)).end).toMatch(/^(fail|error)/)
    const { end, params, profile } = await logIn((world) =>
      world.misbehave(({ json }) => ({ body: spoil(json as object) })),
    )
    expect(end).toBe('success')
    const own = [params, profile, profile['_json'] as object]
    for (const object of [{}, Object.create(null) as object, ...own]) {
      expect(Reflect.get(object, 'polluted')).toBeUndefined()
      expect([Object.prototype, null]).toContain(Object.getPrototypeOf(object))
    }
    // at any depth: an application that copies such a member changes a prototype
    const { _raw, ...read } = profile
    expect(JSON.stringify([params, read])).not.toContain('__proto__')
  })

  it.each([
    ['30 000 lists deep', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['a request that cannot be text', '{"url":{"toString":null,"valueOf":null}}'],
  ])('B40 a token that is %s ends in an error, and the process stays', async (_name, token) => {
    const { end } = await logIn((world) =>
      world.misbehave(({ json }) => {
        const body = JSON.stringify(json).replace(/("access_token":)"[^"]*"/, `$1${token}`)
        return { body }
      }, 'token'),
    )
    expect(end).toBe('error bad_response 502')
  })

  it('A57 a lifetime becomes a Date, and a value that is no lifetime becomes undefined', async () => {
    const members = ['expires_at', 'refresh_expires_at']
    // Sngine names no lifetime, MonPay none of its refresh token
    const named = members.slice(0, { moneypools: 0, monpay: 1, zalopay: 2 }[name])
    for (const lifetime of [60, '3600', -1, '3600abc', null, {}, true]) {
      const before = Date.now()
      const { params } = await logInWith({ expires_in: lifetime, refresh_expires_in: lifetime })
      const dated = members.filter((one) => params[one] !== undefined)
      const isLifetime = lifetime === 60 || lifetime === '3600'
      expect([lifetime, dated]).toEqual([lifetime, isLifetime ? named : []])
      // less than a minute of milliseconds can only be seconds
      for (const one of dated) {
        const late = (params[one] as Date).getTime() - before - Number(lifetime) * 1000
        expect(late >= 0 && late < 60_000).toBe(true)
      }
    }
  })

  it('A60 a profile of another user than that of the token logs nobody in', async () => {
    const member = { monpay: 'userId', zalopay: 'muid', moneypools: 'user_id' }[name]
    expect((await logInWith({ [member]: 'someone-else' })).end).toMatch(BAD)
    expect((await logInWith({ [member]: '' })).end).toBe('success')
  })

  it('A58 A62 A63 an id is text, a picture has an http or https address, no email is called verified', async () => {
    const email = 'admin@site.test'
    const mails = { user_email: email, userEmail: email, user_verified: '1', profile_cover: null }
    const pictures: unknown[] = []
    const schemes = ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd']
    for (const url of [...schemes, '//evil', ' https://x', 'http://127.0.0.1:9/p.png']) {
      const members = { avatar: url, user_picture: url, profile_picture: url, ...mails }
      const { end, profile } = await logInAt('profile', kind.profile(42, members))
      expect(end).toBe('success')
      expect(profile).toMatchObject({ id: '42', emails: [{ value: email }] })
      expect(profile).not.toHaveProperty('verified')
      pictures.push(...((profile['photos'] ?? []) as { value: string }[]).map(({ value }) => value))
    }
    for (const picture of pictures) expect(picture).toMatch(/^https?:\/\//)
    expect(pictures.length > 0).toBe(name !== 'monpay')
  })
})

it.each(alone('moneypools'))('A61 escaped HTML in a name is decoded once: %s', async (...row) => {
  const world = await openWorld(row[1], row[2])
  const names = { user_firstname: '&lt;script&gt;', user_lastname: '&amp;lt;b&amp;gt;' }
  const body = KINDS.moneypools.profile('7', { ...names, user_name: 'a&amp;b' })
  world.misbehave({ body }, 'profile')
  expect((await world.browser().logIn()).end).toBe('success')
  const shown = { displayName: '<script> &lt;b&gt;', username: 'a&b' }
  expect(world.verified[0]?.profile).toMatchObject(shown)
})
