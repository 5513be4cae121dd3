import { type Fault, type ZaloPaySimulator } from '../../passport-provider-simulators/src/index'
import { calls, createStrategy, summary, Visitor, useZaloPay } from './support/zalopay'

let simulator: ZaloPaySimulator
let visitor: Visitor

useZaloPay((scene) => ({ simulator, visitor } = scene))

/** Stops the strategy's clock; gives its time. */
function stopClock(): number {
  const now = 1_800_000_000_000
  jest.spyOn(Date, 'now').mockReturnValue(now)
  return now
}

const ERROR = {
  error: 'INVALID_ARGUMENT',
  code: 3,
  details: {
    error_info: { reason: 'CODE_INVALID', domain: 'oauth' },
    localized_message: { message: 'Mã không hợp lệ' },
  },
}

/** The simulator's right answer with other members under `data`, or beside it. */
const withData =
  (data: object, beside: object = {}): Fault =>
  ({ json }) => {
    const right = json as { data: object }
    return { body: { ...right, data: { ...right.data, ...data }, ...beside } }
  }

it('T1 a full answer is a login: what was under data is params, with a date for expires_in', async () => {
  const now = stopClock()
  const { accessToken, refreshToken, params } = await visitor.succeed()
  expect(params).toEqual({
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: 3_600_000,
    refresh_expires_in: 2_592_000_000,
    permissions: ['user.phone', 'user.name', 'user.avatar'],
    expires_at: new Date(now + 3_600_000),
    refresh_expires_at: new Date(now + 2_592_000_000),
  })
})

it('Q13 a token that is called long-term lives an hour, and expires_at says so', async () => {
  const now = stopClock()
  const { params } = await visitor.succeed()
  expect(params['expires_at']).toEqual(new Date(now + 60 * 60 * 1000))
})

it.each([
  ['0, the placeholder of the page', 0, undefined],
  ['3600, which can only be seconds', 3600, 3_600_000],
  ['59 999, the last that is seconds', 59_999, 59_999_000],
  ['60 000, the first that is milliseconds', 60_000, 60_000],
  ['3 600 000', 3_600_000, 3_600_000],
  ['text', '3600000', 3_600_000],
  ['more than 32 bits hold', 2_592_000_000, 2_592_000_000],
  ['a moment since 1970', 1_800_003_600_000, 3_600_000],
  ['a moment since 1970 as text', '1800003600000', 3_600_000],
  ['a negative number', -1, undefined],
  ['more than a date holds', 1e300, undefined],
  ['text that is no number', '3600abc', undefined],
  ['a number with an exponent as text', '1e3', undefined],
  ['a number behind a blank as text', ' 3600', undefined],
  ['a date as text', '2030-01-01', undefined],
  ['nothing', null, undefined],
  ['true', true, undefined],
  ['an object', {}, undefined],
  ['a list', [3_600_000], undefined],
])('Q5 T5 expires_in of %s', async (_, expires_in, lifetime) => {
  const now = stopClock()
  simulator.misbehave(withData({ expires_in, refresh_expires_in: expires_in }), 'token')
  const { params } = await visitor.succeed()
  const date = lifetime === undefined ? undefined : new Date(now + lifetime)
  expect(params['expires_at']).toEqual(date)
  expect(params['refresh_expires_at']).toEqual(date)
  expect(params['expires_in']).toEqual(expires_in)
})

it.each([
  ['seconds', 3600, 2_592_000, 2_592_000_000],
  ['seconds beside milliseconds', 3600, 2_592_000_000, 2_592_000_000],
  ['milliseconds', 3_600_000, 2_592_000_000, 2_592_000_000],
  ['milliseconds beside the placeholder 0', 0, 3_600_000, 3_600_000],
  ['a thousand million beside seconds', 3600, 1_000_000_000, 1_000_000_000],
  ['a moment beside seconds', 3600, 1_802_592_000_000, 2_592_000_000],
])(
  'Q5 T5 refresh_expires_in where it comes in %s',
  async (_, expires_in, refresh_expires_in, lifetime) => {
    const now = stopClock()
    simulator.misbehave(withData({ expires_in, refresh_expires_in }), 'token')
    const { params } = await visitor.succeed()
    expect(params['refresh_expires_at']).toEqual(new Date(now + lifetime))
  },
)

