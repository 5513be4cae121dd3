import { stringify } from 'node:querystring'
import { types } from 'node:util'
import {
  absoluteURL,
  type Answer,
  type BaseOptions,
  baseURL,
  type CallbackParameters,
  type CallbackReading,
  flag,
  oneOf,
  read,
  type RefreshingProvider,
  type Refusal,
  refuseOption,
  requireText,
  safeReturnTo,
  type SiteOptions,
  type TokenReading,
} from 'passport-code-flow'
import { readUser, type ZaloPayProfile } from './profile.js'

/** Who can fix an error of the token endpoint. */
type ErrorKind = 'invalid_code' | 'config' | 'provider_error'

/** Options of the ZaloPay strategy. `clientSecret` is the value of the header `x-secret-key`. */
export interface StrategyOptions extends BaseOptions, SiteOptions {
  /** The numeric `appId`, as number or digits. */
  clientID: number | string
  clientSecret: string
  /** Which of ZaloPay's hosts to ask. Default `sandbox`, the only documented one. */
  environment?: 'sandbox' | 'production' | undefined
  /** A host of your own, in place of `environment`. */
  baseURL?: string | undefined
  /** Default `{baseURL}/oauth/v1/access_token`. */
  tokenURL?: string | undefined
  /**
   * The address of user info: an absolute URL, or a path that begins with one `/` and is appended
   * to the base. Required unless `skipUserProfile`: no public text gives it. The request panel of
   * https://beta-docs.zalopay.vn/vi/docs/specs/get-user-info shows it.
   */
  userInfoURL?: string | undefined
  /**
   * What the challenge is base64url of. `hex`: the SHA-256 digest's hexadecimal text, as in
   * ZaloPay's published sample. `raw`: the digest itself, as in RFC 7636 section 4.2. `auto`: the
   * page gets both and takes the one that ZaloPay's SDK makes. Default `auto`.
   */
  challengeEncoding?: 'auto' | 'hex' | 'raw' | undefined
  /** Scope names to ask user info for, such as `user.phone`. Default: what ZaloPay chooses. */
  fields?: readonly string[] | undefined
  /** The page of this application that runs the SDK: absolute, or a path. A start leads there. */
  launchURL?: string | undefined
  /**
   * Sorts the token endpoint's `error` object: ZaloPay publishes no list of errors. Default: by the
   * number in it, read as a code of google.rpc. Without such a number: by the HTTP status or, if that
   * is 200, by a number from 400 to 599 in the object.
   */
  classifyError?: ((error: unknown, status: number) => ErrorKind) | undefined
}

/** The names of the options above. The core compares misspelled names with them. */
export const OPTIONS = [
  'environment',
  'baseURL',
  'tokenURL',
  'userInfoURL',
  'challengeEncoding',
  'fields',
  'launchURL',
  'classifyError',
]

const HOSTS = {
  // documented: https://beta-docs.zalopay.vn/docs/specs/get-access-token
  sandbox: 'https://sb-openapi.zalopay.vn',
  // not on the pages of this API; ZaloPay's payment pages have it next to the sandbox host
  production: 'https://openapi.zalopay.vn',
}

/** The encodings for each `challengeEncoding`. With `auto`, ZaloPay's sample has the first one. */
const ENCODINGS = { auto: ['hex', 'raw'], hex: ['hex'], raw: ['raw'] } as const

/**
 * ZaloPay mini apps (https://beta-docs.zalopay.vn/docs/miniapp/user/get-auth-code): the page's SDK
 * gets the code.
 */
