import { setTimeout } from 'node:timers/promises'
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener } from 'node:http'
import https from 'node:https'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import express from 'express'
import session from 'express-session'
import { Passport } from 'passport'
import { closeAll, keep } from '../../../test/keep'
import { listen } from '../../../test/server'
import { openDocument } from '../../passport-code-flow/test/readme/document.js'
import { readAddresses } from '../src/doctor/addresses'
import { runDoctor } from '../src/doctor/command'
import * as findings from '../src/doctor/finding'
import { allowsForm } from '../src/doctor/form-action'
import { Strategy as MoneyPools } from '../../passport-moneypools/src/index'
import { type SngineOptions, startMonPay, startSngine, startZaloPay } from '../src/index'

afterEach(closeAll)

const serve = async (server: Parameters<typeof listen>[0]) =>
  `127.0.0.1:${(await keep(listen(server))).port}`

const serveHTTP = async (handler: RequestListener) => `http://${await serve(handler)}`

/** An application or provider that answers every request with this. */
const serveAnswer = (status: number, headers: OutgoingHttpHeaders = {}, body = '') =>
  serveHTTP((_req, res) => res.writeHead(status, headers).end(body))

const openSngine = (options: SngineOptions = {}) => keep(startSngine(options))

type Setting = 'clientID' | 'clientSecret' | 'callbackURL' | 'userInfoURL'

/** The output and exit status of the command; `given` are the provider's settings. */
async function examine(
  provider: 'monpay' | 'zalopay' | 'moneypools',
  given: { url?: string | undefined } & { [name in Setting]?: string | undefined },
  ...options: string[]
): Promise<{ text: string; status: number }> {
  const name = provider.toUpperCase()
  const env = {
    [`${name}_BASE_URL`]: given.url,
    [`${name}_CLIENT_ID`]: given.clientID,
    [`${name}_CLIENT_SECRET`]: given.clientSecret,
    [`${name}_USER_INFO_URL`]: given.userInfoURL,
    [`${name}_CALLBACK_URL`]: given.callbackURL ?? 'https://shop.example/auth/callback',
  }
  let text = ''
  const status = await runDoctor([provider, ...options], env, (part) => (text += part))
  return { text, status }
}

type Given = Parameters<typeof examine>[1]

const change = (
  { url, clientID, clientSecret, callbackURL, userInfoURL }: Given,
  changes: Partial<Given>,
) => Object.assign({ url, clientID, clientSecret, callbackURL, userInfoURL }, changes)

it.each([
  ['4.4', 'POST: Sngine 4.0.4 or later'],
  ['3.13', 'GET: a Sngine before 4.0.4'],
] as const)('tells by which method Sngine %s gives its tokens', async (version, words) => {
  const site = await openSngine({ version })
  const { text, status } = await examine('moneypools', site)
  expect(text).toContain(`ok     the token endpoint takes ${words}`)
  expect(text).toContain('accepts app id and secret')
  expect(status).toBe(0)
  const method = version === '4.4' ? 'POST' : 'GET'
  const withSecret = site.requests.filter(
    ({ form, query }) => form?.['app_secret'] ?? query['app_secret'],
  )
  expect(withSecret.map((one) => one.method)).toEqual([method])
})

it('finds the method of a Sngine site without the secret, and says that it did not try the secret', async () => {
  const site = await openSngine()
  const { text } = await examine('moneypools', { url: site.url, clientID: site.clientID })
  expect(text).toContain('takes POST')
  expect(text).toContain('WRONG  there is no client secret')
  expect(text).toContain('?      client id and secret were not tried')
})

it('says which setting of a Sngine site is wrong', async () => {
  const site = await openSngine()
  const clientSecret = 'f'.repeat(32)
  const say = async (words: string, changes: Partial<Given> = {}, ...options: string[]) => {
    const { text, status } = await examine('moneypools', change(site, changes), ...options)
    expect(text).toContain(words)
    expect(text).not.toContain(clientSecret)
    expect(status).toBe(1)
  }
  await say('secret is wrong', { clientSecret })
  await say('the site refuses the app', { clientID: '9999999999999' })
  await say('tokenMethod is GET', {}, '--token-method', 'GET')
  site.behaviour.moduleOff = true
  await say('developers module switched on')
  site.behaviour.nonCanonical = true
  await say('not its own address')
})