it.each([
  ['from 1e12 on, the year 2001', 1e12],
  ['up to the last that a Date can hold', 8.64e15],
])('Q5 takes a number for a moment %s', async (_, expires_in) => {
  simulator.misbehave(withData({ expires_in }), 'token')
  expect((await visitor.succeed()).params['expires_at']).toEqual(new Date(expires_in))
})

it('T1 a token answer that names another user than user info is not logged in', async () => {
  simulator.misbehave(withData({ muid: 'somebody-else' }), 'token')
  expect(summary(await visitor.logIn())).toBe('error bad_response')
})

it.each([
  [500, { error: 'INTERNAL' }, 'error provider_error'],
  [500, { ...ERROR, code: 1 }, 'fail invalid_code 401'],
])('T2 under status %i the error %j without another number is sorted', async (...given) => {
  const [status, error, ending] = given
  simulator.misbehave({ status, body: { error } }, 'token')
  expect(summary(await visitor.logIn())).toBe(ending)
})

it('U2 params name the scopes the user has allowed', async () => {
  const { codeChallenge, login } = await visitor.start()
  const code = simulator.issueCode({ codeChallenge, scope: ['user.name'] })
  const result = await visitor.post({ code, login })
  expect(result).toMatchObject({
    user: { params: { permissions: ['user.name'] }, profile: { displayName: expect.any(String) } },
  })
  expect(result).not.toHaveProperty('user.profile.phoneNumbers')
})

it('U1 an empty scope is a login with an id alone', async () => {
  simulator.behaviour.scope = []
  const { params, profile } = await visitor.succeed()
  expect(params['permissions']).toEqual([])
  expect(profile._json.data).toEqual({ muid: profile.id })
})

it.each([
  [200, 'fail invalid_code 401'],
  [400, 'fail invalid_code 401'],
  [401, 'fail invalid_code 401'],
  [404, 'fail invalid_code 401'],
  // its number says more than the status: a dead code may come under any
  [500, 'fail invalid_code 401'],
])('Q2 T2 an error object under status %i is a failure', async (status, ending) => {
  simulator.misbehave({ status, body: { error: ERROR } }, 'token')
  expect(summary(await visitor.logIn())).toBe(ending)
  expect(calls(simulator)).toEqual(['token'])
})

it("T2 the error's own words are kept for logs, apart from what people are shown", async () => {
  simulator.misbehave({ body: { error: ERROR, trace_id: 't-1', context_id: 'c-1' } }, 'token')
  const result = await visitor.logIn()
  expect(result).toMatchObject({
    info: {
      message: 'The login was not accepted. Please start again.',
      provider: {
        status: 200,
        code: 'INVALID_ARGUMENT',
        message: 'Mã không hợp lệ',
        details: {
          code: '3',
          reason: 'CODE_INVALID',
          domain: 'oauth',
          context_id: 'c-1',
          trace_id: 't-1',
        },
      },
    },
  })
})

it.each(['text', '', 7, 0, false, true, []])(
  'FR18 T2 the error %j, which is no object of ZaloPay, is not the fault of the visitor',
  async (error) => {
    simulator.misbehave({ body: { error } }, 'token')
    expect(summary(await visitor.logIn())).toBe('error bad_response')
  },
)

it.each([{}, { error: { deep: 1 } }, { code: 99 }])(
  'T2 the error %j, which is not as documented, is a refusal too',
  async (error) => {
    simulator.misbehave({ body: { error } }, 'token')
    expect(summary(await visitor.logIn())).toBe('fail invalid_code 401')
  },
)

