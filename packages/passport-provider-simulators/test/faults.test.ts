import { Agent, get, type IncomingHttpHeaders, request } from 'node:http'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { closeAll, keep } from '../../../test/keep'
import {
  type FaultName,
  type MonPaySimulator,
  type SngineSimulator,
  startMonPay,
  startSngine,
  startZaloPay,
} from '../src/index'
import {
  call,
  challenge,
  EVERY,
  monpayForm,
  monpayUser,
  pick,
  pickText,
  postForm,
  sngineForm,
  zalopayToken,
} from './support'

afterEach(closeAll)

const openMonPay = () => keep(startMonPay())

const monpayToken = (monpay: MonPaySimulator, code?: string) =>
  postForm(`${monpay.url}/v2/oauth/token`, monpayForm(monpay, code))

async function monpayProfile(monpay: MonPaySimulator) {
  const { json } = await monpayToken(monpay)
  return monpayUser(monpay, `Bearer ${pickText(json, 'access_token')}`)
}

const sngineToken = (sngine: SngineSimulator) =>
  postForm(`${sngine.url}/api/authorize`, sngineForm(sngine))

interface Arrival {
  headers: IncomingHttpHeaders
  chunks: Buffer[]
  error?: NodeJS.ErrnoException
}

/** Fetches raw bytes until the end, an error, or `enough` says so. */
function fetchRaw(
  url: string,
  enough: (arrival: Arrival) => boolean = () => false,
  sentHeaders = {},
): Promise<Arrival> {
  return new Promise((resolve) => {
    const arrival: Arrival = { headers: {}, chunks: [] }
    const end = (error?: NodeJS.ErrnoException) => resolve(error ? { ...arrival, error } : arrival)
    const sent = get(url, { agent: false, headers: sentHeaders }, (response) => {
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
  const monpay = await openMonPay()
  monpay.misbehave('silence')
  const sent = request(`${monpay.url}/v2/oauth/token`, { method: 'POST', agent: false })
  const cutOff = new Promise<NodeJS.ErrnoException>((resolve) => sent.once('error', resolve))
  sent.end()
  while (monpay.requests.length === 0) await new Promise(setImmediate)
  await monpay.close()
  expect((await cutOff).code).toBe('ECONNRESET')
})

/** The token answer of a MonPay with this fault, as far as it arrives. */
async function fetchFault(fault: FaultName, enough?: Parameters<typeof fetchRaw>[1]) {
  const monpay = await openMonPay()
  monpay.misbehave(fault)
  const { chunks, ...arrival } = await fetchRaw(`${monpay.url}/v2/oauth/token`, enough)
  return { ...arrival, body: Buffer.concat(chunks), monpay }
}

it('slow-drip sends headers and a first byte, and does not end', async () => {
  const { headers, body } = await fetchFault('slow-drip', ({ chunks }) => chunks.length === 1)
  expect([headers['content-length'], body.toString()]).toEqual([undefined, '{'])
})

it('cut promises more bytes than it sends, and reset sends none', async () => {
  const { headers, body, error } = await fetchFault('cut')
  expect(body.length).toBeGreaterThan(0)
  expect(body.length).toBeLessThan(Number(headers['content-length']))
  const reset = await fetchFault('reset')
  expect([error?.code, reset.error?.code]).toEqual(['ECONNRESET', 'ECONNRESET'])
  expect(reset.headers).toEqual({})
})

it.each([
  ['html', 200, /^<!doctype html>/],
  ['null', 200, /^null$/],
  ['array', 200, /^\[\]$/],
  ['status-500', 500, /^$/],
  ['status-505', 505, /server_error/],
] as const)('%s answers %i without using up the code', async (fault, status, body) => {
  const monpay = await openMonPay()
  const code = monpay.issueCode()
  monpay.misbehave(fault)
  const answer = await monpayToken(monpay, code)
  expect(answer.status).toBe(status)
  expect(answer.text).toMatch(body)
  monpay.misbehave(undefined)
  expect((await monpayToken(monpay, code)).status).toBe(200)
})

it('redirect leads to /redirected, which records the request and answers it correctly, or to a given address with a given status', async () => {
  const monpay = await openMonPay()
  monpay.misbehave('redirect')
  const answer = await monpayToken(monpay)
  expect(answer.status).toBe(302)
  expect(answer.json).toHaveProperty('access_token')
  const location = answer.headers.get('location') ?? ''
  expect(await call(location)).toMatchObject({ status: 200, json: answer.json })
  expect(monpay.requests.map(({ endpoint }) => endpoint)).toEqual(['token', 'redirected'])
  const redirectTo = 'http://127.0.0.1:1/steal'
  monpay.misbehave({ redirectTo, status: 307 })
  const { status, headers } = await monpayToken(monpay)
  expect([status, headers.get('location')]).toEqual([307, redirectTo])
})

it('huge sends for as long as the client reads', async () => {
  let seen = 0
  const { body, monpay } = await fetchFault('huge', ({ chunks }) => {
    seen += chunks.at(-1)?.length ?? 0
    return seen > 5_000_000
  })
  expect(body.length).toBeGreaterThan(5_000_000)
  expect((await call(monpay.url)).status).toBe(200)
})

it('gzip-bomb sends about 0.2 MB that inflate to 200 MB, to a client that asked for no gzip', async () => {
  const { headers, body } = await fetchFault('gzip-bomb')
  expect(headers['content-encoding']).toBe('gzip')
  expect(body.length).toBeLessThan(300_000)
  let size = 0
  for await (const piece of Readable.from([body]).pipe(createGunzip()))
    size += (piece as Buffer).length
  expect(size).toBeGreaterThan(200_000_000)
})

it("error-and-token adds the provider's own error to a correct answer", async () => {
  const token = { access_token: expect.any(String) as unknown }
  const monpay = await openMonPay()
  monpay.misbehave('error-and-token', 'token')
  const answer = await monpayToken(monpay)
  expect(answer).toMatchObject({ status: 200, json: { ...token, error: 'invalid_grant' } })
  const works = await monpayUser(monpay, `Bearer ${pickText(answer.json, 'access_token')}`)
  expect(works.status).toBe(200)
  monpay.misbehave('error-and-token', 'profile')
  expect((await monpayProfile(monpay)).json).toMatchObject({ intCode: 5, result: { userId: 11 } })

  const sngine = await keep(startSngine())
  sngine.misbehave('error-and-token')
  const flagged = { ...token, error: true, message: expect.any(String) as unknown }
  expect((await sngineToken(sngine)).json).toMatchObject(flagged)

  const zalopay = await keep(startZaloPay())
  zalopay.misbehave('error-and-token')
  const code = zalopay.issueCode({ codeChallenge: challenge('v', 'hex') })
  const { json } = await zalopayToken(zalopay, { code, code_verifier: 'v' })
  expect(json).toMatchObject({ data: token, error: { code: 3 } })
})

it('not-utf8 puts bytes into JSON texts that are not UTF-8', async () => {
  const monpay = await openMonPay()
  monpay.misbehave('not-utf8', 'profile')
  const authorization = `Bearer ${pickText((await monpayToken(monpay)).json, 'access_token')}`
  const { chunks } = await fetchRaw(`${monpay.url}/v2/api/oauth/userinfo`, undefined, {
    authorization,
  })
  const bytes = Buffer.concat(chunks)
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow('not valid')
  expect(JSON.parse(bytes.toString('latin1'))).toHaveProperty('result')
})

it('split-multibyte is a correct answer whose letters are cut between chunks', async () => {
  const sngine = await keep(startSngine())
  const { json } = await sngineToken(sngine)
  sngine.misbehave('split-multibyte')
  const token = pickText(json, 'access_token')
  const { chunks } = await fetchRaw(`${sngine.url}/api/get_user_info?access_token=${token}`)
  expect(chunks.map((chunk) => chunk.toString()).join('')).toContain('\ufffd')
  const whole = JSON.parse(Buffer.concat(chunks).toString())
  expect(pick(whole, 'user_info', 'user_firstname')).toBe('Мария')
})

it.each(EVERY)(
  'localized-error is an error of %s in its own language',
  async (name, start, path) => {
    const simulator = await keep(start())
    simulator.misbehave('localized-error')
    const { json } = await call(simulator.url + path)
    const texts = { MonPay: /Код буруу/, ZaloPay: /không hợp lệ/, Sngine: /отключён/ }
    expect(JSON.stringify(json)).toMatch(texts[name as keyof typeof texts])
  },
)

it('keep-alive-close answers correctly, says that the connection stays open, and closes it', async () => {
  const monpay = await openMonPay()
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

it('sends exactly the given answer: JSON, a text or a change to the correct answer', async () => {
  const monpay = await openMonPay()
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

it('several faults can be set at the same time, and that of one API wins over that for all', async () => {
  const monpay = await openMonPay()
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

it('an await using block closes the simulator at its end', async () => {
  const monpay = await startMonPay()
  await monpay[Symbol.asyncDispose]()
  await expect(fetch(monpay.url)).rejects.toThrow('fetch failed')
})
