import http, { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  connect,
  createServer as createTcpServer,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { closeAll, keep } from '../../../../test/keep.js'
import { listen } from '../../../../test/server.js'
import { findFreePort } from '../support/programs.js'
import { useTransports } from '../support/transports.js'
import { LoginStopped } from '../../src/errors.js'
import { Deadline } from '../../src/net/deadline.js'
import { parseEndpoint, send } from '../../src/net/http.js'
import { readTransport, type Transport } from '../../src/net/transport.js'
import type { Request } from '../../src/provider.js'

const TRANSPORTS = useTransports()
const limits = { headers: {}, maxResponseBytes: 1000 }
/** How often the servers of a test were connected to, and asked for something. */
let [sockets, asked] = [0, 0]

beforeEach(() => {
  sockets = 0
  asked = 0
})
afterEach(closeAll)

type Respond = (res: ServerResponse, req: IncomingMessage) => void

/** The address of a server that answers like this. */
async function serve(respond: Respond = (res) => res.end('{"a":1}')): Promise<string> {
  const server = createServer((req, res) => {
    asked++
    respond(res, req)
  })
  return address(server.on('connection', () => sockets++))
}

/** The address of a server that is closed after the test. */
async function address(server: Parameters<typeof listen>[0]): Promise<string> {
  return `${(await keep(listen(server))).url}/`
}

/** Sends one request within so many milliseconds. */
function ask(url: string, own: Partial<Transport> = {}, more: Partial<Request> = {}, ms = 2000) {
  const deadline = new Deadline(ms)
  const request: Request = { method: 'GET', ...more }
  const transport = { ...limits, ...own }
  return send(parseEndpoint(url), request, transport, deadline).finally(() => deadline.end())
}

/** The address of a server that speaks no HTTP. */
const serveRaw = (speak: (socket: Socket) => void) => address(createTcpServer(speak))

const EMPTY = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'

/** The address of a server whose connections give one answer, and go on like this. */
const serveOnce = (goOn: (socket: Socket) => void) =>
  serveRaw((socket) =>
    socket.on('data', () => (++asked === 1 ? socket.write(EMPTY) : goOn(socket))),
  )

const code = (sent: Promise<unknown>) =>
  sent.then(
    () => 'answer',
    (problem: { code: string }) => problem.code,
  )

/** An agent that hands out its kept connections broken, in this way. */
function breakingAgent(way: string | undefined): Agent {
  const agent = new Agent({ keepAlive: true })
  const reuse = agent.reuseSocket.bind(agent)
  agent.reuseSocket = (socket, request) => {
    reuse(socket, request)
    const failure = Object.assign(new Error('broken'), way && { code: way })
    request.once('socket', () => socket.destroy(failure))
  }
  return agent
}

/** Sends requests with one agent, one after the other or all at once. */
function sending(url: string, agent: Agent) {
  const one = () => ask(url, { headers: { 'x-own': '1' }, agent })
  return (count = 1) => Promise.all(Array.from({ length: count }, one))
}

function splitLetter(res: ServerResponse): void {
  const bytes = Buffer.from('{"name":"Баяр"}')
  res.write(bytes.subarray(0, 10))
  setImmediate(() => res.end(bytes.subarray(10)))
}

function compress(res: ServerResponse): void {
  res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'))
}

function pour(res: ServerResponse): void {
  const more = () => res.destroyed || (res.write(Buffer.alloc(400, 32)), setImmediate(more))
  more()
}

function drip(res: ServerResponse): void {
  const dripping = setInterval(() => res.write(' '), 20)
  res.on('close', () => clearInterval(dripping))
}

const cut =
  (way: 'destroy' | 'resetAndDestroy' = 'destroy') =>
  (res: ServerResponse) => {
    res.writeHead(200, { 'content-length': 100 }).write('{"a"')
    setImmediate(() => res.socket?.[way]())
  }

// Jest's fake timers also replace process.nextTick and setImmediate
it.each(TRANSPORTS)('gives its answer while timers are fake, over %s', async (_name, transport) => {
  const url = await serve()
  jest.useFakeTimers()
  try {
    expect(await ask(url, transport)).toMatchObject({ json: { a: 1 } })
  } finally {
    jest.useRealTimers()
  }
})

it.each([new DOMException('slow', 'TimeoutError'), 'text'])(
  'says network when an agent gives %p in place of a connection',
  async (problem) => {
    const agent = new Agent()
    // an agent of the application may give anything
    agent.createConnection = (_options, give) => {
      setImmediate(() => give?.(problem as Error, undefined as never))
      return undefined
    }
    expect(await code(sending(await serve(), agent)())).toBe('network')
  },
)

describe.each(TRANSPORTS)('over %s', (name, own) => {
  const isNode = name === 'node:http'

  const get = (url: string, ms?: number) => ask(url, own, {}, ms)

  const ending = (body: string | Buffer) => (res: ServerResponse) => void res.end(body)

  it.each<[string, Respond, object]>([
    ['a letter in two chunks', splitLetter, { json: { name: 'Баяр' } }],
    ['JSON behind a byte order mark', ending('\uFEFF{"a":1}'), { json: { a: 1 } }],
    [
      'FR92 JSON behind two byte order marks',
      ending('\uFEFF\r\n\uFEFF{"a":1}'),
      { json: { a: 1 } },
    ],
    ['FR92 JSON before a byte order mark', ending('{"a":1}\n\uFEFF'), { json: { a: 1 } }],
    ['a byte order mark inside', ending('"a\uFEFFb"'), { json: 'a\uFEFFb' }],
    ['HTML', ending('<html>'), { method: 'GET', status: 200, text: '<html>', json: undefined }],
    ['nothing', ending(''), { text: '', json: undefined }],
    ['half of a JSON text', ending('{"a":1'), { text: '{"a":1', json: undefined }],
    ['what is nearly JSON', ending('{a:1}'), { text: '{a:1}', json: undefined }],
    ['no UTF-8', ending(Buffer.from('7b22ff227d', 'hex')), { text: '', json: undefined }],
    ['compressed JSON', compress, { text: '', json: undefined }],
    ['as much as the cap', ending(`"${'x'.repeat(998)}"`), { json: 'x'.repeat(998) }],
  ])('reads %s', async (_name, respond, answer) => {
    expect(await get(await serve(respond))).toMatchObject(answer)
  })

  it.each([
    '{"__proto__":{"admin":true},"a":1}',
    '{"\\u005f_proto__":{"admin":true},"a":1}',
    '{"__pro\\u0074o__":{"admin":true},"a":1}',
    '{"__\\u0070roto__":{"admin":true},"a":1}',
    '{"__p\\u0072oto__":{"admin":true},"a":1}',
    '{"__prot\\u006F__":{"admin":true},"a":1}',
  ])('A52 drops a member that would change a prototype: %s', async (body) => {
    const url = await serve((res) => res.end(body))
    const { json } = await get(url)
    expect(Object.getOwnPropertyNames(json)).toEqual(['a'])
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
  })

  it.each([300, 301, 302, 303, 307, 308, 304, 399])('follows no redirect: %i', async (status) => {
    const url = await serve((res) =>
      res.writeHead(status, { location: '/elsewhere' }).end(status === 304 ? '' : '{"a":1}'),
    )
    expect(await code(get(url))).toBe('redirect_refused')
    expect(asked).toBe(1)
  })

  const tooLarge = { message: 'the answer has more than 1000 bytes' }
  const cutShort = { message: 'the answer was cut short' }

  it.each<[string, string, Respond, object?]>([
    ['too_large', 'one byte more than the cap', ending(Buffer.alloc(1001, 32)), tooLarge],
    ['too_large', 'an answer without end', pour, tooLarge],
    [
      'too_large',
      'a head that announces more than the cap',
      (res) => res.writeHead(200, { 'content-length': 1001 }).flushHeaders(),
      { ...tooLarge, detail: { provider: { status: 200 } } },
    ],
    ['timeout', 'silence', () => {}],
    ['timeout', 'a blank every 20 ms', drip],
    ['network', 'a body that is cut short', cut(), cutShort],
    ['network', 'a connection that breaks in a body', cut('resetAndDestroy'), cutShort],
  ])('ends in %s for %s', async (...row) => {
    const [ended, , respond, more] = row
    const url = await serve(respond)
    await expect(get(url, ended === 'timeout' ? 150 : 2000)).rejects.toMatchObject({
      code: ended,
      ...more,
    })
  })

  it('FR146 names what is wrong in a body that is cut short, and reads no more than the whole answer', async () => {
    const head = 'HTTP/1.1 200 OK\r\n'
    const answering = (rest: string) => serveRaw((socket) => void socket.resume().end(head + rest))
    await expect(get(await answering('transfer-encoding: chunked\r\n\r\nx'))).rejects.toMatchObject(
      {
        ...cutShort,
        detail: { cause: { message: expect.stringContaining('chunk size') as unknown } },
      },
    )
    const url = await answering('content-length: 2\r\n\r\n{}SSH-2.0')
    expect(await get(url)).toMatchObject({ json: {} })
  })

  it('says network for a refused connection', async () => {
    await expect(get(`http://127.0.0.1:${await findFreePort()}/`)).rejects.toMatchObject({
      code: 'network',
      message: 'the provider could not be reached',
      detail: { cause: { code: 'ECONNREFUSED' } },
    })
  })

  it('sends nothing when the deadline has passed already', async () => {
    const url = await serve()
    const deadline = new Deadline(1)
    await new Promise<void>((resolve) => deadline.listen(() => resolve()))
    const transport = { ...limits, ...own }
    const sent = send(parseEndpoint(url), { method: 'GET' }, transport, deadline)
    expect(await code(sent)).toBe('timeout')
    await get(url)
    expect(asked).toBe(1)
  })

  it('says bad_response for what is not HTTP', async () => {
    const url = await serveRaw((socket) => void socket.resume().end('SSH-2.0-OpenSSH\r\n'))
    await expect(get(url)).rejects.toMatchObject({
      code: 'bad_response',
      message: 'the answer is not HTTP',
      detail: { cause: isNode ? { code: 'HPE_INVALID_CONSTANT' } : { name: 'HTTPParserError' } },
    })
  })

  it('says bad_response, and asks once, when a kept connection goes on with what is not HTTP', async () => {
    const url = await serveOnce((socket) => socket.write('SSH-2.0\r\n'))
    expect((await get(url)).json).toEqual({})
    expect(await code(get(url))).toBe('bad_response')
    expect(asked).toBe(2)
  })

  it('says network when the other side does not speak TLS', async () => {
    expect(await code(get((await serve()).replace('http:', 'https:')))).toBe('network')
  })

  it('says network when the connection is upgraded away', async () => {
    const url = await serveRaw((socket) => {
      socket.on('error', () => {}).resume()
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')
    })
    await expect(get(url)).rejects.toMatchObject({
      code: 'network',
      message: isNode ? 'the connection was closed without an answer' : 'the connection was closed',
    })
  })

  it('makes a second call on the connection of the first', async () => {
    const url = await serve()
    await get(url)
    await get(url)
    expect(sockets).toBe(1)
  })

  it('repeats once, on a new connection, what a closed kept-alive connection has swallowed', async () => {
    const url = await serve((res) => (asked === 2 ? res.socket?.destroy() : res.end(`${asked}`)))
    await get(url)
    expect((await get(url)).json).toBe(3)
    expect(sockets).toBe(2)
  })

  it('repeats nothing once a byte of the answer has come, or on a fresh connection', async () => {
    const url = await serve((res) => (asked === 1 ? res.end('{}') : cut()(res)))
    await get(url)
    expect(await code(get(url))).toBe('network')
    expect(asked).toBe(2)
    const dead = await serve((res) => res.socket?.destroy())
    expect(await code(get(dead))).toBe('network')
    expect(asked).toBe(3)
  })

  it('encodes query, form and JSON, and lets a request header win over an extra one in any spelling', async () => {
    const seen: object[] = []
    const url = await serve(async (res, req) => {
      seen.push({ url: req.url, headers: req.headers, body: await text(req) })
      res.end('{}')
    })
    const extra = { ...own, headers: { 'user-agent': 'mine', authorization: 'extra' } }
    await ask(url, extra, { headers: { Authorization: 'Bearer t' }, query: { q: 'a b&c' } })
    await ask(`${url}?x=1`, extra, { query: { y: '2' } })
    await ask(url, extra, { method: 'POST', form: { name: 'Бат=1&2' } })
    await ask(url, extra, { method: 'POST', json: { name: 'Бат' } })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const json = { 'content-type': 'application/json', 'content-length': '17' }
    expect(seen).toMatchObject([
      { url: '/?q=a%20b%26c', headers: { authorization: 'Bearer t', 'user-agent': 'mine' } },
      { url: '/?x=1&y=2' },
      { url: '/', headers: form, body: 'name=%D0%91%D0%B0%D1%82%3D1%262' },
      { url: '/', headers: json, body: '{"name":"Бат"}' },
    ])
  })
})

/** Resolves any name to this machine. */
const lookup = ((_name: string, { all }: { all?: boolean }, done: (...given: unknown[]) => void) =>
  all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)) as never

