import { challengeOf } from '../../passport-code-flow/src/pkce'
import { createSession, request } from '../../passport-code-flow/test/support/bare'
import { withPlanted } from '../../passport-code-flow/test/support/planted'
import type { ZaloPaySimulator } from '../../passport-provider-simulators/src/index'
import { giveAll } from '../../../test/visitor'
import { Strategy } from '../src/index'
import {
  Browser,
  calls,
  CALLBACK,
  createStrategy,
  ended,
  type Scene,
  SHOP,
  useZaloPay,
} from './support/zalopay'

let simulator: ZaloPaySimulator
let open: Scene['open']

useZaloPay((scene) => ({ simulator, open } = scene))

/** The challenge that an application asks for itself. */
function createChallenge({ strategy, session, sessionID }: Browser, options?: object) {
  const req = request('/api/challenge', { method: 'POST', session, sessionID })
  return strategy.createChallenge(req, options)
}

/** What a start gives the page at launchURL. */
async function start(visitor: Browser): Promise<Record<string, string>> {
  const result = await visitor.visit('/auth/zalopay', { method: 'POST' })
  return Object.fromEntries('url' in result ? result.url.searchParams : [])
}

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'

it("Q6 S6 the verifier of RFC 7636's appendix B has the published challenges in both encodings", () => {
  expect(challengeOf(VERIFIER, 'raw')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
  expect(challengeOf(VERIFIER, 'hex')).toBe(
    'MTNkMzFlOTYxYTFhZDhlYzJmMTZiMTBjNGM5ODJlMDg3NmE4NzhhZDZkZjE0NDU2NmVlMTg5NGFjYjcwZjljMw',
  )
})

it.each([
  ['hex', 86, 'auto'],
  ['hex', 86, 'hex'],
  ['raw', 43, 'raw'],
] as const)(
  'Q6 S6 a ZaloPay that takes the %s form alone takes our challenge of %i characters (option %s)',
  async (challenge, length, challengeEncoding) => {
    simulator.behaviour.challenge = challenge
    const visitor = open({ challengeEncoding })
    const started = await start(visitor)
    expect(started['codeChallenge']).toHaveLength(length)
    expect('rawCodeChallenge' in started).toBe(challengeEncoding === 'auto')
    expect(await createChallenge(visitor)).toHaveProperty('codeChallenge.length', length)
    const { codeChallenge = '', login = '' } = started
    expect(ended(await visitor.finish({ codeChallenge, login }))).toBe('success')
  },
)

it('Q14 S6 by default a start and createChallenge give both challenges of one verifier, and either one works', async () => {
  const visitor = open()
  const { appId, ...started } = await start(visitor)
  expect(appId).toBe(simulator.clientID)
  const { appId: _, ...made } = await createChallenge(visitor)
  const expected = visitor.pending().map(({ id = '', verifier = '' }) => ({
    codeChallenge: challengeOf(verifier, 'hex'),
    rawCodeChallenge: challengeOf(verifier, 'raw'),
    login: id,
  }))
  expect([started, made]).toEqual(expected)
  for (const { login, rawCodeChallenge } of expected)
    expect(ended(await visitor.finish({ login, codeChallenge: rawCodeChallenge }))).toBe('success')
})

it('createChallenge gives an application the same login as a start, with appId as a number', async () => {
  const visitor = open()
  const challenge = await createChallenge(visitor, { returnTo: '/cart', state: 7 })
  expect(challenge).toEqual({
    appId: Number(simulator.clientID),
    codeChallenge: expect.stringMatching(/^[\w-]{86}$/),
    rawCodeChallenge: expect.stringMatching(/^[\w-]{43}$/),
    login: expect.stringMatching(/^[\da-f]{32}$/),
  })
  // stored by the time it resolves
  expect(visitor.pending()).toHaveLength(1)
  const result = await visitor.finish(challenge)
  expect(result).toMatchObject({ action: 'success', info: { returnTo: '/cart', state: 7 } })
})

it('nothing on Object.prototype gets into the options of createChallenge', async () => {
  const planted = { returnTo: '/planted', state: 'planted', scope: 'planted' }
  for (const options of [undefined, {}]) {
    const visitor = open()
    const challenge = await withPlanted(planted, () => createChallenge(visitor, options))
    const result = await visitor.finish(challenge)
    expect(result).toMatchObject({ action: 'success' })
    expect(result).not.toHaveProperty('info.state')
    expect(result).not.toHaveProperty('info.returnTo')
  }
})

it('createChallenge needs a session that can be stored', async () => {
  const create = (more: object) => createStrategy(simulator).createChallenge(request('/api', more))
  await expect(create({})).rejects.toMatchObject({
    name: 'LoginError',
    code: 'config',
    step: 'start',
    strategy: 'zalopay',
  })
  const session = Object.defineProperty(createSession(), 'save', {
    value: (done: (failure: Error) => void) => done(new Error('the store is down')),
  })
  await expect(create({ session })).rejects.toMatchObject({ code: 'session', step: 'start' })
  expect(calls(simulator)).toEqual([])
})

it('a start without a launchURL names the option that is missing', async () => {
  const { clientID, clientSecret, url: baseURL, userInfoURL } = simulator
  const options = { clientID, clientSecret, baseURL, userInfoURL, callbackURL: SHOP + CALLBACK }
  const visitor = new Browser(simulator, new Strategy(options, giveAll))
  const result = await visitor.visit('/auth/zalopay')
  expect(ended(result)).toBe('error config 500')
  expect(result).toHaveProperty('error.message', expect.stringContaining('option launchURL'))
  expect(visitor.pending()).toEqual([])
})

it.each([
  ['/launch', 'http://app.test/launch?appId='],
  ['/launch?theme=dark', 'http://app.test/launch?theme=dark&appId='],
  ['https://pages.shop.test/launch', 'https://pages.shop.test/launch?appId='],
])('a launchURL %s gets the challenge added: %s…', async (launchURL, begin) => {
  const result = await open({ launchURL }).visit('/auth/zalopay')
  const { href, searchParams } = 'url' in result ? result.url : new URL('about:blank')
  expect(href.startsWith(begin)).toBe(true)
  expect([...searchParams.keys()].slice(-4)).toEqual([
    'appId',
    'codeChallenge',
    'rawCodeChallenge',
    'login',
  ])
})