export function zalopay(options: StrategyOptions): RefreshingProvider<ZaloPayProfile> {
  const { clientSecret, fields = [], classifyError } = options
  const clientID = String(options.clientID)
  if (!/^\d{1,15}$/.test(clientID)) refuseOption('clientID', 'must be a number or digits')
  // it is sent in a header
  if (!/^[\x20-\x7e]+$/.test(requireText('clientSecret', clientSecret)))
    refuseOption('clientSecret', 'must be one line of ASCII characters')
  if (!Array.isArray(fields) || !fields.every(isScope))
    refuseOption('fields', 'must be a list of scope names')
  if (classifyError !== undefined && !isSync(classifyError))
    refuseOption('classifyError', 'must be a function that is not async')
  const encoding = oneOf('challengeEncoding', options.challengeEncoding, ['auto', 'hex', 'raw'])
  const environment = oneOf('environment', options.environment, ['sandbox', 'production'])
  const { baseURL: host = HOSTS[environment] } = options
  const base = baseURL('baseURL', host, options)
  const { tokenURL = `${base}/oauth/v1/access_token` } = options
  const userInfoURL = readUserInfoURL(options, base)
  const launchURL = readLaunchURL(options, clientID)
  // https://beta-docs.zalopay.vn/docs/specs/get-access-token: no client_id, the key names the app
  const key = { 'x-secret-key': clientSecret }

  return {
    name: 'zalopay',
    initiatedBy: 'site',
    tokenURL,
    ...(userInfoURL !== undefined && { userInfoURL }),
    pkce: ENCODINGS[encoding],
    callback: { code: 'code', login: 'login', read: readCallback },
    hints: { start: 'set the option launchURL' },
    ...(launchURL && {
      start: ({ id, codeChallenges: [codeChallenge, rawCodeChallenge] }) => {
        // base64url, letters and digits: nothing to encode
        const raw = rawCodeChallenge ? `&rawCodeChallenge=${rawCodeChallenge}` : ''
        return `${launchURL}&codeChallenge=${codeChallenge}${raw}&login=${id}`
      },
    }),
    // JSON and no grant_type, unlike RFC 6749 section 4.1.3
    tokenRequest: ({ code, codeVerifier }) => ({
      method: 'POST',
      headers: key,
      json: { code, code_verifier: codeVerifier },
    }),
    refreshRequest: (refreshToken) => ({
      method: 'POST',
      headers: key,
      json: { refresh_token: refreshToken },
    }),
    readTokens,
    // classifyError sorts only the errors of the token endpoint
    readRefusal: (answer, step) =>
      readRefusal(answer, step, step === 'profile' ? undefined : classifyError),
    userInfoRequest: ({ accessToken }) => ({
      method: 'GET',
      headers: { 'x-secret-key': clientSecret, authorization: `Bearer ${accessToken}` },
      ...(fields.length > 0 && { query: { fields: fields.join(',') } }),
    }),
    readUser,
  }
}

/**
 * What the page or the SDK's redirect brings
 * (https://beta-docs.zalopay.vn/docs/miniapp/user/get-auth-code).
 */
function readCallback(sent: CallbackParameters): CallbackReading {
  const isPosted = sent.method === 'POST'
  if (isPosted && !sent.isFromThisSite) sent.refuse('Origin is not that of callbackURL')
  // a verifier from the page does not connect the code with this browser
  for (const name of ['code_verifier', 'codeVerifier'])
    if (sent.has(name)) sent.refuse(`${name} must not come from the page`)
  // the SDK's redirectUri ends in an empty state
  if (sent.get('state')) sent.refuse('state is not empty')
  const word = sent.get('error')
  if (word)
    return {
      error: ['030501', '30501', 'access_denied'].includes(word) ? 'access_denied' : 'sdk_failed',
    }
  const code = sent.get('code')
  if (code === undefined && sent.get('login')) sent.refuse('code is missing')
  // a GET comes from the SDK's redirectUri, which cannot name a login
  return { loginOptional: !isPosted }
}

/** A shorter lifetime is in seconds: no token lives for less than a minute. */
const SHORTEST_MS = 60_000
/** A lifetime of this size or more is in milliseconds: as seconds it would be 30 years. */
const LONGEST_S = 1e9

/**
 * The tokens, which are under `data` (https://beta-docs.zalopay.vn/docs/specs/get-access-token).
 */
function readTokens({ body }: Answer): TokenReading {
  const data = read.object(body['data'])
  const lifetime = toNumber(data['expires_in'])
  // documented as milliseconds; 3600 can only be seconds, and then the other lifetime is in seconds too
  const inSeconds = lifetime > 0 && lifetime < SHORTEST_MS
  const expiry = (value: number) =>
    read.expiresAt(value, inSeconds && value < LONGEST_S ? 'seconds' : 'milliseconds')
  const refreshExpiresAt = expiry(toNumber(data['refresh_expires_in']))
  const params = { ...data }
  // as expires_at, it is a Date or absent
  if (refreshExpiresAt) params['refresh_expires_at'] = refreshExpiresAt
  else delete params['refresh_expires_at']
  return {
    accessToken: data['access_token'],
    refreshToken: data['refresh_token'],
    expiresAt: expiry(lifetime),
    subject: data['muid'],
    params,
  }
}

/**
 * What the numbers of google.rpc mean here. All others are `invalid_code`, such as an expired code.
 */
const BY_NUMBER: Record<number, ErrorKind> = {
  2: 'provider_error', // unknown
  4: 'provider_error', // deadline exceeded
  7: 'config', // permission denied
  8: 'provider_error', // resource exhausted
  13: 'provider_error', // internal
  14: 'provider_error', // unavailable
  16: 'config', // unauthenticated
}
const HIGHEST_NUMBER = 16

