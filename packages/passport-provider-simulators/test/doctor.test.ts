import { setTimeout } from 'node:timers/promises'
import http, { type OutgoingHttpHeaders, type RequestListener } from 'node:http'
import https from 'node:https'
import { readFileSync } from 'node:fs'
import { createServer, type LookupFunction } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import express from 'express'
import session from 'express-session'
import { Passport } from 'passport'
import { closeAll, keep } from '../../../test/keep'
import { listen } from '../../../test/server'
import { type Told, variablesOf } from '../../../test/variables'
import { openDocument } from '../../passport-code-flow/test/readme/document.js'
import { readAddresses } from '../src/doctor/addresses'
import { runDoctor } from '../src/doctor/command'
import { readCookie } from '../src/doctor/cookies'
import * as findings from '../src/doctor/finding'
import { allowsForm } from '../src/doctor/form-action'
import { addSessions, openMoneyPools } from '../../passport-code-flow/test/support/shop'
import { startMonPay, startSngine, startZaloPay } from '../src/index'

afterEach(closeAll)

const serve = async (server: Parameters<typeof listen>[0]) =>
  `127.0.0.1:${(await keep(listen(server))).port}`

const serveHTTP = async (handler: RequestListener) => `http://${await serve(handler)}`

/** An application or provider that answers every request with this. */
const serveAnswer = (status: number, headers: OutgoingHttpHeaders = {}, body = '') =>
  serveHTTP((_req, res) => res.writeHead(status, headers).end(body))

const HTML = { 'content-type': 'text/html' }

/** A provider that answers every request with this as JSON. */
const serveJSON = (value: unknown, status = 200) => serveAnswer(status, {}, JSON.stringify(value))

const openSngine = (...options: Parameters<typeof startSngine>) => keep(startSngine(...options))

type Provider = 'monpay' | 'zalopay' | 'moneypools'
type Examined = { text: string; status: number }

/** The output and exit status of the command; `given` are the provider's settings. */
async function examine(provider: Provider, given: Told, ...options: string[]): Promise<Examined> {
  const all = { callbackURL: 'https://shop.example/auth/callback', ...given }
  let text = ''
  const write = (part: string) => (text += part)
  const status = await runDoctor([provider, ...options], variablesOf({ [provider]: all }), write)
  return { text, status }
}

/** Expects an exit status, and each of these in the output. */
function expectIn({ text, status }: Examined, exit: number, ...parts: (string | RegExp)[]) {
  for (const part of parts) expect(text).toMatch(part)
  expect(status).toBe(exit)
}

const FAKE = { clientID: '1234567890123', clientSecret: 'a-secret-of-ours', userInfoURL: '/user' }

/** The output for a provider at this address. */
const examineAt = (provider: Provider, url: string) => examine(provider, { ...FAKE, url })

it.each([
  ['4.4', 'POST', 'Sngine 4.0.4 or later'],
  ['3.13', 'GET', 'a Sngine before 4.0.4'],
] as const)('tells that Sngine %s gives its tokens by %s', async (version, method, words) => {
  const site = await openSngine({ version })
  const line = `ok     the token endpoint takes ${method}: ${words}`
  expectIn(await examine('moneypools', site), 0, line, 'accepts app id and secret')
  const secrets = ({ form, query }: (typeof site.requests)[0]) =>
    ({ ...query, ...form })['app_secret']
  expect(site.requests.filter(secrets).map((one) => one.method)).toEqual([method])
})

it('FR92 FR93 reads answers as the strategy does: behind byte order marks, and asked for without compression', async () => {
  const answer = '\uFEFF\n\uFEFF{"error":"invalid_grant"}'
  const url = await serveHTTP(({ headers, url: path = '' }, res) => {
    const isAsked = headers['accept-encoding'] === 'identity'
    res.setHeader('content-type', 'application/json')
    if (!isAsked) res.setHeader('content-encoding', 'gzip')
    res.writeHead(path.includes('token') ? 403 : 401).end(isAsked ? answer : gzipSync(answer))
  })
  expectIn(await examineAt('monpay', url), 0, 'ok     MonPay accepts client id and secret')
})

it("FR183 finds MonPay's word as error and as code", async () => {
  for (const name of ['error', 'code']) {
    const url = await serveJSON({ [name]: 'invalid_grant' }, 403)
    expect((await examineAt('monpay', url)).text).toContain('MonPay accepts client id and secret')
  }
})

it('FR124 sends a User-Agent as the strategies do: firewalls refuse requests without one', async () => {
  const url = await serveHTTP(({ headers }, res) => {
    if (headers['user-agent']) res.writeHead(400).end('{"error":"invalid_grant"}')
    else res.writeHead(403, HTML).end('<h1>Forbidden</h1>')
  })
  expectIn(await examineAt('monpay', url), 0, 'MonPay accepts', 'there is a user info endpoint')
})