it('says whether a MonPay secret is right, without a code', async () => {
  const monpay = await keep(startMonPay())
  const right = await examine('monpay', monpay)
  expect(right.text).toContain('ok     MonPay accepts client id and secret')
  expect(right.text).toContain('check  callback URL')
  expect(right.status).toBe(0)
  const wrong = await examine('monpay', change(monpay, { clientSecret: 'nonsense' }))
  expect(wrong.text).toContain('WRONG  MonPay does not know this client id and secret')
  expect(wrong.text).not.toContain('nonsense')
  expect(wrong.status).toBe(1)
})

it("shows ZaloPay's own words, since it publishes no catalogue", async () => {
  const zalopay = await keep(startZaloPay())
  const right = await examine('zalopay', zalopay)
  expect(right.text).toContain('CODE_INVALID')
  expect(right.status).toBe(0)
  const wrong = await examine('zalopay', change(zalopay, { clientSecret: 'nonsense' }))
  expect(wrong.text).toMatch(
    /^WRONG {2}ZaloPay most likely refuses the secret.*SECRET_KEY_INVALID/m,
  )
  expect(wrong.status).toBe(1)
  expect(right.text).not.toContain(zalopay.clientSecret)
})

it.each([
  [200, { code: 7 }, 1],
  [200, { code: '16' }, 1],
  [401, { error: 'x' }, 1],
  [403, { code: -1 }, 1],
  [401, { code: 3 }, 0],
  [200, { code: 99 }, 0],
  [200, { error: 'x' }, 0],
  [500, { code: 13 }, 0],
])(
  'takes the status %i with %j of ZaloPay for a refused key as the strategy does',
  async (status, error, exit) => {
    const url = await serveAnswer(status, {}, JSON.stringify({ error }))
    const examined = await examine('zalopay', { ...FAKE, url, userInfoURL: '/user' })
    expect(examined.text.includes('WRONG  ZaloPay most likely refuses')).toBe(exit === 1)
    expect(examined.status).toBe(exit)
  },
)

it.each([
  ['https://x.example/cb?a=1', 'Sngine adds "?auth_key=…" to'],
  ['https://x.example/cb#a', 'has a fragment'],
  ['http://x.example/cb', 'not https'],
  [' https://x.example/cb', 'not absolute'],
  [`https://x.example/${'a'.repeat(256)}`, 'longer than 256 characters'],
  ['/cb', 'not absolute'],
])('refuses the callback URL %s', async (callbackURL, words) => {
  const site = await openSngine()
  const { text, status } = await examine('moneypools', change(site, { callbackURL }))
  expect(text).toContain(words)
  expect(status).toBe(1)
})

const FAKE = { clientID: '1234567890123', clientSecret: 'a-secret-of-ours' }
const TOKEN_PATHS = {
  monpay: '/v2/oauth/token',
  zalopay: '/oauth/v1/access_token',
  moneypools: '/api/authorize',
} as const