/** An agent of another class, whose settings are not in its options. */
class ProxyAgent extends Agent {
  override createConnection(to: TcpNetConnectOpts): Socket {
    return connect({ ...to, lookup })
  }
}

it.each([
  [
    'of another class, such as that of a proxy',
    new ProxyAgent({ keepAlive: true }),
    1,
    'keep-alive',
  ],
  ["of Node's own class, with settings", new Agent({ keepAlive: true, lookup }), 3, 'close'],
])('FR71 a repeat goes by the global agent: %s', async (_which, agent, idle, connection) => {
  const used = new WeakSet<Socket>()
  // each connection breaks at its second request
  const local = await serve((res, { socket, headers }) => {
    if (used.has(socket)) return socket.destroy()
    used.add(socket)
    res.end(JSON.stringify(headers.connection))
  })
  const url = local.replace('127.0.0.1', 'wallet.example')
  const usual = http.globalAgent
  http.globalAgent = agent
  try {
    await Promise.all(Array.from({ length: idle }, () => ask(url)))
    expect((await ask(url)).json).toBe(connection)
    expect(sockets).toBe(idle + 1)
  } finally {
    http.globalAgent = usual
  }
})

it("sends by an agent that is of no class of Node's", async () => {
  const url = await serve()
  const node = new Agent() as Agent & { addRequest(...given: unknown[]): void }
  const agent = { addRequest: node.addRequest.bind(node) }
  expect(await ask(url, readTransport({ agent }, [url]))).toMatchObject({ json: { a: 1 } })
})

