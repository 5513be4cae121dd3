import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'node:querystring'
import { runInThisContext } from 'node:vm'
import express from 'express'
import supertest from 'supertest'
import {
  type BaseOptions,
  type CallbackRules,
  type Provider,
  read,
  strategyFor,
} from '../src/index.js'
import {
  acmeStrategy,
  CODE,
  json,
  openLogin,
  startAcme,
  started,
  TOKEN,
  useAcme,
} from './support/acme.js'
import { ROOT } from './readme/document.js'
import { attempt, ending, request } from './support/bare.js'

// What docs/adding-a-provider.md says about providers that differ most.

const acme = useAcme()
const SIGNED = { code: "a+b/c ~!*'()", name: 'Сара 😀', empty: '' }

/** VK ID's callback: the exchange needs its device_id and state. */
const callback: CallbackRules = {
  code: 'code',
  login: 'state',
  read: (parameters) => {
    const code = parameters.get('code')
    if (code === undefined) return undefined
    const device_id = parameters.get('device_id') ?? ''
    const state = parameters.get('state') ?? ''
    return { code: new URLSearchParams({ code, device_id, state }).toString() }
  },
}
const tokenRequest: Provider['tokenRequest'] = ({ code }) => ({
  method: 'POST',
  form: { ...Object.fromEntries(new URLSearchParams(code)), grant_type: 'authorization_code' },
})

it('FR56 a token request has the parameters of the callback that callback.read puts into the code', async () => {
  const describe = { callback, tokenRequest }
  const { strategy, session, state } = await openLogin(acme, { describe })
  const query = new URLSearchParams({ code: 'a+b/c', state, device_id: 'd 1' })
  const result = await attempt(strategy, request(`/callback?${query}`, { session }))
  expect(result).toMatchObject({ action: 'success' })
  expect(Object.fromEntries(new URLSearchParams(acme.calls[0]?.body))).toEqual({
    grant_type: 'authorization_code',
    code: 'a+b/c',
    device_id: 'd 1',
    state,
  })
})

it('FR56 no error shows a code that callback.read has put together', async () => {
  acme.token = json({ error: 'x', error_description: `no code ${CODE} of device-1234` }, 400)
  const describe = { callback, tokenRequest }
  const { strategy, session, state } = await openLogin(acme, { describe })
  const query = new URLSearchParams({ code: CODE, state, device_id: 'device-1234' })
  const result = await attempt(strategy, request(`/callback?${query}`, { session }))
  const provider = { message: 'no code [redacted] of [redacted]' }
  expect(result).toMatchObject({ error: { code: 'config', provider } })
})

it('FR56 a refusal that an exchange gets from its first call ends the login when it is returned', async () => {
  acme.token = json({ error: 'invalid_grant' }, 400)
  const exchange: Provider['exchange'] = async ({ code }, ask) => {
    const first = await ask({ method: 'POST', form: { code } })
    return first.body['access_token'] === undefined ? first : ask({ method: 'POST', url: '/token' })
  }
  const { finish } = await openLogin(acme, { describe: { exchange } })
  expect(await finish()).toBe('fail invalid_code 401')
  expect(acme.calls).toHaveLength(1)
})

it('FR56 a user has no email address where the call for it is refused and caught', async () => {
  acme.profile = (req, res) =>
    req.url === '/me'
      ? json({ sub: 'u1' })(req, res, '')
      : json({ error: 'scope' }, 403)(req, res, '')
  const fetchUser: Provider['fetchUser'] = async (_tokens, ask) => {
    const { body } = await ask({ method: 'GET' })
    const emails = await ask({ method: 'GET', url: '/emails' }).catch(() => undefined)
    return { id: body['sub'], email: emails?.body['primary'] }
  }
  const { strategy, callback: arrive } = await openLogin(acme, { describe: { fetchUser } })
  const result = await attempt(strategy, arrive())
  expect(result).toMatchObject({ user: { id: 'u1', _json: { sub: 'u1' } } })
  expect(result).not.toHaveProperty('user.emails')
})

it('FR217 _json is the answer to the first of two calls at the same time, also where it arrives last', async () => {
  let go = () => {}
  const keysAreRead = new Promise<void>((resolve) => (go = resolve))
  acme.profile = (req, res) => {
    if (req.url === '/keys') json({ keys: [] })(req, res, '')
    else void keysAreRead.then(() => json({ sub: 'u1' })(req, res, ''))
  }
  const fetchUser: Provider['fetchUser'] = async (_tokens, ask) => {
    const first = ask({ method: 'GET' })
    await ask({ method: 'GET', url: '/keys' })
    go()
    return { id: (await first).body['sub'] }
  }
  const { strategy, callback: arrive } = await openLogin(acme, { describe: { fetchUser } })
  const user = { id: 'u1', _raw: '{"sub":"u1"}', _json: { sub: 'u1' } }
  expect(await attempt(strategy, arrive())).toMatchObject({ user })
})

