import type { Fault, ZaloPaySimulator } from '../../passport-provider-simulators/src/index'
import { type Browser, ended, type Scene, useZaloPay } from './support/zalopay'

let simulator: ZaloPaySimulator
let visitor: Browser
let endWith: Scene['endWith']

useZaloPay((scene) => ({ simulator, visitor, endWith } = scene))

const withUser =
  (data: object): Fault =>
  ({ json }) => ({ body: { data: { ...(json as { data: object }).data, ...data } } })

it('U2 each user comes with what their scopes and their account have', async () => {
  const profiles: unknown[] = []
  for (const user of simulator.users) {
    const { codeChallenge, login } = await visitor.start()
    const result = await visitor.post({ code: simulator.issueCode({ codeChallenge, user }), login })
    profiles.push('user' in result && Reflect.get(Object(result.user), 'profile'))
  }
  expect(profiles).toMatchObject([
    {
      displayName: 'Nguyễn Thị Hồng',
      phoneNumbers: [{ value: '84901234567' }],
      emails: [{ value: 'hong@example.com' }],
      photos: [{ value: `${simulator.url}/pictures/hong.svg` }],
    },
    { displayName: 'Trần Đức Anh' },
    { phoneNumbers: [{ value: '84987654321' }] },
    { displayName: "O'Neil & José <script>alert(1)</script>" },
    { id: simulator.users[4]?.muid },
  ])
})

it.each(['identity_image_front', 'identity_image_font'] as const)(
  'U4 U5 identity data that was granted, the front image as %s, is in _json and in no session, trace or error',
  async (frontImage) => {
    const scope = ['user.name', 'user.identity.info', 'user.identity.image']
    Object.assign(simulator.behaviour, { frontImage, scope })
    const { _raw, _json, ...normalised } = (await visitor.succeed()).profile
    expect(_json.data.user_identity_image).toMatchObject({
      id_number: '001190000001',
      [frontImage]: expect.stringMatching(/card-front/) as unknown,
    })
    const seen = JSON.stringify([normalised, visitor.session.stored(), visitor.traced])
    expect(seen).not.toMatch(/001190000001|identity|NGUYỄN|card-front/)
  },
)

it.each(['integer', 'string'] as const)('U3 a phone number sent as %s is text', async (numbers) => {
  simulator.behaviour.numbers = numbers
  expect((await visitor.succeed()).profile.phoneNumbers).toEqual([{ value: '84901234567' }])
})

const NOBODY = 'error no_subject 502'
const FAILED = 'error profile_failed 502'
const FAULT = 'error provider_error 502'
const UNAUTHENTICATED = { error: { error: 'UNAUTHENTICATED', code: 16 }, data: { muid: 'one' } }

it.each<[string, string, Fault]>([
  ['no data', NOBODY, { body: { context_id: 'c' } }],
  ['no member', NOBODY, { body: {} }],
  ['null under data', NOBODY, { body: { data: null } }],
  ['a user at the top', NOBODY, { body: { muid: 'one' } }],
  ['an empty muid', NOBODY, withUser({ muid: '' })],
  ['a muid that is an object', NOBODY, withUser({ muid: { $gt: '' } })],
  ['an error object under 200', FAILED, { body: UNAUTHENTICATED }],
  ['an error object under 400', FAILED, { status: 400, body: UNAUTHENTICATED }],
  ['an error object under 401', FAILED, { status: 401, body: UNAUTHENTICATED }],
  ['an error object under 403', FAILED, { status: 403, body: UNAUTHENTICATED }],
  ['an unknown number under 404', FAILED, { status: 404, body: { error: { code: 5 } } }],
  ['an internal error under 200', FAULT, { body: { error: { code: 13 } } }],
  ['an empty error under 429', FAULT, { status: 429, body: { error: {} } }],
  ['nothing under 403', FAILED, { status: 403, body: {} }],
])('U6 a user info with %s ends in: %s', async (_, ending, fault) => {
  expect(ended(await endWith(fault, 'profile'))).toBe(ending)
})

it.each([404, 405])(
  'FR18 U6 user info answered with %i tells the operator that the address is wrong',
  async (status) => {
    for (const body of ['<html>', { message: 'Not Found' }, { error: 'Not Found' }])
      expect(await endWith({ status, body }, 'profile')).toMatchObject({
        error: {
          code: 'config',
          status: 500,
          step: 'profile',
          message: expect.stringContaining('there is no user info endpoint at this address'),
        },
      })
  },
)

it('U7 errors and profiles carry context_id and trace_id', async () => {
  const ids = { context_id: 'c-1', trace_id: 't-1' }
  const body = { error: { error: 'UNAUTHENTICATED' }, ...ids }
  expect(await endWith({ body }, 'profile')).toMatchObject({
    error: {
      code: 'profile_failed',
      step: 'profile',
      strategy: 'zalopay',
      provider: { status: 200, code: 'UNAUTHENTICATED', details: ids },
    },
  })
  simulator.misbehave(undefined)
  expect((await visitor.succeed()).profile._json).toMatchObject({
    context_id: expect.stringMatching(/^\w{32}$/),
    trace_id: expect.stringMatching(/^\w{32}$/),
  })
})

it('classifyError is not asked about errors of user info, which are another endpoint', async () => {
  const classifyError = jest.fn(() => 'invalid_code' as const)
  expect(ended(await endWith('localized-error', 'profile', { classifyError }))).toBe(FAILED)
  expect(classifyError).not.toHaveBeenCalled()
})