describe.each(['monpay', 'zalopay', 'moneypools'] as const)('an address of %s', (provider) => {
  const place = (url: string) => `there is no token endpoint at this address: POST ${url}`

  const given = async (...answer: Parameters<typeof serveAnswer>) => ({
    ...FAKE,
    url: await serveAnswer(...answer),
    userInfoURL: '/user',
  })

  it.each([404, 405])(
    'is wrong when everything answers %i, without a secret too',
    async (status) => {
      const settings = await given(status, {}, 'Not Found')
      const { text, status: exit } = await examine(provider, settings)
      const token = place(settings.url + TOKEN_PATHS[provider])
      expect(text).toContain(`WRONG  ${token} answers ${status}\n`)
      expect(text).toContain('WRONG  there is no user info endpoint at this address: GET')
      expect(exit).toBe(1)
      const { url, clientID } = settings
      expect((await examine(provider, { url, clientID })).text).toContain(token)
    },
  )

  it('is wrong when it answers with a redirect or with a page', async () => {
    const moved = await given(302, { location: 'https://x.example/' })
    const redirect = await examine(provider, moved)
    expect(redirect.text).toMatch(/WRONG .* a redirect/)
    expect(redirect.text).toContain(moved.url + TOKEN_PATHS[provider])
    const page = await given(200, { 'content-type': 'text/html' }, '<h1>Hello</h1>')
    const html = await examine(provider, page)
    expect(html.text).toContain(place(page.url + TOKEN_PATHS[provider]))
    expect(html.text).toContain('answers 200 with a page (text/html)')
    expect(html.text).toContain('under maintenance')
    expect([redirect.status, html.status]).toEqual([1, 1])
  })

  it('is wrong when a proxy asks for a password', async () => {
    const url = await serveHTTP((_req, res) =>
      res.writeHead(401, { 'www-authenticate': 'Basic realm="staging"' }).end(),
    )
    const { text } = await examine(provider, { ...FAKE, url, userInfoURL: '/user' })
    expect(text.match(/WRONG .* asks for a password \(HTTP Basic\)/g)).toHaveLength(2)
    expect(text).not.toContain('there is a user info endpoint')
  })

  it.each([200, 410, 501])(
    'is no user info that it knows with an empty answer of %i',
    async (status) => {
      const { text } = await examine(provider, await given(status))
      expect(text).toMatch(
        new RegExp(`check  GET http://\\S* answers ${status}: not what a user info`),
      )
      expect(text).not.toContain('there is a user info endpoint')
    },
  )

  it('is taken from --token-url, and then no base URL is asked for', async () => {
    const asked: string[] = []
    const url = await serveHTTP((req, res) => {
      asked.push(`${req.method} ${req.url?.split('?')[0]}`)
      res.writeHead(404).end()
    })
    const options = ['--token-url', `${url}/token`, '--user-info-url', `${url}/user`]
    const { text } = await examine(provider, { ...FAKE }, ...options)
    expect(text).toContain(place(`${url}/token`))
    expect(text).not.toContain('base URL')
    expect(new Set(asked)).toEqual(
      new Set([
        'GET /',
        'POST /token',
        'GET /user',
        ...(provider === 'moneypools' ? ['GET /token'] : []),
      ]),
    )
  })
})

it.each([
  [{ provider: 'monpay' }, 'https://z-wallet.monpay.mn/v2/oauth/token'],
  [{ provider: 'monpay', environment: 'production' }, 'https://wallet.monpay.mn/v2/oauth/token'],
  [{ provider: 'zalopay' }, 'https://sb-openapi.zalopay.vn/oauth/v1/access_token'],
  [
    { provider: 'zalopay', environment: 'production' },
    'https://openapi.zalopay.vn/oauth/v1/access_token',
  ],
  [{ provider: 'moneypools' }, 'https://cs.moneypoolscash.com/api/authorize'],
  [
    { provider: 'moneypools', baseURL: 'https://x.example/community//' },
    'https://x.example/community/api/authorize',
  ],
] as const)('asks where the strategy of %j asks', (settings, address) => {
  expect(readAddresses(settings).token?.href).toBe(address)
})

it('takes a path for the user info of ZaloPay, and says when there is none', () => {
  const zalopay = { provider: 'zalopay', userInfoURL: '/user' } as const
  expect(readAddresses(zalopay).userInfo?.href).toBe('https://sb-openapi.zalopay.vn/user')
  const { findings: found } = readAddresses({ provider: 'zalopay' })
  expect(found).toContainEqual(expect.objectContaining({ level: 'check' }))
})

it.each<[string, string[], string]>([
  ['', [], 'the base URL is no URL'],
  ['nowhere', [], 'the base URL is no URL'],
  ['https://:b@provider.example', [], 'user info'],
  ['http://provider.example', [], 'is not https'],
  ['https://provider.example/?a=1', [], 'a query or a fragment'],
  ['https://provider.example', ['--environment', 'staging'], 'It is sandbox or production'],
  ['https://provider.example', ['--token-url', 'http://a.example'], 'the token URL is not https'],
  ['https://provider.example', ['--token-url', '/token'], 'the token URL is no URL'],
])('asks nobody with the base URL %j and the options %j', async (url, options, words) => {
  const given = { url, clientID: 'a', clientSecret: 'b ' }
  const { text, status } = await examine('zalopay', given, ...options)
  expect(text).toContain(words)
  expect(text).toContain('spaces or line breaks')
  expect(text).not.toMatch(/reachable|answers/)
  expect(status).toBe(1)
})