it('FR56 a form that the provider posts completes the login as the GET that follows', async () => {
  const { strategy, session, state } = await openLogin(acme)
  const app = express()
  app.post('/callback', express.urlencoded({ extended: false }), (req, res) => {
    res.redirect(303, `/callback?${new URLSearchParams(req.body as Record<string, string>)}`)
  })
  const form = { code: CODE, state, user: '{"name":{"firstName":"Ада"}}' }
  const { headers } = await supertest(app).post('/callback').type('form').send(form).expect(303)
  const fetched = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' }
  const arrived = request(headers['location'] ?? '', { session, headers: fetched })
  expect(await attempt(strategy, arrived)).toMatchObject({ action: 'success' })
  expect(acme.calls[0]?.body).toContain(`code=${CODE}`)
  expect(acme.calls[1]?.headers.authorization).toBe(`Bearer ${TOKEN}`)
})

it('FR60 ignores iss in a callback, and callback.read can compare it', async () => {
  const ended = async (iss: string, own?: CallbackRules['read']) => {
    const describe = { callback: { code: 'code', login: 'state', ...(own && { read: own }) } }
    const { strategy, session, state } = await openLogin(acme, { describe })
    const query = new URLSearchParams({ code: CODE, state, iss })
    return ending(strategy, request(`/callback?${query}`, { session }))
  }
  const compare: CallbackRules['read'] = (parameters) =>
    parameters.get('iss') === acme.url ? {} : parameters.refuse('iss is another provider')
  expect(await ended('https://other.test')).toBe('success')
  expect(await ended(acme.url, compare)).toBe('success')
  expect(await ended('https://other.test', compare)).toBe('fail bad_callback 400')
})

it('FR61 reads user info that is a JWT', async () => {
  const claims = Buffer.from('{"sub":"u1","name":"Ада"}').toString('base64url')
  acme.profile = (_req, res) =>
    void res.writeHead(200, { 'content-type': 'application/jwt' }).end(`e30.${claims}.sig`)
  const readBody: Provider['readBody'] = ({ text, headers }) => {
    if (headers['content-type'] !== 'application/jwt') return undefined
    const payload = Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()
    return JSON.parse(payload) as Record<string, unknown>
  }
  const { strategy, callback: arrive } = await openLogin(acme, { describe: { readBody } })
  const user = { id: 'u1', displayName: 'Ада', _json: { sub: 'u1' } }
  expect(await attempt(strategy, arrive())).toMatchObject({ user })
})

it('FR62 an id that JavaScript rounds is none, and readBody finds it in the text', async () => {
  acme.profile = (_req, res) => void res.end('{"sub":1234567890123456789}')
  const readBody: Provider['readBody'] = ({ text }) => {
    const sub = /"sub":(\d+)/.exec(text)?.[1]
    return sub === undefined ? undefined : { sub }
  }
  const login = await openLogin(acme)
  expect(await login.finish()).toBe('error no_subject 502')
  const { strategy, callback: arrive } = await openLogin(acme, { describe: { readBody } })
  expect(await attempt(strategy, arrive())).toMatchObject({ user: { id: '1234567890123456789' } })
})

it('FR63 a token in the path of the user info is hidden in errors', async () => {
  acme.token = json({ access_token: 'token/+a=' })
  acme.profile = (req, res) => json({ message: `no ${req.url}` }, 400)(req, res, '')
  const userInfoRequest: Provider['userInfoRequest'] = ({ accessToken }) => ({
    method: 'GET',
    url: `/users/${encodeURIComponent(accessToken)}`,
  })
  const { strategy, callback: arrive } = await openLogin(acme, { describe: { userInfoRequest } })
  const provider = { status: 400, message: 'no /users/[redacted]' }
  expect(await attempt(strategy, arrive())).toMatchObject({ error: { provider } })
  expect(acme.calls[1]?.path).toBe('/users/token%2F%2Ba%3D')
})

it('FR66 a callback that names its login, without a code and an error, is a cancel', async () => {
  for (const more of ['', '&error_reason=user_denied', '&denied=1', '&error=']) {
    const { strategy, session, state } = await openLogin(acme)
    const arrived = request(`/callback?state=${state}${more}`, { session })
    expect(await ending(strategy, arrived)).toBe('fail access_denied 401')
  }
})

it('FR66 members of one JSON parameter complete the login as the GET that follows', async () => {
  const { strategy, session, state } = await openLogin(acme)
  const app = express()
  app.get('/callback', (req, res) => {
    const members = JSON.parse(String(req.query['payload'])) as Record<string, string>
    res.redirect(303, `/callback?${new URLSearchParams(members)}`)
  })
  const payload = JSON.stringify({ code: CODE, state })
  const { headers } = await supertest(app).get('/callback').query({ payload }).expect(303)
  expect(await ending(strategy, request(headers['location'] ?? '', { session }))).toBe('success')
})

