import { Agent, get, type IncomingHttpHeaders, request } from 'node:http'
import { createGunzip } from 'node:zlib'
import { listen } from '../../../test/server'
import {
  type MonPaySimulator,
  type SngineSimulator,
  startMonPay,
  startSngine,
  startZaloPay,
} from '../src/index'
import { call, challenge, keepOpen, pick, pickText, postForm, postJSON } from './support'

const { open, closeAll } = keepOpen()
afterEach(closeAll)

const monpayToken = (monpay: MonPaySimulator, code = monpay.issueCode()) =>
  postForm(`${monpay.url}/v2/oauth/token`, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: monpay.callbackURL,
    client_id: monpay.clientID,
    client_secret: monpay.clientSecret,
  })

async function monpayProfile(monpay: MonPaySimulator) {
  const { json } = await monpayToken(monpay)
  const authorization = `Bearer ${pickText(json, 'access_token')}`
  return call(`${monpay.url}/v2/api/oauth/userinfo`, { headers: { authorization } })
}

const sngineToken = (sngine: SngineSimulator) =>
  postForm(`${sngine.url}/api/authorize`, {
    app_id: sngine.clientID,
    app_secret: sngine.clientSecret,
    auth_key: sngine.issueKey(),
  })

interface Arrival {
  headers: IncomingHttpHeaders
  chunks: Buffer[]
  error?: NodeJS.ErrnoException
}

/** Fetches raw bytes until the end, an error, or `enough` says so. */
function fetchRaw(
  url: string,
  enough: (arrival: Arrival) => boolean = () => false,
): Promise<Arrival> {
  return new Promise((resolve) => {
    const arrival: Arrival = { headers: {}, chunks: [] }
    const end = (error?: NodeJS.ErrnoException) => resolve(error ? { ...arrival, error } : arrival)
    const sent = get(url, { agent: false }, (response) => {
      arrival.headers = response.headers
      response.on('data', (chunk: Buffer) => {
        arrival.chunks.push(chunk)
        if (enough(arrival)) sent.destroy()
      })
      response.on('end', () => end())
      response.on('error', end)
    })
    sent.on('error', end)
  })
}

it('silence takes the request and never answers', async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave('silence')
  const sent = request(`${monpay.url}/v2/oauth/token`, { method: 'POST', agent: false })
  const cutOff = new Promise<NodeJS.ErrnoException>((resolve) => sent.once('error', resolve))
  sent.end()
  while (monpay.requests.length === 0) await new Promise(setImmediate)
  await monpay.close()
  expect((await cutOff).code).toBe('ECONNRESET')
})

it('slow-drip sends headers and a first byte, and does not end', async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave('slow-drip')
  const { headers, chunks } = await fetchRaw(
    `${monpay.url}/v2/oauth/token`,
    ({ chunks: seen }) => seen.length === 1,
  )
  expect(headers['content-length']).toBeUndefined()
  expect(Buffer.concat(chunks).toString()).toBe('{')
})

it('cut promises more bytes than it sends', async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave('cut')
  const { headers, chunks, error } = await fetchRaw(`${monpay.url}/v2/oauth/token`)
  expect(error?.code).toBe('ECONNRESET')
  const received = Buffer.concat(chunks).length
  expect(received).toBeGreaterThan(0)
  expect(received).toBeLessThan(Number(headers['content-length']))
})

it('reset breaks the connection before any byte', async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave('reset')
  const { error, headers } = await fetchRaw(`${monpay.url}/v2/oauth/token`)
  expect(error?.code).toBe('ECONNRESET')
  expect(headers).toEqual({})
})

