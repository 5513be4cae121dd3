import type { IncomingHttpHeaders } from 'node:http'
import type { FailureCode, ProviderDetail } from './errors.js'
import type { ChallengeEncoding } from './pkce.js'

/**
 * One provider, as data and small functions: where it is, how its callback looks, what it is asked
 * and what its answers mean. The core checks everything and knows no provider.
 *
 * `P` is the profile that verify gets, `Start` the options that `start` takes from
 * `passport.authenticate`.
 */
export interface Provider<P extends Profile = Profile, Start = object> {
  /** The strategy's name unless the application gives another; also `profile.provider`. */
  readonly name: P['provider']
  /**
   * `site`: a callback needs a login that was started in this browser (RFC 6749 section 10.12).
   * `provider`: the provider brings a code without a start, and no page can start a login (OpenID
   * Connect Core section 4).
   */
  readonly initiatedBy: 'site' | 'provider'
  /** The token endpoint (RFC 6749 section 3.2): absolute, https unless `allowInsecure`. */
  readonly tokenURL: string
  /** The user info endpoint. Absent: the user is in the token answer. */
  readonly userInfoURL?: string
  /** True if an application may have no secret (RFC 6749 section 2.1). Default `false`. */
  readonly publicClient?: boolean
  /** What its callback looks like (RFC 6749 section 4.1.2). */
  readonly callback: CallbackRules
  /** The challenge that a code is bound to (RFC 7636 section 4.2); a list gives `codeChallenges`. */
  readonly pkce?: ChallengeEncoding | readonly ChallengeEncoding[]
  /** The OAuth options that `start` takes from `authenticate`: `scope`, `prompt`, … */
  readonly startOptions?: readonly string[]
  /** The URL that a start sends the browser to (RFC 6749 section 4.1.1). Absent: a start fails. */
  readonly start?: (login: StartedLogin, options: Start) => string
  /** More origins that `ask` may call. */
  readonly origins?: readonly string[]

  /** The request that exchanges a code (RFC 6749 section 4.1.3). Absent only with `exchange`. */
  readonly tokenRequest?: (grant: Grant) => Request
  /** The request that exchanges a refresh token (RFC 6749 section 6). Absent: no `refresh`. */
  readonly refreshRequest?: (refreshToken: string) => Request
  /** The request for the user. Absent: `readUser` reads the token answer. */
  readonly userInfoRequest?: (tokens: Tokens) => Request
  /** Replaces `tokenRequest` if one request is not enough. The core reads what it returns. */
  readonly exchange?: (grant: Grant, ask: Ask) => Promise<Answer>
  /** Replaces `userInfoRequest` and `readUser` if a user needs several requests, or none. */
  readonly fetchUser?: (tokens: Tokens, ask: Ask) => Promise<UserReading | undefined>

  /** Makes an object of an answer that is not a JSON object. Undefined: the core reads JSON. */
  readonly readBody?: (answer: RawAnswer) => Record<string, unknown> | undefined
  /** All statuses that mean success, for tokens and for the user. Default: only 200. */
  readonly successStatuses?: readonly number[]
  /**
   * The refusal in an answer, whatever its status and whatever else is in it. Undefined if the
   * provider reports no error: the core itself sorts a 5xx, a 404 and a missing token.
   */
  readonly readRefusal: (answer: Answer, step: AnswerStep) => Refusal | undefined
  /** The tokens of an answer (RFC 6749 section 5.1). The core checks their values. */
  readonly readTokens: (answer: Answer) => TokenReading
  /**
   * The user of an answer; without a usable `id` the login ends in `no_subject`. Absent only with
   * `fetchUser`.
   */
  readonly readUser?: (answer: Answer) => UserReading | undefined
  /**
   * Sentences for the site's developers, by the code of a failure or an error. The sentence
   * `start` says what to do if there is no function `start`.
   */
  readonly hints?: Readonly<Record<string, string>>
}

/** A provider with refresh tokens: its strategy has the method `refresh`. */
export type RefreshingProvider<P extends Profile = Profile, Start = object> = Provider<P, Start> &
  Required<Pick<Provider, 'refreshRequest'>>

/** What the request that brings a code looks like. */
export interface CallbackRules {
  /** The parameter that holds the code: `code` in RFC 6749 section 4.1.2. */
  readonly code: string
  /** The parameter that names the pending login, such as `state`. Default: the newest one is taken. */
  readonly login?: string
  /**
   * Reads a callback in the provider's own way: it may refuse, sort the provider's error words, or
   * find the code elsewhere. Members that it leaves out are read as usual.
   */
  readonly read?: (parameters: CallbackParameters) => CallbackReading | undefined
  /**
   * Which requests are refused by their Fetch Metadata headers. `document`: those that are neither an
   * opened page nor a fetch of this site. `strict`: also a page that another site opened. `off`: none.
   * Default `document`.
   */
  readonly fetchMetadata?: 'document' | 'strict' | 'off'
}

/** What a browser brought to a callback, for `callback.read`. */
export interface CallbackParameters {
  readonly method: string
  /** The query as the browser sent it, without the question mark. */
  readonly rawQuery: string
  /** False if the headers say that a page of another origin has sent this. */
  readonly isFromThisSite: boolean
  /** True for a parameter of query or body, whatever its value. */
  has(name: string): boolean
  /** The parameter's text. Refuses a parameter that has two values or is not text. */
  get(name: string): string | undefined
  /** Ends the request in `bad_callback`; `reason` is a sentence without values, for developers. */
  refuse(reason: string): never
}