it("takes ZaloPay's own error for an answer of the endpoint, whatever its status", async () => {
  const url = await serveAnswer(404, {}, '{"error":{"error":"CODE_INVALID","code":5}}')
  const { text, status } = await examine('zalopay', { ...FAKE, url, userInfoURL: '/user' })
  expect(text).toContain('check  ZaloPay refuses a code that does not exist')
  expect(text).toContain(`ok     there is a user info endpoint at ${url}/user`)
  expect(status).toBe(0)
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
  const url = await serveAnswer(200, {}, JSON.stringify({ error }))
  const given = { clientID: '1', clientSecret: secret, url, userInfoURL: '/user' }
  const { text } = await examine('zalopay', given)
  expect(text).toContain('ZaloPay refuses')
  expect(text).not.toMatch(/cret(?:\/|%|\\)|of.ours|[^\P{C}\n]|\u2028/iu)
})

// an expression that looks again from each letter takes longer than a test may take
it('reads thousands of backslashes or slashes', async () => {
  for (const letter of ['\\', '/', '\\/', '%25']) {
    const error = { error: letter.repeat(30_000 / letter.length) }
    const url = await serveAnswer(200, {}, JSON.stringify({ error }))
    const { text } = await examine('zalopay', { ...FAKE, url, userInfoURL: '/user' })
    expect(text).toContain('ZaloPay refuses')
    // lets Jest's own time limit end the test
    await setTimeout()
  }
}, 10_000)

it.each([
  [
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
    'the connection was broken',
  ],
  ['hello\r\n', 'its answer is not HTTP\n'],
])('says so when an address answers with %j', async (answer, words) => {
  const server = createServer((socket) => void socket.once('data', () => socket.end(answer)))
  const { text, status } = await examine('monpay', {
    ...FAKE,
    url: `http://${await serve(server)}`,
  })
  expect(text).toContain(`is not reachable: ${words}`)
  expect(status).toBe(1)
})

it('prints no user info of any address', async () => {
  const url = await serveAnswer(200, {}, '{}')
  const user = (address: string) => address.replace('//', '//user:hidden@')
  const given = { ...FAKE, url: user(url), callbackURL: user('https://shop.example/cb') }
  const options = ['--app', user(url), '--token-url', user(url), '--user-info-url', user(url)]
  const { text } = await examine('monpay', given, ...options)
  const asked = await examine('monpay', FAKE, '--token-url', `${url}/token?key=hidden`)
  expect(asked.text).toContain(`token URL ${url}/token?…`)
  expect(asked.text).not.toContain('hidden')
  expect(text).toContain('user info in it')
  expect(text).not.toContain('hidden')
  expect(findings.format(findings.wrong(`see ${user(url)}`, user(url)))).not.toContain('hidden')
})

it('explains why a provider is not reachable', async () => {
  const gone = await keep(startMonPay())
  await gone.close()
  expect((await examine('monpay', gone)).text).toContain('nothing listens there')
  const folder = '../../passport-code-flow/test/attacks/support/certificates'
  const read = (name: string) => readFileSync(join(__dirname, folder, name))
  const [key, cert] = [read('test-self-signed.key.pem'), read('test-self-signed.pem')]
  const place = await serve(https.createServer({ key, cert }))
  const untrusted = await examine('monpay', { url: `https://${place}` })
  expect(untrusted.text).toContain('its certificate is not trusted')
  const plain = await serveAnswer(200)
  const noTLS = await examine('monpay', { url: plain.replace('http:', 'https:') })
  expect(noTLS.text).toContain('does not speak TLS')
})

it('notices that the clocks differ', async () => {
  const late = new Date(Date.now() - 3_600_000).toUTCString()
  const url = await serveAnswer(200, { date: late })
  expect((await examine('monpay', { url })).text).toMatch(/check {2}.*differ by 3[56]\d\d seconds/)
})

const APP = ['--start', '/auth/moneypools', '--app'] as const

const STARTS = [
  'ok     a start from another site is refused',
  'ok     cookie connect.sid has the right flags',
]

