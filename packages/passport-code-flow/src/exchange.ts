import type { Deadline } from './deadline.js'
import { Failure, Problem, type ProviderDetail } from './errors.js'
import { send, type Transport } from './http.js'
import type { HttpAnswer, HttpRequest } from './http-message.js'
import type {
  Answer,
  Grant,
  Profile,
  Provider,
  Refusal,
  TokenParams,
  TokenReading,
} from './provider.js'
import { identifier, isRecord } from './read.js'

/** Tokens that have been checked. */
export interface Tokens {
  accessToken: string
  refreshToken: string | undefined
  params: TokenParams
}

/** What a call to the provider needs besides its own data; `secrets` grows with each token. */
export interface Line {
  provider: Provider
  transport: Transport
  deadline: Deadline
  secrets: unknown[]
}

type TokenStep = 'token' | 'refresh'

const TOKEN = /^[\x21-\x7e]+$/
const TOKEN_LIMIT = 4096

/** Exchanges a code for tokens. Throws a `Failure` for a refused code, a `Problem` for the rest. */
export async function exchangeCode(line: Line, grant: Grant) {
  const { provider } = line
  const answer = asObject(await ask(line, provider.tokenRequest(grant)))
  const other = provider.otherTokenRequest?.(answer, grant)
  return readTokens(line, other ? asObject(await ask(line, other)) : answer, 'token')
}

/** Exchanges a refresh token; the old one stays where no new one is given. */
export async function refreshTokens(line: Line, refreshToken: string) {
  if (!isToken(refreshToken)) throw new Problem('config', 'there is no refresh token to exchange')
  const request = line.provider.refreshRequest?.(refreshToken)
  if (!request) throw new Problem('config', 'this provider has no refresh tokens')
  const { tokens } = readTokens(line, asObject(await ask(line, request)), 'refresh')
  return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken }
}

/** The user the access token stands for, who must be `subject` where the token answer named one. */
export async function fetchProfile(
  line: Line,
  accessToken: string,
  subject: string | undefined,
): Promise<Profile> {
  const { provider } = line
  const received = await ask(line, provider.profileRequest(accessToken))
  if (received.status === 200 && provider.isNobody?.(received.json)) throw noSubject(received)
  const answer = asObject(received)
  const refusal = provider.readRefusal(answer, 'profile')
  if (refusal) {
    const kind = refusal.kind === 'provider_error' ? 'provider_error' : 'profile_failed'
    throw new Problem(kind, 'the provider refused the token', about(answer, refusal))
  }
  checkStatus(answer, 'user-info', 'profile_failed')
  const profile = provider.parseProfile(answer)
  const id = identifier(profile?.id)
  if (!profile || id === undefined) throw noSubject(answer)
  if (subject !== undefined && subject !== id)
    throw new Problem('bad_response', 'the profile is not that of the user the token is for')
  return profile.id === id ? profile : { ...profile, id }
}

function ask({ transport, deadline }: Line, request: HttpRequest): Promise<HttpAnswer> {
  return send(request, transport, deadline)
}

function readTokens(line: Line, answer: Answer, step: TokenStep) {
  const { provider } = line
  const reading = provider.readTokens(answer)
  line.secrets.push(reading.accessToken, reading.refreshToken)
  const refusal = provider.readRefusal(answer, step)
  if (refusal) throw refused(answer, refusal, reading, step)
  checkStatus(answer, 'token', 'bad_response')
  const { accessToken, refreshToken, tokenType, expiresAt, params } = reading
  if (!isToken(accessToken)) throw bad(answer, 'there is no usable access token in the answer')
  if (!isBearer(tokenType)) throw bad(answer, 'the token is not a bearer token')
  const tokens: Tokens = {
    accessToken,
    refreshToken: isToken(refreshToken) ? refreshToken : undefined,
    params: readParams(params, expiresAt),
  }
  return { tokens, subject: identifier(reading.subject) }
}

/** The provider's own `expires_at` need not be a Date. */
function readParams(params: Record<string, unknown>, expiresAt: Date | undefined): TokenParams {
  if (expiresAt) return Object.assign({}, params, { expires_at: expiresAt })
  const { expires_at: _theirs, ...others } = params
  return others
}

function refused(
  answer: Answer,
  refusal: Refusal,
  reading: TokenReading,
  step: TokenStep,
): Failure | Problem {
  const { accessToken } = reading
  if (accessToken !== undefined && accessToken !== null)
    return bad(answer, 'there is a token and an error in the answer', refusal.provider)
  const detail = about(answer, refusal)
  if (refusal.kind !== 'invalid_code')
    return new Problem(refusal.kind, 'the provider refused the request', detail)
  if (step === 'token') return new Failure('invalid_code', detail.provider)
  return new Problem('refresh_refused', 'the provider refused the refresh token', detail)
}

/**
 * The answer as a JSON object, or a `Problem` that says what came instead. Under another status
 * than 200 it is an empty object: a gateway's page has a status that means something all the same.
 */
function asObject(answer: HttpAnswer): Answer {
  const { status, json } = answer
  if (isRecord(json)) return { ...answer, body: json }
  if (status !== 200) return { ...answer, body: {} }
  const what = json === undefined ? 'the answer is not JSON' : 'the answer is not a JSON object'
  throw new Problem('bad_response', what, { provider: { status } })
}

/** Every provider here documents 200 and nothing else for success. */
function checkStatus(
  { status }: Answer,
  endpoint: 'token' | 'user-info',
  otherwise: 'bad_response' | 'profile_failed',
): void {
  if (status === 200) return
  if (status === 404 || status === 405)
    throw new Problem('config', `there is no ${endpoint} endpoint at this address`, {
      provider: { status },
    })
  const code = isFault(status) ? 'provider_error' : otherwise
  throw new Problem(code, `the provider answered with status ${status}`, { provider: { status } })
}

function isFault(status: number): boolean {
  return status >= 500 || status === 429
}

/** RFC 6749 section 7.1: any case; a provider that leaves it out means it. */
function isBearer(tokenType: unknown): boolean {
  if (tokenType === undefined || tokenType === null) return true
  return typeof tokenType === 'string' && /^bearer$/i.test(tokenType)
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TOKEN_LIMIT && TOKEN.test(value)
}

function noSubject({ status }: HttpAnswer): Problem {
  return new Problem('no_subject', 'the profile names no usable user id', { provider: { status } })
}

function bad({ status }: HttpAnswer, message: string, provider?: ProviderDetail): Problem {
  return new Problem('bad_response', message, { provider: { ...provider, status } })
}

function about({ status }: HttpAnswer, refusal: Refusal): { provider: ProviderDetail } {
  return { provider: { ...refusal.provider, status } }
}
