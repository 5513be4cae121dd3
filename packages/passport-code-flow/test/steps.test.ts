import { tracingChannel } from 'node:diagnostics_channel'
import { attempt, ending, request } from './support/bare.js'
import { type Acme, acmeStrategy, CODE, json, openLogin, type Options } from './support/acme.js'
import { REFRESH, SECRET, TOKEN, useAcme } from './support/acme.js'
import { expectNoSecret, recordTrace } from './support/oracle.js'

const acme = useAcme()
const THROWN = 'marker-of-the-application'
const throwing = (): never => {
  throw new Error(THROWN)
}
let trace: ReturnType<typeof recordTrace>

beforeEach(() => void (trace = recordTrace()))
afterEach(() => trace.stop())

const steps = () =>
  trace.events.map(({ strategy, step, outcome, status }) => ({ strategy, step, outcome, status }))
const ok = (step: string) => ({ strategy: 'acme', step, outcome: 'ok', status: undefined })

it('tells of every step of a login, once, and nothing secret', async () => {
  const { finish } = await openLogin(acme)
  await finish()
  expect(steps()).toEqual(['start', 'callback', 'token', 'profile', 'verify'].map(ok))
  expectNoSecret([SECRET, TOKEN, REFRESH, CODE], trace.events)
})

it.each<[string, string, number | undefined, Options, Partial<Acme>?]>([
  ['profile', 'profile_failed', 403, {}, { profile: json({ error: 'no' }, 403) }],
  ['token', 'invalid_code', 400, {}, { token: json({ error: 'invalid_grant' }, 400) }],
  ['token', 'config', undefined, { describe: { readTokens: throwing } }],
  ['verify', 'user_rejected', undefined, { verify: () => Promise.resolve(false) }],
  ['verify', 'verify_failed', undefined, { verify: throwing }],
])('tells of the step that failed, how, and with which status: %s, %s, %p', async (...row) => {
  const [step, outcome, status, options, answers] = row
  Object.assign(acme, answers)
  const { finish } = await openLogin(acme, options)
  await finish()
  expect(steps().at(-1)).toEqual({ strategy: 'acme', step, outcome, status })
  expectNoSecret([THROWN], trace.events)
})

it.each([
  ['cross_site_start', { session: {}, headers: { 'sec-fetch-site': 'cross-site' } }],
  ['config', {}],
])('tells of a start that ended in %s', async (outcome, more) => {
  await ending(acmeStrategy(acme), request('/login', more))
  expect(steps()).toEqual([{ ...ok('start'), outcome }])
  expect(trace.events[0]).not.toHaveProperty('status')
})

it('says which check decided, with what the provider adds to it, as info does', async () => {
  const hints = { no_pending_login: 'Open the page from the app', config: 'Ask Acme' }
  const strategy = acmeStrategy(acme, { describe: { hints } })
  const forged = await attempt(strategy, request('/callback?code=c&state=x', { session: {} }))
  const reason =
    'This session has no login that waits for this callback. Open the page from the app'
  expect(forged).toMatchObject({ info: { reason } })
  expect(trace.events).toMatchObject([{ outcome: 'no_pending_login', reason }])
  await ending(strategy, request('/login'))
  expect(trace.events.at(-1)).toMatchObject({ outcome: 'config', reason: 'Ask Acme' })
})

it('tells of a session that could not be saved after verify', async () => {
  const { strategy, session, callback } = await openLogin(acme)
  session.save = (done) => done(new Error('the store is down'))
  const result = await attempt(strategy, callback())
  expect(result).toMatchObject({ error: { code: 'session', step: 'verify' } })
  expect(steps().slice(-2)).toEqual([ok('profile'), { ...ok('verify'), outcome: 'session' }])
})

it('B08 gives a subscriber of any one part of the channel its events, with no secret on the very objects', async () => {
  trace.stop()
  const channel = tracingChannel('passport-code-flow:login')
  for (const part of [channel.start, channel.end, channel.asyncStart, channel.asyncEnd]) {
    const seen: unknown[] = []
    const see = (message: unknown) => void seen.push(message)
    part.subscribe(see)
    const { finish } = await openLogin(acme)
    expect(await finish()).toBe('success')
    part.unsubscribe(see)
    expect(seen).toHaveLength(5)
    expectNoSecret([SECRET, TOKEN, REFRESH, CODE], seen)
  }
})
