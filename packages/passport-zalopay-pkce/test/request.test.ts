import { calls, open, simulator, useZaloPay, visitor } from './support/zalopay'

useZaloPay()

it('Q1 Q14 R1 the token call is a POST of JSON with x-secret-key and no field of RFC 6749 but the code, in snake_case', async () => {
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

it('Q8 Q16 the user comes from the user-info call, and the one key that is sent is x-secret-key: no mac, key1 or key2', async () => {
  const { params, profile } = await visitor.succeed()
  expect(params).not.toHaveProperty('muid')
  expect(profile.id).toBe(simulator.users[0]?.muid)
  expect(calls(simulator)).toEqual(['POST token', 'GET profile'])
  for (const { headers, query, body } of simulator.requests) {
    const names = Object.keys(headers).filter((name) => /key|mac|secret/i.test(name))
    expect(names).toEqual(['x-secret-key'])
    expect(JSON.stringify({ query, body })).not.toContain(simulator.clientSecret)
  }
})

it.each([
  [undefined, {}],
  [[], {}],
  [['user.phone', 'user.identity.info'], { fields: 'user.phone,user.identity.info' }],
])('R3 user info is a GET with both credentials, by fields %j with %j', async (...row) => {
  const [fields, query] = row
  const { accessToken } = await open({ fields }).succeed()
  expect(simulator.requests[1]).toMatchObject({
    method: 'GET',
    path: '/simulated/user-info',
    body: '',
    headers: { 'x-secret-key': simulator.clientSecret, authorization: `Bearer ${accessToken}` },
  })
  expect(simulator.requests[1]?.query).toEqual(query)
})