it('FR125 takes JSON for an answer and not for a page, whatever its type', async () => {
  const url = await serveAnswer(200, HTML, '{"error":"invalid_grant"}')
  expectIn(await examineAt('monpay', url), 0, 'MonPay accepts', 'there is a user info endpoint')
})

it('finds the method of a Sngine site without the secret, and says that it did not try the secret', async () => {
  const examined = await examine('moneypools', { ...(await openSngine()), clientSecret: undefined })
  const untried = '?      client id and secret were not tried'
  expectIn(examined, 1, 'takes POST', 'WRONG  there is no client secret', untried)
})

it('says which setting of a Sngine site is wrong', async () => {
  const site = await openSngine()
  const clientSecret = 'f'.repeat(32)
  const say = async (words: string, changes = {}, ...options: string[]) => {
    const examined = await examine('moneypools', { ...site, ...changes }, ...options)
    expectIn(examined, 1, words)
    expect(examined.text).not.toContain(clientSecret)
  }
  await say('secret is wrong', { clientSecret })
  await say('the site refuses the app', { clientID: '9999999999999' })
  await say('tokenMethod is GET', {}, '--token-method', 'GET')
  site.behaviour.moduleOff = true
  await say('developers module switched on')
  site.behaviour.nonCanonical = true
  await say('not its own address')
})

const UNKNOWN_TO_MONPAY = 'WRONG  MonPay does not know this client id and secret'
const KEY_REFUSED = /^WRONG {2}ZaloPay most likely refuses the secret.*SECRET_KEY_INVALID/m

it.each([
  ['monpay', startMonPay, 'ok     MonPay accepts client id and secret', UNKNOWN_TO_MONPAY],
  // ZaloPay publishes no catalogue, so its own words are shown
  ['zalopay', startZaloPay, 'CODE_INVALID', KEY_REFUSED],
] as const)('says whether a secret of %s is right, without a code', async (...row) => {
  const [name, start, right, wrong] = row
  const provider = await keep<Awaited<ReturnType<typeof start>>>(start())
  const examined = await examine(name, provider)
  expectIn(examined, 0, right, 'callback URL')
  expect(examined.text).not.toContain(provider.clientSecret)
  const refused = await examine(name, { ...provider, clientSecret: 'nonsense' })
  expectIn(refused, 1, wrong)
  expect(refused.text).not.toContain('nonsense')
})

it('FR122 says that the redirect URL may be why MonPay refuses the request', async () => {
  const error = { error: 'invalid_request', error_description: 'redirect_uri is wrong' }
  const examined = await examineAt('monpay', await serveJSON(error, 400))
  const refused = 'WRONG  MonPay refuses the request: "redirect_uri is wrong"'
  expectIn(examined, 1, refused, 'the callback URL is not the registered redirect URL')
})

it.each([
  [200, { code: 7 }, 1],
  [200, { code: '16' }, 1],
  [401, { error: 'x' }, 1],
  [403, { code: -1 }, 1],
  [401, { code: 3 }, 0],
  [200, { code: 403 }, 1], // FR186
  [200, { code: 99 }, 0],
  [200, { error: 'x' }, 0],
  [500, { code: 13 }, 0],
  [404, { error: 'CODE_INVALID', code: 5 }, 0],
])('takes the %i with %j of ZaloPay as the strategy does: %i', async (status, error, exit) => {
  const url = await serveJSON({ error }, status)
  const key = 'WRONG  ZaloPay most likely refuses'
  const code = 'check  ZaloPay refuses a code that does not exist'
  const there = `ok     there is a user info endpoint at ${url}/user`
  expectIn(await examineAt('zalopay', url), exit, exit ? key : code, there)
})

it.each([
  ['https://x.example/cb?a=1', 'Sngine adds "?auth_key=…" to'],
  ['https://x.example/cb#a', 'has a fragment'],
  ['http://x.example/cb', 'not https'],
  [' https://x.example/cb', 'not absolute'],
  [`https://x.example/${'a'.repeat(256)}`, 'longer than 256 characters'],
  ['/cb', 'not absolute'],
])('refuses the callback URL %s', async (callbackURL, words) => {
  expectIn(await examine('moneypools', { ...(await openSngine()), callbackURL }), 1, words)
})

