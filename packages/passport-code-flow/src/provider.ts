import type { HttpAnswer, HttpRequest } from './http-message.js'
import type { FailureCode, ProviderDetail } from './errors.js'
import type { ChallengeEncoding } from './pkce.js'

/**
 * One provider, as data and small pure functions: where it is, how its callback looks, what it is
 * asked and how its answers read. The core does the rest and knows no provider.
 */
export interface Provider<P extends Profile = Profile> {
  /** The strategy's name unless the application gives another. */
  readonly name: string
  /**
   * `site`: a callback needs a login that was started in this browser (RFC 6749 section 10.12).
   * `provider`: a code arrives unasked and nothing can be started (OpenID Connect Core section 4).
   */
  readonly initiatedBy: 'site' | 'provider'
  /** How its callback looks (RFC 6749 section 4.1.2). */
  readonly callback: CallbackRules
  /** Where a started login sends the browser (RFC 6749 section 4.1.1). Absent: nothing to send it to. */
  readonly start?: (login: StartedLogin) => string
  /**
   * Set when the code is bound to a challenge (RFC 7636 section 4.2). A list gives a start the
   * challenges of one verifier in several encodings. Default: no PKCE.
   */
  readonly pkce?: ChallengeEncoding | readonly ChallengeEncoding[]
  /**
   * The request that exchanges a code (RFC 6749 section 4.1.3). Called once with empty texts when
   * the strategy is made, as is `profileRequest`: their URLs must not differ between requests.
   */
  readonly tokenRequest: (grant: Grant) => HttpRequest
  /** The request that exchanges a refresh token (RFC 6749 section 6). Absent: no refresh. */
  readonly refreshRequest?: (refreshToken: string) => HttpRequest
  /**
   * The same exchange in another form, after an answer that has not looked at the code; sent once.
   * Default: there is none.
   */
  readonly otherTokenRequest?: (answer: Answer, grant: Grant) => HttpRequest | undefined
  /**
   * What the answer refuses, whatever status it has and whatever else is in it; undefined when the
   * provider calls nothing an error: the core knows what a 5xx, a 429 or a missing token is.
   */
  readonly readRefusal: (
    answer: Answer,
    step: 'token' | 'profile' | 'refresh',
  ) => Refusal | undefined
  /** The tokens of an answer (RFC 6749 section 5.1). Values are checked by the core. */
  readonly readTokens: (answer: Answer) => TokenReading
  /** The request for the user the token stands for (RFC 6750 section 2.1). */
  readonly profileRequest: (accessToken: string) => HttpRequest
  /** The user of an answer without a refusal; without a usable `id` the login ends in `no_subject`. */
  readonly parseProfile: (answer: Answer) => P | undefined
  /** True for an answer that is not an object and says that the user is gone. Default: none is. */
  readonly isNobody?: (json: unknown) => boolean
  /**
   * Sentences added to the core's own when a login ends in one of these codes; by the name `start`,
   * what to set when there is no page to start from.
   */
  readonly hints?: Readonly<Record<string, string>>
}

/** How the request that brings a code looks; whatever does not fit is refused before any call. */
export interface CallbackRules {
  /** The parameter that holds the code: `code` in RFC 6749 section 4.1.2. */
  readonly code: string
  /** What a code may look like. Default: 1 to 2 048 visible ASCII characters. */
  readonly codePattern?: RegExp
  /** The parameter that names the pending login, such as `state`. Default: the newest one is taken. */
  readonly login?: string
  /** When that parameter must be there. Default `always`. */
  readonly loginRequired?: 'always' | 'posted'
  /** Parameters that must be empty or missing. */
  readonly empty?: readonly string[]
  /** Parameters no browser has any business to send. */
  readonly forbidden?: readonly string[]
  /** A POST must come from the origin of `callbackURL`. Default `false`. */
  readonly sameOriginPost?: boolean
  /** What the `error` parameter means. Default: `access_denied` is that, all else `bad_callback`. */
  readonly readError?: (error: string) => FailureCode
  /** The code in a query that the provider has put together wrongly. Default: not looked for. */
  readonly recoverCode?: (rawQuery: string) => string | undefined
  /** What is refused by its Fetch Metadata headers. Default `document`. */
  readonly fetchMetadata?: 'document' | 'strict' | 'off'
}

/** What a start has to hand on. */
export interface StartedLogin {
  /** Names the pending login, 128 random bits in base64url. */
  id: string
  /** The challenge for the verifier that stays on the server. Empty without PKCE. */
  codeChallenge: string
  /** The challenges in every encoding of `pkce`, in its order; the first is `codeChallenge`. */
  codeChallenges: readonly string[]
}

/** What is exchanged for tokens. */
export interface Grant {
  /** The code as the browser brought it, checked (RFC 6749 section 4.1.3). */
  code: string
  /** Empty without PKCE. */
  codeVerifier: string
}

/** A JSON object that a provider answered with, and its HTTP status. */
export interface Answer extends HttpAnswer {
  /** The object itself; without a member named `__proto__`. */
  body: Record<string, unknown>
}

/** A refusal in the provider's answer, sorted by who can do something about it. */
export interface Refusal {
  /**
   * `invalid_code`: the visitor tries again; `config`: the operator fixes it; `provider_error`: the
   * provider's own fault; `bad_response`: cannot be told, such as a word that nobody documents. At
   * the profile step `provider_error` stays and every other kind is `profile_failed`.
   */
  kind: 'invalid_code' | 'config' | 'provider_error' | 'bad_response'
  /** The provider's own words; the core cuts them and takes secrets out. */
  provider?: ProviderDetail
}

/** Tokens as the provider spelled them. */
export interface TokenReading {
  /** Must be 1 to 4 096 visible ASCII characters, or the login ends in `bad_response`. */
  accessToken: unknown
  /** The same, or it counts as absent (RFC 6749 section 6). */
  refreshToken?: unknown
  /** Anything but `Bearer` (any case) or nothing is refused (RFC 6749 section 7.1). */
  tokenType?: unknown
  /** When the access token dies. */
  expiresAt?: Date | undefined
  /** The user, where the token answer names one; the profile must then name the same. */
  subject?: unknown
  /** The token answer as the application gets it, unwrapped. */
  params: Record<string, unknown>
}

/** The token answer, unwrapped, as verify gets it. */
export interface TokenParams {
  /** When the access token dies; absent when the provider does not say. */
  expires_at?: Date
  /** The provider's own members. */
  [name: string]: unknown
}

/** Passport's normalised profile; members are absent, not empty, where the provider has nothing. */
export interface Profile {
  /** Which provider it is from: its name, whatever the strategy is called. */
  provider: string
  /** Never empty, never a number. */
  id: string
  /** What to call the user on a page. */
  displayName?: string
  /** A handle the user chose and may change: never a key. */
  username?: string
  /** The parts of the name. */
  name?: { givenName?: string; familyName?: string }
  /** Addresses as the provider has them: no claim that they were verified. */
  emails?: { value: string }[]
  /** Numbers as the provider has them, without a country code where it gives none. */
  phoneNumbers?: { value: string }[]
  /** Only http and https URLs. */
  photos?: { value: string }[]
  /** A word of the provider's, in any language. */
  gender?: string
  /** `YYYY-MM-DD`. */
  birthday?: string
  /** The user's page at the provider. */
  profileUrl?: string
  /** The provider's answer as text. */
  _raw: string
  /** The provider's answer, every member of it. */
  _json: Record<string, unknown>
}