it.each([
  ['html', 200, /^<!doctype html>/],
  ['null', 200, /^null$/],
  ['array', 200, /^\[\]$/],
  ['status-500', 500, /^$/],
  ['status-505', 505, /server_error/],
] as const)('%s answers %i without using up the code', async (fault, status, body) => {
  const monpay = await open(startMonPay())
  const code = monpay.issueCode()
  monpay.misbehave(fault)
  const answer = await monpayToken(monpay, code)
  expect(answer.status).toBe(status)
  expect(answer.text).toMatch(body)
  monpay.misbehave(undefined)
  expect((await monpayToken(monpay, code)).status).toBe(200)
})

it('redirect leads to a place that records the visit and would answer correctly, with the correct body beside it', async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave('redirect')
  const answer = await monpayToken(monpay)
  expect(answer.status).toBe(302)
  expect(answer.json).toHaveProperty('access_token')
  const location = answer.headers.get('location') ?? ''
  expect(await call(location)).toMatchObject({ status: 200, json: answer.json })
  expect(monpay.requests.map(({ endpoint }) => endpoint)).toEqual(['token', 'redirected'])
})

it('redirects to any address with any redirect status', async () => {
  const monpay = await open(startMonPay())
  const visits: string[] = []
  const evil = await listen((visit, response) => {
    visits.push(visit.url ?? '')
    response.end()
  })
  const redirectTo = `${evil.url}/steal`
  monpay.misbehave({ redirectTo, status: 307 })
  const answer = await monpayToken(monpay)
  expect(answer.status).toBe(307)
  expect(answer.headers.get('location')).toBe(redirectTo)
  expect(visits).toEqual([])
  await evil.close()
})

it('huge sends for as long as the client reads', async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave('huge')
  let seen = 0
  const { chunks } = await fetchRaw(`${monpay.url}/v2/oauth/token`, (arrival) => {
    seen += arrival.chunks.at(-1)?.length ?? 0
    return seen > 5_000_000
  })
  expect(Buffer.concat(chunks).length).toBeGreaterThan(5_000_000)
  expect((await call(monpay.url)).status).toBe(200)
})

it('gzip-bomb sends about 0.2 MB that inflate to 200 MB, to a client that asked for no gzip', async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave('gzip-bomb')
  const { headers, chunks } = await fetchRaw(`${monpay.url}/v2/oauth/token`)
  expect(headers['content-encoding']).toBe('gzip')
  const packed = Buffer.concat(chunks)
  expect(packed.length).toBeLessThan(300_000)
  const unzip = createGunzip()
  let size = 0
  unzip.on('data', (piece: Buffer) => {
    size += piece.length
  })
  const ended = new Promise((resolve) => unzip.once('end', resolve))
  unzip.end(packed)
  await ended
  expect(size).toBeGreaterThan(200_000_000)
})

it("error-and-token puts the provider's own error beside a working answer", async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave('error-and-token')
  const token = await monpayToken(monpay)
  expect(token).toMatchObject({
    status: 200,
    json: { access_token: expect.any(String), error: 'invalid_grant' },
  })
  monpay.misbehave(undefined)
  const authorization = `Bearer ${pickText(token.json, 'access_token')}`
  const url = `${monpay.url}/v2/api/oauth/userinfo`
  expect((await call(url, { headers: { authorization } })).status).toBe(200)
  monpay.misbehave('error-and-token', 'profile')
  expect((await monpayProfile(monpay)).json).toMatchObject({ intCode: 5, result: { userId: 11 } })

  const sngine = await open(startSngine())
  sngine.misbehave('error-and-token')
  expect((await sngineToken(sngine)).json).toMatchObject({
    access_token: expect.any(String),
    error: true,
    message: expect.any(String),
  })

  const zalopay = await open(startZaloPay())
  zalopay.misbehave('error-and-token')
  const code = zalopay.issueCode({ codeChallenge: challenge('v', 'hex') })
  const headers = { 'x-secret-key': zalopay.clientSecret }
  const answer = await postJSON(
    `${zalopay.url}/oauth/v1/access_token`,
    { code, code_verifier: 'v' },
    headers,
  )
  expect(answer.json).toMatchObject({
    data: { access_token: expect.any(String) },
    error: { code: 3 },
  })
})