describe.each([
  ['monpay', '/v2/oauth/token'],
  ['zalopay', '/oauth/v1/access_token'],
  ['moneypools', '/api/authorize'],
] as const)('an address of %s', (provider, path) => {
  const place = (url: string) => `there is no token endpoint at this address: POST ${url}`

  it.each([404, 405])('is wrong when all answers are %i, without a secret too', async (status) => {
    const url = await serveAnswer(status, {}, 'Not Found')
    const token = place(url + path)
    const userInfo = 'WRONG  there is no user info endpoint at this address: GET'
    const answered = `WRONG  ${token} answers ${status}\n`
    expectIn(await examineAt(provider, url), 1, answered, userInfo)
    expectIn(await examine(provider, { url, clientID: FAKE.clientID }), 1, token)
  })

  it('is wrong when it answers with a redirect or with a page', async () => {
    const moved = await serveAnswer(302, { location: 'https://x.example/' })
    expectIn(await examineAt(provider, moved), 1, /WRONG .* a redirect/, moved + path)
    const url = await serveAnswer(200, HTML, '<h1>Hello</h1>')
    const html = ['answers 200 with a page (text/html)', 'under maintenance']
    expectIn(await examineAt(provider, url), 1, place(url + path), ...html)
  })

  it.each([
    [503, 'has a fault. Try again later'],
    [429, 'too many requests. Try again later'],
    [403, 'Does a firewall answer?'],
  ])('FR94 is not called missing when a page with %i is in its place', async (status, advice) => {
    const url = await serveAnswer(status, HTML, '<h1>Sorry</h1>')
    const page = `WRONG  POST ${url}${path} answers ${status} with a page (text/html), not with JSON`
    const examined = await examineAt(provider, url)
    expectIn(examined, 1, page, advice)
    expect(examined.text).not.toContain('there is')
    expectIn(await examine(provider, { url, clientID: FAKE.clientID }), 1, page)
  })

  it('FR94 is shown with what its gateway says, and with its Retry-After', async () => {
    for (const [status, body] of [
      [503, { message: 'Service Unavailable' }],
      [429, { error_msg: 'rate limit' }],
    ] as const) {
      const url = await serveAnswer(status, { 'retry-after': '120' }, JSON.stringify(body))
      const said = `, "${Object.values(body).join()}": not what`
      expectIn(await examineAt(provider, url), 1, said, 'Try again later (Retry-After: 120).')
    }
  })

  it('FR18 is no user info that it knows when a firewall answers 403 in JSON', async () => {
    const url = await serveJSON({ message: 'Forbidden' }, 403)
    const what = `check  GET ${url}/user answers 403: not what a user info endpoint answers`
    expectIn(await examineAt(provider, url), 1, what, 'Does a firewall answer?')
  })

  it('is wrong when a proxy asks for a password', async () => {
    const url = await serveAnswer(401, { 'www-authenticate': 'Basic realm="staging"' })
    const { text } = await examineAt(provider, url)
    expect(text.match(/WRONG .* asks for a password \(HTTP Basic\)/g)).toHaveLength(2)
    expect(text).not.toContain('there is a user info endpoint')
  })

  it.each([200, 410, 501])('is no user info that it knows with an empty %i', async (status) => {
    const url = await serveAnswer(status)
    const { text } = await examineAt(provider, url)
    expect(text).toContain(`check  GET ${url}/user answers ${status}: not what a user info`)
    expect(text).not.toContain('there is a user info endpoint')
  })

  it('is taken from --token-url, and then no base URL is asked for', async () => {
    const asked = new Set<string>()
    const url = await serveHTTP((req, res) => {
      asked.add(`${req.method} ${req.url?.split('?')[0]}`)
      res.writeHead(404).end()
    })
    const options = ['--token-url', `${url}/token`, '--user-info-url', `${url}/user`]
    const { text } = await examine(provider, { ...FAKE, userInfoURL: undefined }, ...options)
    expect(text).toContain(place(`${url}/token`))
    expect(text).not.toContain('base URL')
    const both = provider === 'moneypools' ? ['GET /token'] : []
    expect(asked).toEqual(new Set(['GET /', 'POST /token', 'GET /user', ...both]))
  })
})

const OWN = 'https://x.example/community'

it.each([
  ['monpay', {}, 'https://z-wallet.monpay.mn/v2/oauth/token'],
  ['monpay', { environment: 'production' }, 'https://wallet.monpay.mn/v2/oauth/token'],
  ['zalopay', {}, 'https://sb-openapi.zalopay.vn/oauth/v1/access_token'],
  ['zalopay', { environment: 'production' }, 'https://openapi.zalopay.vn/oauth/v1/access_token'],
  ['moneypools', {}, 'https://cs.moneypoolscash.com/api/authorize'],
  ['moneypools', { baseURL: `${OWN}//` }, `${OWN}/api/authorize`],
] as const)('asks where the strategy of %s with %j asks', (provider, settings, address) => {
  expect(readAddresses({ provider, ...settings }).token?.href).toBe(address)
})