it.each([
  ['https', 443],
  ['http', 80],
])('tells such an agent the scheme %s and its port, the provider none', async (scheme, port) => {
  const hosts: unknown[] = []
  const local = await serve((res, req) => res.end(`${hosts.push(req.headers.host)}`))
  const told: unknown[] = []
  const agent = {
    addRequest(request: http.ClientRequest, { protocol, port: given }: Record<string, unknown>) {
      told.push(protocol, given)
      request.onSocket(connect(Number(new URL(local).port), '127.0.0.1'))
    },
  }
  const url = `${scheme}://wallet.example/`
  await ask(url, readTransport({ agent }, [url]))
  expect([told, hosts]).toEqual([[`${scheme}:`, port], ['wallet.example']])
})

it('FR78 connects to an IPv6 address without its brackets, with the time for each address that the agent has', async () => {
  const { port } = new URL(await serve())
  const told: unknown[] = []
  const agent = new Agent({ autoSelectFamilyAttemptTimeout: 2000 })
  agent.createConnection = (options) => {
    told.push(options)
    return connect(Number(port), '127.0.0.1')
  }
  await ask(`http://[::1]:${port}/`, { agent })
  expect(told).toMatchObject([{ host: '::1', autoSelectFamilyAttemptTimeout: 2000 }])
})

