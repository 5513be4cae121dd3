import type { Fault } from '../../passport-provider-simulators/src/index'
import { ended, endWith, simulator, told, useZaloPay, visitor } from './support/zalopay'

useZaloPay()

it('U3 U4 U5 identity data that was granted is in _json and in no session, trace or error', async () => {
  const scope = ['user.name', 'user.identity.info', 'user.identity.image']
  Object.assign(simulator.behaviour, { scope })
  const { _raw, _json, ...normalised } = (await visitor.succeed()).profile
  expect(_json.data.user_identity_image).toMatchObject({ id_number: '001190000001' })
  const seen = JSON.stringify([normalised, visitor.session.stored(), visitor.traced])
  expect(seen).not.toMatch(/001190000001|identity|NGUYỄN|card-front/)
})

const FAILED = 'error profile_failed 502'
const FAULT = 'error provider_error 502'
const UNAUTHENTICATED = { error: { error: 'UNAUTHENTICATED', code: 16 }, data: { muid: 'one' } }

it.each<[string, string, Fault]>([
  ['an error object under 200', FAILED, { body: UNAUTHENTICATED }],
  ['an error object under 401', FAILED, { status: 401, body: UNAUTHENTICATED }],
  ['an unknown number under 404', FAILED, { status: 404, body: { error: { code: 5 } } }],
  ['an internal error under 200', FAULT, { body: { error: { code: 13 } } }],
  ['an empty error under 429', FAULT, { status: 429, body: { error: {} } }],
  ['nothing under 403', FAILED, { status: 403, body: {} }],
])('U2 U6 a user info with %s ends in: %s', async (_, ending, fault) => {
  expect(ended(await endWith(fault, 'profile'))).toBe(ending)
})

it.each([404, 405])('FR18 U6 user info under %i tells of a wrong address', async (status) => {
  for (const body of ['<html>', { message: 'Not Found' }, { error: 'Not Found' }]) {
    const result = await endWith({ status, body }, 'profile')
    expect(result).toMatchObject({ error: { code: 'config', status: 500, step: 'profile' } })
    expect(told(result).message).toContain('there is no user info endpoint at this address')
  }
})

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
  const id = expect.stringMatching(/^\w{32}$/) as unknown
  expect((await visitor.succeed()).profile._json).toMatchObject({ context_id: id, trace_id: id })
})

it('classifyError is not asked about errors of user info, which are another endpoint', async () => {
  const classifyError = jest.fn(() => 'invalid_code' as const)
  expect(ended(await endWith('localized-error', 'profile', { classifyError }))).toBe(FAILED)
  expect(classifyError).not.toHaveBeenCalled()
})
