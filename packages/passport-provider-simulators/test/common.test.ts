import { request } from 'node:http'
import { startMonPay, startSngine, startZaloPay } from '../src/index'
import { call, challenge, EVERY, keepOpen, postForm, postJSON, signIn } from './support'

const { open, closeAll } = keepOpen()
afterEach(closeAll)

it.each(EVERY)('%s takes the credentials, port and addresses it is given', async (_, start) => {
  const first = await open(start())
  await first.close()
  const second = await open(
    start({ port: first.port, clientID: '77', clientSecret: 's', homeURL: 'https://shop.example' }),
  )
  expect(second).toMatchObject({
    url: first.url,
    clientID: '77',
    clientSecret: 's',
    homeURL: 'https://shop.example',
  })
  second.homeURL = undefined
  expect((await call(second.url)).text).not.toContain('Back to the app')
})

it.each(EVERY)('%s has fresh credentials at every start otherwise', async (_, start) => {
  const [first, second] = [await open(start()), await open(start())]
  expect(first.clientID).not.toBe(second.clientID)
  expect(first.clientSecret).not.toBe(second.clientSecret)
})

it.each(EVERY)('%s starts where a test runner has no structuredClone', async (_, start) => {
  const missing = jest.spyOn(globalThis, 'structuredClone').mockImplementation(() => {
    throw new ReferenceError('structuredClone is not defined')
  })
  const simulator = await open(start()).finally(() => missing.mockRestore())
  simulator.reset()
  expect(await call(simulator.url)).toMatchObject({ status: 200 })
})

it.each(EVERY)('%s takes absolute addresses only', async (_, start) => {
  const simulator = await open(start())
  simulator.callbackURL = 'https://shop.example/cb'
  expect(simulator.callbackURL).toBe('https://shop.example/cb')
  expect(() => {
    simulator.callbackURL = '/cb'
  }).toThrow('callbackURL must be an absolute URL')
  expect(() => {
    simulator.homeURL = 'home'
  }).toThrow('homeURL must be an absolute URL')
  expect(() => {
    simulator.homeURL = 'javascript:alert(1)'
  }).toThrow('with http or https')
  await expect(start({ homeURL: '' })).rejects.toThrow(TypeError)
})

it.each(EVERY)('%s refuses options that are unknown or wrong, by their name', async (_, start) => {
  const refused = (options: unknown, message: string) =>
    expect(start(options as object)).rejects.toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: expect.stringContaining(message) as unknown,
      }),
    )
  await refused(
    { callbackUrl: 'https://shop.example/cb' },
    'option callbackUrl is unknown: the known options are port,',
  )
  await refused({ toString: 7 }, 'option toString is unknown')
  await refused({ port: '4101' }, 'option port must be a number')
  await refused({ users: {} }, 'option users must be a list')
  await refused({ now: 7 }, 'option now must be a function')
  await refused({ clientID: 77 }, 'option clientID must be a text')
  await refused(null, 'options must be an object')
  await open(start({ clientID: undefined, users: undefined } as object))
})

it('a switch takes the values that it knows, and no other', async () => {
  await expect(startZaloPay({ challenge: 'sha256' } as object)).rejects.toThrow(
    'option challenge must be "hex" or "raw" or "both"',
  )
  await expect(startZaloPay({ expiresIn: '1h' } as object)).rejects.toThrow(
    'option expiresIn must be "lifetime" or "instant" or a number',
  )
  await expect(startMonPay({ intCode: 'no' } as object)).rejects.toThrow(
    'option intCode must be a boolean',
  )
  await expect(startSngine({ version: '4' } as object)).rejects.toThrow(
    'option version must be "3.13" or "4.4"',
  )
  await expect(startSngine({ extraFields: null } as object)).rejects.toThrow(
    'option extraFields must be an object',
  )
  await open(startZaloPay({ expiresIn: 3600 }))
})

it.each(EVERY)('%s refuses a fault and a place that it does not know', async (_, start) => {
  const simulator = await open(start())
  for (const fault of ['slience', 'toString', {}, null, 7])
    expect(() => simulator.misbehave(fault as 'silence')).toThrow('a fault is one of silence,')
  expect(() => simulator.misbehave('html', 'tokn' as 'token')).toThrow(
    'a fault is for token, profile, refresh, all',
  )
  expect((await call(simulator.url)).status).toBe(200)
})

it.each(EVERY)('%s rejects when its port is taken', async (_, start) => {
  const simulator = await open(start())
  await expect(start({ port: simulator.port })).rejects.toThrow('EADDRINUSE')
})

it.each(EVERY)(
  "%s tells its own fault under 505 in the provider's form",
  async (_, start, path) => {
    const simulator = await open(start())
    simulator.misbehave('status-505')
    expect(await call(simulator.url + path)).toMatchObject({
      status: 505,
      json: { error: expect.anything() },
    })
  },
)

it('forgets keys, tokens, consents, sessions and changed users of Sngine on reset', async () => {
  const sngine = await open(startSngine({ users: [] }))
  expect(() => sngine.issueKey()).toThrow('There is no user')
  const full = await open(startSngine())
  const key = full.issueKey()
  const headers = await signIn(full)
  full.users.pop()
  full.behaviour.moduleOff = true
  full.reset()
  expect(full.users).toHaveLength(6)
  expect(full.requests).toEqual([])
  const fields = { app_id: full.clientID, app_secret: full.clientSecret, auth_key: key }
  expect((await postForm(`${full.url}/api/authorize`, fields)).json).toEqual({
    error: true,
    message: 'Bad Request, invalid auth_key',
  })
  expect((await call(full.url, { headers })).text).toContain('Who are you?')
})

it('forgets codes, tokens and changed users of ZaloPay on reset', async () => {
  const zalopay = await open(startZaloPay())
  const code = zalopay.issueCode({ codeChallenge: challenge('v', 'raw') })
  zalopay.users.length = 0
  expect(() => zalopay.issueCode({ codeChallenge: challenge('v', 'raw') })).toThrow(
    'There is no user',
  )
  zalopay.behaviour.errorStatus = 400
  zalopay.reset()
  expect(zalopay.users).toHaveLength(5)
  const headers = { 'x-secret-key': zalopay.clientSecret }
  const body = { code, code_verifier: 'v' }
  expect(await postJSON(`${zalopay.url}/oauth/v1/access_token`, body, headers)).toMatchObject({
    status: 200,
    json: { error: { code: 3 } },
  })
})

it.each(EVERY)(
  'FR06: %s answers 400 without a stack to a target that is no path',
  async (_, start) => {
    const simulator = await open(start())
    const targets: [string, string][] = [
      ['GET', '//'],
      ['GET', '/\\'],
      ['GET', '//[::1'],
      ['GET', 'http://['],
      ['OPTIONS', '*'],
    ]
    for (const [method, path] of targets) {
      const { status, text } = await new Promise<{ status?: number; text: string }>(
        (resolve, reject) => {
          const { port } = simulator
          request({ port, host: '127.0.0.1', method, path, agent: false }, (response) => {
            let seen = ''
            response.setEncoding('utf8').on('data', (part: string) => (seen += part))
            response.on('end', () => resolve({ status: response.statusCode ?? 0, text: seen }))
          })
            .on('error', reject)
            .end()
        },
      )
      expect([path, status, text]).toEqual([path, 400, 'Bad request'])
    }
  },
)
