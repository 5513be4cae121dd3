import type { FaultName } from '../../../passport-provider-simulators/src/index.js'
import type { Result } from '../support/bare.js'
import { holdTime, pass, releaseTime } from '../support/time.js'
import { expectNoSecret, secretsSeen } from '../support/oracle.js'
import {
  type Name,
  NAMES,
  openProvider,
  type Provider,
  type Site,
  type Transport,
  TRANSPORTS,
} from './support/providers.js'

/** How a login ends: one word where all three providers are the same, else one for each. */
type Ending = string | Record<Name, string>

interface Row {
  token: Ending
  profile: Ending
  /** ZaloPay alone can refresh. */
  refresh: string
  /** The connection is of no use any more and must not stay open. */
  hangUp?: true
}

const [TIMEOUT, NETWORK, REDIRECT] = ['timeout 504', 'network 502', 'redirect_refused 502']
const [TOO_LARGE, BAD, FAULT] = ['too_large 502', 'bad_response 502', 'provider_error 502']
const REFUSED = 'profile_failed 502'

/** The same at every endpoint, since it is not what the answer says but that it cannot be read. */
const all = (ending: string) => ({ token: ending, profile: ending, refresh: ending })

const EXPECTED: Record<FaultName, Row> = {
  silence: { ...all(TIMEOUT), hangUp: true },
  'slow-drip': { ...all(TIMEOUT), hangUp: true },
  cut: { ...all(NETWORK), hangUp: true },
  reset: { ...all(NETWORK), hangUp: true },
  redirect: { ...all(REDIRECT), hangUp: true },
  huge: { ...all(TOO_LARGE), hangUp: true },
  'gzip-bomb': { ...all(TOO_LARGE), hangUp: true },
  html: all(BAD),
  null: all(BAD),
  // PHP's empty array is how Sngine tells that the user of a token is gone
  array: { ...all(BAD), profile: { monpay: BAD, zalopay: BAD, moneypools: 'no_subject 502' } },
  'not-utf8': all(BAD),
  'error-and-token': { ...all(BAD), profile: REFUSED },
  'status-500': all(FAULT),
  'status-505': all(FAULT),
  'localized-error': {
    // MonPay says invalid_grant and ZaloPay an error of a kind nobody has published; Sngine's text
    // is that its login module is off, which is for the operator
    token: { monpay: 'invalid_code 401', zalopay: 'invalid_code 401', moneypools: 'config 500' },
    profile: REFUSED,
    refresh: 'refresh_refused 401',
  },
  'split-multibyte': all('success'),
  'keep-alive-close': all('success'),
}

const FAULTS = Object.keys(EXPECTED) as FaultName[]
const ROWS = NAMES.flatMap((name) =>
  FAULTS.flatMap((fault) =>
    (['token', 'profile'] as const).map((place) => {
      const ending = EXPECTED[fault][place]
      return [name, place, fault, typeof ending === 'string' ? ending : ending[name]] as const
    }),
  ),
)

/** After the one repeat on a new connection the provider works again. */
function afterRepair(fault: FaultName, place: string, expected: string): string {
  // the first connection is new, which undici does not tell: docs/decisions/012-dispatcher.md
  const isRepeated = fault === 'reset' && (place !== 'token' || transport.isUndici)
  return isRepeated ? 'success' : expected
}

let provider: Provider
let transport: Transport
let site: Site

const DEADLINE = 10_000

async function open(name: Name, openTransport: () => Transport): Promise<void> {
  transport = openTransport()
  provider = await openProvider(name)
  site = provider.connect({ ...transport.options, timeout: DEADLINE })
  holdTime()
}

afterEach(async () => {
  releaseTime()
  await transport.destroy()
  await provider.simulator.close()
})

/** Repairs the provider as soon as it has been asked at this endpoint. */
async function repairWhenAsked(endpoint: string): Promise<void> {
  await untilAsked(endpoint)
  provider.simulator.misbehave(undefined)
}

