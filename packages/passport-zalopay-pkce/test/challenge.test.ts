import { createHash } from 'node:crypto'
import { challengeOf } from '../../passport-code-flow/src/pkce'
import { createSession, request } from '../../passport-code-flow/test/support/bare'
import { withPlanted } from '../../passport-code-flow/test/support/planted'
import type { ZaloPaySimulator } from '../../passport-provider-simulators/src/index'
import { Strategy } from '../src/index'
import { calls, createStrategy, summary, Visitor, useZaloPay } from './support/zalopay'

let simulator: ZaloPaySimulator

useZaloPay((scene) => ({ simulator } = scene))

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'

it("Q6 S6 the verifier of RFC 7636's appendix B has the published challenges in both encodings", () => {
  expect(challengeOf(VERIFIER, 'raw')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
  expect(challengeOf(VERIFIER, 'hex')).toBe(
    'MTNkMzFlOTYxYTFhZDhlYzJmMTZiMTBjNGM5ODJlMDg3NmE4NzhhZDZkZjE0NDU2NmVlMTg5NGFjYjcwZjljMw',
  )
})

it.each([
  ['hex', 86, undefined],
  ['hex', 86, 'hex'],
  ['raw', 43, 'raw'],
] as const)(
  'Q6 S6 a ZaloPay that takes the %s form alone takes our challenge of %i characters (option %s)',
  async (challenge, length, challengeEncoding) => {
    simulator.behaviour.challenge = challenge
    const strategy = createStrategy(simulator, challengeEncoding && { challengeEncoding })
    const visitor = new Visitor(simulator, strategy)
    const { codeChallenge, login } = await visitor.start()
    expect(codeChallenge).toHaveLength(length)
    expect(summary(await visitor.post({ code: visitor.getCode(codeChallenge), login }))).toBe(
      'success',
    )
  },
)

it.each(['auto', undefined] as const)(
  'S6 by %s a start and createChallenge give both challenges of one verifier, and either one works',
  async (challengeEncoding) => {
    const strategy = createStrategy(simulator, challengeEncoding && { challengeEncoding })
    const visitor = new Visitor(simulator, strategy)
    const { url } = (await visitor.open('/auth/zalopay', { method: 'POST' })) as { url: URL }
    const { appId: _, ...started } = Object.fromEntries(url.searchParams)
    const req = request('/api/challenge', { method: 'POST', session: visitor.session })
    const { appId: __, ...made } = await strategy.createChallenge(req)
    const pending = Object.values(visitor.session.stored()).flat() as Record<string, string>[]
    const expected = pending.map(({ id, verifier = '' }) => ({
      codeChallenge: challengeOf(verifier, 'hex'),
      rawCodeChallenge: challengeOf(verifier, 'raw'),
      login: id,
    }))
    expect([started, made]).toEqual(expected)
    for (const { login, rawCodeChallenge } of expected)
      expect(summary(await visitor.post({ code: visitor.getCode(rawCodeChallenge), login }))).toBe(
        'success',
      )
  },
)

it.each(['hex', 'raw'] as const)('S6 by %s there is one challenge alone', async (encoding) => {
  const strategy = createStrategy(simulator, { challengeEncoding: encoding })
  const visitor = new Visitor(simulator, strategy)
  const { url } = (await visitor.open('/auth/zalopay', { method: 'POST' })) as { url: URL }
  expect(url.searchParams.has('rawCodeChallenge')).toBe(false)
  const req = request('/api/challenge', { method: 'POST', session: visitor.session })
  expect(await strategy.createChallenge(req)).not.toHaveProperty('rawCodeChallenge')
})

it('S6 the challenge that leaves is the verifier in the session, hashed', async () => {
  const visitor = new Visitor(simulator, createStrategy(simulator, { challengeEncoding: 'raw' }))
  const { codeChallenge } = await visitor.start()
  const [pending] = Object.values(visitor.session.stored()).flat() as Record<string, string>[]
  const digest = createHash('sha256').update(pending?.['verifier'] ?? '')
  expect(codeChallenge).toBe(digest.digest('base64url'))
})

it('createChallenge gives an application the same login as a start, with appId as a number', async () => {
  const visitor = new Visitor(simulator, createStrategy(simulator))
  const req = request('/api/challenge', { method: 'POST', session: visitor.session })
  const challenge = await visitor.strategy.createChallenge(req, { returnTo: '/cart', state: 7 })
  expect(challenge).toEqual({
    appId: Number(simulator.clientID),
    codeChallenge: expect.stringMatching(/^[\w-]{86}$/),
    rawCodeChallenge: expect.stringMatching(/^[\w-]{43}$/),
    login: expect.stringMatching(/^[\w-]{22}$/),
  })
  // stored by the time it resolves
  expect(visitor.left()).toHaveLength(1)
  const code = visitor.getCode(challenge.codeChallenge)
  const result = await visitor.post({ code, login: challenge.login })
  expect(result).toMatchObject({ action: 'success', info: { returnTo: '/cart', state: 7 } })
})

it('createChallenge takes the members of a class of the application, as authenticate does', async () => {
  class Options {
    get returnTo() {
      return '/cart'
    }
  }
  const visitor = new Visitor(simulator, createStrategy(simulator))
  const req = request('/api/challenge', { method: 'POST', session: visitor.session })
  const { codeChallenge, login } = await visitor.strategy.createChallenge(req, new Options())
  const result = await visitor.post({ code: visitor.getCode(codeChallenge), login })
  expect(result).toMatchObject({ info: { returnTo: '/cart' } })
})

it('nothing on Object.prototype gets into the options of createChallenge', async () => {
  const planted = { returnTo: '/planted', state: 'planted', scope: 'planted' }
  for (const options of [undefined, {}]) {
    const visitor = new Visitor(simulator, createStrategy(simulator))
    const { session, sessionID } = visitor
    const req = request('/api', { session, sessionID })
    const { codeChallenge, login } = await withPlanted(planted, () =>
      visitor.strategy.createChallenge(req, options),
    )
    const result = await visitor.post({ code: visitor.getCode(codeChallenge), login })
    expect(result).toMatchObject({ action: 'success' })
    expect(result).not.toHaveProperty('info.state')
    expect(result).not.toHaveProperty('info.returnTo')
  }
})

it('createChallenge needs a session', async () => {
  await expect(
    createStrategy(simulator).createChallenge(request('/api', { method: 'POST' })),
  ).rejects.toMatchObject({
    name: 'LoginError',
    code: 'config',
    step: 'start',
    strategy: 'zalopay',
  })
})

it('a start without a launchURL names the option that is missing', async () => {
  const { clientID, clientSecret, url: baseURL, userInfoURL } = simulator
  const callbackURL = 'https://shop.test/auth/zalopay/callback'
  const options = { clientID, clientSecret, baseURL, userInfoURL, callbackURL }
  const visitor = new Visitor(simulator, new Strategy(options, () => undefined))
  const result = await visitor.open('/auth/zalopay')
  expect(summary(result)).toBe('error config')
  expect(result).toHaveProperty('error.message', expect.stringContaining('option launchURL'))
  expect(visitor.left()).toEqual([])
})

it('createChallenge rejects when the session cannot be stored', async () => {
  const session = createSession()
  Object.defineProperty(session, 'save', {
    value: (done: (failure: Error) => void) => done(new Error('the store is down')),
  })
  await expect(
    createStrategy(simulator).createChallenge(request('/api', { session })),
  ).rejects.toMatchObject({ code: 'session', step: 'start' })
  expect(calls(simulator)).toEqual([])
})

it.each([
  ['/launch', '/launch?appId='],
  ['/launch?theme=dark', '/launch?theme=dark&appId='],
  ['https://pages.shop.test/launch', 'https://pages.shop.test/launch?appId='],
])('a launchURL %s gets the challenge added: %s…', async (launchURL, begin) => {
  const visitor = new Visitor(simulator, createStrategy(simulator, { launchURL }))
  const result = await visitor.open('/auth/zalopay')
  const url = 'url' in result ? result.url.href.replace('http://app.test', '') : ''
  expect(url.startsWith(begin)).toBe(true)
})
