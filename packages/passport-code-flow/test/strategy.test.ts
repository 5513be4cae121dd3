import express from 'express'
import express4 from 'express4'
import passport from 'passport'
import OAuth2Strategy from 'passport-oauth2'
import supertest from 'supertest'
import { type CodeFlowStrategy, type LoginError, type LoginRequest } from '../src/index.js'
import { type Provider, type RefreshingProvider, strategyFor } from '../src/index.js'
import { acmeStrategy, describeAcme, json, letIn, openLogin } from './support/acme.js'
import { REFRESH, SECRET, TOKEN, useAcme } from './support/acme.js'
import { matching } from './support/bare.js'
import { expectNoSecret, recordTrace } from './support/oracle.js'
import { addSessions } from './support/shop.js'

const acme = useAcme()
const CLIENT = { clientID: 'app', clientSecret: SECRET, callbackURL: 'https://app.test/callback' }

const versions: [string, typeof express][] = [
  ['Express 5', express],
  ['Express 4', express4],
]

/** The same application code for any strategy: the standard flow of Passport's own README. */
function openApp(create: typeof express, strategy: passport.Strategy, byInstance = false) {
  const passports = new passport.Passport()
  passports.use('acme', strategy)
  const by = byInstance ? (strategy as unknown as string) : 'acme'
  const app = addSessions(create(), passports)
  app.get('/login', passports.authenticate(by))
  app.get('/callback', passports.authenticate(by), (_req, res) => res.redirect(303, '/me'))
  app.get('/me', (req, res) => void res.json(req.user ?? null))
  app.use(((error: Partial<LoginError>, _req, res, _next) => {
    res.status(error.status ?? 500).json({ code: error.code })
  }) as express.ErrorRequestHandler)
  return app
}

async function walk(app: express.Express, code: string) {
  const browser = supertest.agent(app)
  const start = await browser.get('/login')
  const state = new URL(start.headers['location'] ?? '').searchParams.get('state')
  const callback = await browser.get('/callback').query({ code, state })
  const me = (await browser.get('/me')).body as { id: string } | null
  return { callback, me, browser, state }
}

const oauth2 = (verify: OAuth2Strategy.VerifyFunction) => {
  const [authorizationURL, tokenURL] = [`${acme.url}/authorize`, `${acme.url}/token`]
  const checks = { state: true, pkce: true }
  const strategy = new OAuth2Strategy({ authorizationURL, tokenURL, ...CLIENT, ...checks }, verify)
  strategy.userProfile = (_token, done) => done(null, { id: 'u1' })
  return strategy
}

describe.each(versions)('%s', (_version, create) => {
  type Done = (error: null, user: object) => void
  const verify = (_a: string, _r: unknown, profile: { id: string }, done: Done) =>
    done(null, { id: profile.id })

  /** The same walk through the peer and through ours. */
  const both = async () => ({
    peer: await walk(openApp(create, oauth2(verify)), 'one'),
    ours: await walk(openApp(create, acmeStrategy(acme, { verify })), 'one'),
  })

  it('logs in as passport-oauth2 does, with the same application code', async () => {
    acme.token = json({ access_token: TOKEN, token_type: 'bearer' })
    const { peer, ours } = await both()
    expect(ours.me).toEqual({ id: 'u1' })
    expect(ours.me).toEqual(peer.me)
    expect([ours.callback.status, peer.callback.status]).toEqual([303, 303])
  })

  it('refuses as passport-oauth2 does, but as what the visitor may try again', async () => {
    acme.token = json({ error: 'invalid_grant' }, 400)
    const { peer, ours } = await both()
    expect([ours.me, peer.me]).toEqual([null, null])
    expect([ours.callback.status, peer.callback.status]).toEqual([401, 500])
  })

  it.each([
    ['by name', false],
    ['by instance', true],
  ])('A102 gives two logins at once each its own user, %s', async (_n, byInstance) => {
    acme.token = (req, res, body) => {
      const code = new URLSearchParams(body).get('code') ?? ''
      const answer = () => json({ access_token: `token-${code}` })(req, res, body)
      // the first one is answered last
      setTimeout(answer, code === 'one' ? 60 : 0)
    }
    acme.profile = (req, res, body) => json({ sub: req.headers.authorization })(req, res, body)
    const app = openApp(create, acmeStrategy(acme), byInstance)
    const [one, two] = await Promise.all([walk(app, 'one'), walk(app, 'two')])
    expect(one.me?.id).toBe('Bearer token-one')
    expect(two.me?.id).toBe('Bearer token-two')
  })
})

