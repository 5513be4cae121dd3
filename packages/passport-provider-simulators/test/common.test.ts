import { startMonPay, startSngine, startZaloPay } from '../src/index'
import { closeAll, keep } from '../../../test/keep'
import { askRaw } from '../../../test/server'
import {
  call,
  challenge,
  EVERY,
  monpayForm,
  postForm,
  signIn,
  sngineForm,
  zalopayToken,
} from './support'

afterEach(closeAll)

it.each(EVERY)('%s has fresh credentials, or what it is given, port too', async (_, start) => {
  const [first, other] = [await keep(start()), await keep(start())]
  expect(first.clientID).not.toBe(other.clientID)
  expect(first.clientSecret).not.toBe(other.clientSecret)
  await first.close()
  const given = { clientID: '77', clientSecret: 's', homeURL: 'https://shop.example' }
  const second = await keep(start({ port: first.port, ...given }))
  expect(second).toMatchObject({ url: first.url, ...given })
  second.homeURL = undefined
  expect((await call(second.url)).text).not.toContain('Back to the app')
  await expect(start({ port: second.port })).rejects.toThrow('EADDRINUSE')
})

it.each(EVERY)('%s starts where a test runner has no structuredClone', async (_, start) => {
  const missing = jest.spyOn(globalThis, 'structuredClone').mockImplementation(() => {
    throw new ReferenceError('structuredClone is not defined')
  })
  const simulator = await keep(start()).finally(() => missing.mockRestore())
  simulator.reset()
  expect(await call(simulator.url)).toMatchObject({ status: 200 })
})

it.each(EVERY)('FR222 %s starts where URL has no canParse: jsdom in Jest 29', async (_, start) => {
  const missing = jest.spyOn(URL, 'canParse').mockImplementation(() => {
    throw new TypeError('URL.canParse is not a function')
  })
  const homeURL = 'http://localhost:3000/'
  const simulator = await keep(start({ homeURL })).finally(() => missing.mockRestore())
  expect(await call(simulator.url)).toMatchObject({ status: 200 })
})

async function expectRefused(start: () => unknown, message: string): Promise<void> {
  const refusal: unknown = await (async () => start())().catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(TypeError)
  expect(refusal).toHaveProperty('message', expect.stringContaining(message))
}

const NO_CALLBACK = 'callbackURL must be an absolute URL'
const NO_HOME = 'homeURL must be an absolute URL with http or https'

it.each(EVERY)('%s takes absolute addresses only', async (_, start) => {
  const simulator = await keep(start())
  simulator.callbackURL = 'https://shop.example/cb'
  expect(simulator.callbackURL).toBe('https://shop.example/cb')
  for (const [name, value, message] of [
    ['callbackURL', '/cb', NO_CALLBACK],
    ['callbackURL', 'C:/Git/cb', NO_CALLBACK], // FR225
    ['homeURL', 'home', NO_HOME],
    ['homeURL', 'javascript:alert(1)', NO_HOME],
    ['homeURL', '', NO_HOME],
  ] as const) {
    await expectRefused(() => (simulator[name] = value), message)
    await expectRefused(() => start({ [name]: value }), message)
  }
})

it.each(EVERY)('%s refuses options that are unknown or wrong, by their name', async (_, start) => {
  for (const [options, message] of [
    [{ callbackUrl: 'x' }, 'option callbackUrl is unknown: the known options are port,'],
    [{ toString: 7 }, 'option toString is unknown'],
    [{ port: '4101' }, 'option port must be a number'],
    [{ users: {} }, 'option users must be a list'],
    [{ now: 7 }, 'option now must be a function'],
    [{ clientID: 77 }, 'option clientID must be a text'],
    [null, 'options must be an object'],
  ] as const)
    await expectRefused(() => start(options as object), message)
  await keep(start({ clientID: undefined, users: undefined } as object))
})