it('takes a path for the user info of ZaloPay, and says when there is none', () => {
  const zalopay = { provider: 'zalopay', userInfoURL: '/user' } as const
  expect(readAddresses(zalopay).userInfo?.href).toBe('https://sb-openapi.zalopay.vn/user')
  const { findings: found } = readAddresses({ provider: 'zalopay' })
  expect(found).toContainEqual(expect.objectContaining({ level: 'check' }))
})

const AWAY = 'https://provider.example'

it.each<[string, string[], string]>([
  ['', [], 'the base URL is not a URL'],
  ['nowhere', [], 'the base URL is not a URL'],
  ['https://:b@provider.example', [], 'a user name or a password'],
  ['http://provider.example', [], 'is not https'],
  [`${AWAY}/?a=1`, [], 'a query or a fragment'],
  [AWAY, ['--environment', 'staging'], 'It is sandbox or production'],
  [AWAY, ['--token-url', 'http://a.example'], 'the token URL is not https'],
  [AWAY, ['--token-url', '/token'], 'the token URL is not a URL'],
])('asks nobody with the base URL %j and the options %j', async (url, options, words) => {
  const examined = await examine('zalopay', { url, clientID: 'a', clientSecret: 'b ' }, ...options)
  expectIn(examined, 1, words, 'spaces or line breaks')
  expect(examined.text).not.toMatch(/reachable|answers/)
})

it('prints no spelling of a secret that an answer repeats, and no control character', async () => {
  const secret = 'sé"cret/\\of ours'
  const forms = [
    secret,
    JSON.stringify(secret),
    JSON.stringify(JSON.stringify(secret)),
    encodeURIComponent(secret),
    encodeURIComponent(secret).toLowerCase(),
    String(new URLSearchParams({ secret })),
    JSON.stringify(secret).replaceAll('/', String.raw`\/`).replace('é', String.raw`\u00e9`),
  ]
  const error = { error: `\u001b[31m${'x'.repeat(180)}${forms.join(' ')}\u202e\u2028` }
  const url = await serveJSON({ error })
  const { text } = await examine('zalopay', { ...FAKE, clientSecret: secret, url })
  expect(text).toContain('ZaloPay refuses')
  expect(text).not.toMatch(/cret(?:\/|%|\\)|of.ours|[^\P{C}\n]|\u2028/iu)
})

// an expression that looks again from each letter takes longer than a test may take
it('reads thousands of backslashes or slashes', async () => {
  for (const letter of ['\\', '/', '\\/', '%25']) {
    const url = await serveJSON({ error: { error: letter.repeat(30_000 / letter.length) } })
    expect((await examineAt('zalopay', url)).text).toContain('ZaloPay refuses')
    // lets Jest's own time limit end the test
    await setTimeout()
  }
}, 10_000)

const serveRaw = async (answer: string) =>
  `http://${await serve(createServer((socket) => void socket.once('data', () => socket.end(answer))))}`

const readCertificate = (name: string) =>
  readFileSync(
    join(__dirname, `../../passport-code-flow/test/attacks/support/certificates/test-${name}.pem`),
  )

async function serveTLS(name: string, given: https.ServerOptions | RequestListener = {}) {
  const [options, handler] = typeof given === 'function' ? [{}, given] : [given]
  const secure = { key: readCertificate(`${name}.key`), cert: readCertificate(name), ...options }
  return `https://${await serve(https.createServer(secure, handler))}`
}

const serveUntrusted = () => serveTLS('self-signed')

/** It wants a certificate of the client. With TLS 1.3, it would say so only after the handshake. */
const serveMutual = () => serveTLS('self-signed', { requestCert: true, maxVersion: 'TLSv1.2' })

/** An address where nothing listens any more. */
async function serveNothing() {
  const { url, close } = await startMonPay()
  await close()
  return url
}

const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'
const LATE = () => serveAnswer(200, { date: new Date(Date.now() - 3_600_000).toUTCString() })

it.each<[string, () => Promise<string>, string | RegExp]>([
  ['switches protocols', () => serveRaw(SWITCH), 'is not reachable: the connection was broken'],
  ['is not HTTP', () => serveRaw('hello\r\n'), 'is not reachable: its answer is not HTTP\n'],
  ['is not there', serveNothing, 'nothing listens there'],
  ['has a certificate of its own', serveUntrusted, 'its certificate is not trusted'],
  [
    'wants a certificate (FR182)',
    serveMutual,
    /it refuses the TLS connection \(handshake failure\)\n .*certificate of yours/,
  ],
  ['has no TLS', async () => (await LATE()).replace('http:', 'https:'), 'does not speak TLS'],
  ['has another time', LATE, /check {2}.*differ by 3[56]\d\d seconds/],
])('says so when an address %s', async (_, start, words) => {
  expectIn(await examineAt('monpay', await start()), 1, words)
})

