import type { ZaloPaySimulator } from '../../passport-provider-simulators/src/index'
import { calls, createStrategy, Visitor, useZaloPay } from './support/zalopay'

let simulator: ZaloPaySimulator
let visitor: Visitor

useZaloPay((scene) => ({ simulator, visitor } = scene))

it('a start keeps the verifier in the session and sends the browser to launchURL with the challenge alone', async () => {
  const result = await visitor.open('/auth/zalopay', { method: 'POST' })
  const [pending] = Object.values(visitor.session.stored()).flat() as Record<string, string>[]
  expect(pending?.['verifier']).toMatch(/^[\w-]{43}$/)
  expect(result).toMatchObject({ action: 'redirect' })
  const url = 'url' in result ? result.url : undefined
  expect(url?.pathname).toBe('/auth/zalopay/launch')
  expect([...(url?.searchParams.keys() ?? [])]).toEqual([
    'appId',
    'codeChallenge',
    'rawCodeChallenge',
    'login',
  ])
  expect(url?.href).not.toContain(pending?.['verifier'])
  expect(simulator.requests).toEqual([])
})

it('Q1 R1 the token call is a POST of JSON with x-secret-key and no field of RFC 6749 but the code', async () => {
  await visitor.succeed()
  const [token] = simulator.requests
  expect(token).toMatchObject({
    method: 'POST',
    path: '/oauth/v1/access_token',
    query: {},
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'x-secret-key': simulator.clientSecret,
    },
    json: { code: visitor.codes[0], code_verifier: expect.stringMatching(/^[\w-]{43}$/) },
  })
  expect(Object.keys(token?.json ?? {})).toEqual(['code', 'code_verifier'])
  expect(token?.headers).not.toHaveProperty('authorization')
})

it('Q16 the one key that is sent is the secret as x-secret-key: no mac, key1 or key2', async () => {
  await visitor.succeed()
  for (const { headers, query, body, endpoint } of simulator.requests) {
    const names = Object.keys(headers).filter((name) => /key|mac|secret/i.test(name))
    expect(names).toEqual(['x-secret-key'])
    expect(JSON.stringify({ query, body })).not.toContain(simulator.clientSecret)
    expect(endpoint).toMatch(/token|profile/)
  }
})

it('Q14 the page speaks camelCase and the wire snake_case: codeChallenge out, code_verifier in', async () => {
  const { codeChallenge } = await visitor.start()
  expect(codeChallenge).not.toBe('')
  await visitor.succeed()
  expect(simulator.requests[0]?.json).not.toHaveProperty('codeVerifier')
})

it('R3 user info is a GET with both credentials, and fields only where they are configured', async () => {
  await visitor.succeed()
  const { accessToken } = await new Visitor(
    simulator,
    createStrategy(simulator, { fields: ['user.phone', 'user.identity.info'] }),
  ).succeed()
  const [, plain, , narrow] = simulator.requests
  expect(plain).toMatchObject({ method: 'GET', path: '/simulated/user-info', query: {}, body: '' })
  expect(narrow).toMatchObject({
    query: { fields: 'user.phone,user.identity.info' },
    headers: { 'x-secret-key': simulator.clientSecret, authorization: `Bearer ${accessToken}` },
  })
})

it('R3 an empty list of fields asks for nothing in particular', async () => {
  await new Visitor(simulator, createStrategy(simulator, { fields: [] })).succeed()
  expect(simulator.requests[1]?.query).toEqual({})
})

it('Q8 the user comes from the user-info call, always: the token answer names nobody', async () => {
  const { params, profile } = await visitor.succeed()
  expect(params).not.toHaveProperty('muid')
  expect(profile.id).toBe(simulator.users[0]?.muid)
  expect(calls(simulator)).toEqual(['token', 'profile'])
})

it('with skipUserProfile there is no second call and no profile', async () => {
  const quick = new Visitor(simulator, createStrategy(simulator, { skipUserProfile: true }))
  expect((await quick.succeed()).profile).toBeUndefined()
  expect(calls(simulator)).toEqual(['token'])
})
