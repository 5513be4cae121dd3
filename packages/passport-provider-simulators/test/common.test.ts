import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { startMonPay, startSngine, startZaloPay } from '../src/index'
import { closeAll, keep } from '../../../test/keep'
import { call, challenge, EVERY, postForm, signIn, sngineForm, zalopayToken } from './support'

afterEach(closeAll)

it.each(EVERY)(
  '%s takes the credentials, port and addresses it is given, and has fresh credentials otherwise',
  async (_, start) => {
    const [first, other] = [await keep(start()), await keep(start())]
    expect(first.clientID).not.toBe(other.clientID)
    expect(first.clientSecret).not.toBe(other.clientSecret)
    await first.close()
    const given = { clientID: '77', clientSecret: 's', homeURL: 'https://shop.example' }
    const second = await keep(start({ port: first.port, ...given }))
    expect(second).toMatchObject({ url: first.url, ...given })
    second.homeURL = undefined
    expect((await call(second.url)).text).not.toContain('Back to the app')
  },
)

it.each(EVERY)('%s starts where a test runner has no structuredClone', async (_, start) => {
  const missing = jest.spyOn(globalThis, 'structuredClone').mockImplementation(() => {
    throw new ReferenceError('structuredClone is not defined')
  })
  const simulator = await keep(start()).finally(() => missing.mockRestore())
  simulator.reset()
  expect(await call(simulator.url)).toMatchObject({ status: 200 })
})

it.each(EVERY)('%s takes absolute addresses only', async (_, start) => {
  const simulator = await keep(start())
  simulator.callbackURL = 'https://shop.example/cb'
  expect(simulator.callbackURL).toBe('https://shop.example/cb')
  for (const [name, value, message] of [
    ['callbackURL', '/cb', 'callbackURL must be an absolute URL'],
    ['homeURL', 'home', 'homeURL must be an absolute URL'],
    ['homeURL', 'javascript:alert(1)', 'with http or https'],
  ] as const) {
    const set = () => {
      simulator[name] = value
    }
    expect(set).toThrow(TypeError)
    expect(set).toThrow(message)
  }
  for (const wrong of [{ callbackURL: 'cb' }, { homeURL: '' }])
    await expect(start(wrong)).rejects.toThrow(TypeError)
})

it.each(EVERY)('%s refuses options that are unknown or wrong, by their name', async (_, start) => {
  for (const [options, message] of [
    [
      { callbackUrl: 'https://x.example' },
      'option callbackUrl is unknown: the known options are port,',
    ],
    [{ toString: 7 }, 'option toString is unknown'],
    [{ port: '4101' }, 'option port must be a number'],
    [{ users: {} }, 'option users must be a list'],
    [{ now: 7 }, 'option now must be a function'],
    [{ clientID: 77 }, 'option clientID must be a text'],
    [null, 'options must be an object'],
  ] as const)
    await expectRefused(start(options as object), message)
  await keep(start({ clientID: undefined, users: undefined } as object))
})

async function expectRefused(starting: Promise<unknown>, message: string): Promise<void> {
  const refusal = await starting.catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(TypeError)
  expect(refusal).toHaveProperty('message', expect.stringContaining(message))
}

it('an option with fixed values takes no other value', async () => {
  for (const [start, options, message] of [
    [startZaloPay, { challenge: 'sha256' }, 'challenge must be "both" or "hex" or "raw"'],
    [startZaloPay, { expiresIn: '1h' }, 'expiresIn must be "lifetime" or "instant" or a number'],
    [startMonPay, { intCode: 'no' }, 'intCode must be a boolean'],
    [startSngine, { version: '4' }, 'version must be "3.13" or "4.4"'],
    [startSngine, { extraFields: null }, 'extraFields must be an object'],
  ] as const)
    await expectRefused(start(options as object), `option ${message}`)
  await keep(startZaloPay({ expiresIn: 3600 }))
})

it.each(EVERY)('%s refuses a fault and a place that it does not know', async (_, start) => {
  const simulator = await keep(start())
  for (const fault of ['slience', 'toString', {}, null, 7])
    expect(() => simulator.misbehave(fault as 'silence')).toThrow('a fault is one of silence,')
  expect(() => simulator.misbehave('html', 'tokn' as 'token')).toThrow(
    'a fault is for token, profile, refresh, all',
  )
  expect((await call(simulator.url)).status).toBe(200)
})

it.each(EVERY)('%s rejects when its port is taken', async (_, start) => {
  const simulator = await keep(start())
  await expect(start({ port: simulator.port })).rejects.toThrow('EADDRINUSE')
})

it.each(EVERY)(
  "%s reports its own fault with status 505 in the provider's form",
  async (_, start, path) => {
    const simulator = await keep(start())
    simulator.misbehave('status-505')
    expect(await call(simulator.url + path)).toMatchObject({
      status: 505,
      json: { error: expect.anything() },
    })
  },
)

it('forgets keys, tokens, consents, sessions and changed users of Sngine on reset', async () => {
  const sngine = await keep(startSngine({ users: [] }))
  expect(() => sngine.issueKey()).toThrow('There is no user')
  const full = await keep(startSngine())
  const key = full.issueKey()
  const headers = await signIn(full)
  full.users.pop()
  full.behaviour.moduleOff = true
  full.reset()
  expect(full.users).toHaveLength(6)
  expect(full.requests).toEqual([])
  expect((await postForm(`${full.url}/api/authorize`, sngineForm(full, key))).json).toEqual({
    error: true,
    message: 'Bad Request, invalid auth_key',
  })
  expect((await call(full.url, { headers })).text).toContain('Who are you?')
})

it('forgets codes, tokens and changed users of ZaloPay on reset', async () => {
  const zalopay = await keep(startZaloPay())
  const code = zalopay.issueCode({ codeChallenge: challenge('v', 'raw') })
  zalopay.users.length = 0
  expect(() => zalopay.issueCode({ codeChallenge: challenge('v', 'raw') })).toThrow(
    'There is no user',
  )
  zalopay.behaviour.errorStatus = 400
  zalopay.reset()
  expect(zalopay.users).toHaveLength(5)
  expect(await zalopayToken(zalopay, { code, code_verifier: 'v' })).toMatchObject({
    status: 200,
    json: { error: { code: 3 } },
  })
})

it.each(EVERY)(
  'FR06: %s answers 400 without a stack to a target that is no path',
  async (_, start) => {
    const { port } = await keep(start())
    for (const line of ['GET //', 'GET /\\', 'GET //[::1', 'GET http://[', 'OPTIONS *']) {
      const socket = connect(port, '127.0.0.1')
      socket.write(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      const answer = await text(socket)
      expect([line, answer]).toEqual([
        line,
        expect.stringMatching(/^HTTP\/1.1 400 [^]*\r\n\r\n(b\r\n)?Bad request(\r\n0\r\n\r\n)?$/),
      ])
    }
  },
)