it("FR181 asks the provider by Node's global agents, which may be a proxy's, and this machine directly", async () => {
  const found: string[] = []
  const lookup: LookupFunction = (name, _options, done) => {
    found.push(name)
    done(null, [{ address: '127.0.0.1', family: 4 }])
  }
  const usual = [http.globalAgent, https.globalAgent] as const
  http.globalAgent = new http.Agent({ lookup })
  https.globalAgent = new https.Agent({ lookup, keepAlive: true, ca: readCertificate('authority') })
  try {
    const local = await serveTLS('elsewhere', (_req, res) => void res.end('{}'))
    const url = local.replace('127.0.0.1', 'elsewhere.test')
    const app = (await serveAnswer(200)).replace('127.0.0.1', 'localhost')
    const { text } = await examine('monpay', { ...FAKE, url }, '--app', app)
    expect(text).toContain(`ok     the provider ${url} answers, its certificate is valid`)
    expect(text).toContain('the callback answers a HEAD request')
    expect(new Set(found)).toEqual(new Set(['elsewhere.test']))
    expect(https.globalAgent.freeSockets).toEqual({})
  } finally {
    ;[http.globalAgent, https.globalAgent] = usual
  }
})

it('prints no user name and no password of any address', async () => {
  const url = await serveJSON({})
  const user = (address: string) => address.replace('//', '//user:hidden@')
  const given = { ...FAKE, url: user(url), callbackURL: user('https://shop.example/cb') }
  const options = ['--app', user(url), '--token-url', user(url), '--user-info-url', user(url)]
  const { text } = await examine('monpay', given, ...options)
  const asked = await examine('monpay', FAKE, '--token-url', `${url}/token?key=hidden`)
  expect(asked.text).toContain(`token URL ${url}/token?…`)
  expect(text).toContain('a user name or a password in it')
  const formatted = findings.format(findings.wrong(`see ${user(url)}`, user(url)))
  expect(text + asked.text + formatted).not.toContain('hidden')
})

const APP = ['--start', '/auth/moneypools', '--app']
const callbackURL = 'https://shop.example/auth/moneypools/callback'

/** Examines an application that logs in at a Sngine site. */
const examineApp = async (app: RequestListener, options = APP) =>
  examine('moneypools', await openSngine({ callbackURL }), ...options, await serveHTTP(app))

const WAYS = ['a HEAD request to the callback', 'a prefetch to the callback']
const REFUSED = 'ok     a start from another site is refused'
const FLAGS = 'ok     cookie connect.sid has the right flags'

it.each([
  ['moneypools', startSngine, [REFUSED, FLAGS, 'a start leads to http']],
  ['zalopay', startZaloPay, [REFUSED, FLAGS, 'a start leads to a page of this site']],
  ['monpay', startMonPay, []],
] as const)('finds nothing wrong with the README of %s', async (name, start, lines) => {
  const provider = await keep<Awaited<ReturnType<typeof start>>>(start())
  provider.callbackURL = `https://shop.example/auth/${name}${name === 'monpay' ? '' : '/callback'}`
  Object.assign(process.env, variablesOf({ [name]: provider }), { SESSION_SECRET: 'test' })
  const folder = name === 'zalopay' ? 'zalopay-pkce' : name
  const app = openDocument(`packages/passport-${folder}/README.md`).load('app.js')
  const started = name === 'monpay' ? [] : ['--start', `/auth/${name}`]
  const options = [...started, '--app', await serveHTTP(app as RequestListener)]
  const ways = WAYS.map((way) => `ok     ${way} uses up no code`)
  expectIn(await examine(name, provider, ...options), 0, ...ways, ...lines, 'Nothing is wrong.')
})

it('FR123 looks at the website link of MonPay, whose callback URL may be only the domain', async () => {
  const asked: string[] = []
  const url = await serveHTTP(({ method, headers, url: path = '' }, res) => {
    asked.push(path.replace(/=.*/, '='))
    const refusal = headers['sec-purpose'] === undefined ? 401 : 403
    res.writeHead(path.startsWith('/auth/monpay') ? (method === 'HEAD' ? 405 : refusal) : 200).end()
  })
  const provider = { ...(await keep(startMonPay())), callbackURL: 'https://shop.example' }
  const open = await examine('monpay', provider, '--app', url)
  expectIn(open, 0, '?      the website link was not examined', '--start')
  expect(asked).toEqual(['/'])
  const examined = await examine('monpay', provider, '--app', url, '--start', '/auth/monpay')
  expectIn(examined, 0, ...WAYS.map((way) => `ok     the callback refuses ${way.split(' to ')[0]}`))
  expect(new Set(asked)).toEqual(new Set(['/', '/auth/monpay', '/auth/monpay?code=']))
  expect(examined.text).not.toContain('session cookie')
})

