import {
  attempt,
  createSession,
  request,
  type Result,
} from '../../../passport-code-flow/test/support/bare'
import { expectNoSecret, secretsSeen } from '../../../passport-code-flow/test/support/oracle'
import {
  startZaloPay,
  type ZaloPaySimulator,
} from '../../../passport-provider-simulators/src/index'
import { Strategy, type StrategyOptions, type ZaloPayProfile } from '../../src/index'

/** Where the shop of these tests is. */
export const SHOP = 'https://shop.test'
export const CALLBACK = '/auth/zalopay/callback'

/** What verify was given; the strategy of these tests logs in exactly this. */
export interface Given {
  accessToken: string
  refreshToken: string | undefined
  params: Record<string, unknown>
  profile: ZaloPayProfile
}

/** A strategy for a simulator, whose verify gives back everything it got. */
export function createStrategy(
  simulator: ZaloPaySimulator,
  more: Partial<StrategyOptions> = {},
): Strategy {
  return new Strategy(
    {
      clientID: simulator.clientID,
      clientSecret: simulator.clientSecret,
      callbackURL: `${SHOP}${CALLBACK}`,
      baseURL: simulator.url,
      userInfoURL: simulator.userInfoURL,
      launchURL: '/auth/zalopay/launch',
      ...more,
    },
    (accessToken, refreshToken, params, profile, done) =>
      done(null, { accessToken, refreshToken, params, profile }),
  )
}

interface Scene {
  simulator: ZaloPaySimulator
  strategy: Strategy
  visitor: Visitor
}

/** One ZaloPay for the tests of a file, and a new shop and visitor for each of them. */
export function useZaloPay(give: (scene: Scene) => void, options?: Partial<StrategyOptions>): void {
  let simulator: ZaloPaySimulator
  beforeAll(async () => {
    simulator = await startZaloPay({ callbackURL: `${SHOP}${CALLBACK}` })
  })
  beforeEach(() => {
    simulator.reset()
    const strategy = createStrategy(simulator, options)
    give({ simulator, strategy, visitor: new Visitor(simulator, strategy) })
  })
  afterEach(() => jest.restoreAllMocks())
  afterAll(() => simulator.close())
}

type Session = ReturnType<typeof createSession>

/** One browser at the shop. */
export class Visitor {
  readonly session: Session = createSession()
  readonly codes: string[] = []

  constructor(
    readonly simulator: ZaloPaySimulator,
    readonly strategy: Strategy,
    readonly sessionID = 'session-1',
  ) {}

  /** Starts a login; what the page at launchURL gets. */
  async start(options?: object): Promise<{ appId: string; codeChallenge: string; login: string }> {
    const result = await this.ask(request('/auth/zalopay', { method: 'POST' }), options)
    if (result.action !== 'redirect') throw new Error(`no redirect: ${JSON.stringify(result)}`)
    const { appId, codeChallenge, login } = Object.fromEntries(result.url.searchParams)
    return { appId: appId ?? '', codeChallenge: codeChallenge ?? '', login: login ?? '' }
  }

  /** The code the SDK gives for a challenge. */
  getCode(codeChallenge: string, more: { scope?: [] } = {}): string {
    const code = this.simulator.issueCode({ codeChallenge, ...more })
    this.codes.push(code)
    return code
  }

  /** Posts to the callback. */
  post(body: object, headers: Record<string, string> = {}): Promise<Result> {
    return this.ask(request(CALLBACK, { method: 'POST', body, headers }))
  }

  /** Opens a page of the shop. */
  open(path: string, more: Parameters<typeof request>[1] = {}): Promise<Result> {
    return this.ask(request(path, more))
  }

  /** A whole login as the launch page does it. */
  async logIn(): Promise<Result> {
    const { codeChallenge, login } = await this.start()
    return this.post({ code: this.getCode(codeChallenge), login })
  }

  /** A whole login that must succeed; what verify was given. */
  async succeed(): Promise<Given> {
    const result = await this.logIn()
    if (result.action !== 'success') throw new Error(`no success: ${summary(result)}`)
    return result.user as Given
  }

  /** Names of what is left in the session's store. */
  left(): string[] {
    return Object.keys(this.session.stored())
  }

  /** Makes a request, and fails when its outcome or the strategy shows a secret. */
  async ask(req: ReturnType<typeof request>, options?: object): Promise<Result> {
    const { session, sessionID, strategy } = this
    const result = await attempt(strategy, Object.assign(req, { session, sessionID }), options)
    const verifiers = JSON.stringify(session.stored()).match(/(?<="verifier":")[^"]+/g) ?? []
    const secrets = [...secretsSeen(this.simulator), ...this.codes, ...verifiers]
    // a user is whatever verify made of it, tokens and all
    expectNoSecret(secrets, result.action === 'success' ? result.info : result, strategy)
    return result
  }
}

/** A result in a word or two: `success`, `redirect`, `fail bad_callback 400`, `error timeout`. */
export function summary(result: Result): string {
  if (result.action === 'fail') return `fail ${result.info.code} ${result.status}`
  if (result.action === 'error') return `error ${String(result.error['code'])}`
  return result.action
}

/** The APIs a simulator was asked for, in order. */
export function calls({ requests }: ZaloPaySimulator): string[] {
  return requests.map(({ endpoint }) => endpoint)
}