it.each<[string, Respond, string]>([
  ['reads an answer', (res) => res.end('{"a":1}'), 'answer'],
  ['sees an answer cut short', cut(), 'network'],
  ['sees a connection that breaks', (res) => res.destroy(), 'network'],
])(
  'FR05 %s where the request never says that it is closed, as under nock 13',
  async (_name, respond, end) => {
    const url = await serve(respond)
    const real = http.request
    const open = jest.spyOn(http, 'request').mockImplementation((...given: unknown[]) => {
      const client = Reflect.apply(real, http, given) as http.ClientRequest
      const emit = client.emit.bind(client)
      client.emit = (event: string, ...more: unknown[]) => event !== 'close' && emit(event, ...more)
      return client
    })
    try {
      expect(await code(sending(url, http.globalAgent)())).toBe(end)
    } finally {
      open.mockRestore()
    }
  },
)

it.each(['ECONNRESET', 'EPIPE'])('repeats, with its headers, what has met %s', async (broken) => {
  const url = await serve((res, req) => res.end(req.headers['x-own']))
  const request = sending(url, breakingAgent(broken))
  await request()
  expect(await request()).toMatchObject([{ json: 1 }])
  expect(asked).toBe(2)
})

it.each(['ETIMEDOUT', undefined])('repeats nothing that has met %s', async (broken) => {
  const request = sending(await serve(), breakingAgent(broken))
  await request()
  await expect(request()).rejects.toMatchObject({
    code: 'network',
    message: 'the provider could not be reached',
  })
  expect(asked).toBe(1)
})