/** Reads the `error` object, for any status. Null means that there is no error. */
function readRefusal(
  { status, body }: Answer,
  step: 'token' | 'profile' | 'refresh',
  classifyError: StrategyOptions['classifyError'],
): Refusal | undefined {
  const { error } = body
  const isObject = typeof error === 'object' && error !== null && !Array.isArray(error)
  const known = read.object(error)
  const number = toNumber(known['code'])
  const sorted = isObject ? classify(classifyError, error, status) : undefined
  // with another status than the documented 200, gateways send objects such as {"code":404}
  const isOwn = status === 200 || typeof known['error'] === 'string' || isKnown(number)
  if (!sorted && !(isObject && isOwn)) return readForeign(body, status)
  const details = read.object(known['details'])
  const info = read.object(details['error_info'])
  // with the documented status 200, the number may be one of HTTP
  const said = status === 200 && number >= 400 && number < 600 ? number : status
  // on refresh the user logs in again (https://beta-docs.zalopay.vn/docs/specs/get-access-token)
  const isRefused = step === 'refresh' && (number === 16 || said === 401)
  const kind = sorted ?? (isRefused ? 'invalid_code' : kindOf(number, said))
  return {
    kind,
    provider: {
      code: read.text(known['error']),
      message: read.text(read.object(details['localized_message'])['message']),
      details: {
        code: read.text(known['code']),
        reason: read.text(info['reason']),
        domain: read.text(info['domain']),
        context_id: read.text(body['context_id']),
        trace_id: read.text(body['trace_id']),
      },
    },
  }
}

/**
 * What an answer without ZaloPay's `error` object means, such as a gateway's. The core decides 404,
 * 429 and 5xx.
 */
function readForeign({ error }: Answer['body'], status: number): Refusal | undefined {
  if (status === 401 || status === 403) return { kind: 'config' }
  return status === 200 && !read.isNothing(error) ? { kind: 'bad_response' } : undefined
}

function classify(
  classifyError: StrategyOptions['classifyError'],
  error: unknown,
  status: number,
): ErrorKind | undefined {
  const kind = classifyError?.(error, status)
  return kind === 'invalid_code' || kind === 'config' || kind === 'provider_error'
    ? kind
    : undefined
}

function isKnown(number: number): boolean {
  return number >= 1 && number <= HIGHEST_NUMBER
}

function kindOf(number: number, status: number): ErrorKind {
  if (isKnown(number)) return BY_NUMBER[number] ?? 'invalid_code'
  if (status >= 500 || status === 429) return 'provider_error'
  return status === 401 || status === 403 ? 'config' : 'invalid_code'
}

function readUserInfoURL(options: StrategyOptions, base: string): string | undefined {
  const { userInfoURL } = options
  // the text 'true' of an environment variable is the mistake to name
  const isSkipped = flag('skipUserProfile', options.skipUserProfile)
  if (userInfoURL !== undefined)
    return /^\/(?!\/)/.test(requireText('userInfoURL', userInfoURL))
      ? base + userInfoURL
      : userInfoURL
  if (isSkipped) return undefined
  return refuseOption(
    'userInfoURL',
    'is missing: the request panel of https://beta-docs.zalopay.vn/vi/docs/specs/get-user-info shows it',
  )
}

/**
 * The page that a start leads to, with the app's id in its query; undefined without `launchURL`.
 */
function readLaunchURL({ launchURL }: StrategyOptions, appId: string): string | undefined {
  if (launchURL === undefined) return undefined
  const text = requireText('launchURL', launchURL)
  if (text.includes('#')) refuseOption('launchURL', 'must not hold a fragment')
  const page = pageURL('launchURL', text)
  return `${page}${page.includes('?') ? '&' : '?'}${stringify({ appId })}`
}

/** A path of this site or an absolute URL, encoded. Throws a `TypeError` for anything else. */
export function pageURL(name: string, text: string): string {
  const path = safeReturnTo(text, '')
  if (path) return path
  if (!/^https?:/i.test(text)) refuseOption(name, 'must be an absolute URL, or begin with one /')
  return absoluteURL(name, text).href
}

function isScope(name: unknown): boolean {
  return typeof name === 'string' && /^[^\s,]+$/.test(name)
}

// the promise of an async function would have no effect, and its rejection would end the process
function isSync(given: unknown): boolean {
  return typeof given === 'function' && !types.isAsyncFunction(given)
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : 0
}
