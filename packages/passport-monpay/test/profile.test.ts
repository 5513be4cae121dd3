import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { toProfile } from '../../passport-code-flow/src/login/profile.js'
import { type MonPayProfile, readUser } from '../src/profile.js'
import { closeAll, logIn, open } from './support.js'

afterEach(closeAll)

const folder = path.join(__dirname, 'fixtures')
const fixtures = readdirSync(folder).filter((name) => name.endsWith('.json'))

/** Parses a body as it would arrive. */
function parse(body: Record<string, unknown>) {
  const text = JSON.stringify(body)
  const answer = { method: 'GET', status: 200, headers: {}, text, json: body, body } as const
  return toProfile('monpay', readUser(answer), answer) as MonPayProfile | undefined
}

it.each(fixtures)('Q11 Q12 the profile of %s', (name) => {
  const { answer, profile } = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as {
    answer: Record<string, unknown>
    profile?: object
  }
  const expected = profile && { ...profile, _raw: JSON.stringify(answer), _json: answer }
  expect(parse(answer)).toStrictEqual(expected)
})

it('Q11 a userId beyond 2^31 keeps every digit', () => {
  expect(parse({ result: { userId: 9_007_199_254_740_991 } })?.id).toBe('9007199254740991')
})

it('Q11 a phone keeps the form it was sent in, with or without a country code', () => {
  const phone = (userPhone: unknown) => parse({ result: { userId: 11, userPhone } })?.phoneNumbers
  expect(phone('+976 9911-2233')).toEqual([{ value: '+976 9911-2233' }])
  expect(phone(97_699_112_233)).toEqual([{ value: '97699112233' }])
  for (const none of ['', '  ', '0', 0, -1, 1.5, 1e21, {}, [], true])
    expect([none, phone(none)]).toEqual([none, undefined])
})

it('Q12 verify gets the answer itself beside the profile, as text and as JSON', async () => {
  const { profile } = await logIn()
  expect(JSON.parse(profile._raw)).toEqual(profile._json)
  expect(profile._json.result).toMatchObject({ userId: 11, userFirstname: 'Батбаяр' })
  expect(profile._json).toMatchObject({ code: 'OK', intCode: 0 })
})

it.each(['token', 'profile'] as const)(
  'a __proto__ in the %s answer changes no object',
  async (place) => {
    const { monpay, login, verified } = await open()
    monpay.misbehave(({ json }) => {
      const [start, ...rest] = JSON.stringify(json)
      return { body: `${start}"__proto__":{"admin":true},${rest.join('')}` }
    }, place)
    expect(await login()).toMatchObject({ action: 'success' })
    const [{ params, profile } = { params: {}, profile: {} }] = verified
    for (const one of [{}, params, profile, Reflect.get(profile, '_json')])
      expect(Reflect.get(Object(one), 'admin')).toBeUndefined()
  },
)
