import { challengesOf } from '../../passport-code-flow/src/pkce'
import { request } from '../../passport-code-flow/test/support/bare'
import { withPlanted } from '../../passport-code-flow/test/support/planted'
import { ended, open, simulator, useZaloPay, visitor } from './support/zalopay'

useZaloPay()

/** The challenge that an application asks for itself. */
function createChallenge({ strategy, session, sessionID } = visitor, options?: object) {
  const req = request('/api/challenge', { method: 'POST', session, sessionID })
  return strategy.createChallenge(req, options)
}

it.each([
  ['hex', 86, 'auto'],
  ['hex', 86, 'hex'],
  ['raw', 43, 'raw'],
] as const)('Q6 S6 a ZaloPay of the %s form takes our %i letters by option %s', async (...row) => {
  const [challenge, length, challengeEncoding] = row
  simulator.behaviour.challenge = challenge
  const browser = open({ challengeEncoding })
  const started = await browser.start()
  expect(started.codeChallenge).toHaveLength(length)
  expect('rawCodeChallenge' in started).toBe(challengeEncoding === 'auto')
  expect(await createChallenge(browser)).toHaveProperty('codeChallenge.length', length)
  expect(ended(await browser.finish(started))).toBe('success')
})

it('Q14 S6 by default a start and createChallenge give both challenges of one verifier, either one works, and appId is a number for createChallenge', async () => {
  const { clientID } = simulator
  const { appId, ...started } = await visitor.start()
  const { appId: number, ...made } = await createChallenge(visitor, { returnTo: '/cart', state: 7 })
  expect([appId, number]).toEqual([clientID, Number(clientID)])
  const expected = visitor.pending().map(({ id = '', verifier = '' }) => {
    const [codeChallenge, rawCodeChallenge] = challengesOf(verifier, ['hex', 'raw'])
    return { codeChallenge, rawCodeChallenge, login: id }
  })
  expect([started, made]).toEqual(expected)
  const raw = { login: started.login, codeChallenge: started.rawCodeChallenge ?? '' }
  expect(ended(await visitor.finish(raw))).toBe('success')
  const info = { returnTo: '/cart', state: 7 }
  expect(await visitor.finish(made)).toMatchObject({ action: 'success', info })
})

const NO_OPTIONS = [undefined, {}]

it.each(NO_OPTIONS)('nothing of Object.prototype gets into createChallenge: %j', async (given) => {
  const planted = { returnTo: '/planted', state: 'planted', scope: 'planted' }
  const challenge = await withPlanted(planted, () => createChallenge(visitor, given))
  const info = { initiatedBy: 'site', duplicate: false }
  expect(await visitor.finish(challenge)).toHaveProperty('info', info)
  expect(visitor.session.stored()).toEqual({})
})

it('a start without a launchURL names the option that is missing', async () => {
  const browser = open({ launchURL: undefined })
  const result = await browser.visit('/auth/zalopay')
  expect(ended(result)).toBe('error config 500')
  expect(result).toHaveProperty('error.message', expect.stringContaining('option launchURL'))
  expect(browser.pending()).toEqual([])
})
