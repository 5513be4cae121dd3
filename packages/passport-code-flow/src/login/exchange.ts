import { LoginStopped } from '../errors.js'
import { isRecord } from '../members.js'
import type { Deadline } from '../net/deadline.js'
import { type Endpoint, parseEndpoint, send } from '../net/http.js'
import type { Settings } from '../settings.js'
import type {
  Answer,
  Ask,
  Grant,
  Profile,
  RawAnswer,
  Refusal,
  Request,
  TokenParams,
  TokenReading,
  Tokens,
} from '../provider.js'
import { identifier, isNothing } from '../read.js'
import type { Secrets } from '../redact.js'
import { toProfile } from './profile.js'

// Step 5: a code becomes tokens, tokens become a user.

type TokenStep = 'token' | 'refresh'

const TOKEN = /^[\x21-\x7e]{1,16384}$/

/** The calls of one login to its provider; each value that must not be shown goes into `secrets`. */
export class Exchange {
  private tokenAnswer: Answer | undefined
  private userAnswer: Answer | undefined
  private subject: string | undefined

  constructor(
    private readonly settings: Settings,
    private readonly deadline: Deadline,
    private readonly secrets: Secrets,
  ) {}

  /** Exchanges a code for tokens. */
  async code(grant: Grant): Promise<Tokens> {
    const { provider } = this.settings
    const answer = provider.exchange
      ? await provider.exchange(grant, this.askTokens)
      : await this.askTokens(provider.tokenRequest(grant))
    return this.readTokens(answer, 'token')
  }

  /** Exchanges a refresh token; the old one stays where no new one is given. */
  async refresh(refreshToken: string): Promise<Tokens & { refreshToken: string }> {
    if (!isToken(refreshToken))
      throw new LoginStopped('config', 'there is no refresh token to exchange')
    const request = this.settings.provider.refreshRequest!(refreshToken)
    const tokens = this.readTokens(await this.askTokens(request), 'refresh')
    return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken }
  }

  /** The user of the tokens, who must be the one that the token answer named. */
  async user(tokens: Tokens): Promise<Profile> {
    const { provider } = this.settings
    const user = provider.fetchUser
      ? await provider.fetchUser(tokens, this.askUser)
      : provider.readUser(
          provider.userInfoRequest
            ? await this.askUser(provider.userInfoRequest(tokens))
            : this.tokenAnswer!,
        )
    const answer = this.userAnswer ?? this.tokenAnswer!
    const profile = toProfile(provider.name, user, answer)
    if (!profile) throw stopped('no_subject', 'the profile names no usable user id', answer)
    if (this.subject !== undefined && this.subject !== profile.id)
      throw stopped('bad_response', 'the profile is not that of the user the token is for', answer)
    return profile
  }

  private readonly askTokens: Ask = (request) => this.ask(request, 'token')

  private readonly askUser: Ask = async (request) => {
    const answer = await this.ask(request, 'userInfo')
    const refusal = this.settings.provider.readRefusal(answer, 'profile')
    if (refusal) {
      const code = refusal.kind === 'provider_error' ? 'provider_error' : 'profile_failed'
      throw stopped(code, 'the provider refused the token', answer, refusal)
    }
    this.checkStatus(answer, 'profile_failed', 'user info')
    this.userAnswer ??= answer
    return answer
  }

  private async ask(request: Request, endpoint: 'token' | 'userInfo'): Promise<Answer> {
    const { settings, secrets, deadline } = this
    secrets.addRequest(request)
    const to = this.resolve(request.url, settings.endpoints[endpoint] ?? settings.endpoints.token)
    const answer = await send(to, request, settings.transport, deadline)
    const body = settings.provider.readBody?.(answer) ?? answer.json
    if (isRecord(body)) {
      // JSON is parsed without it; a provider's own reading may have it
      if (Object.hasOwn(body, '__proto__')) delete body['__proto__']
      return { ...answer, body }
    }
    // a gateway's page: its status means something all the same
    if (!this.isSuccess(answer)) return { ...answer, body: {} }
    const what = answer.json === undefined ? 'not JSON' : 'not a JSON object'
    throw stopped('bad_response', `the answer is ${what}: ${describe(answer)}`, answer)
  }

  /** Another URL of the provider's; no answer decides which host gets a token. */
  private resolve(url: string | undefined, endpoint: Endpoint): Endpoint {
    if (url === undefined) return endpoint
    const resolved = URL.canParse(url, endpoint.origin) ? new URL(url, endpoint.origin) : undefined
    if (!resolved || !this.settings.origins.has(resolved.origin))
      throw new LoginStopped('bad_response', 'a URL of the provider is on none of its origins')
    return parseEndpoint(resolved.href)
  }

  private readTokens(answer: Answer, step: TokenStep): Tokens {
    const { provider } = this.settings
    const reading = provider.readTokens(answer)
    this.secrets.add(reading.accessToken, reading.refreshToken)
    const refusal = provider.readRefusal(answer, step)
    if (refusal) refuseTokens(answer, refusal, reading, step)
    this.checkStatus(answer, 'bad_response', 'token')
    const { accessToken, refreshToken, tokenType, expiresAt, params } = reading
    if (!isToken(accessToken))
      throw stopped('bad_response', 'there is no usable access token in the answer', answer)
    if (!isBearer(tokenType))
      throw stopped('bad_response', 'the token is not a bearer token', answer)
    this.tokenAnswer = answer
    this.subject = identifier(reading.subject)
    if (this.subject === undefined && !isNothing(reading.subject))
      throw stopped('bad_response', 'the token answer names a user by no usable id', answer)
    return {
      accessToken,
      refreshToken: isToken(refreshToken) ? refreshToken : undefined,
      params: readParams(params, expiresAt),
    }
  }

  private isSuccess({ status }: RawAnswer): boolean {
    return (this.settings.provider.successStatuses ?? [200]).includes(status)
  }

  private checkStatus(
    answer: Answer,
    otherwise: 'bad_response' | 'profile_failed',
    endpoint: string,
  ): void {
    const { status } = answer
    if (this.isSuccess(answer)) return
    if (status === 404 || status === 405)
      throw stopped('config', `there is no ${endpoint} endpoint at this address`, answer)
    const code = status >= 500 || status === 429 ? 'provider_error' : otherwise
    throw stopped(code, `the provider does not say what is wrong: ${describe(answer)}`, answer)
  }
}

