import { tracingChannel } from 'node:diagnostics_channel'
import { attempt, ending, request } from './support/bare.js'
import {
  acmeStrategy,
  CODE,
  json,
  openLogin,
  REFRESH,
  SECRET,
  started,
  TOKEN,
  useAcme,
} from './support/acme.js'
import { expectNoSecret, recordTrace } from './support/oracle.js'

const acme = useAcme()
let trace: ReturnType<typeof recordTrace>

beforeEach(() => {
  trace = recordTrace()
})
afterEach(() => trace.stop())

const steps = () =>
  trace.events.map(({ strategy, step, outcome, status }) => ({ strategy, step, outcome, status }))
const ok = (step: string) => ({ strategy: 'acme', step, outcome: 'ok', status: undefined })

it('tells of every step of a login, once, and nothing secret', async () => {
  const { finish } = await openLogin(acme)
  await finish()
  const expected = ['start', 'callback', 'token', 'profile', 'verify']
  expect(steps()).toEqual(expected.map(ok))
  expectNoSecret([SECRET, TOKEN, REFRESH, CODE], trace.events)
})

it('tells of the step that failed, how, and with which status', async () => {
  const strategy = acmeStrategy(acme)
  acme.profile = json({ error: 'no' }, 403)
  await ending(strategy, (await started(strategy)).callback('a'))
  expect(steps().at(-1)).toEqual({
    strategy: 'acme',
    step: 'profile',
    outcome: 'profile_failed',
    status: 403,
  })
  acme.token = json({ error: 'invalid_grant' }, 400)
  await ending(strategy, (await started(strategy)).callback('b'))
  expect(steps().at(-1)).toEqual({
    strategy: 'acme',
    step: 'token',
    outcome: 'invalid_code',
    status: 400,
  })
  await ending(strategy, request('/callback?code=c&state=x', { session: {} }))
  expect(steps().at(-1)).toMatchObject({ step: 'callback', outcome: 'no_pending_login' })
})

it('tells of a start that was refused', async () => {
  const headers = { 'sec-fetch-site': 'cross-site' }
  await ending(acmeStrategy(acme), request('/login', { session: {}, headers }))
  expect(steps()).toEqual([{ ...ok('start'), outcome: 'cross_site_start' }])
  expect(trace.events[0]).not.toHaveProperty('status')
})

it('tells of a start that could not be remembered', async () => {
  await ending(acmeStrategy(acme), request('/login'))
  expect(steps()).toEqual([{ ...ok('start'), outcome: 'config' }])
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
  Object.defineProperty(session, 'save', {
    value: (done: (failure: Error) => void) => done(new Error('the store is down')),
  })
  const result = await attempt(strategy, callback())
  expect(result).toMatchObject({ error: { code: 'session', step: 'verify' } })
  expect(steps().slice(-2)).toEqual([ok('profile'), { ...ok('verify'), outcome: 'session' }])
})

it('says verify_failed for the errors of the application, and keeps them to itself', async () => {
  const verify = () => Promise.reject(new Error('marker-of-the-application'))
  const strategy = acmeStrategy(acme, { verify })
  await ending(strategy, (await started(strategy)).callback())
  expect(steps().at(-1)).toMatchObject({ step: 'verify', outcome: 'verify_failed' })
  expectNoSecret(['marker-of-the-application'], trace.events)
})

it('says user_rejected when verify knows no user, and config for a provider that throws', async () => {
  const rejecting = acmeStrategy(acme, { verify: () => Promise.resolve(false) })
  await ending(rejecting, (await started(rejecting)).callback('a'))
  expect(steps().at(-1)).toMatchObject({ step: 'verify', outcome: 'user_rejected' })
  const describe = {
    readTokens: () => {
      throw new Error('x')
    },
  }
  const throwing = acmeStrategy(acme, { describe })
  await ending(throwing, (await started(throwing)).callback('b'))
  expect(steps().at(-1)).toMatchObject({ step: 'token', outcome: 'config' })
})

it('B08 gives a subscriber of any one part of the channel its events, with nothing else on them', async () => {
  trace.stop()
  const channel = tracingChannel('passport-code-flow:login')
  for (const part of [channel.start, channel.end, channel.asyncStart, channel.asyncEnd]) {
    const seen: string[][] = []
    const see = (message: unknown) => void seen.push(Object.keys(message as object))
    part.subscribe(see)
    await ending(acmeStrategy(acme), request('/callback', { session: {} }))
    part.unsubscribe(see)
    expect(seen).toHaveLength(1)
    for (const name of seen.flat().filter((one) => one !== 'result'))
      expect(['strategy', 'clientID', 'step', 'outcome', 'status', 'reason']).toContain(name)
  }
})
