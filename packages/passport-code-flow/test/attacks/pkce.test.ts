import { pendingKey } from '../support/bare'
import { createHash } from 'node:crypto'
import { challengeOf } from '../../src/pkce'
import { createSession, request, attempt } from '../support/bare'
import { printed } from '../support/oracle'
import { isLong } from '../../../../test/long'
import { bare, everywhere } from './support/drivers'
import { KINDS } from './support/kinds'
import { closeWorlds, openLogin, openWorld } from './support/world'

afterEach(async () => {
  jest.restoreAllMocks()
  await closeWorlds()
})

// RFC 7636 appendix B
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGES = {
  raw: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  hex: 'MTNkMzFlOTYxYTFhZDhlYzJmMTZiMTBjNGM5ODJlMDg3NmE4NzhhZDZkZjE0NDU2NmVlMTg5NGFjYjcwZjljMw',
}

it.each(['raw', 'hex'] as const)(
  'A25 makes the challenge of the RFC in the encoding %s: zalopay',
  async (challengeEncoding) => {
    expect(challengeOf(VERIFIER, challengeEncoding)).toBe(CHALLENGES[challengeEncoding])
    const world = await openWorld('zalopay', bare()[0]![2], { options: { challengeEncoding } })
    const browser = world.browser()
    const begun = await browser.begin()
    const [verifier = ''] = world.store.verifiers
    const digest = createHash('sha256').update(verifier)
    const expected =
      challengeEncoding === 'raw'
        ? digest.digest('base64url')
        : Buffer.from(digest.digest('hex')).toString('base64url')
    expect(begun.codeChallenge).toBe(expected)
    expect((await browser.finish(world.issue(begun), begun)).end).toBe('success')
  },
)

describe.each(everywhere('zalopay'))('%s', (_row, name, driver) => {
  it('A22 a login whose verifier is lost makes no exchange', async () => {
    for (const broken of [undefined, true, '', 'short', 'x'.repeat(129), { a: 1 }]) {
      const { world, browser, begun, code } = await openLogin(name, driver)
      world.store.tamper((session) => {
        const key = pendingKey(session, 'zalopay')
        const [login] = session[key] as object[]
        session[key] = broken === true ? true : [{ ...login, verifier: broken }]
      })
      expect((await browser.finish(code, begun)).end).toBe('fail no_pending_login 403')
      expect(world.calls()).toEqual([])
    }
  })

  it('A26 one verifier completes one login', async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    const codes = [world.issue(begun), world.issue(begun, 1)] as const
    expect((await browser.finish(codes[0], begun)).end).toBe('success')
    expect((await browser.finish(codes[1], begun)).end).toBe('fail no_pending_login 403')
    const again = await browser.begin()
    expect(again.codeChallenge).not.toBe(begun.codeChallenge)
    expect(world.store.verifiers.size).toBe(2)
  })

  it('A26 one verifier completes one login, also when two codes arrive at the same moment', async () => {
    const { world, browser, begun } = await openLogin(name, driver)
    const codes = [world.issue(begun), world.issue(begun, 1)]
    const answers = await Promise.all(codes.map((code) => browser.finish(code, begun)))
    expect(answers.map(({ end }) => end).sort()).toEqual(['fail no_pending_login 403', 'success'])
    expect(world.verified).toHaveLength(1)
  })

  it('A27 only the challenge leaves the server, never the verifier', async () => {
    const world = await openWorld(name, driver)
    const browser = world.browser()
    const start = await browser.visit({ method: 'POST', path: '/auth/start' })
    const [verifier = ''] = world.store.verifiers
    expect(verifier).toMatch(/^[\w-]{43}$/)
    const { codeChallenge = '', login = '' } = Object.fromEntries(
      new URL(start.headers.location ?? '', 'https://site.test').searchParams,
    )
    expect(codeChallenge).toHaveLength(86)
    const refused = await browser.finish(world.forge(), { login })
    world.misbehave('status-500')
    const failed = await browser.finish(world.issue({ codeChallenge }), { login })
    expect(printed([start, refused, failed, world.log, world.events])).not.toContain(verifier)
    // it went to the provider, and nowhere else
    expect(world.provider.requests[0]?.body).toContain(verifier)
  })
})

it.each(['plain', 'S256', 'none', '', null, true, ['hex']])(
  'A23 an unknown challenge encoding is a TypeError that does not print it: zalopay, %p',
  async (challengeEncoding) => {
    const provider = await KINDS.zalopay.open('https://site.test/auth/callback')
    const options = { challengeEncoding }
    expect(() => KINDS.zalopay.create(provider, options, () => false)).toThrow(
      new TypeError('passport-zalopay-pkce: option challengeEncoding must be auto, hex or raw'),
    )
    await provider.close()
  },
)

const STARTS = isLong ? 10_000 : 1000

describe.each(bare('zalopay'))('%s', (_row, name, driver) => {
  it('A24 thousands of verifiers are all different and all what the RFC allows', async () => {
    const { kind, provider } = await openWorld(name, driver)
    const strategy = kind.create(provider, {}, () => false)
    const random = jest.spyOn(Math, 'random')
    const session = createSession()
    const verifiers = new Set<string>()
    for (let starts = 0; starts < STARTS; starts++) {
      await attempt(strategy, request('/auth/start', { session }))
      const newest = (session[pendingKey(session, 'zalopay')] as { verifier: string }[]).at(-1)
      verifiers.add(newest?.verifier ?? '')
    }
    expect(verifiers.size).toBe(STARTS)
    for (const verifier of verifiers)
      if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) throw new Error('that is no verifier')
    expect(random).not.toHaveBeenCalled()
  })
})