/** The provider's own `expires_at` need not be a Date. */
function readParams(params: Record<string, unknown>, expiresAt: Date | undefined): TokenParams {
  const { expires_at: _theirs, ...others } = params
  return expiresAt ? { ...others, expires_at: expiresAt } : others
}

function refuseTokens(
  answer: Answer,
  refusal: Refusal,
  { accessToken }: TokenReading,
  step: TokenStep,
): never {
  if (accessToken !== undefined && accessToken !== null && accessToken !== '')
    throw stopped('bad_response', 'there is a token and an error in the answer', answer, refusal)
  if (refusal.kind !== 'invalid_code')
    throw stopped(refusal.kind, 'the provider refused the request', answer, refusal)
  if (step === 'refresh')
    throw stopped('refresh_refused', 'the provider refused the refresh token', answer, refusal)
  throw stopped('invalid_code', 'invalid_code', answer, refusal)
}

/** RFC 6749 section 7.1: any case; a provider that leaves it out means it. */
function isBearer(tokenType: unknown): boolean {
  if (tokenType === undefined || tokenType === null) return true
  return typeof tokenType === 'string' && /^(bearer|\s*)$/i.test(tokenType)
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value)
}

/** What an operator needs to know of an answer that says nothing itself. */
function describe({ status, headers }: RawAnswer): string {
  const type = headers['content-type'] ?? 'none'
  const coding = headers['content-encoding'] ?? 'none'
  return `status ${status}, content type ${type}, coding ${coding}`
}

function stopped(
  code: LoginStopped['code'],
  message: string,
  { status }: RawAnswer,
  refusal?: Refusal,
): LoginStopped {
  return new LoginStopped(code, message, { provider: { ...(refusal?.provider as object), status } })
}