it.each([
  ['config', 'error config'],
  ['provider_error', 'error provider_error'],
  ['invalid_code', 'fail invalid_code 401'],
  ['something else', 'fail invalid_code 401'],
])('classifyError may sort the error as %s', async (kind, ending) => {
  const seen: unknown[] = []
  const classifyError = (error: unknown) => {
    seen.push(error)
    return kind as 'config'
  }
  simulator.misbehave({ body: { error: ERROR } }, 'token')
  visitor = new Visitor(simulator, createStrategy(simulator, { classifyError }))
  expect(summary(await visitor.logIn())).toBe(ending)
  expect(seen).toEqual([ERROR])
})

it('classifyError knows better than the status', async () => {
  const classifyError = () => 'invalid_code' as const
  simulator.misbehave({ status: 500, body: { error: ERROR } }, 'token')
  visitor = new Visitor(simulator, createStrategy(simulator, { classifyError }))
  expect(summary(await visitor.logIn())).toBe('fail invalid_code 401')
})

it('a classifyError that throws is a mistake of the configuration', async () => {
  const classifyError = () => {
    throw new Error('broken')
  }
  simulator.misbehave('localized-error', 'token')
  visitor = new Visitor(simulator, createStrategy(simulator, { classifyError }))
  expect(summary(await visitor.logIn())).toBe('error config')
})

it.each([
  ['2, unknown', 2, 'error provider_error'],
  ['3, invalid argument', 3, 'fail invalid_code 401'],
  ['4, deadline exceeded', 4, 'error provider_error'],
  ['5, not found', 5, 'fail invalid_code 401'],
  ['7, permission denied', 7, 'error config'],
  ['8, resource exhausted', 8, 'error provider_error'],
  ['13, internal', 13, 'error provider_error'],
  ['14, unavailable', 14, 'error provider_error'],
  ['16, unauthenticated', 16, 'error config'],
  ['16 as text', '16', 'error config'],
])('the number %s of an error object decides, whatever the status', async (_, code, ending) => {
  for (const status of [200, 404, 500]) {
    simulator.misbehave({ status, body: { error: { ...ERROR, code } } }, 'token')
    expect([status, summary(await visitor.logIn())]).toEqual([status, ending])
  }
})

it.each([
  [401, 'error config'],
  [403, 'error config'],
  [404, 'fail invalid_code 401'],
  [429, 'error provider_error'],
  [503, 'error provider_error'],
])('an error object without a number is sorted by the status %i', async (status, ending) => {
  simulator.misbehave({ status, body: { error: { error: 'WORD' } } }, 'token')
  expect(summary(await visitor.logIn())).toBe(ending)
})

it.each([
  [401, 'error config'],
  [403, 'error config'],
  [404, 'error config'],
  [405, 'error config'],
  [429, 'error provider_error'],
  [502, 'error provider_error'],
  [400, 'error bad_response'],
])('FR18 an answer without an error object is sorted by its status %i', async (status, ending) => {
  const foreign = { code: status, message: 'Forbidden', status: 'PERMISSION_DENIED' }
  for (const body of [
    '<html>',
    { message: 'Forbidden' },
    { status, error: 'Forbidden' },
    { error: foreign },
    { error: { code: 'ResourceNotFound' } },
  ]) {
    simulator.misbehave({ status, body }, 'token')
    expect([body, summary(await visitor.logIn())]).toEqual([body, ending])
  }
})

it("FR18 a gateway's object keeps its words, and classifyError may sort it", async () => {
  const body = { error: { code: 403, message: 'no such key' } }
  simulator.misbehave({ status: 403, body }, 'token')
  expect(await visitor.logIn()).toMatchObject({
    error: { code: 'config', provider: { status: 403, message: 'no such key' } },
  })
  const classifyError = () => 'provider_error' as const
  visitor = new Visitor(simulator, createStrategy(simulator, { classifyError }))
  expect(summary(await visitor.logIn())).toBe('error provider_error')
})