/** What `callback.read` found; what it leaves out is read as usual. */
export interface CallbackReading {
  code?: string
  /** The provider's error: a visitor's failure, or a code of `LoginError`. */
  error?: FailureCode | 'config' | 'provider_error'
  /** True if this callback does not have to name its login. Default `false`. */
  loginOptional?: boolean
}

/** A login that has been started: what goes to the provider or to the page that asks it. */
export interface StartedLogin {
  /** Names the pending login: 22 random letters and digits, 130 bits. */
  id: string
  /** The challenge for the verifier that stays on the server. Empty without PKCE. */
  codeChallenge: string
  /** One challenge for each encoding of the list in `pkce`. */
  codeChallenges: readonly string[]
}

/** What is exchanged for tokens. */
export interface Grant {
  /** The code as the browser brought it (RFC 6749 section 4.1.3). */
  code: string
  /** Empty without PKCE. */
  codeVerifier: string
}

/** A request to a provider, a plain object; the core encodes `query`, `form` and `json`. */
export interface Request {
  method: 'GET' | 'POST'
  /** Another path of the endpoint's origin, or a URL of `origins`. Default: the endpoint. */
  url?: string
  /** Added to `accept` and the headers of the body. */
  headers?: Record<string, string>
  /** Appended to the URL, encoded. */
  query?: Record<string, string>
  /** Sent as `application/x-www-form-urlencoded`, only with POST. */
  form?: Record<string, string>
  /** Sent as `application/json`, only with POST and without `form`. */
  json?: unknown
}

/**
 * Sends a request within the login's deadline and byte limit. In `fetchUser` a refusal ends the
 * login. In `exchange` it does not: only the answer that `exchange` returns is checked.
 */
export type Ask = (request: Request) => Promise<Answer>

/** A provider's complete answer, before the provider's functions have read its body. */
export interface RawAnswer {
  /** The method of the request. */
  method: Request['method']
  status: number
  headers: IncomingHttpHeaders
  /** The body; empty when it is not UTF-8. */
  text: string
  /** The body as JSON; undefined when the body is not JSON. */
  json: unknown
}

/** An answer and its body as an object. */
export interface Answer extends RawAnswer {
  /** It never has a member named `__proto__`. */
  body: Record<string, unknown>
}

/** What an answer is read for; `profile` is user info. */
export type AnswerStep = 'token' | 'profile' | 'refresh'

/** A refusal in the provider's answer, sorted by who can fix it. */
export interface Refusal {
  /**
   * `invalid_code`: the visitor tries again. `config`: the operator fixes it. `provider_error`: the
   * provider's own fault. `bad_response`: the answer does not say, such as with an undocumented
   * word. At the profile step `provider_error` stays and every other kind becomes
   * `profile_failed`.
   */
  kind: 'invalid_code' | 'config' | 'provider_error' | 'bad_response'
  /** The provider's own words; the core shortens them and takes secrets out. */
  provider?: {
    [Name in keyof ProviderDetail]?: Name extends 'details'
      ? Record<string, string | undefined>
      : ProviderDetail[Name] | undefined
  }
}

/** Tokens as the provider gave them, not checked yet. */
export interface TokenReading {
  /** Must be 1 to 16 384 visible ASCII characters, or the login ends in `bad_response`. */
  accessToken: unknown
  /** With the same limits; any other value counts as absent (RFC 6749 section 6). */
  refreshToken?: unknown
  /** Must be `Bearer` in any case, or absent; anything else is refused (RFC 6749 section 7.1). */
  tokenType?: unknown
  /** When the access token expires. */
  expiresAt?: Date | undefined
  /** The id of the user, if the token answer has it: the profile must then have the same id. */
  subject?: unknown
  /** The token answer as the application gets it, unwrapped. */
  params: Record<string, unknown>
}

/** Tokens that the core has checked. */
export interface Tokens {
  accessToken: string
  refreshToken: string | undefined
  params: TokenParams
}

/** The token answer, unwrapped, as verify gets it. */
export interface TokenParams {
  /** When the access token expires; absent when the provider does not say. */
  expires_at?: Date
  /** The provider's own members. */
  [name: string]: unknown
}

/**
 * A user as raw values of the provider's answer. The core makes the profile from them: it trims
 * texts, removes control characters, turns ids into text, checks URLs and leaves out what is empty.
 */
export interface UserReading {
  id: unknown
  /** One value, or the parts of a name in the order in which people say them. Default: `username`. */
  displayName?: unknown
  givenName?: unknown
  familyName?: unknown
  username?: unknown
  email?: unknown
  phone?: unknown
  picture?: unknown
  gender?: unknown
  birthday?: unknown
  profileUrl?: unknown
}

/** Passport's normalised profile. What the provider does not have is absent, not empty. */
export interface Profile {
  /** The provider's name, whatever name the strategy has. */
  provider: string
  /** Never empty, never a number. */
  id: string
  /** What to call the user on a page. */
  displayName?: string
  /** A name that the user chose and may change: never use it as a key. */
  username?: string
  /** The parts of the name. */
  name?: { givenName?: string; familyName?: string }
  /** Addresses as the provider has them; nothing says that they were verified. */
  emails?: { value: string }[]
  /** Numbers as the provider has them, without a country code if it gives none. */
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
