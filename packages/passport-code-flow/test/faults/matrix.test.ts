import { isLong } from '../../../../test/long.js'
import type { Fault } from '../../../passport-provider-simulators/src/index.js'
import type { RefreshedTokens } from '../../src/index.js'
import { alone } from '../attacks/support/drivers.js'
import type { Kind } from '../attacks/support/kinds.js'
import { until } from '../attacks/support/oracle.js'
import { closeWorlds, openWorld, type World } from '../attacks/support/world.js'
import { endOf, type Result } from '../support/bare.js'
import { holdTime, pass, releaseTime } from '../support/time.js'
import { type Transport, TRANSPORTS } from './support/transports.js'

type Place = 'token' | 'profile' | 'refresh'
type OpenArguments = Parameters<typeof openWorld>

/** How a login ends: one text where all providers are the same, else one for each. */
type End = string | Record<Kind['name'], string>
/** How it ends at the profile is said where it differs; ZaloPay alone can refresh. */
type Row = [fault: Fault, end: End, atProfile?: End, refresh?: string]

const [SLOW, LOST, LARGE] = ['error timeout 504', 'error network 502', 'error too_large 502']
const [BAD, BROKEN] = ['error bad_response 502', 'error provider_error 502']
const [REFUSED, ELSEWHERE] = ['error profile_failed 502', 'error redirect_refused 502']
/** After these the connection is of no use any more and must not stay open. */
const HUNG_UP = [SLOW, LOST, LARGE, ELSEWHERE]

const lying = (length: string) => ({ headers: { 'content-length': length }, body: '{}' })
const retry = (status: number) => ({ status, headers: { 'retry-after': '0' }, body: {} })

const TABLE: Record<string, Row> = {
  'A66 no answer': ['silence', SLOW],
  'A67 a byte a second': ['slow-drip', SLOW],
  'A68 an answer that is cut': ['cut', LOST],
  'A68 a reset': ['reset', LOST],
  'A69 an answer without end': ['huge', LARGE],
  'A69 two megabytes': [{ body: 'a'.repeat(2_097_152) }, LARGE],
  'A69 a length that is too large': [lying('99999999'), LARGE],
  'A69 less than its length': [lying('60000'), SLOW],
  'A70 a compressed bomb': ['gzip-bomb', LARGE],
  'A71 A73 a redirect to another path': ['redirect', ELSEWHERE],
  // nobody listens there: a call would end in network
  'A71 A73 a redirect to another host': [
    { redirectTo: 'http://127.0.0.1:9/', status: 307 },
    ELSEWHERE,
  ],
  'A78 status 429 with Retry-After': [retry(429), BROKEN],
  'A78 status 503 with Retry-After': [retry(503), BROKEN],
  'status 500': ['status-500', BROKEN],
  'status 505': ['status-505', BROKEN],
  HTML: ['html', BAD],
  null: ['null', BAD],
  // PHP's empty array is how Sngine tells that the user of a token is gone
  'a list': ['array', BAD, { monpay: BAD, zalopay: BAD, moneypools: 'error no_subject 502' }],
  'bytes that are not UTF-8': ['not-utf8', BAD],
  'an error beside the right answer': ['error-and-token', BAD, REFUSED],
  // MonPay says invalid_grant and ZaloPay an error of a kind nobody has published; Sngine's text
  // is that its login module is off, which is for the operator
  'an error in its own language': [
    'localized-error',
    {
      monpay: 'fail invalid_code 401',
      zalopay: 'fail invalid_code 401',
      moneypools: 'error config 500',
    },
    REFUSED,
    'error refresh_refused 401',
  ],
  'letters that are split': ['split-multibyte', 'success'],
  'a connection that it closes': ['keep-alive-close', 'success'],
}

/** The first user of each provider, in letters of two bytes and more. */
const CALLED = { monpay: 'Батбаяр', zalopay: 'Nguyễn Thị Hồng', moneypools: 'Мария' }

const TIMEOUT = 5000
const ROWS = alone().flatMap(([, name, driver]) =>
  Object.entries(TABLE).flatMap(([title, [fault, atToken, atProfile = atToken]]) =>
    (['token', 'profile'] as const).map((place) => {
      const end = place === 'profile' ? atProfile : atToken
      return [name, place, title, typeof end === 'string' ? end : end[name], fault, driver] as const
    }),
  ),
)

// that a login leaves others alone is the core's to say: each fault once, and `npm run test:long` all;
// a code that others send on a connection which closes at that moment can be used up: SECURITY.md
const OTHERS = ROWS.filter(([, , , , fault]) => fault !== 'keep-alive-close').filter(
  (_row, turn) => isLong || turn % 3 === 0,
)

let transport: Transport

afterEach(async () => {
  releaseTime()
  await closeWorlds()
  await transport.destroy()
})