it('an option with fixed values takes no other value', async () => {
  for (const [start, options, message] of [
    [startZaloPay, { challenge: 'sha256' }, 'challenge must be "both" or "hex" or "raw"'],
    [startZaloPay, { expiresIn: '1h' }, 'expiresIn must be "lifetime" or "instant" or a number'],
    [startMonPay, { intCode: 'no' }, 'intCode must be a boolean'],
    [startSngine, { version: '4' }, 'version must be "3.13" or "4.4"'],
    [startSngine, { extraFields: null }, 'extraFields must be an object'],
  ] as const)
    await expectRefused(() => start(options as object), `option ${message}`)
  await keep(startZaloPay({ expiresIn: 3600 }))
})

it('FR224 a list of scopes has known ones only, and behaviour takes what the option takes', async () => {
  const zalopay = await keep(startZaloPay())
  const monpay = await keep(startMonPay())
  const words = 'must be a list of user.phone, user.name,'
  const codeChallenge = challenge('v', 'raw')
  for (const [act, message] of [
    [
      () => startMonPay({ scopes: ['Phone'] } as object),
      'scopes must be a list of phone, email, name',
    ],
    [() => startZaloPay({ scope: ['phone'] } as object), `scope ${words}`],
    [() => zalopay.issueCode({ codeChallenge, scope: 'user.phone' as never }), `scope ${words}`],
    [
      () => Object.assign(zalopay.behaviour, { challange: 'raw' }),
      'challange is unknown: the known',
    ],
    [() => Object.assign(zalopay.behaviour, { port: 1 }), 'port is unknown: the known'],
    [
      () => Object.assign(monpay.behaviour, { reuseStatus: '403' }),
      'reuseStatus must be 403 or 400',
    ],
  ] as const)
    await expectRefused(act, `option ${message}`)
  expect(zalopay.behaviour.challenge).toBe('both')
})

it('FR223 a code is for an object of users, and says so', async () => {
  const monpay = await keep(startMonPay())
  const zalopay = await keep(startZaloPay())
  const sngine = await keep(startSngine())
  const codeChallenge = challenge('v', 'raw')
  for (const user of ['joneil', 2, null, {}] as never[]) {
    const message = 'the user must be one of users: an object with '
    await expectRefused(() => monpay.issueCode(user), `${message}userId`)
    await expectRefused(() => zalopay.issueCode({ codeChallenge, user }), `${message}muid`)
    await expectRefused(() => sngine.issueKey(user), `${message}user_id`)
  }
  const issue: () => unknown = zalopay.issueCode as never
  await expectRefused(
    issue,
    'codeChallenge has no accepted form: give the one of the started login',
  )
})

it.each(EVERY)('%s refuses a fault and a place that it does not know', async (_, start) => {
  const simulator = await keep(start())
  for (const fault of ['slience', 'toString', {}, null, 7])
    expect(() => simulator.misbehave(fault as 'silence')).toThrow('a fault is one of silence,')
  const nowhere = () => simulator.misbehave('html', 'tokn' as 'token')
  expect(nowhere).toThrow('a fault is for token, profile, refresh, all')
  expect((await call(simulator.url)).status).toBe(200)
})

it.each(EVERY)('%s refuses connections once closed, can be closed twice', async (_, start) => {
  const simulator = await start()
  await simulator.close()
  await simulator[Symbol.asyncDispose]()
  await expect(fetch(simulator.url)).rejects.toThrow('fetch failed')
})

it('B31 is closed by await using where JavaScript has no Symbol.asyncDispose', async () => {
  const simulator = await keep(startMonPay())
  await Reflect.get(simulator, Symbol.for('Symbol.asyncDispose'))()
  await expect(fetch(simulator.url)).rejects.toThrow('fetch failed')
})