it('FR70 a user in a list that is missing or empty is none, and not a mistake of the provider description', async () => {
  const readUser: Provider['readUser'] = ({ body }) => ({
    id: read.object([body['items']].flat()[0])['id'],
  })
  for (const body of [{}, { items: [] }, { items: null }, { items: ['u1'] }]) {
    acme.profile = json(body)
    const login = await openLogin(acme, { describe: { readUser } })
    expect(await login.finish()).toBe('error no_subject 502')
  }
  acme.profile = json({ items: [{ id: 'u1' }] })
  const { strategy, callback: arrive } = await openLogin(acme, { describe: { readUser } })
  expect(await attempt(strategy, arrive())).toMatchObject({ user: { id: 'u1' } })
})

it('FR217 the exchange of the page gives fetchUser the nonce of its start, and a public client needs no secret', async () => {
  const page = readFileSync(path.join(ROOT, 'docs/adding-a-provider.md'), 'utf8')
  const [, member] = /```ts\n(exchange: async \(\{ code, codeVerifier .*?)```/s.exec(page) ?? []
  const sample = runInThisContext(`(createHash) => ({ ${member} })`) as (
    hash: typeof createHash,
  ) => Required<Pick<Provider, 'exchange'>>
  interface Options extends BaseOptions {
    clientID: string
  }
  const describe = (): Provider => ({
    name: 'acme',
    initiatedBy: 'site',
    publicClient: true,
    tokenURL: `${acme.url}/token`,
    callback: { code: 'code', login: 'state' },
    pkce: 'raw',
    start: ({ id, codeChallenge }) => `${acme.url}/?state=${id}&nonce=${codeChallenge}`,
    ...sample(createHash),
    readRefusal: () => undefined,
    readTokens: ({ body }) => ({ accessToken: body['access_token'], params: body }),
    fetchUser: ({ params }) => Promise.resolve({ id: params['nonce'] }),
  })
  const Strategy = strategyFor((_options: Options) => describe())
  const options = { clientID: 'app', callbackURL: 'https://app.test/callback' }
  const strategy = new Strategy(options, async (_access, _refresh, { id }) =>
    Promise.resolve({ id }),
  )
  const { url, callback: arrive } = await started(strategy)
  const user = { id: url.searchParams.get('nonce') }
  expect(await attempt(strategy, arrive())).toMatchObject({ action: 'success', user })
})

it.each<[string, object, string]>([
  ['JSON', { json: SIGNED }, JSON.stringify(SIGNED)],
  ['a form', { form: SIGNED }, stringify(SIGNED)],
])('FR218 the body of %s is the text that a provider signs', async (_what, part, body) => {
  const describe: Partial<Provider> = { tokenRequest: () => ({ method: 'POST', ...part }) }
  const { finish } = await openLogin(acme, { describe })
  expect(await finish()).toBe('success')
  expect(acme.calls[0]?.body).toBe(body)
})

it('FR219 strategies of several hosts may share a callback URL: each finds only its own logins', async () => {
  const other = await startAcme()
  const [mine, its] = [acmeStrategy(acme), acmeStrategy(other)]
  const { session, callback: arrive } = await started(mine)
  const second = await started(its, session)
  expect(await ending(its, arrive())).toBe('fail no_pending_login 403')
  expect(await ending(mine, arrive())).toBe('success')
  expect(await ending(its, second.callback('other-code'))).toBe('success')
  expect(other.calls.map(({ path: asked }) => asked)).toEqual(['/token', '/me'])
  await other.close()
})

it('FR131 the readBody of the page reads a form, whatever its first member is, and leaves JSON alone', async () => {
  const page = readFileSync(path.join(ROOT, 'docs/adding-a-provider.md'), 'utf8')
  const [, member] = /```ts\n(readBody: \(\{ json, text \}\) .*?)```/s.exec(page) ?? []
  const describe = runInThisContext(`({ ${member} })`) as Partial<Provider>
  acme.token = (_req, res) => void res.end(`token_type=bearer&access_token=${TOKEN}`)
  acme.profile = json({ sub: 'u1', profile: 'https://acme.test/?a=1&access_token=b' })
  const login = await openLogin(acme, { describe })
  expect(await attempt(login.strategy, login.callback())).toMatchObject({ user: { id: 'u1' } })
  acme.token = (_req, res) => void res.writeHead(400).end('state=1&error=invalid_grant')
  const { finish } = await openLogin(acme, { describe })
  expect(await finish()).toBe('fail invalid_code 401')
})