it('finds the faults of an application that checks nothing', async () => {
  const long = 'a-text-as-long-as-a-session-id'
  const examined = await examineApp((req, res) => {
    res.setHeader('set-cookie', [`sid=${long}; SameSite=Strict`, `more=${long}; HttpOnly`])
    if (req.method === 'POST') res.writeHead(302, { location: '/api/oauth?app_id=1' })
    res.end('hello')
  })
  expectIn(
    examined,
    1,
    'check  the callback answers a HEAD request with 200',
    'check  the callback answers a prefetch with 200',
    'check  the callback has no Referrer-Policy',
    'WRONG  a start from another site starts a login',
    'WRONG  cookie sid is not HttpOnly',
    'WRONG  cookie sid is SameSite=Strict',
    'check  cookie more is not SameSite=Lax',
  )
})

it.each([
  [1, 'WRONG  ', 'uses up the code'],
  [0, 'ok     ', 'uses up no code'],
])('finds whether HEAD and prefetches use up a code, with any status: %i', async (...row) => {
  const [exit, mark, words] = row
  const spent = new Set<string | null>()
  const app: RequestListener = ({ method, headers, url = '/' }, res) => {
    const code = new URL(url, 'http://x').searchParams.get('auth_key')
    const location = spent.has(code) ? '/login?used' : '/login?invalid'
    const isRefused = method === 'HEAD' || headers['sec-purpose'] !== undefined
    if (exit || !isRefused) spent.add(code)
    res.writeHead(302, { location }).end()
  }
  const examined = await examineApp(app, ['--app'])
  expectIn(examined, exit, ...WAYS.map((way) => `${mark}${way} ${words}`))
  expect(examined.text.includes('A proxy that caches makes GET of HEAD')).toBe(exit === 1) // FR229
})

it.each([
  ['/app/launch', 1, 'WRONG  a start leads to /app/launch, and there is no page'],
  ['/launch', 0, 'ok     a start leads to a page of this site'],
  ['http://shop.example:80:80/', 1, 'WRONG  a start leads to an address that is not a URL'],
])(
  'FR226 FR252 looks for the page that a start of ZaloPay leads to: %s',
  async (path, exit, words) => {
    const url = await serveHTTP((req, res) => {
      const isForeign = req.headers['sec-fetch-site'] === 'cross-site'
      if (req.url?.startsWith('/app/')) return res.writeHead(404).end()
      if (req.url !== '/start') return res.end()
      const location = `${path}?codeChallenge=x`
      return res.writeHead(isForeign ? 403 : 302, { location, 'set-cookie': 'a=1; HttpOnly' }).end()
    })
    const options = ['--start', '/start', '--app', url]
    expectIn(
      await examine('zalopay', await keep(startZaloPay({ callbackURL })), ...options),
      exit,
      words,
    )
  },
)

it('finds the start that sets no cookie, and names its reasons (FR21)', async () => {
  const app = express()
  const cookie = { secure: true }
  app.use(session({ secret: 'x', resave: false, saveUninitialized: true, cookie }))
  app.post('/auth/moneypools', (req, res) => {
    const isForeign = req.headers['sec-fetch-site'] === 'cross-site'
    res.redirect(isForeign ? '/no' : 'https://site.example/api/oauth?app_id=1')
  })
  const none = 'WRONG  a start redirects and sets no cookie'
  expectIn(await examineApp(app), 1, none, /cookie\.secure.*trust proxy/)
})

it.each([
  ["form-action 'self'", 'WRONG  form-action of the page does not let its form lead to http'],
  ["form-action 'self' SITE", 'ok     form-action of the page lets its form lead to http'],
  ['', 'ok     a start leads to http'],
])('looks at the form-action of the page with the button: %j (FR29)', async (policy, words) => {
  const site = 'https://site.example'
  const options = ['--page', '/login', ...APP]
  const { text } = await examineApp((req, res) => {
    const isForeign = req.headers['sec-fetch-site'] === 'cross-site'
    if (req.method === 'POST') {
      const location = `${site}/api/oauth?app_id=1`
      res.writeHead(isForeign ? 403 : 302, { location, 'set-cookie': 'a=1; HttpOnly' })
    } else if (req.url === '/login' && policy)
      res.setHeader('content-security-policy', policy.replace('SITE', site))
    res.end()
  }, options)
  expect(text).toContain(words)
  expect(text.includes('form-action')).toBe(policy !== '')
})

