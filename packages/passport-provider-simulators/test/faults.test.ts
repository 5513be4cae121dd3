import { Agent, get, type IncomingHttpHeaders, request } from 'node:http'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { closeAll, keep } from '../../../test/keep'
import { type FaultName, startMonPay, startSngine, startZaloPay } from '../src/index'
import { call, challenge, EVERY, pick, pickText, postForm } from './support'
import { monpayForm, monpayUser, sngineForm, zalopayToken } from './support'

afterEach(closeAll)

/** A MonPay, its token answer, and the user info for a fresh token. */
async function openMonPay(fault?: FaultName) {
  const monpay = await keep(startMonPay())
  monpay.misbehave(fault)
  const token = (code?: string) =>
    postForm(`${monpay.url}/v2/oauth/token`, monpayForm(monpay, code))
  const bearer = async () => `Bearer ${pickText((await token()).json, 'access_token')}`
  const profile = async () => monpayUser(monpay, await bearer())
  return { monpay, token, bearer, profile }
}

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

/** The token answer of a MonPay with this fault, as far as it arrives. */
async function fetchFault(fault: FaultName, enough?: Parameters<typeof fetchRaw>[1]) {
  const { monpay } = await openMonPay(fault)
  const { chunks, ...arrival } = await fetchRaw(`${monpay.url}/v2/oauth/token`, enough)
  return { ...arrival, body: Buffer.concat(chunks), monpay }
}

it('silence takes the request and never answers', async () => {
  const { monpay } = await openMonPay('silence')
  const sent = request(`${monpay.url}/v2/oauth/token`, { method: 'POST', agent: false })
  const cutOff = new Promise<NodeJS.ErrnoException>((resolve) => sent.once('error', resolve))
  sent.end()
  while (monpay.requests.length === 0) await new Promise(setImmediate)
  await monpay.close()
  expect((await cutOff).code).toBe('ECONNRESET')
})

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
  const { monpay, token } = await openMonPay(fault)
  const code = monpay.issueCode()
  expect(await token(code)).toMatchObject({ status, text: expect.stringMatching(body) })
  monpay.misbehave(undefined)
  expect((await token(code)).status).toBe(200)
})