async function untilAsked(endpoint: string): Promise<void> {
  const { requests } = provider.simulator
  while (!requests.some((one) => one.endpoint === endpoint)) await new Promise(setImmediate)
}

/** Only where nothing comes is the deadline to be met. */
function passDeadline(fault: FaultName): void {
  if (EXPECTED[fault].refresh === TIMEOUT) pass(DEADLINE)
}

/** How a login ended, whose user it found, or at which step it failed. */
function describeEnding(result: Result): string {
  if (result.action === 'fail') return `${result.info.code} ${result.status}`
  if (result.action === 'error') return describeError(result.error)
  return result.action === 'success' ? `success ${userOf(result).called}` : result.action
}

function describeError(error: unknown): string {
  const { code, status, step } = error as { code: string; status: number; step: string }
  return `${code} ${status} ${step}`
}

/** What the table says, as `describeEnding` says it. */
function written(expected: string, step: string): string {
  if (expected === 'success') return `success ${provider.called}`
  return expected.startsWith('invalid_code') ? expected : `${expected} ${step}`
}

function userOf(result: Result): { called?: string; refreshToken?: string } {
  if (result.action !== 'success') throw new Error(`it ended in ${describeEnding(result)}`)
  return Object(result.user)
}

/** Ends with the test when a connection stays in use, or dead in the pool. */
async function expectNothingInUse(): Promise<void> {
  while (transport.isBusy()) await new Promise(setImmediate)
}

async function expectHungUp(fault: FaultName): Promise<void> {
  await expectNothingInUse()
  // undici has read the short body of a redirect already, and keeps the connection
  const isRead = fault === 'redirect' && transport.isUndici
  expect(EXPECTED[fault].hangUp && !isRead ? transport.usable() : []).toHaveLength(0)
}

describe.each(TRANSPORTS)('over %s', (_transport, openTransport) => {
  it.each(ROWS)('%s: the %s endpoint answers with %s: %s', async (name, place, fault, expected) => {
    await open(name, openTransport)
    provider.simulator.misbehave(fault, place)
    const login = site.logIn()
    await untilAsked(place)
    passDeadline(fault)
    const result = await login
    expect(describeEnding(result)).toBe(written(expected, place))
    await expectHungUp(fault)
    expectNoSecret(secretsSeen(provider.simulator), 'info' in result ? result.info : result)
  })

  it.each(ROWS)(
    '%s: others log in while the %s endpoint answers one login with %s',
    async (name, place, fault, expected) => {
      await open(name, openTransport)
      provider.simulator.misbehave(fault, place)
      const unlucky = site.logIn()
      await repairWhenAsked(place)
      const others = await Promise.all([site.logIn(), site.logIn()])
      const good = written('success', place)
      expect(others.map(describeEnding)).toEqual([good, good])
      passDeadline(fault)
      const ending = afterRepair(fault, place, expected)
      expect(describeEnding(await unlucky)).toBe(written(ending, place))
    },
  )

  describe('zalopay: refresh', () => {
    async function refresh(token: string): Promise<string> {
      try {
        await site.refresh?.(token)
        return 'success'
      } catch (error) {
        expectNoSecret([token, ...secretsSeen(provider.simulator)], error)
        return describeError(error)
      }
    }

    it.each(FAULTS.map((fault) => [fault, EXPECTED[fault].refresh] as const))(
      'the endpoint answers with %s: %s, and other tokens are refreshed meanwhile',
      async (fault, expected) => {
        await open('zalopay', openTransport)
        const [mine = '', other = ''] = [await site.logIn(), await site.logIn()].map(
          (one) => userOf(one).refreshToken,
        )
        provider.simulator.misbehave(fault, 'refresh')
        const unlucky = refresh(mine)
        await repairWhenAsked('refresh')
        expect(await refresh(other)).toBe('success')
        passDeadline(fault)
        const ending = afterRepair(fault, 'refresh', expected)
        expect(await unlucky).toBe(ending === 'success' ? ending : `${ending} refresh`)
        await expectNothingInUse()
      },
    )
  })
})
