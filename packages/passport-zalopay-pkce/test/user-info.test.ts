import { type Fault, type ZaloPaySimulator } from '../../passport-provider-simulators/src/index'
import { recordTrace } from '../../passport-code-flow/test/support/oracle'
import { createStrategy, summary, Visitor, useZaloPay } from './support/zalopay'

let simulator: ZaloPaySimulator
let visitor: Visitor

useZaloPay((scene) => ({ simulator, visitor } = scene))

const withUser =
  (data: object, beside: object = {}): Fault =>
  ({ json }) => {
    const right = json as { data: object }
    return { body: { ...right, data: { ...right.data, ...data }, ...beside } }
  }

it('U2 each user comes with what their scopes and their account have', async () => {
  const profiles = []
  for (const user of simulator.users) {
    const { codeChallenge, login } = await visitor.start()
    const result = await visitor.post({ code: simulator.issueCode({ codeChallenge, user }), login })
    profiles.push('user' in result && (result.user as { profile: unknown }).profile)
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

it('U5 identity data that was granted is in _json, and in no session, trace or error', async () => {
  simulator.behaviour.scope = ['user.name', 'user.identity.info', 'user.identity.image']
  const trace = recordTrace()
  const { profile } = await visitor.succeed()
  trace.stop()
  const { _raw, _json, ...normalised } = profile
  expect(_json.data.user_identity_image?.id_number).toBe('001190000001')
  const seen = JSON.stringify([normalised, visitor.session.stored(), trace.events])
  expect(seen).not.toMatch(/001190000001|identity|NGUYỄN/)
})

it.each(['integer', 'string'] as const)('U3 a phone number sent as %s is text', async (numbers) => {
  simulator.behaviour.numbers = numbers
  expect((await visitor.succeed()).profile.phoneNumbers).toEqual([{ value: '84901234567' }])
})

it.each(['identity_image_front', 'identity_image_font'] as const)(
  'U4 the front image named %s survives',
  async (frontImage) => {
    Object.assign(simulator.behaviour, { frontImage, scope: ['user.identity.image'] })
    const { profile } = await visitor.succeed()
    expect(profile._json.data.user_identity_image?.[frontImage]).toMatch(/card-front/)
  },
)

it.each([
  ['no data', { body: { context_id: 'c' } }],
  ['an empty object', { body: {} }],
  ['null under data', { body: { data: null } }],
  ['a user at the top', { body: { muid: 'one' } }],
  ['an empty muid', withUser({ muid: '' })],
  ['a muid that is an object', withUser({ muid: { $gt: '' } })],
] satisfies [string, Fault][])('U6 %s is a login of nobody', async (_, fault) => {
  simulator.misbehave(fault, 'profile')
  expect(summary(await visitor.logIn())).toBe('error no_subject')
})

it.each([200, 400, 401, 403])(
  'U6 an error object under status %i refuses the user',
  async (status) => {
    const body = { error: { error: 'UNAUTHENTICATED', code: 16 }, data: { muid: 'one' } }
    simulator.misbehave({ status, body }, 'profile')
    expect(summary(await visitor.logIn())).toBe('error profile_failed')
  },
)

it.each([404, 405])(
  'FR18 U6 user info answered with %i tells the operator that the address is wrong',
  async (status) => {
    for (const body of ['<html>', { message: 'Not Found' }, { error: 'Not Found' }]) {
      simulator.misbehave({ status, body }, 'profile')
      expect(await visitor.logIn()).toMatchObject({
        error: {
          code: 'config',
          status: 500,
          step: 'profile',
          message: expect.stringContaining('there is no user info endpoint at this address'),
        },
      })
    }
  },
)

it.each([
  [200, { code: 13 }, 'error provider_error'],
  [429, {}, 'error provider_error'],
  [404, { code: 5 }, 'error profile_failed'],
  [403, undefined, 'error profile_failed'],
])('U6 user info answered with %i and the error %j ends in: %s', async (status, error, ending) => {
  simulator.misbehave({ status, body: error ? { error } : {} }, 'profile')
  expect(summary(await visitor.logIn())).toBe(ending)
})

it('U7 an error of user info carries context_id and trace_id', async () => {
  const body = { error: { error: 'UNAUTHENTICATED' }, context_id: 'c-1', trace_id: 't-1' }
  simulator.misbehave({ body }, 'profile')
  expect(await visitor.logIn()).toMatchObject({
    error: {
      code: 'profile_failed',
      step: 'profile',
      strategy: 'zalopay',
      provider: {
        status: 200,
        code: 'UNAUTHENTICATED',
        details: { context_id: 'c-1', trace_id: 't-1' },
      },
    },
  })
})

it('U7 a profile carries context_id and trace_id', async () => {
  const { _json } = (await visitor.succeed()).profile
  expect(_json).toMatchObject({
    context_id: expect.stringMatching(/^\w{32}$/),
    trace_id: expect.stringMatching(/^\w{32}$/),
  })
})

it('classifyError is not asked about errors of user info, which are another endpoint', async () => {
  const classifyError = jest.fn(() => 'invalid_code' as const)
  visitor = new Visitor(simulator, createStrategy(simulator, { classifyError }))
  simulator.misbehave('localized-error', 'profile')
  expect(summary(await visitor.logIn())).toBe('error profile_failed')
  expect(classifyError).not.toHaveBeenCalled()
})
