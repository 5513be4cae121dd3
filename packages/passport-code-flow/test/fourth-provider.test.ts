import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { attempt, createSession, ending, request, succeed } from './support/bare.js'
import { Strategy } from './support/moonpurse.js'

const SECRET = 'a secret of the shop'
const CALLBACK = 'http://app.test/auth/moonpurse/callback'

/** The provider's server: gives out codes for challenges, and one token per code and verifier. */
function moonpurse(): http.Server {
  const challenges = new Map<string, string>()
  const answers: Record<string, (body: string, headers: http.IncomingHttpHeaders) => object> = {
    '/token'(body, headers) {
      const sent = new URLSearchParams(body)
      const challenge = challenges.get(sent.get('code') ?? '')
      challenges.delete(sent.get('code') ?? '')
      const verifier = createHash('sha256').update(sent.get('code_verifier') ?? '')
      if (headers['x-moonpurse-secret'] !== SECRET) return { oops: 'who are you' }
      if (sent.get('redirect_uri') !== CALLBACK) return { oops: 'not your address' }
      if (challenge !== verifier.digest('base64url')) return { oops: 'stale code' }
      return { token: 'moon-token' }
    },
    '/me': (body) =>
      body === '{"token":"moon-token"}' ? { purse: 77, nick: 'Сара' } : { oops: 'no such token' },
  }
  return http.createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://moonpurse.test')
    if (url.pathname === '/authorize') {
      challenges.set('moon-code', url.searchParams.get('code_challenge') ?? '')
      res.end(
        `${url.searchParams.get('redirect_uri')}?code=moon-code&state=${url.searchParams.get('state')}`,
      )
      return
    }
    void text(req).then((body) =>
      res.end(JSON.stringify(answers[url.pathname]?.(body, req.headers))),
    )
  })
}

let server: http.Server
let base: string

beforeEach(async () => {
  server = moonpurse().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

function createStrategy(clientSecret = SECRET): Strategy {
  const options = { clientID: 'shop', clientSecret, callbackURL: CALLBACK, baseURL: base }
  return new Strategy(options, (_accessToken, _refreshToken, profile, done) => done(null, profile))
}

/** Starts a login and walks to the provider, which sends the browser back to the callback. */
async function start(strategy: Strategy, session = createSession()) {
  const begun = await attempt(strategy, request('/auth/moonpurse', { session }), {
    returnTo: '/basket',
  })
  if (begun.action !== 'redirect') throw new Error(`no redirect: ${begun.action}`)
  const answer = await fetch(begun.url)
  const back = new URL(await answer.text())
  return { session, callback: request(back.pathname + back.search, { session }) }
}

it('signs in with a provider that is one file, through state, PKCE, a secret in a header and a JSON profile call', async () => {
  const strategy = createStrategy()
  const { callback } = await start(strategy)
  const { user, info } = await succeed(strategy, callback)
  expect(user).toMatchObject({ provider: 'moonpurse', id: '77', displayName: 'Сара' })
  expect(info).toMatchObject({ returnTo: '/basket', initiatedBy: 'site' })
})

it("refuses a code for another browser's login", async () => {
  const strategy = createStrategy()
  const { callback } = await start(strategy)
  const elsewhere = await start(strategy)
  expect(await ending(strategy, { ...callback, session: elsewhere.session })).toBe(
    'fail no_pending_login 403',
  )
})

it('tells a stale code from a mistake of the operator, both under HTTP 200', async () => {
  const strategy = createStrategy()
  const { session, callback } = await start(strategy)
  const stale = callback.url?.replace('moon-code', 'another-code') ?? ''
  expect(await ending(strategy, request(stale, { session }))).toBe('fail invalid_code 401')
  const wrong = createStrategy('the wrong secret')
  expect(await ending(wrong, (await start(wrong)).callback)).toBe('error config')
})

it('is at most 60 lines long, and the page about adding a provider shows every one of them', () => {
  const source = readFileSync(path.join(__dirname, 'support/moonpurse.ts'), 'utf8')
  const page = readFileSync(path.join(__dirname, '../../../docs/adding-a-provider.md'), 'utf8')
  expect(source.trim().split('\n').length).toBeLessThanOrEqual(60)
  expect(page).toContain('```ts\n' + source + '```')
})
