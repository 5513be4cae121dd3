import type { LoginRequest, TokenParams } from '../packages/passport-code-flow/src/index.js'
import type { Simulator } from '../packages/passport-provider-simulators/src/index.js'
import {
  attempt,
  createSession,
  endOf,
  request,
  type Result,
} from '../packages/passport-code-flow/test/support/bare.js'
import * as oracle from '../packages/passport-code-flow/test/support/oracle.js'

/** What verify was given. */
export interface Given<Profile> {
  accessToken: string
  refreshToken: string | undefined
  params: TokenParams
  profile: Profile
}

/** Verify whose user is everything that it was given. */
export function giveAll<Profile>(
  accessToken: string,
  refreshToken: string | undefined,
  params: TokenParams,
  profile: Profile,
  done: (error: null, user: Given<Profile>) => void,
): void {
  done(null, { accessToken, refreshToken, params, profile })
}

/** What verify was given in a login; throws when the login did not succeed. */
export function given<Profile>(result: Result): Given<Profile> {
  if (result.action !== 'success') throw new Error(`no success: ${endOf(result)}`)
  return result.user as Given<Profile>
}

export { endOf as ended }

/** What a login that did not succeed says: its message, and what only the operator is told. */
export function told(result: Result): { message: string; provider: unknown; reason?: unknown } {
  if (result.action === 'fail') return result.info as ReturnType<typeof told>
  if (result.action !== 'error') throw new Error(`it ended in ${result.action}`)
  return { message: result.error.message, provider: result.error['provider'] }
}

/** The provider's right answer with further members. */
export const rightAnd =
  (members: object) =>
  ({ json }: { json: unknown }) => ({ body: { ...Object(json), ...members } as object })

/** How a provider was asked: method and API, oldest first. */
export const calls = ({ requests }: Pick<Simulator, 'requests'>): string[] =>
  requests.map(({ method, endpoint }) => `${method} ${endpoint}`)

let visitors = 0

/** A browser with a session at a strategy, and a provider that gives it codes. */
export class Visitor<Provider extends Simulator = Simulator, Strategy extends object = object> {
  readonly session = createSession()
  readonly sessionID = `session-${++visitors}`
  /** The codes and keys that it was given. */
  readonly codes: string[] = []
  /** What has been traced of its visits. */
  readonly traced: Record<string, unknown>[] = []

  constructor(
    readonly simulator: Provider,
    readonly strategy: Strategy,
  ) {}

  /** Opens a page; fails when a secret can be read in what the login ends in, traces or keeps. */
  async visit(path: string, more: Partial<LoginRequest> = {}, options?: object): Promise<Result> {
    const { session, sessionID, strategy } = this
    const trace = oracle.recordTrace()
    const result = await attempt(strategy, request(path, { session, sessionID, ...more }), options)
    trace.stop()
    this.traced.push(...trace.events)
    const secrets = [...oracle.secretsSeen(this.simulator), ...this.codes]
    const verifiers = this.pending().flatMap(({ verifier }) => verifier ?? [])
    // the user is all that verify was given, tokens too
    const shown = result.action === 'success' ? result.info : result
    oracle.expectNoSecret([...secrets, ...verifiers], shown, strategy, trace.events)
    const stored = JSON.stringify(session.stored(), (key, value: unknown) =>
      key === 'verifier' ? undefined : value,
    )
    oracle.expectNoSecret(secrets, stored)
    return result
  }

  /** The logins that its session has stored as pending. */
  pending(): Record<string, string>[] {
    return Object.values(this.session.stored()).flat() as Record<string, string>[]
  }
}