it('not-utf8 puts bytes into JSON texts that are not UTF-8', async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave('not-utf8', 'profile')
  const { json } = await monpayToken(monpay)
  const authorization = `Bearer ${pickText(json, 'access_token')}`
  const response = await fetch(`${monpay.url}/v2/api/oauth/userinfo`, {
    headers: { authorization },
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow('not valid')
  expect(JSON.parse(bytes.toString('latin1'))).toHaveProperty('result')
})

it('split-multibyte is a correct answer whose letters are cut between chunks', async () => {
  const sngine = await open(startSngine())
  const { json } = await sngineToken(sngine)
  sngine.misbehave('split-multibyte')
  const token = pickText(json, 'access_token')
  const { chunks } = await fetchRaw(`${sngine.url}/api/get_user_info?access_token=${token}`)
  expect(chunks.map((chunk) => chunk.toString()).join('')).toContain('\ufffd')
  const whole = JSON.parse(Buffer.concat(chunks).toString())
  expect(pick(whole, 'user_info', 'user_firstname')).toBe('Мария')
})

it.each([
  ['MonPay', startMonPay, '/v2/oauth/token', /Код буруу/],
  ['ZaloPay', startZaloPay, '/oauth/v1/access_token', /không hợp lệ/],
  ['Sngine', startSngine, '/api/authorize', /отключён/],
] as const)('localized-error is %s speaking its own language', async (_, start, path, text) => {
  const simulator = await open<
    MonPaySimulator | SngineSimulator | Awaited<ReturnType<typeof startZaloPay>>
  >(start())
  simulator.misbehave('localized-error')
  const { json } = await call(simulator.url + path)
  expect(JSON.stringify(json)).toMatch(text)
})

it('keep-alive-close answers right and then closes the connection it promised to keep', async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave('keep-alive-close')
  const agent = new Agent({ keepAlive: true })
  const closed = await new Promise<{ connection: string | undefined }>((resolve, reject) => {
    const sent = get(`${monpay.url}/v2/api/oauth/userinfo`, { agent }, (response) => {
      response.resume()
      sent.socket?.once('close', () => resolve({ connection: response.headers.connection }))
    })
    sent.once('error', reject)
  })
  expect(closed.connection).toBe('keep-alive')
  agent.destroy()
})

it('answers exactly what it is told, as JSON, text or a change to the correct answer', async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave({ status: 505, body: '' })
  expect(await monpayToken(monpay)).toMatchObject({ status: 505, text: '' })
  monpay.misbehave({ body: { access_token: 7 } })
  expect((await monpayToken(monpay)).json).toEqual({ access_token: 7 })
  monpay.misbehave(({ json }) => ({ body: { ...Object(json), token_type: 'mac' } }))
  expect((await monpayToken(monpay)).json).toMatchObject({
    access_token: expect.any(String),
    token_type: 'mac',
  })
})

it('keeps several places misbehaving at once, a named place before all, until it ends', async () => {
  const monpay = await open(startMonPay())
  monpay.misbehave('null', 'profile')
  expect((await monpayProfile(monpay)).text).toBe('null')
  monpay.misbehave('array')
  expect((await monpayToken(monpay)).text).toBe('[]')
  monpay.misbehave({ status: 500, body: '' }, 'token')
  expect((await monpayToken(monpay)).status).toBe(500)
  monpay.misbehave(undefined, 'token')
  expect((await monpayToken(monpay)).text).toBe('[]')
  monpay.misbehave(undefined)
  expect((await monpayProfile(monpay)).status).toBe(200)
})

it('is disposed of at the end of an await using block', async () => {
  const monpay = await startMonPay()
  await monpay[Symbol.asyncDispose]()
  await expect(fetch(monpay.url)).rejects.toThrow('fetch failed')
})