it('redirect leads to /redirected, which records the request and answers it correctly, or to a given address with a given status', async () => {
  const { monpay, token } = await openMonPay('redirect')
  const { status, json, headers } = await token()
  expect([status, json]).toEqual([302, expect.objectContaining({ token_type: 'Bearer' })])
  expect(await call(headers.get('location') ?? '')).toMatchObject({ status: 200, json })
  expect(monpay.requests.map(({ endpoint }) => endpoint)).toEqual(['token', 'redirected'])
  const redirectTo = 'http://127.0.0.1:1/steal'
  monpay.misbehave({ redirectTo, status: 307 })
  const given = await token()
  expect([given.status, given.headers.get('location')]).toEqual([307, redirectTo])
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

it('FR221 huge ends the answer to HEAD, which has no body', async () => {
  const { monpay } = await openMonPay('huge')
  const answer = await call(`${monpay.url}/v2/oauth/token`, { method: 'HEAD' })
  expect(answer).toMatchObject({ status: 200, text: '' })
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
  const access_token = expect.any(String) as unknown
  const { monpay, token, profile } = await openMonPay()
  monpay.misbehave('error-and-token', 'token')
  const refused = { access_token, error: 'invalid_grant' }
  expect(await token()).toMatchObject({ status: 200, json: refused })
  expect((await profile()).status).toBe(200)
  monpay.misbehave('error-and-token', 'profile')
  expect((await profile()).json).toMatchObject({ intCode: 5, result: { userId: 11 } })

  const sngine = await keep(startSngine())
  sngine.misbehave('error-and-token')
  const flagged = await postForm(`${sngine.url}/api/authorize`, sngineForm(sngine))
  expect(flagged.json).toEqual({ access_token, error: true, message: expect.any(String) })

  const zalopay = await keep(startZaloPay())
  zalopay.misbehave('error-and-token')
  const code = zalopay.issueCode({ codeChallenge: challenge('v', 'hex') })
  const { json } = await zalopayToken(zalopay, { code, code_verifier: 'v' })
  expect(json).toMatchObject({ data: { access_token }, error: { code: 3 } })
})

it('not-utf8 puts bytes into JSON texts that are not UTF-8', async () => {
  const { monpay, bearer } = await openMonPay()
  monpay.misbehave('not-utf8', 'profile')
  const headers = { authorization: await bearer() }
  const { chunks } = await fetchRaw(`${monpay.url}/v2/api/oauth/userinfo`, undefined, headers)
  const bytes = Buffer.concat(chunks)
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow('not valid')
  expect(JSON.parse(bytes.toString('latin1'))).toHaveProperty('result')
})

it('B38 split-multibyte is a correct answer whose letters are cut between chunks', async () => {
  const sngine = await keep(startSngine())
  const { json } = await postForm(`${sngine.url}/api/authorize`, sngineForm(sngine))
  sngine.misbehave('split-multibyte')
  const token = pickText(json, 'access_token')
  const { chunks } = await fetchRaw(`${sngine.url}/api/get_user_info?access_token=${token}`)
  expect(chunks.map((chunk) => chunk.toString()).join('')).toContain('\ufffd')
  const whole = JSON.parse(Buffer.concat(chunks).toString())
  expect(pick(whole, 'user_info', 'user_firstname')).toBe('Мария')
})

it.each(EVERY)('%s has its own localized-error and status-505', async (name, start, path) => {
  const simulator = await keep(start())
  simulator.misbehave('localized-error')
  const texts = { MonPay: /Код буруу/, ZaloPay: /không hợp lệ/, Sngine: /отключён/ }
  const { json } = await call(simulator.url + path)
  expect(JSON.stringify(json)).toMatch(texts[name])
  simulator.misbehave('status-505')
  const own = { status: 505, json: { error: expect.anything() as unknown } }
  expect(await call(simulator.url + path)).toMatchObject(own)
})

it('keep-alive-close answers correctly, says that the connection stays open, and closes it', async () => {
  const { monpay } = await openMonPay('keep-alive-close')
  const agent = new Agent({ keepAlive: true })
  const connection = await new Promise<string | undefined>((resolve, reject) => {
    const sent = get(`${monpay.url}/v2/api/oauth/userinfo`, { agent }, (response) => {
      response.resume()
      sent.socket?.once('close', () => resolve(response.headers.connection))
    })
    sent.once('error', reject)
  })
  expect(connection).toBe('keep-alive')
  agent.destroy()
})

it('sends exactly the given answer: JSON, a text or a change to the correct answer', async () => {
  const { monpay, token } = await openMonPay()
  monpay.misbehave({ status: 505, body: '' })
  expect(await token()).toMatchObject({ status: 505, text: '' })
  monpay.misbehave({ body: { access_token: 7 } })
  expect((await token()).json).toEqual({ access_token: 7 })
  monpay.misbehave(({ json }) => ({ body: { ...Object(json), token_type: 'mac' } }))
  const changed = { access_token: expect.any(String) as unknown, token_type: 'mac' }
  expect((await token()).json).toMatchObject(changed)
})

it('several faults can be set at the same time, and that of one API wins over that for all', async () => {
  const { monpay, token, profile } = await openMonPay()
  monpay.misbehave('null', 'profile')
  expect((await profile()).text).toBe('null')
  monpay.misbehave('array')
  expect((await token()).text).toBe('[]')
  monpay.misbehave({ status: 500, body: '' }, 'token')
  expect((await token()).status).toBe(500)
  monpay.misbehave(undefined, 'token')
  expect((await token()).text).toBe('[]')
  monpay.misbehave(undefined)
  expect((await profile()).status).toBe(200)
})
