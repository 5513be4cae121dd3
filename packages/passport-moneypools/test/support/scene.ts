import type { LoginRequest, Verify, VerifyFunction } from 'passport-code-flow'
import {
  type Fault,
  type SngineOptions,
  type SngineSimulator,
  startSngine,
} from '../../../passport-provider-simulators/src/index'
import {
  attempt,
  createSession,
  request,
  type Result,
} from '../../../passport-code-flow/test/support/bare'
import {
  expectNoSecret,
  recordTrace,
  secretsSeen,
} from '../../../passport-code-flow/test/support/oracle'
import { type MoneyPoolsProfile, Strategy, type StrategyOptions } from '../../src/index'

/** The registered URL; its path is the only thing of it that the strategy looks at. */
export const CALLBACK = 'https://shop.example/auth/callback'

/** A site, a strategy for it, and everything that has come out of the strategy. */
interface Opened {
  sim: SngineSimulator
  strategy: Strategy
  trace: ReturnType<typeof recordTrace>
  results: unknown[]
  keys: string[]
}

const giveProfile: Verify<MoneyPoolsProfile> = (_token, _refresh, profile) =>
  Promise.resolve(profile)

const opened: Opened[] = []
let browsers = 0

/** Starts a site and a strategy whose user is the profile. */
export async function openScene(
  site: SngineOptions = {},
  own: Partial<StrategyOptions> = {},
  verify: VerifyFunction<MoneyPoolsProfile> = giveProfile,
) {
  const sim = await startSngine({ callbackURL: CALLBACK, ...site })
  const { clientID, clientSecret, url: baseURL } = sim
  const given = { clientID, clientSecret, callbackURL: CALLBACK, baseURL }
  const strategy = new Strategy({ ...given, ...own }, verify)
  const results: unknown[] = []
  const keys: string[] = []
  const issue = (user = sim.users[0]) => {
    const key = sim.issueKey(user)
    keys.push(key)
    return key
  }
  const scene = {
    sim,
    strategy,
    trace: recordTrace(),
    results,
    keys,
    /** A key for a user, the first by default. */
    issue,
    /** How the provider was called: method and API, oldest first. */
    calls: () => sim.requests.map(({ method, endpoint }) => `${method} ${endpoint}`),
    /** A browser, by default one that comes to the strategy of this scene. */
    browser: (to: Strategy = strategy) => openBrowser(to, results, () => issue()),
  }
  opened.push(scene)
  return scene
}

/** A browser with a session of its own. */
function openBrowser(strategy: Strategy, results: unknown[], issue: () => string) {
  const session = createSession()
  const sessionID = `browser-${++browsers}`
  async function visit(path: string, more: Partial<LoginRequest> = {}, options?: object) {
    const asked = request(path, { session, sessionID, ...more })
    const result = await attempt(strategy, asked, options)
    results.push(result, session.stored())
    return result
  }
  const browser = {
    session,
    visit,
    start: (more?: Partial<LoginRequest>, options?: object) =>
      visit('/auth/moneypools', more, options),
    /** Comes back with a key, a fresh one of the first user by default. */
    comeBack: (key = issue(), more?: Partial<LoginRequest>) =>
      visit(`/auth/callback?auth_key=${key}`, more),
    /** Starts and comes back. */
    async logIn(key = issue()) {
      await browser.start()
      return browser.comeBack(key)
    },
    /** The logins that the store holds as pending. */
    pending: () => (Object.values(session.stored())[0] ?? []) as unknown[],
  }
  return browser
}

/** Stops every site of a test, and fails when a secret has come out anywhere. */
export async function closeScenes(): Promise<void> {
  for (const { sim, strategy, trace, results, keys } of opened.splice(0)) {
    trace.stop()
    await sim.close()
    expectNoSecret([...secretsSeen(sim), ...keys], ...results, strategy, trace.events)
  }
}

/** How a login ended: `success`, `redirect`, or the code and status of `fail` or `error`. */
export function ended(result: Result): string {
  if (result.action === 'fail') return `fail ${result.info.code} ${result.status}`
  if (result.action === 'error')
    return `error ${String(result.error['code'])} ${String(result.error['status'])}`
  return result.action
}

/** What a login that failed says: message and the provider's detail. */
export function told(result: Result): { message: string; provider: unknown; reason?: unknown } {
  if (result.action === 'fail') return result.info as ReturnType<typeof told>
  if (result.action === 'error')
    return { message: result.error.message, provider: result.error['provider'] }
  throw new Error(`it ended in ${result.action}`)
}

/** The profile a login succeeded with. */
export function profileOf(result: Result): MoneyPoolsProfile {
  if (result.action !== 'success') throw new Error(`it ended in ${ended(result)}`)
  return result.user as MoneyPoolsProfile
}

/** The right answer with another status, other headers or further members. */
export function rightBut(change: {
  status?: number
  headers?: Record<string, string>
  add?: object
}): Fault {
  const { add, ...rest } = change
  return ({ json }) => ({ ...rest, body: { ...Object(json), ...add } as object })
}
