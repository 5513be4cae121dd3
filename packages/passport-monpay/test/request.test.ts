import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { listen } from '../../../test/server.js'
import { giveAll, Visitor } from '../../../test/visitor.js'
import { Strategy } from '../src/index.js'
import { calls, closeAll, ended, given, keep, open, openMonPay, optionsFor } from './support.js'

afterEach(closeAll)

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
])(
  'R1 Q3 redirect_uri is %s as configured, byte for byte, whatever the request says',
  async (callbackURL) => {
    const { monpay, visit } = await open({ callbackURL }, { callbackURL })
    const query = `code=${monpay.issueCode()}&redirect_uri=https://evil.example`
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
    expect(ended(await visit(`/elsewhere?${query}`, { headers }))).toBe('success')
    expect(monpay.requests[0]?.form?.['redirect_uri']).toBe(callbackURL)
  },
)

it('R2 Q13 user info is asked for by GET with a plain bearer token, none of it in the query', async () => {
  const { monpay, login } = await open()
  const { accessToken } = given(await login())
  expect(monpay.requests[1]).toMatchObject({
    method: 'GET',
    path: '/v2/api/oauth/userinfo',
    query: {},
    body: '',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: `Bearer ${accessToken}`,
    },
  })
})

it.each(['Bearer ', 'bearer '])(
  'R2 Q13 a token that begins with %j is not doubled',
  async (scheme) => {
    const { monpay, login } = await open()
    monpay.misbehave(({ json }) => {
      const token = String(Reflect.get(Object(json), 'access_token'))
      return { body: { ...Object(json), access_token: scheme + token } }
    }, 'token')
    const { accessToken } = given(await login())
    expect(accessToken).not.toMatch(/bearer/i)
    expect(monpay.requests[1]?.headers.authorization).toBe(`Bearer ${accessToken}`)
  },
)

it.each([
  [{}, 'z-wallet.monpay.mn'],
  [{ environment: 'staging' }, 'z-wallet.monpay.mn'],
  [{ environment: 'production' }, 'wallet.monpay.mn'],
  [{ environment: 'production', baseURL: 'https://own.example//' }, 'own.example'],
] as const)('Q4 with %j the host is %s', async (place, host) => {
  const monpay = await openMonPay()
  const names = new Set<unknown>()
  // leads every connection to the simulator, so that no name has to be resolved
  class Detour extends https.Agent {
    override createConnection(options: https.RequestOptions) {
      names.add(options.host)
      return net.connect(monpay.port, '127.0.0.1')
    }
  }
  const { baseURL: _, ...rest } = optionsFor(monpay)
  const strategy = new Strategy({ ...rest, ...place, agent: new Detour() }, giveAll)
  const result = await new Visitor(monpay, strategy).visit(`/?code=${monpay.issueCode()}`)
  expect(ended(result)).toBe('success')
  expect([...names, ...monpay.requests.map(({ headers }) => headers.host)]).toEqual([
    host,
    host,
    host,
  ])
})

it('Q4 a sub-path in baseURL is kept, slashes at its end are not', async () => {
  const urls: unknown[] = []
  const { url } = await keep(
    listen((req, res) => {
      urls.push(req.url)
      res.writeHead(505).end()
    }),
  )
  const { login } = await open({ baseURL: `${url}/gateway/monpay//` })
  expect(ended(await login())).toBe('error provider_error 502')
  expect(urls).toEqual(['/gateway/monpay/v2/oauth/token'])
})

it('Q4 each endpoint can be given by itself', async () => {
  const monpay = await openMonPay()
  const { login } = await open({
    ...optionsFor(monpay),
    baseURL: 'https://nowhere.example',
    tokenURL: `${monpay.url}/v2/oauth/token`,
    userInfoURL: `${monpay.url}/v2/api/oauth/userinfo`,
  })
  expect(ended(await login(monpay.issueCode()))).toBe('success')
  expect(calls(monpay)).toEqual(['POST token', 'GET profile'])
})

it('Q19 connections can be made by an agent of your own, and requests carry headers of your own', async () => {
  const agent = new http.Agent()
  const connect = jest.spyOn(agent, 'createConnection')
  const { monpay, login } = await open({ agent, headers: { 'User-Agent': 'shop/1.0' } })
  expect(ended(await login())).toBe('success')
  expect(connect).toHaveBeenCalled()
  expect(monpay.requests.map(({ headers }) => headers['user-agent'])).toEqual([
    'shop/1.0',
    'shop/1.0',
  ])
})

it('Q18 a certificate nobody has signed is refused', async () => {
  const folder = '../../passport-code-flow/test/attacks/support/certificates'
  const read = (name: string) => readFileSync(path.join(__dirname, folder, name))
  const [cert, key] = [read('test-self-signed.pem'), read('test-self-signed.key.pem')]
  const { port } = await keep(listen(https.createServer({ cert, key })))
  const { login } = await open({ baseURL: `https://127.0.0.1:${port}` })
  expect(await login()).toMatchObject({
    error: { code: 'network', cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
  })
})
