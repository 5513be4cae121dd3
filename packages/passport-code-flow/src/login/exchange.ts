import { LoginStopped } from '../errors.js'
import type { Deadline } from '../net/deadline.js'
import { type Endpoint, parseEndpoint, send } from '../net/http.js'
import type { Settings } from '../settings.js'
import type { Answer, Ask, Grant, Profile, Request, Tokens } from '../provider.js'
import { identifier, isNothing } from '../read.js'
import type { Secrets } from '../redact.js'
import {
  type AnswerStep,
  checkTokens,
  checkUserAnswer,
  isToken,
  stopped,
  withBody,
} from './answer.js'
import { toProfile } from './profile.js'

// Step 5: exchanges the code for tokens and fetches the user with them.

/** The calls of one login to its provider; adds each value that must not be shown to `secrets`. */
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
    const { settings, deadline } = this
    const { provider } = settings
    const ask: Ask = (request) => this.ask(request, 'token')
    const answer = provider.exchange
      ? await deadline.bound(provider.exchange(grant, ask))
      : await ask(provider.tokenRequest(grant))
    return this.readTokens(answer, 'token')
  }

  /** Exchanges a refresh token; the old one stays where no new one is given. */
  async refresh(refreshToken: string): Promise<Tokens & { refreshToken: string }> {
    if (!isToken(refreshToken))
      throw new LoginStopped('config', 'there is no refresh token to exchange')
    const request = this.settings.provider.refreshRequest!(refreshToken)
    const tokens = this.readTokens(await this.ask(request, 'refresh'), 'refresh')
    return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken }
  }

  /** The user of the tokens, who must be the one that the token answer named. */
  async user(tokens: Tokens): Promise<Profile> {
    const { settings, deadline } = this
    const { provider } = settings
    const ask: Ask = (request) => this.ask(request, 'profile')
    const user = provider.fetchUser
      ? await deadline.bound(provider.fetchUser(tokens, ask))
      : provider.readUser(
          provider.userInfoRequest
            ? await ask(provider.userInfoRequest(tokens))
            : this.tokenAnswer!,
        )
    const answer = this.userAnswer ?? this.tokenAnswer!
    const profile = toProfile(provider.name, user, answer)
    if (!profile) throw stopped('no_subject', 'the profile names no usable user id', answer)
    if (this.subject !== undefined && this.subject !== profile.id)
      throw stopped('bad_response', 'the profile is not that of the user the token is for', answer)
    return profile
  }

  private async ask(request: Request, step: AnswerStep): Promise<Answer> {
    const { settings, secrets, deadline } = this
    const { provider, endpoints, transport } = settings
    secrets.addRequest(request)
    const usual = (step === 'profile' && endpoints.userInfo) || endpoints.token
    const answer = withBody(
      await send(this.resolve(request.url, usual), request, transport, deadline),
      provider,
    )
    if (step === 'profile') {
      checkUserAnswer(answer, provider)
      this.userAnswer ??= answer
    }
    return answer
  }

  /** The endpoint of a URL on one of the provider's origins: no answer may name another host. */
  private resolve(url: string | undefined, usual: Endpoint): Endpoint {
    if (url === undefined || url === usual.url) return usual
    const { origin } = usual
    const resolved = URL.canParse(url, origin) ? new URL(url, origin) : undefined
    // not its origin: that of blob:https://… is the one behind the colon
    if (!resolved || !this.settings.origins.has(`${resolved.protocol}//${resolved.host}`))
      throw new LoginStopped('bad_response', 'a URL of the provider is on none of its origins')
    return parseEndpoint(resolved.href)
  }

  private readTokens(answer: Answer, step: AnswerStep): Tokens {
    const { provider } = this.settings
    const reading = provider.readTokens(answer)
    this.secrets.add(reading.accessToken, reading.refreshToken)
    const tokens = checkTokens(answer, reading, provider, step)
    this.tokenAnswer = answer
    this.subject = identifier(reading.subject)
    if (this.subject === undefined && !isNothing(reading.subject))
      throw stopped('bad_response', 'the token answer names a user by no usable id', answer)
    return tokens
  }
}