it.each([
  ['moneypools', () => startSngine({ version: '4.4' }), [...STARTS, 'a start leads to http']],
  ['zalopay', startZaloPay, [...STARTS, 'a start leads to a page of this site']],
  ['monpay', startMonPay, []],
] as const)(
  'finds nothing wrong with a running application made from the README of %s',
  async (name, start, lines) => {
    const provider = await keep<Awaited<ReturnType<typeof start>>>(start())
    const callbackURL = `https://shop.example/auth/${name}${name === 'monpay' ? '' : '/callback'}`
    Object.assign(provider, { callbackURL })
    const given = change(provider, { callbackURL })
    const prefix = name.toUpperCase()
    Object.assign(process.env, {
      [`${prefix}_CLIENT_ID`]: given.clientID,
      [`${prefix}_CLIENT_SECRET`]: given.clientSecret,
      [`${prefix}_CALLBACK_URL`]: callbackURL,
      [`${prefix}_BASE_URL`]: given.url,
      ...(given.userInfoURL && { [`${prefix}_USER_INFO_URL`]: given.userInfoURL }),
      [`${prefix}_SDK_URL`]: `${given.url}/sdk.js`,
      SESSION_SECRET: 'test',
    })
    const folder = name === 'zalopay' ? 'zalopay-pkce' : name
    const app = openDocument(`packages/passport-${folder}/README.md`).load(
      'app.js',
    ) as RequestListener
    const started = name === 'monpay' ? [] : ['--start', `/auth/${name}`]
    const options = [...started, '--app', await serveHTTP(app)]
    const { text, status } = await examine(name, given, ...options)
    expect(text).toContain('ok     a HEAD request to the callback uses up no code')
    expect(text).toContain('ok     a prefetch to the callback uses up no code')
    for (const words of lines) expect(text).toContain(words)
    expect(text).toContain('Nothing is wrong.')
    expect(status).toBe(0)
  },
)

it('finds the faults of an application that checks nothing', async () => {
  const site = await openSngine()
  const long = 'a-text-as-long-as-a-session-id'
  const app = await serveHTTP((req, res) => {
    res.setHeader('set-cookie', [`sid=${long}; SameSite=Strict`, `more=${long}; HttpOnly`])
    if (req.method === 'POST') res.writeHead(302, { location: '/api/oauth?app_id=1' })
    res.end('hello')
  })
  const { text, status } = await examine('moneypools', site, ...APP, app)
  for (const finding of [
    'check  the callback answers a HEAD request with 200',
    'check  the callback answers a prefetch with 200',
    'check  the callback has no Referrer-Policy',
    'WRONG  a start from another site starts a login',
    'WRONG  cookie sid is not HttpOnly',
    'WRONG  cookie sid is SameSite=Strict',
    'check  cookie more is not SameSite=Lax',
  ])
    expect(text).toContain(finding)
  expect(status).toBe(1)
})

it('finds a callback that uses up a code for a HEAD request or a prefetch, with any status', async () => {
  const site = await openSngine()
  const spent = new Set<string | null>()
  const serveApp = (refuses: (req: IncomingMessage) => boolean) =>
    serveHTTP((req, res) => {
      const code = new URL(req.url ?? '/', 'http://x').searchParams.get('auth_key')
      const isUsed = spent.has(code)
      if (!refuses(req)) spent.add(code)
      res.writeHead(302, { location: isUsed ? '/login?used' : '/login?invalid' }).end()
    })
  const careless = await examine('moneypools', site, '--app', await serveApp(() => false))
  expect(careless.text).toContain('WRONG  a HEAD request to the callback uses up the code')
  expect(careless.text).toContain('WRONG  a prefetch to the callback uses up the code')
  expect(careless.status).toBe(1)
  const careful = await serveApp(
    ({ method, headers }) => method === 'HEAD' || headers['sec-purpose'] !== undefined,
  )
  const { text, status } = await examine('moneypools', site, '--app', careful)
  expect(text).toContain('ok     a HEAD request to the callback uses up no code')
  expect(text).toContain('ok     a prefetch to the callback uses up no code')
  expect(status).toBe(0)
})

it('finds the start that sets no cookie, and names its reasons (FR21)', async () => {
  const site = await openSngine()
  const callbackURL = 'https://shop.example/auth/moneypools/callback'
  const app = express()
  app.use(
    session({ secret: 'x', resave: false, saveUninitialized: true, cookie: { secure: true } }),
  )
  app.post('/auth/moneypools', (req, res) =>
    req.headers['sec-fetch-site'] === 'cross-site'
      ? res.redirect('/no')
      : res.redirect(`${site.url}/api/oauth?app_id=1`),
  )
  const { text, status } = await examine(
    'moneypools',
    change(site, { callbackURL }),
    ...APP,
    await serveHTTP(app),
  )
  expect(text).toContain('WRONG  a start redirects and sets no cookie')
  expect(text).toMatch(/cookie\.secure.*trust proxy/)
  expect(status).toBe(1)
})

