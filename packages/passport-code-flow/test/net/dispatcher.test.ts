import { EventEmitter } from 'node:events'
import { createServer } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import {
  Agent,
  EnvHttpProxyAgent,
  interceptors,
  MockAgent,
  Pool,
  ProxyAgent,
  RetryAgent,
} from 'undici'
import { closeAll, keep } from '../../../../test/keep.js'
import { listen, startProxy } from '../../../../test/server.js'
import type { CodeFlowOptions } from '../../src/index.js'
import { CODE, json, openLogin, type Responder, SECRET, useAcme } from '../support/acme.js'
import { attempt } from '../support/bare.js'

type Dispatcher = NonNullable<CodeFlowOptions['dispatcher']>

const acme = useAcme()

// Jest fails a test in which a promise rejects that nobody handles: this waits for such a promise
afterEach(() => new Promise(setImmediate))
afterEach(closeAll)

/** Destroys it after the test. */
function open<T extends { destroy(): unknown }>(dispatcher: T): T {
  void keep({ close: () => dispatcher.destroy() })
  return dispatcher
}

async function logIn(dispatcher: Dispatcher, options = {}) {
  const { strategy, callback } = await openLogin(acme, { dispatcher, ...options })
  return attempt(strategy, callback())
}

/** A dispatcher that answers like this. */
const dispatching = (request: (...given: Parameters<Dispatcher['request']>) => unknown) =>
  ({ request, dispatch: () => true }) as unknown as Dispatcher

it("logs in over each of undici's dispatchers", async () => {
  for (const dispatcher of [open(new Agent()), open(new Pool(acme.url))])
    expect(await logIn(dispatcher)).toMatchObject({ action: 'success', user: { id: 'u1' } })
  expect(acme.calls.map(({ path }) => path)).toEqual(['/token', '/me', '/token', '/me'])
})

it('FR64 reads compressed answers over a dispatcher that decompresses, up to the limit', async () => {
  const dispatcher = open(new Agent().compose(interceptors.decompress()))
  const compressed = (body: object): Responder => {
    const bytes = gzipSync(JSON.stringify(body))
    return (_req, res) => void res.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes)
  }
  acme.profile = compressed({ sub: 'u1' })
  expect(await logIn(dispatcher)).toMatchObject({ action: 'success', user: { id: 'u1' } })
  const message = expect.stringContaining('coding gzip') as unknown
  expect(await logIn(open(new Agent()))).toMatchObject({ error: { code: 'bad_response', message } })
  acme.profile = compressed({ sub: 'u1', more: 'x'.repeat(100_000) })
  expect(await logIn(dispatcher)).toMatchObject({ error: { code: 'too_large' } })
})

it('FR141 logs in the user of each code over a dispatcher that caches', async () => {
  const cached = { 'cache-control': 'public, max-age=60', date: new Date().toUTCString() }
  const dispatcher = open(new Agent().compose(interceptors.cache()))
  for (const id of ['u1', 'u2']) {
    acme.profile = (_req, res) => void res.writeHead(200, cached).end(JSON.stringify({ sub: id }))
    expect(await logIn(dispatcher)).toMatchObject({ action: 'success', user: { id } })
  }
})

it('logs in through a proxy', async () => {
  const proxy = await keep(startProxy())
  const dispatcher = open(new ProxyAgent({ uri: proxy.url, token: 'Basic eDp5' }))
  expect(await logIn(dispatcher)).toMatchObject({ action: 'success' })
  const headers = expect.objectContaining({ 'proxy-authorization': 'Basic eDp5' }) as unknown
  expect(proxy.asked).toEqual([{ target: new URL(acme.url).host, headers }])
})

it.each([
  ['wants a password', 407, 'config', 'the outgoing proxy wants a user name and a password'],
  ['has a fault', 503, 'network', 'the provider could not be reached'],
])('FR161 says so when the proxy %s', async (_what, status, code, words) => {
  const proxy = await keep(startProxy(status))
  const message = expect.stringContaining(words) as unknown
  const cause = { message: expect.stringContaining(String(status)) as unknown }
  expect(await logIn(open(new ProxyAgent(proxy.url)))).toMatchObject({
    error: { code, message, cause },
  })
  expect(acme.calls).toEqual([])
})