it('forgets keys, tokens, consents, sessions and changed users of Sngine on reset', async () => {
  const sngine = await keep(startSngine())
  const form = sngineForm(sngine)
  const headers = await signIn(sngine)
  sngine.users.length = 0
  expect(() => sngine.issueKey()).toThrow('There is no user')
  sngine.behaviour.moduleOff = true
  sngine.reset()
  expect(sngine.users).toHaveLength(6)
  expect(sngine.requests).toEqual([])
  const refused = { json: { error: true, message: 'Bad Request, invalid auth_key' } }
  expect(await postForm(`${sngine.url}/api/authorize`, form)).toMatchObject(refused)
  expect((await call(sngine.url, { headers })).text).toContain('Who are you?')
})

it('forgets codes, tokens and changed users of ZaloPay on reset', async () => {
  const zalopay = await keep(startZaloPay())
  const issue = () => zalopay.issueCode({ codeChallenge: challenge('v', 'raw') })
  const code = issue()
  zalopay.users.length = 0
  expect(issue).toThrow('There is no user')
  zalopay.behaviour.errorStatus = 400
  zalopay.reset()
  expect(zalopay.users).toHaveLength(5)
  const refused = { status: 200, json: { error: { code: 3 } } }
  expect(await zalopayToken(zalopay, { code, code_verifier: 'v' })).toMatchObject(refused)
})

it.each(EVERY)(
  'B32 %s answers only for the names of this computer, and for allowed ones',
  async (_, start) => {
    const allowedHosts = ['Shop.Example', '[::2]']
    const { port } = await keep(start({ allowedHosts }))
    const statusFor = async (host: string) =>
      Number((await askRaw(port, 'GET /', host)).slice('HTTP/1.1 '.length, 12))
    const ours = ['LOCALHOST', 'api.localhost', '127.0.0.1', '[::1]', 'shop.example', '[::2]']
    for (const name of ours)
      for (const host of [name, `${name}:${port}`])
        expect([host, await statusFor(host)]).not.toEqual([host, 421])
    const evil = ['', '[::3]', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example']
    for (const name of evil)
      for (const host of [name, `${name}:${port}`])
        expect([host, await statusFor(host)]).toEqual([host, 421])
    for (const name of ['http://shop.example', 'shop.example:80', '', 7])
      await expectRefused(() => start({ allowedHosts: [name] as string[] }), 'allowedHosts must be')
  },
)

it.each(EVERY)('B33 %s keeps only the newest 16 MiB of requests', async (_, start, path) => {
  const simulator = await keep(start())
  const url = simulator.url + path
  const sendLarge = async (times: number) => {
    for (let sent = 0; sent < times; sent += 1)
      await call(url, { method: 'POST', body: 'x'.repeat(1_048_576) })
  }
  await call(`${url}?first`)
  await sendLarge(15)
  expect(simulator.requests[0]?.query).toEqual({ first: '' })
  await sendLarge(2)
  expect(simulator.requests).toHaveLength(15)
  simulator.requests.length = 0
  await sendLarge(15)
  expect(simulator.requests).toHaveLength(15)
})

it('B33 keeps only the newest 10 000 codes', async () => {
  const monpay = await keep(startMonPay())
  const [first, second] = [monpay.issueCode(), monpay.issueCode()]
  for (let made = 2; made <= 10_000; made += 1) monpay.issueCode()
  const exchange = (code: string) =>
    postForm(`${monpay.url}/v2/oauth/token`, monpayForm(monpay, code))
  expect((await exchange(first)).status).toBe(403)
  expect((await exchange(second)).status).toBe(200)
})

it.each(EVERY)('FR06: %s answers 400 without a stack to what is no path', async (_, start) => {
  const { port } = await keep(start())
  const wrong = /^HTTP\/1.1 400 [^]*\r\n\r\n(b\r\n)?Bad request(\r\n0\r\n\r\n)?$/
  for (const line of ['GET //', 'GET /\\', 'GET //[::1', 'GET http://[', 'OPTIONS *'])
    expect([line, await askRaw(port, line)]).toEqual([line, expect.stringMatching(wrong)])
})