it.each([
  ["form-action 'self'", 'WRONG  form-action of the page does not let its form lead to http'],
  ["form-action 'self' SITE", 'ok     form-action of the page lets its form lead to http'],
  ['', 'ok     a start leads to http'],
])('looks at the form-action of the page with the button: %j (FR29)', async (policy, words) => {
  const site = await openSngine()
  const app = await serveHTTP((req, res) => {
    const isForeign = req.headers['sec-fetch-site'] === 'cross-site'
    if (req.method === 'POST')
      return res
        .writeHead(isForeign ? 403 : 302, {
          location: `${site.url}/api/oauth?app_id=1`,
          'set-cookie': 'a=1; HttpOnly',
        })
        .end()
    if (req.url === '/login' && policy)
      res.setHeader('content-security-policy', policy.replace('SITE', site.url))
    return res.end()
  })
  const { text } = await examine('moneypools', site, ...APP, app, '--page', '/login')
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

/** What a proxy or the application itself does before the login. */
const inFront: Record<string, express.Handler> = {
  nothing: (_req, _res, next) => next(),
  'a redirect to https': (req, res) => res.redirect(301, `https://shop.example${req.url}`),
  'a store that fails': (_req, res) => void res.sendStatus(500),
  'a login of its own': (_req, res) => res.redirect('/login'),
  'a CSRF check that redirects': (req, res, next) =>
    req.method === 'POST' ? res.redirect('/') : next(),
  'a limit': (_req, res) => void res.sendStatus(429),
  'cookies that hold no session': (_req, res, next) => {
    res
      .cookie('lang', 'en')
      .clearCookie('old')
      .cookie('XSRF-TOKEN', 'x'.repeat(32), { sameSite: 'lax' })
    next()
  },
}

const NO_START = 'check  a start is answered with 302 and starts no login'

it.each([
  ['a redirect to https', 'WRONG  the application redirects http', /--app .*shop\.example\n/, 1],
  ['a store that fails', 'WRONG  a start is answered with 500', /WRONG {2}the callback .* 500/, 1],
  ['a login of its own', NO_START, /^/, 0],
  ['a CSRF check that redirects', NO_START, /^/, 0],
  ['a limit', 'check  the application limits', /check {2}a start is answered with 429/, 0],
  ['cookies that hold no session', 'ok     cookie connect.sid', /ok {5}the callback finds/, 0],
] as const)('says what %s in front of a login does to it', async (front, words, more, status) => {
  const { text, ...ended } = await examineLogin({ front })
  expect(text).toContain(words)
  expect(text).toMatch(more)
  expect(text).not.toContain('allowCrossSiteStart')
  expect(text).not.toContain('sets no cookie')
  expect(ended.status).toBe(status)
})

it('says when a callback takes only POST, answers everybody the same, or does not find the session', async () => {
  const same = (status: number) =>
    `?      the callback answers with ${status}, with the cookie of a start and without it`
  const redirecting = await examineLogin({ failureRedirect: '/login' })
  expect(redirecting.text).toContain('ok     a start from another site is refused')
  expect(redirecting.text).toContain(same(302))
  const posted = await examineLogin({ callback: 'post' })
  expect(posted.text).toContain('ok     the callback takes a code only by POST')
  expect([redirecting.status, posted.status]).toEqual([0, 0])
  const losing = await examineLogin({ store: new LosingStore() })
  expect(losing.text).toContain(same(403))
  expect(losing.text).toContain('the session is lost')
})

it.each([1, 2, 3, 4, 5])(
  'says that an application limits codes after %i of them',
  async (limit) => {
    let codes = 0
    inFront['a limit of codes'] = (req, res, next) => {
      const isOver = 'auth_key' in req.query && (codes += 1) > limit
      return isOver ? void res.sendStatus(429) : next()
    }
    const { text } = await examineLogin({ front: 'a limit of codes' })
    expect(text).toContain('check  the application limits the requests to its callback')
    expect(text).not.toContain('the callback finds')
    expect(text).not.toContain('cannot be seen')
  },
)

/** What the doctor says of an application whose session cookie begins and ends in this way. */
function examineCookie(attributes: string, beginning = 'connect.sid=') {
  inFront['another cookie'] = (_req, res, next) => {
    const setHeader = res.setHeader.bind(res)
    const rewrite = (cookie: string) =>
      cookie
        .replace('connect.sid=', beginning)
        .replace('Path=/; ', '')
        .replace('SameSite=Lax', attributes)
    res.setHeader = (name, value) =>
      setHeader(name, Array.isArray(value) ? value.map(rewrite) : value)
    next()
  }
  return examineLogin({ front: 'another cookie' })
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
])(
  'finds that browsers do not bring a session cookie with %s to the callback: %s',
  async (attributes, reason, beginning) => {
    const { text, status } = await examineCookie(attributes, beginning)
    expect(text).toContain(`WRONG  browsers send no cookie of a start to the callback: ${reason}`)
    expect(text).not.toContain('the callback finds the login')
    expect(status).toBe(1)
  },
)

it.each([
  'Path=/auth',
  'Path=/auth/',
  'Path=/auth/moneypools/callback',
  'Path=auth',
  'Path=/; Domain=.Shop.Example',
  'Path=/; Domain=127.0.0.1',
  'Path=/; SameSite=None; Secure; Partitioned',
])('finds the login of a start by a session cookie with %s', async (attributes) => {
  const { text, status } = await examineCookie(attributes)
  expect(text).toContain('ok     the callback finds the login of a start')
  expect(status).toBe(0)
})

/** A session store that keeps nothing. */
class LosingStore extends session.Store {
  override get = (_id: string, done: (error: null) => void) => done(null)
  override set = (_id: string, _session: unknown, done?: () => void) => done?.()
  override destroy = (_id: string, done?: () => void) => done?.()
}

/** What the doctor says of a MoneyPools login in an application of this kind. */
async function examineLogin({
  front = 'nothing',
  callback = 'all',
  store = new session.MemoryStore(),
  ...options
}: {
  front?: string
  callback?: 'all' | 'post'
  store?: session.Store
  failureRedirect?: string
}): Promise<{ text: string; status: number }> {
  const callbackURL = 'https://shop.example/auth/moneypools/callback'
  const site = await openSngine({ callbackURL })
  const passport = new Passport()
  const { clientID, clientSecret, url } = site
  const settings = { clientID, clientSecret, callbackURL, baseURL: url }
  passport.use(new MoneyPools(settings, async () => ({ id: 'any' })))
  const app = express()
  app.use(inFront[front] ?? inFront['nothing']!)
  const cookie = { sameSite: 'lax' } as const
  app.use(session({ secret: 'x', store, cookie, resave: false, saveUninitialized: false }))
  const login = passport.authenticate('moneypools', options)
  app.get('/', (_req, res) => void res.send('hello'))
  app.post('/auth/moneypools', login)
  app[callback]('/auth/moneypools/callback', express.urlencoded(), login)
  app.use(((_error, _req, res, _next) => void res.sendStatus(502)) as express.ErrorRequestHandler)
  return examine('moneypools', change(site, {}), ...APP, await serveHTTP(app))
}

it('asks no other host when --start is no path', async () => {
  const asked: string[] = []
  const other = await serveHTTP((req, res) => res.end(void asked.push(req.url ?? '')))
  const options = ['--app', await serveAnswer(200), '--start', other.replace('http:', '')]
  const { text } = await examine('moneypools', await openSngine(), ...options)
  expect(text).toContain('WRONG  --start is no path of the application')
  expect(asked).toEqual([])
})

it('says that routes are missing, and that an application is not there', async () => {
  const site = await openSngine()
  const missing = await examine('moneypools', site, ...APP, await serveAnswer(404))
  expect(missing.text).toContain('there is no route at /')
  expect(missing.text).toContain('there is no POST route at /auth/moneypools')
  expect(missing.text).toContain('?      the application has set no session cookie')
  const gone = await keep(startMonPay())
  await gone.close()
  const absent = await examine('moneypools', site, ...APP, gone.url)
  expect(absent.text).toContain(`the application ${gone.url} is not reachable`)
})

it('explains itself with --help, and without a provider', async () => {
  let text = ''
  const write = (part: string) => (text += part)
  expect(await runDoctor(['--help'], {}, write)).toBe(0)
  expect(await runDoctor(['paypal'], {}, write)).toBe(1)
  expect(text.match(/Usage: passport-provider-simulators doctor/g)).toHaveLength(2)
  await expect(runDoctor(['monpay', '--wrong'], {}, write)).rejects.toThrow("'--wrong'")
})
