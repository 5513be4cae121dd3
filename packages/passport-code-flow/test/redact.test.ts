import type { LoginError, Provider, ProviderDetail } from '../src/index.js'
import { CODE, json, openLogin, type Options, SECRET, useAcme } from './support/acme.js'
import { attempt, endOf } from './support/bare.js'

const acme = useAcme()

/** The error that a login ends in. */
async function errorOf(options: Options): Promise<LoginError> {
  const { strategy, callback } = await openLogin(acme, options)
  const result = await attempt(strategy, callback())
  if (result.action !== 'error') throw new Error(endOf(result))
  return result.error as unknown as LoginError
}

/** What an error keeps of what the provider says. */
async function told(provider: ProviderDetail, more: Partial<Provider> = {}, options = {}) {
  const describe = { readRefusal: () => ({ kind: 'config' as const, provider }), ...more }
  return (await errorOf({ describe, ...options })).provider
}

/** What an error keeps of what a guard fails with. */
async function causeOf(failure: unknown) {
  const once = { claim: () => Promise.reject<boolean>(failure) }
  return (await errorOf({ once })).cause as Error & { code?: unknown }
}

it('has neither cause nor provider where there is none', async () => {
  const error = await errorOf({ once: { claim: () => Promise.resolve(true) } })
  expect(['cause' in error, 'provider' in error]).toEqual([false, false])
})

it('keeps what the provider says without secrets, each text on one line and cut at 200 characters', async () => {
  const details = { reason: `a\n\u202eb ${SECRET}`, domain: 'oauth' }
  const message = `\u001b[31mwrong\n${SECRET} ${CODE}\u202e ${'x'.repeat(500)}`
  expect(await told({ code: 'c'.repeat(201), message, details })).toEqual({
    status: 200,
    code: 'c'.repeat(200),
    message: ` [31mwrong [redacted] [redacted]  ${'x'.repeat(166)}`,
    details: { reason: 'a b [redacted]', domain: 'oauth' },
  })
  expect(await told({ details: {} })).toStrictEqual({ status: 200 })
  expect(await told({ details: { reason: undefined } as never })).toStrictEqual({ status: 200 })
})

it('FR43 a cut inside an emoji leaves a text that every database takes', async () => {
  const said = await told({ message: `a${'🚲'.repeat(500)}` })
  expect(said).toEqual({ status: 200, message: `a${'🚲'.repeat(99)}\ufffd` })
})

const inHTML = (value: string, quote: string) =>
  value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", quote)
const secret = 'marker/with "quotes"&more<less>more (and!) \'all\' the*rest~'
const inURL = encodeURIComponent(secret)
const inForm = new URLSearchParams({ x: secret }).toString().slice(2)
const inLowerCase = (value: string) => value.replace(/%../g, (code) => code.toLowerCase())

it.each([
  ['as it is', secret],
  ['in a URL', inURL],
  ['in a URL, in lower case', inLowerCase(inURL)],
  ['in a form', inForm],
  ['in a form, in lower case', inLowerCase(inForm)],
  ['in HTML', inHTML(secret, '&#039;')],
  ['in HTML with other quotes', inHTML(secret, '&#39;')],
  ['in XML', inHTML(secret, '&apos;')],
  ['in HTML with single quotes as they are', inHTML(secret, "'")],
  ['in JSON', JSON.stringify(secret).slice(1, -1)],
])('B16 hides a secret that the answer repeats %s', async (_name, spelled) => {
  const provider = { status: 200, message: 'for [redacted].' }
  expect(await told({ message: `for ${spelled}.` }, {}, { clientSecret: secret })).toEqual(provider)
})

it('hides a token in an answer with an error, and the whole of one that begins with another', async () => {
  const access_token = `${SECRET}-and-more`
  acme.token = json({ access_token, error: 'x', error_description: `for ${access_token}` })
  const { code, provider } = await errorOf({})
  expect([code, provider?.message]).toEqual(['bad_response', 'for [redacted]'])
})

it('A83 hides all that requests carry but words of the protocol and of three letters', async () => {
  const derived = Buffer.from(`app:${SECRET}`).toString('base64')
  const authorization = { authorization: `Basic  ${derived}` }
  const words = { word: 'abc', longer: 'abcd', no: 7 }
  const tokenRequest = () => ({
    method: 'POST' as const,
    url: '/token?a=1?key=in-the-url',
    headers: { ...authorization, 'accept-language': 'mn-MN', 'x-accept': 'in-a-header' },
    json: { grant_type: 'a_grant', assertion: 'in-the-body', scopes: 'in-scopes', ...words },
  })
  const message = `application/json a_grant app mn-MN abc 7 abcd ${derived} Basic  ${derived} in-the-body in-the-url in-a-header in-scopes of-the-gateway`
  const headers = { 'x-gateway': 'Basic of-the-gateway' }
  expect(await told({ message }, { tokenRequest }, { headers })).toMatchObject({
    message: `application/json a_grant app mn-MN abc 7${' [redacted]'.repeat(8)}`,
  })
})