it.each([
  ["form-action 'none'", false],
  ['form-action *', true],
  ['form-action https:', true],
  ['form-action http:', true],
  ['form-action https://*.pay.example', true],
  ['form-action https://pay.example', false],
  ['form-action sign.pay.example', true],
  ['form-action https://sign.pay.example:443', true],
  ['form-action https://sign.pay.example:8443', false],
  ['FORM-ACTION https://SIGN.pay.example/path', true],
  ["script-src 'self'; form-action", false],
  ["default-src 'none'", true],
  ["form-action *, form-action 'self'", false],
])('reads %j as a browser does', (policy, isAllowed) => {
  const [target, page] = [new URL('https://sign.pay.example/'), new URL('https://shop.example/')]
  expect(allowsForm(policy, target, page)).toBe(isAllowed)
})

it.each([
  ['a=x;httponly', 'a', 'x', { httponly: '' }],
  ['a="; httponly"', 'a', '"', { 'httponly"': '' }],
  ['a=x httponly', 'a', 'x httponly', {}],
  [' a = b=c== ;  Path = /x ; SECURE', 'a', 'b=c==', { path: '/x', secure: '' }],
  ['a=1; Path=/old; path=/a=b; Secure=no', 'a', '1', { path: '/a=b', secure: 'no' }],
  ['__Host-a=; Domain', '__Host-a', '', { domain: '' }],
  ['value alone; SameSite=Lax', '', 'value alone', { samesite: 'Lax' }],
  ['; a=1', '', '', { a: '1' }],
])('B28 reads the cookie %j as a browser does', (line, name, value, attributes) => {
  expect(readCookie(line)).toEqual({ name, value, attributes: new Map(Object.entries(attributes)) })
})

/** What a proxy or the application itself does before the login. */
const IN_FRONT = {
  'a redirect to https': (req, res) => res.redirect(301, `https://shop.example${req.url}`),
  'a store that fails': (_req, res) => void res.sendStatus(500),
  'a login of its own': (_req, res) => res.redirect('/login'),
  'a CSRF check that redirects': (req, res, next) =>
    req.method === 'POST' ? res.redirect('/') : next(),
  'a limit': (_req, res) => void res.sendStatus(429),
  'cookies that hold no session': (_req, res, next) => {
    res.cookie('lang', 'en').clearCookie('old')
    res.cookie('XSRF-TOKEN', 'x'.repeat(32), { sameSite: 'lax' })
    next()
  },
} satisfies Record<string, express.Handler>

const NO_START = 'check  a start is answered with 302 and starts no login'

it.each([
  ['a redirect to https', 'WRONG  the application redirects http', /--app .*shop\.example\n/, 1],
  ['a store that fails', 'WRONG  a start is answered with 500', /WRONG {2}the callback .* 500/, 1],
  ['a login of its own', NO_START, /^/, 0],
  ['a CSRF check that redirects', NO_START, /^/, 0],
  ['a limit', 'check  the application limits', /check {2}a start is answered with 429/, 0],
  ['cookies that hold no session', 'ok     cookie connect.sid', /ok {5}the callback finds/, 0],
] as const)('says what %s in front of a login does to it', async (front, words, more, status) => {
  const examined = await examineLogin({ front: IN_FRONT[front] })
  expectIn(examined, status, words, more)
  expect(examined.text).not.toMatch(/allowCrossSiteStart|sets no cookie/)
})

it('says when a callback takes only POST, answers everybody the same, or does not find the session', async () => {
  const same = (status: number) =>
    `?      the callback answers with ${status}, with the cookie of a start and without it`
  expectIn(await examineLogin({ failureRedirect: '/login' }), 0, REFUSED, same(302))
  const byPost = 'ok     the callback takes a code only by POST'
  expectIn(await examineLogin({ callback: 'post' }), 0, byPost)
  const losing = new session.MemoryStore()
  losing.set = (_id, _session, done) => done?.()
  expectIn(await examineLogin({ store: losing }), 0, same(403), 'the session is lost')
})

it.each([1, 2, 3, 4, 5])('says that an application limits codes after %i', async (limit) => {
  let codes = 0
  const front: express.Handler = (req, res, next) => {
    const isOver = 'auth_key' in req.query && (codes += 1) > limit
    return isOver ? void res.sendStatus(429) : next()
  }
  const { text } = await examineLogin({ front })
  expect(text).toContain('check  the application limits the requests to its callback')
  expect(text).not.toMatch(/the callback finds|cannot be seen/)
})

