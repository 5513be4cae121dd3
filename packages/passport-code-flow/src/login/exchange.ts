import { LoginStopped } from '../errors.js'
import { copyMembers, isRecord } from '../members.js'
import type { Deadline } from '../net/deadline.js'
import { type Endpoint, parseEndpoint, send } from '../net/http.js'
import { checkRequest } from '../net/message.js'
import type { Answer, AnswerStep, Ask, Grant, Profile, Request, Tokens } from '../provider.js'
import { identifier, isNothing, object } from '../read.js'
import type { Steps } from '../steps.js'
import { parseURL } from '../url.js'
import { checkAnswer, checkTokens, isToken, withBody } from './answer.js'
import { toProfile } from './profile.js'
import { stopped, unusable } from './words.js'

// Step 5: exchanges the code for tokens and fetches the user with them.

/** The calls of one login to its provider. Tells the steps each value that must not be shown. */
export class Exchange {
  private tokenAnswer: Answer | undefined
  /** For each call, in their order: its successful answer for the user, which may come late. */
  private readonly userAnswers: (Answer | undefined)[] = []
  private subject: string | undefined

  constructor(
    private readonly steps: Steps,
    private readonly deadline: Deadline,
  ) {}

  /** Exchanges a code for tokens. */
  async code(grant: Grant): Promise<Tokens> {
    const { provider } = this.steps.settings
    if (!provider.exchange)
      return this.readTokens(
        await this.ask(provider.tokenRequest!(grant), 'token', 'tokenRequest'),
        'token',
      )
    const ask = this.asker('token', 'exchange')
    const answer = await this.deadline.bound(provider.exchange(grant, ask))
    const { body, headers } = object(answer)
    if (!isRecord(body) || !isRecord(headers))
      throw new TypeError('exchange must give an answer, such as the one that ask gives')
    return this.readTokens(answer, 'token')
  }

  /** Exchanges a refresh token; if the provider gives no new one, the old one stays. */
  async refresh(refreshToken: string): Promise<Tokens & { refreshToken: string }> {
    if (!isToken(refreshToken))
      throw new LoginStopped('config', 'there is no refresh token to exchange')
    const request = this.steps.settings.provider.refreshRequest!(refreshToken)
    const tokens = this.readTokens(await this.ask(request, 'refresh', 'refreshRequest'), 'refresh')
    return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken }
  }

  /** The user of the tokens. If the token answer names a user, it must be the same user. */
  async user(tokens: Tokens): Promise<Profile> {
    const { provider } = this.steps.settings
    const user = provider.fetchUser
      ? await this.deadline.bound(provider.fetchUser(tokens, this.asker('profile', 'fetchUser')))
      : provider.readUser!(
          provider.userInfoRequest
            ? await this.ask(provider.userInfoRequest(tokens), 'profile', 'userInfoRequest')
            : this.tokenAnswer!,
        )
    const answer = this.userAnswers.find((one) => one !== undefined) ?? this.tokenAnswer!
    const profile = toProfile(provider.name, user, answer)
    if (!profile) throw unusable('no_subject', 'the profile has no usable user id', answer)
    if (this.subject !== undefined && this.subject !== profile.id)
      throw stopped(
        'bad_response',
        'the user id of the profile is not that of the token answer',
        answer,
      )
    return profile
  }

  /** The `ask` of a provider's `exchange` or `fetchUser`. */
  private asker(step: AnswerStep, by: string): Ask {
    return (request) => {
      const answer = this.ask(request, step, by)
      // the function may not wait for it: a rejection that nobody handles would end the process
      answer.catch(() => undefined)
      return answer
    }
  }

  /** `by`: the member of the provider that has made the request. */
  private async ask(given: Request, step: AnswerStep, by: string): Promise<Answer> {
    const request = checkRequest(given, by)
    const { settings, secrets } = this.steps
    const { provider, endpoints, transport } = settings
    secrets.push(request)
    const call = this.userAnswers.push(undefined) - 1
    const usual = step === 'profile' ? endpoints.userInfo : endpoints.token
    if (!usual && request.url === undefined)
      throw new TypeError(`a request of ${by} needs a url, or the provider's userInfoURL`)
    const to = this.resolve(request.url, usual ?? endpoints.token)
    const received = await send(to, request, transport, this.deadline)
    const answer = withBody(received, provider)
    // the token answer is checked when its tokens are read: a provider may need several calls
    if (step !== 'profile') return answer
    checkAnswer(answer, provider, step)
    this.userAnswers[call] = answer
    return answer
  }

  /** The endpoint of a URL on one of the provider's origins: no answer may name another host. */
  private resolve(url: string | undefined, usual: Endpoint): Endpoint {
    if (url === undefined || url === usual.url) return usual
    const { origin } = usual
    const resolved = parseURL(url, origin)
    // not `resolved.origin`: for blob:https://a.example it is https://a.example
    if (!resolved || !this.steps.settings.origins.has(`${resolved.protocol}//${resolved.host}`))
      throw new LoginStopped(
        'bad_response',
        'a request to another site than the provider was stopped: origins does not list that site',
      )
    return parseEndpoint(resolved.href)
  }

  private readTokens(answer: Answer, step: AnswerStep): Tokens {
    const { settings, secrets } = this.steps
    const reading = copyMembers(settings.provider.readTokens(answer))
    secrets.push(reading.accessToken, reading.refreshToken)
    const tokens = checkTokens(answer, reading, settings.provider, step)
    this.tokenAnswer = answer
    this.subject = identifier(reading.subject)
    if (this.subject === undefined && !isNothing(reading.subject))
      throw stopped('bad_response', 'the token answer has a user without a usable id', answer)
    return tokens
  }
}