it('A78 repeats nothing on a kept connection that ends in the head of its second answer', async () => {
  const url = await serveOnce((socket) => socket.end('HTTP/1.1 200 OK\r\nconte'))
  const request = sending(url, new Agent({ keepAlive: true }))
  await request()
  expect(await code(request())).toBe('network')
  expect(asked).toBe(2)
})

it('FR184 a timeout says when no connection was open: DNS or TLS is silent, or the agent is busy', async () => {
  const nowhere = new Agent({ lookup: () => undefined })
  const silent = await serve(() => undefined)
  const noTLS = await serveRaw((socket) => void socket.on('error', () => undefined).resume())
  const agent = new Agent({ maxSockets: 1 })
  const asking = [
    ask(silent, { agent }, {}, 150),
    ask(silent, { agent }, {}, 50),
    ask('http://wallet.example/', { agent: nowhere }, {}, 50),
    ask(noTLS.replace('http:', 'https:'), {}, {}, 50),
  ]
  const results = await Promise.all(asking.map((one) => one.catch((problem: unknown) => problem)))
  const waited = {
    code: 'timeout',
    detail: { cause: { message: 'no connection to the provider was open' } },
  }
  expect(results).toMatchObject([{ code: 'timeout', detail: {} }, waited, waited, waited])
  expect(results[0]).not.toHaveProperty('detail.cause')
})

it('FR251 a timeout says nothing of a call that has failed earlier', async () => {
  const deadline = new Deadline(2000)
  const createConnection = (_to: unknown, done: (failure: Error) => void) => done(new Error('no'))
  const transport = { ...limits, agent: Object.assign(new Agent(), { createConnection }) }
  const failed = send(
    parseEndpoint('http://wallet.example/'),
    { method: 'GET' },
    transport,
    deadline,
  )
  await expect(failed).rejects.toMatchObject({ code: 'network' })
  const stopped = new LoginStopped('timeout')
  deadline.end(stopped)
  expect(stopped.detail).toEqual({})
})

it('repeats once and not again', async () => {
  const request = sending(await serve(), breakingAgent('ECONNRESET'))
  await request(2)
  await expect(request()).rejects.toMatchObject({
    code: 'network',
    message: 'the connection was closed',
    detail: { cause: { code: 'ECONNRESET' } },
  })
})
