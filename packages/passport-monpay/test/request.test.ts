import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { listen } from '../../../test/server.js'
import type { Fault } from '../../passport-provider-simulators/src/index.js'
import { ending, request } from '../../passport-code-flow/test/support/bare.js'
import { Strategy } from '../src/index.js'
import { asked, closeAll, describe, keep, open, openMonPay, optionsFor } from './support.js'

afterEach(closeAll)

const CERTIFICATES = path.join(
  __dirname,
  '../../passport-code-flow/test/attacks/support/certificates',
)

/** Listens on a free port of this machine until the test is over. */
const openPort = async (server: http.Server) => keep(await listen(server)).port

it('R1 Q20 the token call is a POST form of exactly five parameters, without HTTP Basic', async () => {
  const { monpay, login } = await open()
  const code = monpay.issueCode()
  await login(code)
  const [call] = monpay.requests
  expect(call).toMatchObject({
    method: 'POST',
    path: '/v2/oauth/token',
    query: {},
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(call?.form).toEqual({
    grant_type: 'authorization_code',
    code,
    redirect_uri: 'https://shop.example',
    client_id: monpay.clientID,
    client_secret: monpay.clientSecret,
  })
  expect(call?.headers).not.toHaveProperty('authorization')
})

it.each([
  'https://shop.example',
  'https://shop.example/',
  'https://SHOP.example/a/../b/',
  'https://shop.example/in?a=1&b=%20#top',
  'https://shop.example:443/нэвтрэх',
])('R1 Q3 redirect_uri is %s as configured, byte for byte', async (callbackURL) => {
  const { monpay, login } = await open({ callbackURL }, { callbackURL })
  expect(describe(await login())).toBe('success')
  expect(monpay.requests[0]?.form?.['redirect_uri']).toBe(callbackURL)
})

it('Q3 redirect_uri never comes from the request', async () => {
  const { monpay, visit } = await open()
  const query = `code=${monpay.issueCode()}&redirect_uri=https://evil.example`
  const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
  await visit(request(`/elsewhere?${query}`, { headers }))
  expect(monpay.requests[0]?.form?.['redirect_uri']).toBe('https://shop.example')
})

it('R2 Q13 user info is asked for by GET with a plain bearer token, none of it in the query', async () => {
  const { monpay, login, verified } = await open()
  await login()
  expect(monpay.requests[1]).toMatchObject({
    method: 'GET',
    path: '/v2/api/oauth/userinfo',
    query: {},
    body: '',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: `Bearer ${verified[0]?.accessToken}`,
    },
  })
})

it.each(['Bearer ', 'bearer '])(
  'R2 Q13 a token that begins with %j is not doubled',
  async (scheme) => {
    const { monpay, login, verified } = await open()
    const addScheme: Fault = ({ json }) => {
      const token = String(Reflect.get(Object(json), 'access_token'))
      return { body: { ...Object(json), access_token: scheme + token } }
    }
    monpay.misbehave(addScheme, 'token')
    expect(describe(await login())).toBe('success')
    expect(monpay.requests[1]?.headers.authorization).toBe(`Bearer ${verified[0]?.accessToken}`)
    expect(verified[0]?.accessToken).not.toMatch(/bearer/i)
  },
)

it.each([
  [{}, 'z-wallet.monpay.mn'],
  [{ environment: 'staging' }, 'z-wallet.monpay.mn'],
  [{ environment: 'production' }, 'wallet.monpay.mn'],
  [{ environment: 'production', baseURL: 'https://own.example//' }, 'own.example'],
] as const)('Q4 with %j the host is %s', async (place, host) => {
  const monpay = await openMonPay()
  const names: unknown[] = []
  // leads every connection to the simulator, so that no name has to be resolved
  class Detour extends https.Agent {
    override createConnection(options: https.RequestOptions) {
      names.push(options.host)
      return net.connect(monpay.port, '127.0.0.1')
    }
  }
  const { baseURL: _, ...rest } = optionsFor(monpay)
  const strategy = new Strategy(
    { ...rest, ...place, agent: new Detour() },
    (_a, _r, profile, done) => done(null, profile),
  )
  expect(await ending(strategy, request(`/?code=${monpay.issueCode()}`))).toBe('success')
  expect(new Set(names)).toEqual(new Set([host]))
  expect(monpay.requests.map(({ headers }) => headers.host)).toEqual([host, host])
})

it('Q4 a sub-path in baseURL is kept, slashes at its end are not', async () => {
  const urls: unknown[] = []
  const server = http.createServer((req, res) => {
    urls.push(req.url)
    res.writeHead(505).end()
  })
  const port = await openPort(server)
  const { login } = await open({ baseURL: `http://127.0.0.1:${port}/gateway/monpay//` })
  expect(describe(await login())).toBe('error provider_error 502')
  expect(urls).toEqual(['/gateway/monpay/v2/oauth/token'])
})

it('Q4 each endpoint can be given by itself', async () => {
  const { monpay } = await open()
  const paths = {
    tokenURL: `${monpay.url}/v2/oauth/token`,
    userInfoURL: `${monpay.url}/v2/api/oauth/userinfo`,
  }
  const other = await open({
    ...paths,
    baseURL: 'https://nowhere.example',
    clientID: monpay.clientID,
    clientSecret: monpay.clientSecret,
  })
  expect(describe(await other.login(monpay.issueCode()))).toBe('success')
  expect(asked(monpay)).toEqual(['POST /v2/oauth/token', 'GET /v2/api/oauth/userinfo'])
})

it('Q19 connections can be made by an agent of your own, and requests carry headers of your own', async () => {
  let connections = 0
  class Counting extends http.Agent {
    override createConnection(...how: Parameters<http.Agent['createConnection']>) {
      connections++
      return super.createConnection(...how)
    }
  }
  const agent = new Counting()
  const { monpay, login } = await open({ agent, headers: { 'User-Agent': 'shop/1.0' } })
  expect(describe(await login())).toBe('success')
  expect(connections).toBeGreaterThan(0)
  expect(monpay.requests.map(({ headers }) => headers['user-agent'])).toEqual([
    'shop/1.0',
    'shop/1.0',
  ])
})

it('Q18 a certificate nobody has signed is refused', async () => {
  const read = (name: string) => readFileSync(path.join(CERTIFICATES, name))
  const secure = { cert: read('test-self-signed.pem'), key: read('test-self-signed.key.pem') }
  const port = await openPort(https.createServer(secure))
  const { login } = await open({ baseURL: `https://127.0.0.1:${port}` })
  expect(await login()).toMatchObject({
    error: { code: 'network', cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
  })
})