it.each([
  'Bad response: 407', // hpagent
  'tunneling socket could not be established, statusCode=407', // tunnel
  'Failed to establish tunnel to a:443 via http://b: HTTP/1.1 407 Proxy Authentication Required', // Node
  'Proxy Authentication Required (407)', // undici
])('FR161 knows a proxy that wants a password by the error %s', async (message) => {
  const dispatcher = dispatching(() => Promise.reject(new Error(message)))
  expect(await logIn(dispatcher)).toMatchObject({ error: { code: 'config' } })
})

it('FR161 takes no port for the status of a proxy', async () => {
  const dispatcher = dispatching(() =>
    Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1:407')),
  )
  expect(await logIn(dispatcher)).toMatchObject({ error: { code: 'network' } })
})

it('logs in through the proxy that the environment names, and past it', async () => {
  const proxy = await keep(startProxy())
  const httpProxy = proxy.url
  const through = open(new EnvHttpProxyAgent({ httpProxy, httpsProxy: httpProxy, noProxy: '' }))
  const past = open(new EnvHttpProxyAgent({ httpProxy, noProxy: '127.0.0.1' }))
  expect(await logIn(through)).toMatchObject({ action: 'success' })
  const { length } = proxy.asked
  expect(length).toBeGreaterThan(0)
  expect(await logIn(past)).toMatchObject({ action: 'success' })
  expect(proxy.asked).toHaveLength(length)
})

it('logs in with the answers of a MockAgent, and says network for a call that it does not know', async () => {
  const mock = await keep(new MockAgent())
  mock.disableNetConnect()
  const pool = mock.get(acme.url)
  const token = { access_token: 'mocked', token_type: 'bearer' }
  const mockToken = () => pool.intercept({ path: '/token', method: 'POST' }).reply(200, token)
  mockToken()
  pool.intercept({ path: '/me' }).reply(200, { sub: 'u9' })
  expect(await logIn(mock)).toMatchObject({ action: 'success', user: { id: 'u9' } })
  mockToken()
  expect(await logIn(mock)).toMatchObject({
    error: { code: 'network', step: 'profile', cause: { code: 'UND_MOCK_ERR_MOCK_NOT_MATCHED' } },
  })
  expect(acme.calls).toEqual([])
})

it('says bad_response for headers that are too large', async () => {
  acme.token = (_req, res) => void res.writeHead(200, { 'x-long': 'x'.repeat(5000) }).end('{}')
  expect(await logIn(open(new Agent({ maxHeaderSize: 4096 })))).toMatchObject({
    error: {
      code: 'bad_response',
      message: 'acme: the headers of the answer are too large',
      cause: { code: 'UND_ERR_HEADERS_OVERFLOW' },
    },
  })
})

it('FR142 says bad_response for an answer with two lengths', async () => {
  const twice = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}'
  const server = createServer((socket) => void socket.once('data', () => socket.end(twice)))
  const describe = { tokenURL: (await keep(listen(server))).url }
  expect(await logIn(open(new Agent()), { describe })).toMatchObject({
    error: {
      code: 'bad_response',
      message: 'acme: the answer is not HTTP',
      cause: { code: 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' },
    },
  })
})

it('FR143 says config for a header that the dispatcher does not send', async () => {
  const headers = { expect: '100-continue' }
  expect(await logIn(open(new Agent()), { headers })).toMatchObject({
    error: {
      code: 'config',
      message: 'acme: the dispatcher does not take the request',
      cause: { message: 'expect header not supported' },
    },
  })
})