const thrown = new Error('passport.initialize() is missing')
const throwIt = () => {
  throw thrown
}

it.each([
  ['an action throws', throwIt],
  ['an async callback throws', async () => throwIt()],
])('B24 hands what %s to the error action', async (_name, success) => {
  const { strategy, callback } = await openLogin(acme)
  const error = await new Promise((resolve) => {
    const actions = { success, error: resolve }
    Object.assign(Object.create(strategy) as CodeFlowStrategy, actions).authenticate(callback())
  })
  expect(error).toBe(thrown)
})

const refreshing = (more: Partial<Provider> = {}) => {
  const provider = describeAcme(acme.url, more) as () => RefreshingProvider
  class Refreshing extends strategyFor(provider, { package: 'acme' }) {
    begin = (req: LoginRequest) => this.beginLogin(req)
  }
  return new Refreshing(CLIENT, letIn)
}

it('leaves alone a subclass that has a method refresh of its own', async () => {
  class Own extends strategyFor(describeAcme(acme.url) as () => RefreshingProvider) {
    override refresh() {
      return Promise.reject(new Error('its own'))
    }
  }
  await expect(new Own(CLIENT, letIn).refresh()).rejects.toThrow('its own')
})

it('refreshes tokens, and keeps the old refresh token where no new one comes', async () => {
  const tokens = { accessToken: TOKEN, refreshToken: REFRESH }
  expect(await refreshing().refresh('old-token')).toMatchObject(tokens)
  acme.token = json({ access_token: TOKEN })
  expect(await refreshing().refresh('old-token')).toMatchObject({ refreshToken: 'old-token' })
})

it.each([
  ['a dead token', 'invalid_grant', 'refresh_refused', 401, /refused the refresh token/],
  ['a wrong secret', 'invalid_client', 'config', 500, /refused the request/],
  ['no token', '', 'bad_response', 502, /no usable access token/],
])('says why a refresh failed: %s', async (_n, word, code, status, words) => {
  acme.token = json({ error: word, error_description: 'old-token' })
  const error: unknown = await refreshing()
    .refresh('old-token')
    .catch((failure: unknown) => failure)
  const message = matching(words)
  expect(error).toMatchObject({ name: 'LoginError', code, status, step: 'refresh', message })
  expectNoSecret([SECRET, 'old-token'], error)
})

it.each([undefined, '', 7, 'a b'])('refreshes nothing for %p', async (token) => {
  const error = { code: 'config', message: matching(/no refresh token/) }
  await expect(refreshing().refresh(token as string)).rejects.toMatchObject(error)
  expect(acme.calls).toEqual([])
})

it('has no refresh where the provider has none', () => {
  expect(refreshing({ refreshRequest: undefined } as object)).not.toHaveProperty('refresh')
})

it('A81 refreshes of one token at the same time share one call and its end, later ones ask again', async () => {
  const strategy = refreshing()
  const all = await Promise.all(Array.from({ length: 20 }, () => strategy.refresh('old-token')))
  expect(acme.calls).toHaveLength(1)
  expect(new Set(all).size).toBe(1)
  await strategy.refresh('old-token')
  await strategy.refresh('other-token')
  expect(acme.calls).toHaveLength(3)
})

it('traces a refresh and a start of its own, and leaves no timer behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const before = timers()
  const trace = recordTrace()
  await refreshing().refresh('old-token')
  await refreshing().begin({ headers: {}, session: {} })
  trace.stop()
  expect(trace.events.map(({ step, outcome }) => [step, outcome])).toEqual([
    ['refresh', 'ok'],
    ['start', 'ok'],
  ])
  expect(timers()).toBeLessThanOrEqual(before)
})

it('rejects a start without a session with a LoginError', async () => {
  const begin = refreshing().begin({ method: 'POST', headers: {} })
  await expect(begin).rejects.toMatchObject({ name: 'LoginError', code: 'config', step: 'start' })
})
