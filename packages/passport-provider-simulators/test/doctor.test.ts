import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { openDocument } from '../../passport-code-flow/test/readme/document.js'
import { runDoctor } from '../src/doctor/command'
import { startMonPay, startSngine, startZaloPay } from '../src/index'
import { keepOpen } from './support'

const { open, closeAll } = keepOpen()
const servers: http.Server[] = []

afterEach(async () => {
  await closeAll()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

type Handler = (req: IncomingMessage, res: ServerResponse) => void

async function serve(server: http.Server): Promise<string> {
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const serveHTTP = async (handler: Handler) => `http://${await serve(http.createServer(handler))}`

type Setting = 'clientID' | 'clientSecret' | 'callbackURL'

/** What the command prints and how it ends; `given` are the provider's settings. */
async function examine(
  provider: 'monpay' | 'zalopay' | 'moneypools',
  given: Record<'url', string> & { [name in Setting]?: string | undefined },
  ...options: string[]
): Promise<{ text: string; status: number }> {
  const name = provider.toUpperCase()
  const env = {
    [`${name}_BASE_URL`]: given.url,
    [`${name}_CLIENT_ID`]: given.clientID,
    [`${name}_CLIENT_SECRET`]: given.clientSecret,
    [`${name}_CALLBACK_URL`]: given.callbackURL ?? 'https://shop.example/auth/callback',
  }
  let text = ''
  const status = await runDoctor([provider, ...options], env, (part) => (text += part))
  return { text, status }
}

type Given = Parameters<typeof examine>[1]

const change = ({ url, clientID, clientSecret, callbackURL }: Given, changes: Partial<Given>) =>
  Object.assign({ url, clientID, clientSecret, callbackURL }, changes)

it.each([
  ['4.4', 'POST: Sngine 4.0.4 or later'],
  ['3.13', 'GET: a Sngine before 4.0.4'],
] as const)('tells by which method Sngine %s gives its tokens', async (version, words) => {
  const site = await open(startSngine({ version }))
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

it('needs no secret to tell the method, and says what it did not try', async () => {
  const site = await open(startSngine({ version: '4.4' }))
  const { text } = await examine('moneypools', { url: site.url, clientID: site.clientID })
  expect(text).toContain('takes POST')
  expect(text).toContain('WRONG  there is no client secret')
  expect(text).toContain('?      client id and secret were not tried')
})

it('says which setting of a Sngine site is wrong', async () => {
  const site = await open(startSngine({ version: '4.4' }))
  const clientSecret = 'f'.repeat(32)
  const secret = await examine('moneypools', change(site, { clientSecret }))
  expect(secret).toMatchObject({ status: 1, text: expect.stringContaining('secret is wrong') })
  expect(secret.text).not.toContain(clientSecret)
  const app = await examine('moneypools', change(site, { clientID: '9999999999999' }))
  expect(app.text).toContain('the site refuses the app')
  const method = await examine('moneypools', site, '--token-method', 'GET')
  expect(method.text).toContain('tokenMethod is GET')
  site.behaviour.moduleOff = true
  expect((await examine('moneypools', site)).text).toContain('developers module switched on')
  site.behaviour.nonCanonical = true
  expect((await examine('moneypools', site)).text).toContain('not the address it calls its own')
})

it('tells a wrong MonPay secret from a right one, without a code', async () => {
  const monpay = await open(startMonPay())
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
  const zalopay = await open(startZaloPay())
  const right = await examine('zalopay', zalopay)
  expect(right.text).toContain('CODE_INVALID')
  expect(right.status).toBe(0)
  const wrong = await examine('zalopay', change(zalopay, { clientSecret: 'nonsense' }))
  expect(wrong.text).toContain('SECRET_KEY_INVALID')
  expect(right.text).not.toContain(zalopay.clientSecret)
})

it('says that an answer is not what is documented', async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave('html', 'token')
  const { text, status } = await examine('monpay', monpay)
  expect(text).toContain('text/html')
  expect(text).toContain('under maintenance')
  expect(status).toBe(1)
})

it.each([
  ['https://x.example/cb?a=1', 'Sngine puts "?auth_key=…" behind'],
  ['https://x.example/cb#a', 'has a fragment'],
  ['http://x.example/cb', 'not https'],
  [' https://x.example/cb', 'not absolute'],
  [`https://x.example/${'a'.repeat(256)}`, 'longer than 256 characters'],
  ['/cb', 'not absolute'],
])('refuses the callback URL %s', async (callbackURL, words) => {
  const site = await open(startSngine({ version: '4.4' }))
  const { text, status } = await examine('moneypools', change(site, { callbackURL }))
  expect(text).toContain(words)
  expect(status).toBe(1)
})

it.each([
  ['', 'there is no base URL'],
  ['nowhere', 'the base URL is no URL'],
  ['http://provider.example', 'is not https'],
  ['https://provider.example/?a=1', 'a query or a fragment'],
])('asks nobody when the base URL is %j', async (url, words) => {
  const { text, status } = await examine('monpay', { url, clientID: 'a', clientSecret: 'b ' })
  expect(text).toContain(words)
  expect(text).toContain('blanks or line breaks')
  expect(text).not.toContain('reachable')
  expect(status).toBe(1)
})

it('explains why a provider is not reachable', async () => {
  const gone = await open(startMonPay())
  await gone.close()
  expect((await examine('monpay', gone)).text).toContain('nothing listens there')
  const fixtures = join(__dirname, '../../passport-monpay/test/fixtures')
  const key = readFileSync(join(fixtures, 'self-signed.key.pem'))
  const cert = readFileSync(join(fixtures, 'self-signed.cert.pem'))
  const place = await serve(https.createServer({ key, cert }))
  const untrusted = await examine('monpay', { url: `https://${place}` })
  expect(untrusted.text).toContain('its certificate is not trusted')
  const plain = await serveHTTP((_req, res) => res.end())
  const noTLS = await examine('monpay', { url: plain.replace('http:', 'https:') })
  expect(noTLS.text).toContain('does not speak TLS')
})

it('notices that the clocks differ', async () => {
  const late = new Date(Date.now() - 3_600_000).toUTCString()
  const url = await serveHTTP((_req, res) => res.setHeader('date', late).end())
  expect((await examine('monpay', { url })).text).toMatch(/check {2}.*3[56]\d\d seconds apart/)
})

const APP = ['--start', '/auth/moneypools', '--app'] as const

it('finds nothing wrong with a running application made from the README of a strategy', async () => {
  const site = await open(startSngine({ version: '4.4' }))
  const callbackURL = 'https://shop.example/auth/moneypools/callback'
  Object.assign(process.env, {
    MONEYPOOLS_CLIENT_ID: site.clientID,
    MONEYPOOLS_CLIENT_SECRET: site.clientSecret,
    MONEYPOOLS_CALLBACK_URL: callbackURL,
    MONEYPOOLS_BASE_URL: site.url,
    SESSION_SECRET: 'test',
  })
  const app = openDocument('packages/passport-moneypools/README.md').load('app.js') as Handler
  const { text, status } = await examine(
    'moneypools',
    change(site, { callbackURL }),
    ...APP,
    await serveHTTP(app),
  )
  expect(text).toContain('ok     the callback refuses HEAD')
  expect(text).toContain('ok     the callback refuses prefetches')
  expect(text).toContain('ok     a start from another site is refused')
  expect(text).toContain(`ok     a start leads to ${site.url}`)
  expect(text).toContain('ok     cookie connect.sid has the right flags')
  expect(text).toContain('Nothing is wrong.')
  expect(status).toBe(0)
})

it('finds what is wrong with a careless application', async () => {
  const site = await open(startSngine({ version: '4.4' }))
  const app = await serveHTTP((_req, res) =>
    res.setHeader('set-cookie', ['sid=1; SameSite=Strict', 'theme=2; HttpOnly']).end('hello'),
  )
  const { text, status } = await examine('moneypools', site, ...APP, app)
  expect(text).toContain('WRONG  the callback answers HEAD with 200 in place of 405')
  expect(text).toContain('WRONG  the callback answers a prefetch with 200 in place of 403')
  expect(text).toContain('check  the callback has no Referrer-Policy')
  expect(text).toContain('WRONG  a start from another site is answered with 200')
  expect(text).toContain('WRONG  cookie sid is not HttpOnly')
  expect(text).toContain('WRONG  cookie sid is SameSite=Strict')
  expect(text).toContain('check  cookie theme is not SameSite=Lax')
  expect(status).toBe(1)
})

it('says that routes are missing, and that an application is not there', async () => {
  const site = await open(startSngine({ version: '4.4' }))
  const empty = await serveHTTP((_req, res) => res.writeHead(404).end())
  const missing = await examine('moneypools', site, ...APP, empty)
  expect(missing.text).toContain('there is no route at /')
  expect(missing.text).toContain('there is no POST route at /auth/moneypools')
  expect(missing.text).toContain('?      the application has set no cookie')
  const gone = await open(startMonPay())
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