it.each(['UND_ERR_INVALID_ARG', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'])(
  'says config for a request that the dispatcher does not take: %s',
  async (code) => {
    const refused = dispatching(() => Promise.reject(Object.assign(new Error('no'), { code })))
    const message = 'acme: the dispatcher does not take the request'
    expect(await logIn(refused)).toMatchObject({
      error: { code: 'config', message, cause: { code } },
    })
  },
)

it('says config for a dispatcher that throws the refusals of a provider', async () => {
  acme.token = json({ error: 'invalid_grant' }, 400)
  const throwing = open(new Agent()).compose(interceptors.responseError())
  expect(await logIn(throwing)).toMatchObject({
    error: {
      code: 'config',
      message: 'acme: the dispatcher must not have the interceptor responseError',
      cause: { code: 'UND_ERR_RESPONSE' },
    },
  })
})

it('FR144 says config for a dispatcher that retries and throws the faults of a provider', async () => {
  acme.token = json({ error: 'maintenance' }, 503)
  expect(await logIn(open(new RetryAgent(new Agent())))).toMatchObject({
    error: {
      code: 'config',
      message: 'acme: the dispatcher must not have the interceptor retry',
      cause: { code: 'UND_ERR_REQ_RETRY' },
    },
  })
})

it('FR145 keeps the words of an answer with two challenges', async () => {
  const challenges = { 'www-authenticate': ['Negotiate', 'Bearer error="invalid_token"'] }
  acme.profile = (_req, res) => void res.writeHead(401, challenges).end()
  const message = 'Negotiate, Bearer error="invalid_token"'
  expect(await logIn(open(new Agent()))).toMatchObject({
    error: { code: 'profile_failed', provider: { status: 401, message } },
  })
})

it.each([
  [{ maxResponseSize: 5 }, 'UND_ERR_RES_EXCEEDED_MAX_SIZE'],
  [{ bodyTimeout: 1 }, 'UND_ERR_BODY_TIMEOUT'],
])(
  'FR146 names the limit of the dispatcher that has cut an answer short: %j',
  async (limit, code) => {
    acme.token = (_req, res) => void res.write('{"access')
    expect(await logIn(open(new Agent(limit)))).toMatchObject({
      error: { code: 'network', message: 'acme: the answer was cut short', cause: { code } },
    })
  },
)

/** A dispatcher that counts its calls, and gives an error first. */
function failing(problem: object, times = 1) {
  const agent = open(new Agent())
  let count = 0
  const dispatcher = dispatching((options) =>
    ++count <= times
      ? Promise.reject(Object.assign(new Error('broken'), problem))
      : agent.request(options),
  )
  return { dispatcher, calls: () => count }
}

it.each([
  { code: 'ECONNRESET' },
  { code: 'EPIPE' },
  { code: 'UND_ERR_SOCKET', socket: { bytesRead: 7 } },
])('repeats once what has met a closed connection: %j', async (problem) => {
  const once = failing(problem)
  expect(await logIn(once.dispatcher)).toMatchObject({ action: 'success' })
  expect(once.calls()).toBe(3)
  const twice = failing(problem, 2)
  expect(await logIn(twice.dispatcher)).toMatchObject({
    error: { code: 'network', message: 'acme: the connection was closed' },
  })
  expect(twice.calls()).toBe(2)
})

it.each([
  { code: 'ECONNREFUSED' },
  { code: 'ENOTFOUND' },
  { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  { code: 'UND_ERR_CONNECT_TIMEOUT' },
  { code: 'UND_ERR_SOCKET', socket: { bytesRead: 0 } },
  {},
])('repeats nothing that has met %j', async (problem) => {
  const { dispatcher, calls } = failing(problem)
  expect(await logIn(dispatcher)).toMatchObject({
    error: { code: 'network', message: 'acme: the provider could not be reached' },
  })
  expect(calls()).toBe(1)
})

it('tells the signal why a login ends', async () => {
  let reason: unknown
  const silent = dispatching(({ signal }) => {
    signal.once('abort', () => (reason = signal.reason))
    return new Promise(() => {})
  })
  expect(await logIn(silent, { timeout: 50 })).toMatchObject({ error: { code: 'timeout' } })
  expect(reason).toMatchObject({ code: 'timeout' })
})

const body = (...chunks: unknown[]) =>
  Readable.from(chunks.map((chunk) => Buffer.from(String(chunk))))
const endless = () => new Readable({ read() {} })
const broken = () => {
  const stream = endless()
  stream.push('{"access')
  setImmediate(() => stream.destroy(new Error(`broken ${SECRET} ${CODE}`)))
  return stream
}
const closed = () => {
  const stream = endless()
  setImmediate(() => stream.destroy())
  return stream
}
const fail = (): never => {
  throw new Error(`no ${SECRET}`)
}
/** Answers with `{}` under status 200, but for these members. */
const answer = (members: object) => async () =>
  Object.assign({ statusCode: 200, headers: {}, body: body('{}') }, members)
/** Answers with something that throws when this member of it is read. */
const trapped = (name: string) => async () =>
  Object.defineProperty(await answer({})(), name, { get: fail })
const redirect = () => ({ statusCode: 302, headers: {}, body: body('{}') })
const lists = { 'content-type': ['a', 'b'], 'content-length': ['1', '2'] }
const unreadable = Object.defineProperty({}, 'code', { get: fail })

it.each<[string, () => unknown, string, RegExp?]>([
  ['throws at once', fail, 'network'],
  ['rejects with null', () => Promise.reject(null), 'config'],
  ['rejects with a text', () => Promise.reject(SECRET), 'network'],
  ['rejects with a code that is no text', () => Promise.reject({ code: {} }), 'network'],
  ['rejects with a getter that throws', () => Promise.reject(unreadable), 'config'],
  ['never answers', () => new Promise(() => {}), 'timeout'],
  ['answers with nothing', () => undefined, 'config'],
  ['answers without a promise', redirect, 'redirect_refused'],
  ['has no body', answer({ body: null }), 'config', /gave no stream/],
  ['has a text for a body', answer({ body: '{}' }), 'config'],
  ['has no headers', answer({ headers: null }), 'config'],
  ['has no status', answer({ statusCode: undefined }), 'bad_response'],
  ['has lists for headers', answer({ headers: lists, body: body('<html>') }), 'bad_response'],
  ['has a list of headers', answer({ headers: ['a', 'b'], body: body('x') }), 'bad_response'],
  ['lies about its length', answer({ headers: { 'content-length': '99999' } }), 'too_large'],
  ['sends too much', answer({ body: body('x'.repeat(70_000)) }), 'too_large'],
  ['sends texts', answer({ body: Readable.from(['{}']) }), 'config', /is not bytes/],
  ['sends lists', answer({ body: Readable.from([[1], [2]]) }), 'config'],
  ['sends what is no bytes', answer({ body: Readable.from([{}, 7]) }), 'too_large'],
  ['breaks off', () => answer({ body: broken() })(), 'network'],
  ['is closed without an end', () => answer({ body: closed() })(), 'network'],
  ['never ends', answer({ body: endless() }), 'timeout'],
  ['has a status that throws', trapped('statusCode'), 'config'],
  ['has a body that throws', trapped('body'), 'config'],
  ['has a body that is no stream', answer({ body: new EventEmitter() }), 'config'],
])('ends once, in one code, when a dispatcher %s', async (_name, request, code, words = /./) => {
  const timeout = code === 'timeout' ? 100 : 10_000
  const result = await logIn(dispatching(request), { timeout })
  const message = expect.stringMatching(words)
  expect(result).toMatchObject({ action: 'error', error: { code, message, step: 'token' } })
  expect(String((result as { error: Error }).error.cause)).not.toContain('marker')
})

it('reads nothing of an answer that comes after the deadline', async () => {
  const late = endless()
  let give = (_given: unknown) => {}
  const waiting = dispatching(() => new Promise((resolve) => (give = resolve)))
  expect(await logIn(waiting, { timeout: 50 })).toMatchObject({ error: { code: 'timeout' } })
  give({ statusCode: 200, headers: {}, body: late })
  await new Promise(setImmediate)
  expect(late.destroyed).toBe(true)
})

it('says network when a connection closes before a whole head has come', async () => {
  const halve = createServer((socket) => void socket.once('data', () => socket.end('HTTP/1.1 200')))
  const describe = { tokenURL: (await keep(listen(halve))).url }
  expect(await logIn(open(new Agent()), { describe })).toMatchObject({ error: { code: 'network' } })
})