/** What the doctor says of an application whose session cookie begins and ends in this way. */
function examineCookie(attributes: string, beginning = 'connect.sid=') {
  const rewrite = (cookie: string) =>
    cookie.replace(/^connect\.sid=(.*)Path=\/; (.*)SameSite=Lax/, `${beginning}$1$2${attributes}`)
  const front: express.Handler = (_req, res, next) => {
    const setHeader = res.setHeader.bind(res)
    res.setHeader = (name, value) =>
      setHeader(name, Array.isArray(value) ? value.map(rewrite) : value)
    next()
  }
  return examineLogin({ front })
}

it.each([
  ['Path=/auth/moneypools/call', 'the Path of sid is /auth/moneypools/call', 'sid='],
  ['Path=/; Domain=other.example', 'the Domain of sid is other.example', 'sid='],
  ['path = /; domain = my-shop.example', 'the Domain of sid is my-shop.example', 'sid='],
  ['Path=/; SameSite=None', 'sid is SameSite=None and not Secure', 'sid='],
  ['Path=/; Partitioned', 'sid is Partitioned and not Secure', 'sid='],
  ['Path=/', '__Secure-sid is not Secure', '__Secure-sid='],
  ['Path=/', '__Host-sid must be Secure', '__Host-sid='],
  ['Path=/auth; Secure', '__host-sid must be Secure', '__host-sid='],
  ['Path=/', 'sid is longer than 4096 bytes', `sid=${'s'.repeat(4096)}`],
])('finds that a cookie with %s does not reach the callback: %s', async (...row) => {
  const [attributes, reason, beginning] = row
  const examined = await examineCookie(attributes, beginning)
  expectIn(examined, 1, `WRONG  browsers send no cookie of a start to the callback: ${reason}`)
  expect(examined.text).not.toContain('the callback finds the login')
})

it.each([
  'Path=/auth',
  'Path=/auth/',
  'Path=/auth/moneypools/callback',
  'Path=auth',
  'Path=/; Domain=.Shop.Example',
  'Path=/; Domain=127.0.0.1',
  'Path=/; SameSite=None; Secure; Partitioned',
])('finds the login of a start by a session cookie with %s', async (attributes) => {
  expectIn(await examineCookie(attributes), 0, 'ok     the callback finds the login of a start')
})

interface Login {
  front?: express.Handler
  callback?: 'all' | 'post'
  store?: session.Store
  failureRedirect?: string
}

/** What the doctor says of a MoneyPools login in an application of this kind. */
async function examineLogin({ front, callback = 'all', store, ...options }: Login) {
  const { moneypools, strategy } = await openMoneyPools(callbackURL)
  const passport = new Passport().use(strategy)
  const app = express()
  if (front) app.use(front)
  addSessions(app, passport, { store, cookie: { sameSite: 'lax' } })
  const login = passport.authenticate('moneypools', options)
  app.get('/', (_req, res) => void res.send('hello'))
  app.post('/auth/moneypools', login)
  app[callback]('/auth/moneypools/callback', express.urlencoded(), login)
  app.use(((_error, _req, res, _next) => void res.sendStatus(502)) as express.ErrorRequestHandler)
  return examine('moneypools', moneypools, ...APP, await serveHTTP(app))
}

it('asks no other host when --start is no path', async () => {
  const asked: string[] = []
  const other = await serveHTTP((req, res) => res.end(void asked.push(req.url ?? '')))
  const options = ['--start', other.replace('http:', ''), '--app']
  const examined = await examineApp((_req, res) => res.end(), options)
  expectIn(examined, 1, 'WRONG  --start is not a path of the application')
  expect(asked).toEqual([])
})

it('says that routes are missing, and that an application is not there', async () => {
  const route = 'there is no POST route at /auth/moneypools'
  const unknown = '?      the application has set no session cookie'
  const missing = await examineApp((_req, res) => res.writeHead(404).end())
  expectIn(missing, 1, 'there is no route at /', route, unknown)
  const gone = await serveNothing()
  const absent = await examine('moneypools', await openSngine(), ...APP, gone)
  expectIn(absent, 1, `the application ${gone} is not reachable`)
})

it('explains itself with --help, and without a provider', async () => {
  let text = ''
  const write = (part: string) => (text += part)
  expect(await runDoctor(['--help'], {}, write)).toBe(0)
  expect(await runDoctor(['paypal'], {}, write)).toBe(1)
  expect(text.match(/Usage: passport-provider-simulators doctor/g)).toHaveLength(2)
  await expect(runDoctor(['monpay', '--wrong'], {}, write)).rejects.toThrow("'--wrong'")
})