it.each([
  [{ error: { ...ERROR, code: 16 } }, 200],
  [{ error: { ...ERROR, code: 13 } }, 200],
  ['<html>', 404],
])('FR18 the answer %j counts against no login: it can still be finished', async (body, status) => {
  const { codeChallenge, login } = await visitor.start()
  simulator.misbehave({ status, body }, 'token')
  for (let turn = 0; turn < 6; turn++)
    expect(summary(await visitor.post({ code: visitor.getCode(codeChallenge), login }))).toMatch(
      'error',
    )
  simulator.misbehave(undefined)
  expect(summary(await visitor.post({ code: visitor.getCode(codeChallenge), login }))).toBe(
    'success',
  )
})

it.each([400, 401, 403, 404, 503])(
  'FR18 an error keeps the words of a gateway under %i',
  async (status) => {
    const body = { error: 'Forbidden', message: 'Access Denied' }
    simulator.misbehave({ status, body }, 'token')
    expect(await visitor.logIn()).toHaveProperty('error.provider', {
      status,
      code: 'Forbidden',
      message: 'Access Denied',
    })
  },
)

it('FR18 a wrong token address is told to the operator, and the login stays', async () => {
  const tokenURL = `${simulator.url}/oauth/nowhere`
  visitor = new Visitor(simulator, createStrategy(simulator, { tokenURL }))
  expect(await visitor.logIn()).toMatchObject({
    error: {
      code: 'config',
      status: 500,
      step: 'token',
      message: expect.stringContaining('there is no token endpoint at this address'),
      provider: { status: 404 },
    },
  })
  expect(visitor.left()).toHaveLength(1)
})

it('an error holds no member that ZaloPay has not sent', async () => {
  simulator.misbehave({ body: { error: { code: 3 } } }, 'token')
  expect(await visitor.logIn()).toHaveProperty('info.provider', {
    status: 200,
    details: { code: '3' },
  })
  simulator.misbehave({ body: { error: {} } }, 'token')
  expect(await visitor.logIn()).toHaveProperty('info.provider', { status: 200 })
})

it('a wrong secret key is a mistake of the configuration, unless classifyError knows better', async () => {
  const wrong = { clientSecret: 'wrong-secret-key-of-the-shop' }
  visitor = new Visitor(simulator, createStrategy(simulator, wrong))
  const result = await visitor.logIn()
  expect(summary(result)).toBe('error config')
  expect(result).toMatchObject({ error: { provider: { details: { code: '16' } } } })
  const classifyError = (error: unknown, status: number) =>
    status === 200 && (error as { code?: number }).code === 16 ? 'invalid_code' : 'config'
  visitor = new Visitor(simulator, createStrategy(simulator, { ...wrong, classifyError }))
  expect(summary(await visitor.logIn())).toBe('fail invalid_code 401')
})

it.each([
  ['an error object', ERROR, 'error bad_response'],
  ['an empty error object', {}, 'error bad_response'],
  ['an empty text', '', 'success'],
  ['null', null, 'success'],
])('Q4 T3 data beside the error %s', async (_, error, ending) => {
  simulator.misbehave(withData({}, { error }), 'token')
  expect(summary(await visitor.logIn())).toBe(ending)
})

it('Q3 T4 an access token at the top, without data, is none', async () => {
  simulator.misbehave(({ json }) => ({ body: (json as { data: object }).data }), 'token')
  expect(summary(await visitor.logIn())).toBe('error bad_response')
  expect(calls(simulator)).toEqual(['token'])
})

it.each([
  ['null under data', { body: { data: null } }],
  ['a list under data', { body: { data: [{ access_token: 'token' }] } }],
  ['HTML under 200', 'html'],
  ['a form', { body: 'data[access_token]=token' }],
] satisfies [string, Fault][])('T8 %s in place of tokens is a bad response', async (_, fault) => {
  simulator.misbehave(fault, 'token')
  expect(summary(await visitor.logIn())).toBe('error bad_response')
  expect(visitor.left()).toHaveLength(1)
})

it('T8 a token endpoint that says nothing ends the login in timeout', async () => {
  visitor = new Visitor(simulator, createStrategy(simulator, { timeout: 300 }))
  simulator.misbehave('silence', 'token')
  expect(summary(await visitor.logIn())).toBe('error timeout')
  expect(visitor.left()).toHaveLength(1)
})