const loop: Record<string, unknown> = { secret: 'in-the-loop' }
loop['again'] = [loop]

it.each<[string, unknown, string]>([
  ['contains itself', loop, 'circular'],
  [
    'has a getter that throws',
    {
      get x() {
        throw new Error('no x')
      },
    },
    'no x',
  ],
])('B40 a request that %s ends in its error', async (_name, body, says) => {
  const tokenRequest = () => ({ method: 'POST' as const, json: { body } })
  const { code, cause } = await errorOf({ describe: { tokenRequest } })
  expect([code, (cause as Error).message]).toEqual(['config', expect.stringContaining(says)])
})

it('copies name, message, code and stack of a cause, and nothing else', async () => {
  const cause = Object.assign(new TypeError(`no ${SECRET}`), { code: 'E1', request: SECRET })
  const copy = await causeOf(cause)
  expect(copy).not.toBe(cause)
  expect(Object.assign({}, copy)).toEqual({ name: 'TypeError', code: 'E1' })
  expect(copy.message).toBe('no [redacted]')
  expect(copy.stack).toMatch(/^TypeError: no \[redacted\]\n/)
  expect(copy.stack).toContain('redact.test')
})

it.each<[string, object, object]>([
  ['no message', { code: 'E1' }, { message: 'E1', code: 'E1' }],
  ['no message, code or stack', { code: 7, stack: undefined }, { message: '', stack: '' }],
  ['no text for a name', { name: 7 }, { name: '7', message: '' }],
  ['no text for a message', { message: { a: SECRET } }, { message: '[object Object]' }],
  ['no text for a stack', { stack: 1 }, { message: '', stack: '1' }],
])('copies a cause that has %s', async (_name, members, copied) => {
  const { name, message, stack, code } = await causeOf(Object.assign(new Error(''), members))
  const usual = { name: 'Error', stack: expect.any(String) as unknown, code: undefined }
  expect({ name, message, stack, code }).toEqual({ ...usual, ...copied })
})

/** An error of Node's for a host with two addresses, of which none answers. */
const refused = () => {
  const addresses = ['127.0.0.1:9', '::1:9']
  const errors = addresses.map((address) => new Error(`connect ECONNREFUSED ${address}`))
  return Object.assign(new AggregateError([...errors, 7]), { code: 'ECONNREFUSED' })
}

it('FR72 names each address of a host that cannot be reached, in the message and in the stack', async () => {
  const words = 'connect ECONNREFUSED 127.0.0.1:9; connect ECONNREFUSED ::1:9'
  const { message, code, stack } = await causeOf(refused())
  expect([message, code]).toEqual([words, 'ECONNREFUSED'])
  expect(stack).toMatch(new RegExp(`^AggregateError: ${words}\n +at `))
})

it('FR73 keeps the error that a database library has put into the cause of its own', async () => {
  const cause = Object.assign(new Error(`no table for ${SECRET}`), { code: '42P01', row: SECRET })
  const copy = await causeOf(new Error('Failed query', { cause }))
  expect([copy.message, copy.cause]).toEqual(['Failed query', new Error('no table for [redacted]')])
  expect(Object.assign({}, copy.cause)).toEqual({ name: 'Error', code: '42P01' })
})

it('FR73 keeps three causes of a cause in a circle', async () => {
  const circle = new Error('round')
  circle.cause = circle
  const said: unknown[] = []
  for (let at: unknown = await causeOf(circle); at instanceof Error; at = at.cause)
    said.push(at.message)
  expect(said).toEqual(['round', 'round', 'round', 'round'])
})

it.each<[string, unknown, object]>([
  ['a text', `no ${SECRET}`, { message: 'no [redacted]' }],
  [
    'an object with a message, as Supabase has',
    { message: `no ${SECRET}`, code: '23505', details: SECRET, hint: null },
    { message: 'no [redacted]', code: '23505' },
  ],
])(
  'FR74 keeps the words of %s that was thrown in place of an error',
  async (_what, thrown, kept) => {
    const { name, message, code } = await causeOf(thrown)
    expect({ name, message, code }).toEqual({ name: 'Error', code: undefined, ...kept })
  },
)

it.each(['', 7, { message: '' }, { message: { a: SECRET } }, { error: SECRET }, [SECRET], null])(
  'does not repeat %p that was thrown',
  async (cause) =>
    expect(await causeOf(cause)).toEqual(new Error('something that is not an Error was thrown')),
)