async function open(openTransport: () => Transport, ...[name, driver]: OpenArguments) {
  transport = openTransport()
  const options = { ...transport.options, timeout: TIMEOUT }
  const world = await openWorld(name, driver, { options })
  holdTime()
  return world
}

/** Lets the time of what runs go by, where nothing but its deadline ends it. */
async function passDeadline(running: Promise<unknown>, expected: string): Promise<void> {
  if (expected !== SLOW) return
  const ended = jest.fn()
  void running.then(ended)
  pass(TIMEOUT - 1)
  // a turn for whatever would have ended too early
  await new Promise(setImmediate)
  expect(ended).not.toHaveBeenCalled()
  pass(1)
}

/** How a login ended, and at which step. */
function describeEnd(result: Result | undefined): string {
  const end = endOf(result)
  return result?.action === 'error' ? `${end} ${String(result.error['step'])}` : end
}

const at = (place: Place, end: string) => (end.startsWith('error') ? `${end} ${place}` : end)

/** After the one repeat on a new connection the provider works again. */
function afterRepair(fault: Fault, place: Place, end: string): string {
  // the first connection is new, which undici does not tell: docs/decisions/012-dispatcher.md
  const isRepeated = fault === 'reset' && (place !== 'token' || transport.isUndici)
  return isRepeated ? 'success' : at(place, end)
}

/** Repairs the provider as soon as it has been asked at this endpoint. */
async function repairWhenAsked(world: World, place: Place): Promise<void> {
  await until(() => world.calls().includes(place))
  world.misbehave(undefined)
}

describe.each(TRANSPORTS)('over %s', (_transport, openTransport) => {
  it.each(ROWS)(
    '%s: the %s endpoint gives %s: %s',
    async (name, place, _title, end, fault, driver) => {
      const world = await open(openTransport, name, driver)
      world.misbehave(fault, place)
      const browser = world.browser()
      const login = browser.logIn()
      await until(() => world.calls().includes(place))
      await passDeadline(login, end)
      expect(describeEnd((await login).result)).toBe(at(place, end))
      expect((await browser.account()) !== undefined).toBe(end === 'success')
      const seen = world.verified.map(({ profile }) => JSON.stringify(profile))
      expect(seen.map((one) => one.includes(CALLED[name]))).toEqual(end === 'success' ? [true] : [])
      // a kept connection may have been stale: docs/decisions/004-one-repeat.md
      const isStale = fault === 'reset' || fault === 'keep-alive-close'
      const calls = isStale ? [...new Set(world.calls())] : world.calls()
      const isOver = place === 'token' && end !== 'success'
      expect(calls).toEqual(isOver ? ['token'] : ['token', 'profile'])
      await until(() => !transport.isBusy())
      // undici has read the short body of a redirect already, and keeps the connection
      const isRead = end.includes('redirect') && transport.isUndici
      expect(HUNG_UP.includes(end) && !isRead ? transport.usable() : []).toHaveLength(0)
    },
  )

  it.each(OTHERS)(
    '%s: others log in while the %s endpoint gives one login %s',
    async (name, place, _title, end, fault, driver) => {
      const world = await open(openTransport, name, driver)
      world.misbehave(fault, place)
      const unlucky = world.browser().logIn()
      await repairWhenAsked(world, place)
      const others = await Promise.all([1, 2].map((user) => world.browser().logIn(user)))
      expect(others.map(({ end: good }) => good)).toEqual(['success', 'success'])
      await passDeadline(unlucky, end)
      expect(describeEnd((await unlucky).result)).toBe(afterRepair(fault, place, end))
    },
  )

  it.each(Object.entries(TABLE))(
    'zalopay: the refresh endpoint gives %s, and other tokens are refreshed meanwhile',
    async (_title, [fault, end, , refresh = String(end)]) => {
      const [[, name, driver] = []] = alone('zalopay')
      const world = await open(openTransport, name!, driver!)
      const tokens: string[] = []
      for (const user of [0, 1]) {
        await world.browser().logIn(user)
        tokens.push(String(world.verified[user]?.refreshToken))
      }
      const [strategy] = world.strategies as [{ refresh(token: string): Promise<RefreshedTokens> }]
      const ask = (token = '') =>
        strategy.refresh(token).then(
          ({ accessToken, refreshToken }) => {
            for (const one of [accessToken, refreshToken]) world.plant(one)
            return 'success'
          },
          (error: Error & Record<string, unknown>) => describeEnd({ action: 'error', error }),
        )
      world.misbehave(fault, 'refresh')
      const unlucky = ask(tokens[0])
      await repairWhenAsked(world, 'refresh')
      expect(await ask(tokens[1])).toBe('success')
      await passDeadline(unlucky, refresh)
      expect(await unlucky).toBe(afterRepair(fault, 'refresh', refresh))
      await until(() => !transport.isBusy())
    },
  )
})
